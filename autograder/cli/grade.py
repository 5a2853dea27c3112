"""`ninety grade`: judge submissions that lie anywhere, one or ten thousand."""

import os
from pathlib import Path

import click

from autograder.cli.completion import exercises
from autograder.cli.early import start_early
from autograder.cli.image import offer_image
from autograder.course import Catalogue, Exercise, find_course
from autograder.course.imports import imported_modules
from autograder.errors import Exit
from autograder.sandbox import NAMES, Tier, choose_sandbox, image_of, sandbox_for_strangers
from autograder.sandbox.image import image_id, missing_image


@click.command("grade")
@click.argument("submissions", nargs=-1, required=True, metavar="SUBMISSION...")
@click.option("--exercise", "name", required=True, shell_complete=exercises, help="Its number or name, such as 8.3.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
              help="Store each verdict there as it comes, and take those that are there already.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default=True,
              help="How many submissions are judged at a time.")  # fmt: skip
@click.option("--sandbox", type=click.Choice(NAMES), help="The strongest that is ready by default, docker before "
              "bubblewrap; the bare process is for code you trust.")  # fmt: skip
@click.option("--gpus", type=click.Choice(["all"]), help="Let the submissions use the GPUs, in Docker.")
@click.option("--seed", type=click.IntRange(min=0), help="Grade with this seed; without one each grade draws its own.")
@click.option("--replay", "again", is_flag=True, help="Grade again with the seeds in FOLDER, and say what differs.")
@click.option("--no-cache", is_flag=True, help="Grade again what FOLDER holds a verdict on.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of verdicts.")
def grade_command(
    submissions: tuple[str, ...], name: str, out: Path | None, jobs: int, sandbox: str | None, gpus: str | None,
    seed: int | None, again: bool, no_cache: bool, as_json: bool,
) -> Exit:  # fmt: skip
    """Judge submissions to one exercise.

    SUBMISSION is a module or its notebook, a folder that holds one, or a folder of many students' folders or files.
    With --out a command that was ended, however it was, goes on where it was when it is given again.
    """
    if again and (out is None or seed is not None or no_cache):
        raise click.UsageError("--replay takes the seeds from --out FOLDER; --seed and --no-cache do not go with it")
    if no_cache and out is None:
        raise click.UsageError("--no-cache goes with --out FOLDER; without it nothing is taken from anywhere")
    exercise = Catalogue(find_course()).get(name)
    box, image = _place(exercise, sandbox, gpus)
    if _is_one(submissions, exercise) and (again or no_cache or out is None or not out.exists()):
        start_early(exercise, box)
    from autograder.cli.grading import Wish, grade_all  # the examiner and all it needs

    return grade_all(Wish(exercise, box, image, submissions, out, jobs, seed, again, no_cache, as_json))


def _is_one(submissions: tuple[str, ...], exercise: Exercise) -> bool:
    """Whether this is surely a single submission."""
    path = submissions[0]
    return len(submissions) == 1 and (os.path.isfile(path) or os.path.isfile(os.path.join(path, exercise.module_file)))


def _place(exercise: Exercise, sandbox: str | None, gpus: str | None) -> tuple[str, str]:
    """The sandbox's name and, for a container, what identifies its image; `Problem` when it is not ready here."""
    if gpus and sandbox not in (None, "docker"):
        raise click.UsageError(f"--gpus goes with --sandbox docker, not with {sandbox}")
    modules = imported_modules(exercise)
    name = "docker-gpu" if gpus else sandbox or sandbox_for_strangers(modules)
    choose_sandbox(name)
    if not name.startswith("docker"):
        return name, ""
    offer_image(exercise)
    tier = Tier.for_modules(modules)
    image = image_of(tier)
    if image is None:
        raise missing_image(tier)
    return name, f"{image} {image_id(image)}"
