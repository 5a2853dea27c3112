# must fail test_the_disk_holds_at_most_three_checkpoints with "after 3 kills there are" and "times the bytes of one checkpoint"
# You give each unfinished file a name of its own. A kill leaves it behind, nobody ever uses it again, and after some
# bad nights the disk is full of them. Use one name, or clean up when you start.

import os
import tempfile
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
    path = folder / NAME
    return torch.load(path, weights_only=True) if path.exists() else None


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
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        torch.save(state, file)
    os.replace(file.name, folder / NAME)
