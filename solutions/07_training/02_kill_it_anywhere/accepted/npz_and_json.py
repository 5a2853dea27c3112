# A folder for each checkpoint, with NumPy arrays and JSON in it, renamed when whole; the one before stays as a reserve.

import json
import os
import shutil
from pathlib import Path

import numpy as np
import torch

from wren.nightly import Job


def train(fetch, folder, *, rows, steps, every, seed):
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(place / "unfinished", ignore_errors=True)
    job = Job(rows, steps, seed)
    done = finished(place)
    if done:
        restore(job, place / done[-1])
    while job.done < steps:
        job.step(fetch)
        if job.done % every == 0:
            save(job, place)
    return job.weights()


def finished(place):
    return sorted(path.name for path in place.glob("step_*"))


def save(job, place):
    unfinished = place / "unfinished"
    unfinished.mkdir()
    numbers = {"done": job.done, "at": job.order.at}
    arrays = {f"model/{name}": tensor for name, tensor in job.model.state_dict().items()}
    arrays |= {f"average/{name}": tensor for name, tensor in job.average.values.items()}
    arrays |= {"rows": job.order.rows, "order": job.order.generator.get_state(), "dice": torch.get_rng_state()}
    optimizer = job.optimizer.state_dict()
    for number, memory in optimizer.pop("state").items():
        arrays |= {f"memory/{number}/{name}": tensor for name, tensor in memory.items()}
    np.savez(unfinished / "arrays.npz", **{name: tensor.numpy() for name, tensor in arrays.items()})
    schedule = {name: value for name, value in job.schedule.state_dict().items() if not callable(value)}
    numbers |= {"groups": optimizer["param_groups"], "schedule": schedule}
    (unfinished / "numbers.json").write_text(json.dumps(numbers), encoding="utf-8")
    os.rename(unfinished, place / f"step_{job.done:09}")
    for old in finished(place)[:-2]:
        shutil.rmtree(place / old)


def restore(job, folder):
    numbers = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
    with np.load(folder / "arrays.npz") as file:
        arrays = {name: torch.tensor(file[name]) for name in file.files}
    memory = {}
    for path, tensor in arrays.items():
        kind, _, rest = path.partition("/")
        if kind == "memory":
            number, _, name = rest.partition("/")
            memory.setdefault(int(number), {})[name] = tensor
        elif kind == "average":
            job.average.values[rest] = tensor
    job.model.load_state_dict({path[6:]: tensor for path, tensor in arrays.items() if path.startswith("model/")})
    job.optimizer.load_state_dict({"state": memory, "param_groups": numbers["groups"]})
    job.schedule.load_state_dict(numbers["schedule"])
    job.order.generator.set_state(arrays["order"])
    job.order.rows, job.order.at = arrays["rows"], numbers["at"]
    torch.set_rng_state(arrays["dice"])
    job.done = numbers["done"]
