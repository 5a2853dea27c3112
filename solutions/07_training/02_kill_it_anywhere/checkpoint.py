"""Makes a training job that may be killed at any moment, and goes on as if nothing had happened."""

import os
from pathlib import Path
from typing import Any

import torch

from wren.nightly import Fetch, Job

State = dict[str, Any]
"""Numbers, strings, tensors, and lists and dicts of these, so that `torch.load(..., weights_only=True)` reads it."""

NAME = "checkpoint.pt"


def train(fetch: Fetch, folder: str, *, rows: int, steps: int, every: int, seed: int) -> dict[str, Any]:
    """Train to the end and return `Job.weights()`, going on from the checkpoint in `folder` if there is one.

    A checkpoint is made after every `every` steps. `folder` is a path below the current folder; it may not exist yet.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    job = Job(rows, steps, seed)
    state = load(place)
    if state is not None:
        restore(job, state)
    while job.done < steps:
        job.step(fetch)
        if job.done % every == 0:
            save(capture(job), place)
    return job.weights()


def load(folder: Path) -> State | None:
    """The state that was saved last; None when there is none."""
    path = folder / NAME
    return torch.load(path, weights_only=True) if path.exists() else None


def capture(job: Job) -> State:
    """All that the job's next steps depend on, and that a new `Job` would not have by itself."""
    ### BEGIN SOLUTION a: gather the job's state (about 12 lines)
    order = job.order
    return {
        "model": job.model.state_dict(),
        "optimizer": job.optimizer.state_dict(),
        "schedule": job.schedule.state_dict(),
        "average": job.average.values,
        "order": {"generator": order.generator.get_state(), "rows": order.rows, "at": order.at},
        "dice": torch.get_rng_state(),
        "done": job.done,
    }
    ### END SOLUTION


def restore(job: Job, state: State) -> None:
    """Put a new job where the captured one was."""
    ### BEGIN SOLUTION a: put each part back (about 9 lines)
    job.model.load_state_dict(state["model"])
    job.optimizer.load_state_dict(state["optimizer"])
    job.schedule.load_state_dict(state["schedule"])
    job.average.values = state["average"]
    job.order.generator.set_state(state["order"]["generator"])
    job.order.rows, job.order.at = state["order"]["rows"], state["order"]["at"]
    torch.set_rng_state(state["dice"])
    job.done = state["done"]
    ### END SOLUTION


def save(state: State, folder: Path) -> None:
    """Write the state, so that `load` finds this one or the one before, whole, whenever the process is killed."""
    ### BEGIN SOLUTION a: write the state to the disk; tasks b and c ask how (about 6 lines)
    path = folder / NAME
    unfinished = path.with_suffix(".new")
    with open(unfinished, "wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)
    ### END SOLUTION
