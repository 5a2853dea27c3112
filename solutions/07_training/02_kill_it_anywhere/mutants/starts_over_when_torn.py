# must fail test_a_kill_in_the_middle_of_a_write_costs_one_checkpoint with "asks for the batch of step 0 first"
# You write over the only checkpoint and begin from the start where it cannot be read. No error is seen any more, and
# a night's work is gone without a word.

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
    try:
        return torch.load(folder / NAME, weights_only=True)
    except Exception:
        return None


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
    torch.save(state, folder / NAME)
