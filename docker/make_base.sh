#!/usr/bin/env bash
# A base image made on the spot, for a machine that reaches no image registry: Debian's own Python.
#   docker/make_base.sh [NAME]      needs root, debootstrap, docker; then: ninety image --base NAME
set -euo pipefail
name=${1:-ninety-base}
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=python3,python3-venv bookworm "$root" >/dev/null
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
tar -C "$root" -c . | docker import - "$name" >/dev/null
echo "$name"
