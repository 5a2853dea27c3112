"""Single keys from the terminal, without Enter."""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def pressed(tell: Callable[[str], None]) -> Iterator[bool]:
    """While the block runs, `tell` hears each key that is pressed; yields False where there is no terminal to press on.

    The terminal is as before afterwards. Ctrl-C interrupts as always.
    """
    if not (sys.stdin and sys.stdin.isatty()):
        yield False
        return
    with _unbuffered():
        threading.Thread(target=_listen, args=(tell,), name="keys", daemon=True).start()
        yield True


if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def _unbuffered() -> Iterator[None]:
        yield

    def _listen(tell: Callable[[str], None]) -> None:
        while True:
            tell(msvcrt.getwch())

else:
    import termios
    import tty

    @contextmanager
    def _unbuffered() -> Iterator[None]:
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)
        tty.setcbreak(terminal)
        try:
            yield
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)

    def _listen(tell: Callable[[str], None]) -> None:
        while key := os.read(sys.stdin.fileno(), 1):
            tell(key.decode("ascii", "replace"))
