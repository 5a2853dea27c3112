# Two commands do all the set-up:  make start  (to learn)  and  make test  (to run everything there is to run).
#
# PYTHON=python3.12 chooses the interpreter; otherwise the first of PYTHONS that is 3.11, 3.12 or 3.13 is taken.
# Written for GNU make 3.81, which is what macOS has.

SHELL := bash
BIN := .venv/bin
PYTHONS := $(or $(PYTHON),python3.13 python3.12 python3.11 python3)
RIGHT_PYTHON := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))

LEARNER_EXTRAS := book
ALL_EXTRAS := book,cohort,data,dev,docker,notebook,services,serving
OLDEST_EXTRAS := cohort,data,dev
LOCKED_EXTRAS := book cohort data dev docker notebook services serving
TORCH := torch==2.13.0
TRITON := triton==3.9.0; sys_platform == 'linux'

# Seeds for everything that every exercise ships; whoever writes an exercise runs `ninety author validate` with its ten.
REPEATS := 1

# uv does not read pip's settings: hand on a folder of wheels where there is one.
space := $(subst ,, )
comma := ,
ifneq ($(PIP_FIND_LINKS),)
export UV_FIND_LINKS ?= $(subst $(space),$(comma),$(PIP_FIND_LINKS))
endif
# A sandbox cannot write bytecode, so it would compile every import again at each start.
export UV_COMPILE_BYTECODE := 1
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt

# Prints how long a stage took and keeps its exit code.
timed = @TIMEFORMAT='== $(@F): %0R s'; time

BOOK := _build/book
BOOK_SOURCES := _config.yml _toc.yml $(shell find autograder book exercises solutions wren -type f \
	! -path '*/__pycache__/*' ! -path '*/.*' 2>/dev/null)

.PHONY: help start test setup setup-all torch check lint types validate attack book bench oldest lock clean
.NOTPARALLEL:

help:
	@echo 'make start     set up, build the book, serve it, watch your exercises'
	@echo 'make test      set up and run everything: style, types, exercises, book, tests'
	@echo 'make setup     the environment of `make start` only (.venv)'
	@echo 'make setup-all the environment of `make test` only'
	@echo 'make torch     PyTorch and Triton, for the exercises that need them'
	@echo 'make check     style, types and the fast tests: less than two minutes'
	@echo 'make lint | types | validate | attack | book    one stage of `make test`'
	@echo 'make bench     this grader and others on the same submissions: benchmarks/results (needs bubblewrap, Docker)'
	@echo 'make oldest    the fast tests with the oldest versions that pyproject.toml allows'
	@echo 'make lock      choose versions anew and write them to constraints.txt'
	@echo 'make clean     remove what was built; .venv and work/ stay'

start: setup book
	@$(BIN)/ninety start

test: setup-all torch lint types validate attack book
	$(BIN)/python -m pytest

check: setup-all lint types
	$(BIN)/python -m pytest -m 'not slow'

setup: .venv/setup
setup-all: .venv/setup-all

$(BIN)/uv: constraints.txt
	@for python in $(PYTHONS); do \
	    if $$python -c '$(RIGHT_PYTHON)' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo 'make: no Python 3.11, 3.12 or 3.13 with its venv module among: $(PYTHONS)' >&2; \
	    echo '  fix: install one (Debian and Ubuntu: apt install python3-venv), or name yours: make PYTHON=...' >&2; \
	    exit 1; \
	fi; \
	$(BIN)/python -c '$(RIGHT_PYTHON)' 2>/dev/null || { \
	    echo "Setting up .venv with $$($$found --version)"; \
	    $$found -m venv --clear .venv; \
	}
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --constraint constraints.txt uv
	@touch $@

.venv/setup: pyproject.toml constraints.txt | $(BIN)/uv
	$(timed) $(INSTALL) --build-constraints constraints.txt --editable '.[$(LEARNER_EXTRAS)]'
	@touch $@

.venv/setup-all: pyproject.toml constraints.txt | $(BIN)/uv
	$(timed) $(INSTALL) --build-constraints constraints.txt --editable '.[$(ALL_EXTRAS)]'
	@touch .venv/setup $@

# Not in constraints.txt: torch's wheel for a CPU comes from a folder or an index of PyTorch's own.
torch: .venv/torch
.venv/torch: constraints.txt | .venv/setup
	$(timed) $(INSTALL) $(if $(UV_FIND_LINKS),,--torch-backend cpu) '$(TORCH)' "$(TRITON)"
	@touch $@

lint: setup-all
	$(timed) $(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check .

types: setup-all
	$(timed) $(BIN)/mypy

validate: setup-all
	@$(BIN)/ninety author build --check
	$(timed) $(BIN)/ninety author validate --repeats $(REPEATS)

attack: setup-all
	$(timed) $(BIN)/ninety author attack

book: setup $(BOOK)

$(BOOK): $(BOOK_SOURCES)
	@echo 'Building the book: every page runs its code, which takes some three minutes the first time'
	$(timed) $(BIN)/jupyter-book build . -q -W -n --keep-going 2> >(grep -v IPKernelApp >&2)
	@touch $@

# The other tools get an environment of their own, so that none of their requirements meets ours.
.venv-peers: | $(BIN)/uv
	$(BIN)/uv venv --quiet --python $(BIN)/python $@
	$(BIN)/uv pip install --quiet --python $@/bin/python otter-grader ipykernel numpy

bench: setup-all torch .venv-peers
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.loop

# The lower bounds of pyproject.toml hold: the fast tests pass with every requirement at its lowest.
oldest: $(BIN)/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-oldest
	$(BIN)/uv pip install --quiet --python .venv-oldest/bin/python --resolution lowest-direct \
	    --editable '.[$(OLDEST_EXTRAS)]'
	.venv-oldest/bin/python -m pytest -m 'not slow'

lock: $(BIN)/uv
	@{ echo '# Made by `make lock`. Every package of every extra but torch and gpu, one version a platform and Python.'; \
	   UV_FIND_LINKS= $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	       --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	       $(addprefix --extra ,$(LOCKED_EXTRAS)); } > constraints.new
	@mv constraints.new constraints.txt

clean:
	rm -rf _build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find autograder wren tests solutions exercises book -name __pycache__ -type d -prune -exec rm -rf {} +
