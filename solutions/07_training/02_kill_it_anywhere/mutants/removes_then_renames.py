# must fail test_a_kill_between_two_changes_of_the_folder_costs_one_checkpoint with "killed before change 3 of its folder" and "asks for the batch of step 0 first"
# You write beside the old checkpoint, remove it, and give its name to the new one. Between the last two a kill
# leaves a whole file that nobody looks for. `os.replace` does both at once.

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
    path = folder / NAME
    unfinished = path.with_suffix(".new")
    with open(unfinished, "wb") as file:
        torch.save(state, file)
    path.unlink(missing_ok=True)
    unfinished.rename(path)
