# must fail test_it_goes_on_at_every_edge with "asks for the batch of step 0 first"
# You compute the place in the epoch from the number of steps. At a checkpoint on the last step of an epoch the
# remainder is 0, and the order is still that of the epoch which has just ended: it is gone through twice.

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
    path = folder / NAME
    return torch.load(path, weights_only=True) if path.exists() else None


def capture(job):
    order = job.order
    return {
        "model": job.model.state_dict(),
        "optimizer": job.optimizer.state_dict(),
        "schedule": job.schedule.state_dict(),
        "average": job.average.values,
        "order": {"generator": order.generator.get_state(), "rows": order.rows},
        "dice": torch.get_rng_state(),
        "done": job.done,
    }


def restore(job, state):
    job.model.load_state_dict(state["model"])
    job.optimizer.load_state_dict(state["optimizer"])
    job.schedule.load_state_dict(state["schedule"])
    job.average.values = state["average"]
    job.order.generator.set_state(state["order"]["generator"])
    rows = job.order.rows = state["order"]["rows"]
    job.order.at = 32 * (state["done"] % -(-len(rows) // 32))
    torch.set_rng_state(state["dice"])
    job.done = state["done"]


def save(state, folder):
    path = folder / NAME
    unfinished = path.with_suffix(".new")
    torch.save(state, unfinished)
    os.replace(unfinished, path)
