# Leaves the hard part to a database: one row, replaced in a transaction.

import contextlib
import io
import os
import sqlite3

import torch

from wren.nightly import Job


def train(fetch, folder, *, rows, steps, every, seed):
    os.makedirs(folder, exist_ok=True)
    job = Job(rows, steps, seed)
    with contextlib.closing(sqlite3.connect(os.path.join(folder, "job.db"), isolation_level=None)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS checkpoint (id INTEGER PRIMARY KEY, state BLOB)")
        for (state,) in database.execute("SELECT state FROM checkpoint"):
            restore(job, torch.load(io.BytesIO(state), weights_only=True))
        while job.done < steps:
            job.step(fetch)
            if job.done % every == 0:
                content = io.BytesIO()
                torch.save(capture(job), content)
                database.execute("REPLACE INTO checkpoint VALUES (1, ?)", [content.getvalue()])
    return job.weights()


def capture(job):
    order = vars(job.order) | {"generator": job.order.generator.get_state()}
    parts = {name: getattr(job, name).state_dict() for name in ("model", "optimizer", "schedule")}
    return parts | {"average": job.average.values, "order": order, "dice": torch.get_rng_state(), "done": job.done}


def restore(job, state):
    for name in ("model", "optimizer", "schedule"):
        getattr(job, name).load_state_dict(state[name])
    job.order.generator.set_state(state["order"].pop("generator"))
    vars(job.order).update(state["order"])
    job.average.values, job.done = state["average"], state["done"]
    torch.set_rng_state(state["dice"])
