"""What the user is told when a command cannot do its work."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    PASSED = 0
    NOT_YET = 1
    USAGE = 2
    ENVIRONMENT = 3
    OUR_BUG = 4
    TIMED_OUT = 124


class Problem(Exception):
    """A fault the user can mend: what happened, where, and what to do.

    `code` is the exit code of the command that meets it: `Exit.USAGE` for bad input, `Exit.ENVIRONMENT`
    for a machine that lacks something.
    """

    def __init__(self, what: str, *, where: str = "", fix: str = "", code: Exit = Exit.USAGE) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.fix = fix
        self.code = code

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  where: {self.where}")
        if self.fix:
            lines.append(f"  fix:   {self.fix}")
        return "\n".join(lines)
