# must fail test_a_kill_between_two_changes_of_the_folder_costs_one_checkpoint with "killed before change" and "goes on, and raises: ValueError"
# You replace the checkpoint, and after it a small file with the step and the place in the epoch. A kill between the
# two leaves new weights beside an old place: some batches are learned from twice. One name has to stand for all of
# it.

import json
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
    if not (folder / "place.json").exists():
        return None
    state = torch.load(folder / NAME, weights_only=True)
    state["done"], state["order"]["at"] = json.loads((folder / "place.json").read_text())
    return state


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
    unfinished = folder / "unfinished"
    with open(unfinished, "wb") as file:
        torch.save(state, file)
    os.replace(unfinished, folder / NAME)
    with open(unfinished, "w") as file:
        json.dump([state["done"], state["order"]["at"]], file)
    os.replace(unfinished, folder / "place.json")
