"""The README of a generated exercise, and the words that its notebooks share with it."""

from pathlib import PurePosixPath

from autograder.author.project import Project
from autograder.course import Exercise
from autograder.course.authored import read

_MARK = "<!-- generated from solutions/"


def mark(exercise: Exercise) -> str:
    """The first line of a README that says its folder is generated."""
    return f"{_MARK}{exercise.path}: edit there -->"


def is_marked(readme: str) -> bool:
    """True when the README's first line says that its folder is generated."""
    return readme.startswith(_MARK)


def readme(exercise: Exercise, project: Project) -> str:
    """What the folder's visitors read: effort, tasks, statement, commands, links."""
    stem = f"exercises/{exercise.path}/{exercise.module}"
    links = [
        f"- [The page that leads here]({_upwards(exercise)}{exercise.page})",
        f"- [Open in Colab]({project.colab_link(stem + '.colab.ipynb')})",
        f"- [Open in Binder]({project.binder_link(stem + '.ipynb')})",
    ]
    return "\n\n".join([mark(exercise), statement(exercise), _commands(exercise), "\n".join(links)]) + "\n"


def statement(exercise: Exercise) -> str:
    """Title, effort, conditions, tasks and the author's statement, as Markdown without a last newline."""
    head = [f"# {exercise.number} {exercise.title}", exercise.summary, _effort(exercise)]
    return "\n\n".join([*head, _tasks(exercise), read(exercise.folder / "statement.md").strip()])


def _effort(exercise: Exercise) -> str:
    parts = [
        f"About {exercise.minutes} minutes",
        f"difficulty {exercise.difficulty} of 5",
        f"{exercise.points} {'point' if exercise.points == 1 else 'points'}",
    ]
    sentences = [", ".join(parts) + "."]
    if exercise.requires:
        sentences.append(f"Builds on {', '.join(exercise.requires)}.")
    if exercise.needs:
        sentences.append(f"Needs `pip install -c constraints.txt -e '.[{','.join(exercise.needs)}]'`.")
    if exercise.services:
        sentences.append(f"Starts {', '.join(exercise.services)}.")
    if exercise.systems:
        sentences.append(exercise.systems)
    if exercise.gpu:
        sentences.append("Needs a GPU.")
    return " ".join(sentences)


def _tasks(exercise: Exercise) -> str:
    rows = [f"| {task.name} | {task.title} | {task.points} |" for task in exercise.tasks]
    return "\n".join(["| Task | What it does | Points |", "|---|---|---|", *rows])


def _commands(exercise: Exercise) -> str:
    commands = [
        (f"ninety open {exercise.number}", f"puts {exercise.module_file} into your workspace"),
        (f"ninety check {exercise.number}", "judges it"),
        (f"ninety hint {exercise.number}", "one hint more"),
    ]
    width = max(len(command) for command, _ in commands)
    lines = [f"{command.ljust(width)}   # {what}" for command, what in commands]
    return "\n".join(["```console", *lines, "```"])


def _upwards(exercise: Exercise) -> str:
    return "../" * len(PurePosixPath("exercises", exercise.path).parts)
