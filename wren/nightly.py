"""Wren's nightly training: a small network learns to tell account actions from questions. Needs torch.

The encoder has made `WIDTH` numbers of each message. The numbers are in the warehouse; `Job` asks for them batch by
batch, through a function that the caller hands in.

Everything happens in one thread and in an order that does not vary, so that two runs with the same rows and the same
seed end in the same weights, to the last bit.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

WIDTH = 96
"""Numbers for each message."""

BATCH = 32
"""Rows in a batch; the last batch of an epoch has what is left."""

Fetch = Callable[[list[int]], tuple[Any, Any]]
"""Takes row numbers; returns their messages, float32 (rows, `WIDTH`), and labels, int64 (rows,), 1 for an action."""


class Order:
    """Which rows come next: each row once in an epoch, in an order that is drawn afresh for each epoch.

    `generator` draws the orders. `rows` is the order of the epoch under way, int64 (count,), and `at` says how many of
    them have been given out.
    """

    def __init__(self, count: int, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.rows = torch.randperm(count, generator=self.generator)
        self.at = 0

    def next(self) -> list[int]:
        """The numbers of the next batch's rows."""
        if self.at == len(self.rows):
            self.rows = torch.randperm(len(self.rows), generator=self.generator)
            self.at = 0
        batch = self.rows[self.at : self.at + BATCH]
        self.at += len(batch)
        numbers: list[int] = batch.tolist()
        return numbers


class Average:
    """A moving average of a model's parameters. It is this that is served: it jitters less than the model itself."""

    def __init__(self, model: nn.Module, decay: float = 0.95) -> None:
        self.decay = decay
        self.values = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}

    def follow(self, model: nn.Module) -> None:
        """Move a little towards the model as it is now."""
        for name, parameter in model.named_parameters():
            self.values[name].lerp_(parameter.detach(), 1 - self.decay)


class Job:
    """One night's training: `steps` steps over `rows` messages. `done` counts the steps behind it.

    Dropout and the first weights are drawn from torch's own generator, which is seeded here.
    """

    def __init__(self, rows: int, steps: int, seed: int) -> None:
        torch.set_num_threads(1)
        torch.use_deterministic_algorithms(True)
        torch.manual_seed(seed)
        self.model = nn.Sequential(
            nn.Linear(WIDTH, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 2)
        )
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(self.optimizer, max_lr=1e-2, total_steps=steps + 1)
        self.average = Average(self.model)
        self.order = Order(rows, seed)
        self.done = 0

    def step(self, fetch: Fetch) -> None:
        """Fetch the next batch and learn from it."""
        messages, labels = (torch.tensor(array) for array in fetch(self.order.next()))
        loss = nn.functional.cross_entropy(self.model(messages), labels)
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        self.optimizer.step()
        self.schedule.step()
        self.average.follow(self.model)
        self.done += 1

    def weights(self) -> dict[str, np.ndarray[Any, Any]]:
        """What the night has made: the model's parameters and buffers, and the averages as `average.NAME`."""
        tensors = self.model.state_dict() | {f"average.{name}": value for name, value in self.average.values.items()}
        return {name: tensor.numpy().copy() for name, tensor in tensors.items()}
