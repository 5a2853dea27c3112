# must fail test_a_kill_in_the_middle_of_a_write_costs_one_checkpoint with "of a file, in a write after step" and "ends in other weights"
# You replace the weights, and then the file with everything else. Each is whole at any time, and together they are
# not: between the two, the weights are of one checkpoint and the rest of another. One name has to stand for all of
# it.

import os
from pathlib import Path

import torch

from wren.nightly import Job

NAME = "checkpoint.pt"


def train(fetch, folder, *, rows, steps, every, seed):
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


def load(folder):
    if not (folder / "rest.pt").exists():
        return None
    rest = torch.load(folder / "rest.pt", weights_only=True)
    return {"model": torch.load(folder / "model.pt", weights_only=True), **rest}


def capture(job):
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


def restore(job, state):
    job.model.load_state_dict(state["model"])
    job.optimizer.load_state_dict(state["optimizer"])
    job.schedule.load_state_dict(state["schedule"])
    job.average.values = state["average"]
    job.order.generator.set_state(state["order"]["generator"])
    job.order.rows, job.order.at = state["order"]["rows"], state["order"]["at"]
    torch.set_rng_state(state["dice"])
    job.done = state["done"]


def save(state, folder):
    write(state.pop("model"), folder / "model.pt")
    write(state, folder / "rest.pt")


def write(part, path):
    unfinished = path.with_suffix(".new")
    torch.save(part, unfinished)
    os.replace(unfinished, path)
