"""What a notebook imports: `check`, `hint`, `solution` and `progress`, the commands of the same names.

    from autograder.learner.notebook import check, hint, progress, solution

The import begins to take notes of which cells are run, and how that ends. What is judged is of each part of the module
the last run that ended without an error. Progress is kept in the workspace around the notebook; where there is none,
as on Colab, for as long as the kernel lives.
"""

import contextlib

from autograder.errors import Problem
from autograder.learner.notebook.kernel import Kernel


def check(number: str, *, task: str | None = None, seed: int | None = None) -> None:
    """Judge exercise `number` as its cells were last run, and show the verdict; `seed` replays an earlier one.

    With `task` only that task is shown, and AssertionError is raised unless it passed: that is how nbgrader's
    `validate` learns of it. `Problem` outside of a notebook.
    """
    outcome = _show("check", number=_named(number), task=task, seed=seed)
    if task is not None and outcome != "passed":
        raise AssertionError(f"task {task} of exercise {number} is not passed yet")


def hint(number: str, task: str | None = None) -> None:
    """Show the next hint, for `task` or for what the last check failed at; `Problem` outside of a notebook."""
    _show("hint", number=_named(number), task=task)


def solution(number: str, give_up: bool = False) -> None:
    """Show an annotated solution, once you have passed; to `give_up` before that is recorded.

    `Problem` outside of a notebook.
    """
    _show("solution", number=_named(number), give_up=give_up)


def progress() -> None:
    """Show how far you are, by chapter; `Problem` outside of a notebook."""
    _show("progress")


def _show(action: str, **details: object) -> str:
    """Display the answer as HTML, and as text for who cannot show that; return the outcome of a verdict, else ""."""
    kernel = Kernel.here()
    try:
        answer = kernel.ask(action, **details)
    except Problem as problem:
        kernel.show({"text/plain": str(problem)})
        return ""
    kernel.show({"text/plain": answer["plain"], "text/html": answer["html"]})
    return str(answer["outcome"])


def _named(number: object) -> str:
    if isinstance(number, str):
        return number
    raise Problem(
        f"an exercise is named by its number, such as '8.3', and not by {type(number).__name__}",
        fix="if the module has a function of this name, run its cell again to use that one",
    )


with contextlib.suppress(Problem):  # where there is a kernel, it begins to take notes
    Kernel.here()
