# A length, a JSON header and raw bytes in one file, as safetensors has it; the last two are kept, by their step.

import json
import os
import struct
from pathlib import Path

import numpy as np
import torch

from wren.nightly import Job


def train(fetch, folder, *, rows, steps, every, seed):
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    job = Job(rows, steps, seed)
    checkpoints = sorted(place.glob("*.tensors"))
    if checkpoints:
        read(job, checkpoints[-1])
    while job.done < steps:
        job.step(fetch)
        if job.done % every == 0:
            write(job, place / f"{job.done:08}.tensors")
            for old in sorted(place.glob("*.tensors"))[:-2]:
                old.unlink()
    return job.weights()


def tensors(job):
    """Every tensor of the job by name; those that can be, the live ones."""
    yield from job.model.state_dict().items()
    for name, value in job.average.values.items():
        yield f"average.{name}", value
    for number, memory in job.optimizer.state_dict()["state"].items():
        for name, value in memory.items():
            yield f"memory.{number}.{name}", value
    yield "order.generator", job.order.generator.get_state()
    yield "order.rows", job.order.rows
    yield "dice", torch.get_rng_state()


def write(job, path):
    header, chunks, offset = {}, [], 0
    for name, tensor in tensors(job):
        data = tensor.numpy().tobytes()
        header[name] = [tensor.numpy().dtype.str, list(tensor.shape), offset, len(data)]
        chunks.append(data)
        offset += len(data)
    groups = job.optimizer.state_dict()["param_groups"]
    header["numbers"] = [job.done, job.order.at, job.schedule.last_epoch, groups]
    text = json.dumps(header).encode()
    unfinished = path.with_name("unfinished")
    unfinished.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))
    os.replace(unfinished, path)


def read(job, path):
    raw = path.read_bytes()
    start = 8 + struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:start])
    job.done, job.order.at, job.schedule.last_epoch, groups = header.pop("numbers")
    found = {
        name: torch.tensor(np.frombuffer(raw, dtype, length // np.dtype(dtype).itemsize, start + offset).reshape(shape))
        for name, (dtype, shape, offset, length) in header.items()
    }
    memory = {}
    for name, tensor in found.items():
        if name.startswith("memory."):
            _, number, which = name.split(".")
            memory.setdefault(int(number), {})[which] = tensor
    job.optimizer.load_state_dict({"state": memory, "param_groups": groups})
    job.model.load_state_dict({name: found[name] for name in job.model.state_dict()})
    job.average.values = {name: found[f"average.{name}"] for name in job.average.values}
    job.order.generator.set_state(found["order.generator"])
    job.order.rows = found["order.rows"]
    torch.set_rng_state(found["dice"])
