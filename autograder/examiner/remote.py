"""Stand-ins on the trusted side for objects that live in the candidate's process."""

from dataclasses import dataclass
from typing import Any, Protocol


class Asker(Protocol):
    """Whoever carries a question over."""

    def call(self, target: "RemoteObject", args: tuple[Any, ...], kwargs: dict[str, Any], seconds: float | None) -> Any:
        """Call the target over there."""

    def get(self, target: "RemoteObject") -> Any:
        """Read the target over there."""


@dataclass(frozen=True)
class RemoteObject:
    """Where an object is to be found: a module's name or a handle's number, and attributes from it.

    `life` is the candidate process it lives in; `name` is what a message calls it.
    """

    asker: Asker
    root: str | int
    path: tuple[str, ...]
    life: int
    name: str

    def attribute(self, name: str) -> "RemoteObject":
        """The attribute of that name."""
        full = f"{self.name}.{name}" if self.path or isinstance(self.root, int) else name
        return RemoteObject(self.asker, self.root, (*self.path, name), self.life, full)


class Remote:
    """An attribute over there, to be called. Nothing is asked before the call."""

    def __init__(self, remote: RemoteObject, seconds: float | None = None) -> None:
        self._remote = remote
        self._seconds = seconds

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it over there."""
        return self._remote.asker.call(self._remote, args, kwargs, self._seconds)

    def __repr__(self) -> str:
        return f"<{self._remote.name} in the candidate>"


class Handle(Remote):
    """An object that lives over there: its attributes are called, or read by `fetch`."""

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return Remote(self._remote.attribute(name), self._seconds)

    def fetch(self, name: str) -> Any:
        """The value of an attribute."""
        return self._remote.asker.get(self._remote.attribute(name))
