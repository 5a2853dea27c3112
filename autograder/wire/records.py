"""The forms in which a class's data arrives where the class itself is unknown."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Record:
    """A dataclass or a named tuple as data: its type's name, and its fields as attributes.

    Two records are equal when their type's name and their fields are.
    """

    type_name: str
    fields: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # libraries look for these and believe them: an address, a conversion
            raise AttributeError(name)
        try:
            return self.__dict__["fields"][name]
        except KeyError:
            raise AttributeError(f"{self.__dict__.get('type_name')} has no field {name!r}") from None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return self.type_name == other.type_name and self.fields == other.fields

    __hash__ = None  # type: ignore[assignment]  # the fields may hold lists

    def __repr__(self) -> str:
        return f"{self.type_name}({', '.join(f'{name}={value!r}' for name, value in self.fields.items())})"


@dataclass(frozen=True)
class ErrorValue:
    """An exception that was returned or passed as a value: its class's name, all its bases' names, its text."""

    type_name: str
    bases: tuple[str, ...]
    message: str

    def is_a(self, name: str) -> bool:
        """Whether the exception's class, or one of its bases, is called `name`."""
        return name == self.type_name or name in self.bases
