"""Starts a warm server: it imports what an exercise needs once, and forks a candidate for each start it is asked for.

    python -m autograder.candidate.warm '{"address": "/wire/server", "isolation": "namespaces", "preload": ["numpy"]}'

It dials the examiner and serves it until the examiner hangs up.
"""

import json
import os
import sys

from autograder.candidate.isolation import Isolation


def main() -> None:
    """Choose how candidates are kept apart, and serve."""
    settings = json.loads(sys.argv[1])
    if settings["isolation"] == "namespaces":
        from autograder.candidate.namespaces import Namespaces

        _serve(Namespaces(), settings)
    else:
        from autograder.candidate.users import Users

        _serve(Users(), settings)


def _serve(isolation: Isolation, settings: dict[str, str]) -> None:
    """Warm up, dial, and serve.

    Nothing of it is imported before `Namespaces` has forked its cradle: whatever is there then, `threading` most of
    all, each fork of the cradle pays for.
    """
    import contextlib
    import importlib

    from autograder.candidate import kernel, seccomp, warmup
    from autograder.candidate.server import Server
    from autograder.wire import dial

    for name in settings["preload"]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    warmup.expect_one_thread()

    def exercise() -> None:
        warmup.exercise()
        warmup.expect_one_thread()

    if "torch" in sys.modules:  # its first use takes longer than all else that a candidate does
        exercise()
    seccomp.instructions()
    kernel.gain_nothing()
    connection = dial(settings["address"])
    connection.send({"is": "server", "pid": os.getpid()})
    Server(connection, isolation).run(exercise)
    os._exit(0)


if __name__ == "__main__":
    main()
