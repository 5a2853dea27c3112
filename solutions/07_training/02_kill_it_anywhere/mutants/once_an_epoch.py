# must fail test_no_batch_comes_twice_but_those_since_the_checkpoint with "asks for the batch of step 20 first"
# You save at the end of an epoch, because then there is no place to keep. A night has two of them and a half: each
# kill costs up to twenty steps, and the contract says `every`.

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
        if job.order.at == rows:
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
    path = folder / NAME
    unfinished = path.with_suffix(".new")
    torch.save(state, unfinished)
    os.replace(unfinished, path)
