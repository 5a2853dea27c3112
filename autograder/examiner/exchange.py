"""What may cross to one candidate process beside plain data: handles of its objects, and callbacks of the check."""

import inspect
from collections.abc import Callable
from typing import Any

from autograder.examiner.remote import Asker, Handle, Remote, RemoteObject
from autograder.wire import Malformed


class Exchange:
    """The callbacks given to one candidate process, and the handles that came from it."""

    def __init__(self, asker: Asker, life: int) -> None:
        self._asker = asker
        self._life = life
        self._callbacks: list[Callable[..., Any]] = []
        self._signatures: list[inspect.Signature | None] = []
        self._failure: BaseException | None = None

    def keep_failure(self, failure: BaseException) -> None:
        """What the check raised while another thread or process of the learner's called it; the first counts."""
        self._failure = self._failure or failure

    def take_failure(self) -> BaseException | None:
        """What was kept, once."""
        failure, self._failure = self._failure, None
        return failure

    @property
    def has_callbacks(self) -> bool:
        """Whether a function of the check has been sent."""
        return bool(self._callbacks)

    def export(self, value: Any) -> dict[str, Any] | None:
        """A handle goes back as what it stands for; a function of the check becomes a callback."""
        if isinstance(value, Remote):
            return {"$": "handle", "id": value._remote.root}
        if not callable(value):
            return None
        if value not in self._callbacks:
            self._callbacks.append(value)
            self._signatures.append(_signature(value))
        return {"$": "callback", "id": self._callbacks.index(value)}

    def handle(self, tree: dict[str, Any]) -> Handle:
        """A stand-in for an object over there; `Malformed` when the tree is no handle."""
        if tree["$"] != "handle" or type(tree["id"]) is not int or not isinstance(tree["type"], str):
            raise Malformed("a handle that is none")
        return Handle(RemoteObject(self._asker, tree["id"], (), self._life, tree["type"][:80]))

    def call(self, number: Any, args: list[Any], kwargs: dict[str, Any]) -> Callable[[], Any]:
        """The call of the function that was sent under that number.

        Raises `Malformed` when none was, and TypeError when the arguments do not fit it.
        """
        if type(number) is not int or not 0 <= number < len(self._callbacks):
            raise Malformed("a callback that was never sent")
        callback, signature = self._callbacks[number], self._signatures[number]
        if signature:
            signature.bind(*args, **kwargs)
        return lambda: callback(*args, **kwargs)


def _signature(callback: Callable[..., Any]) -> inspect.Signature | None:
    """The parameters of a callback; None for a built-in that does not tell them."""
    try:
        return inspect.signature(callback)
    except ValueError:
        return None
