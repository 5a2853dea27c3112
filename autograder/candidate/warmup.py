"""Using libraries once before a fork: what they load at their first use is loaded then, and not in every child."""

import gc
import os
import sys
from typing import Any


def exercise() -> None:
    """Use the libraries that are imported, with one thread."""
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy:
        numpy.random.default_rng(0).normal(size=(2, 2)) @ numpy.ones((2, 2))
    if torch:
        _exercise_torch(torch)
    gc.freeze()  # what is here now is never freed; collecting it would only copy pages


def expect_one_thread() -> None:
    """Raise RuntimeError when a library has started others: a fork takes over one, and the locks that they held."""
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"a library that was imported before the fork has started {threads - 1} threads")


def reseed() -> None:
    """In a child: random numbers of its own from the generators that do not see to it themselves."""
    random = sys.modules.get("numpy.random")
    if random:
        random.seed(int.from_bytes(os.urandom(4)))  # without a number it takes a millisecond


def _exercise_torch(torch: Any) -> None:
    torch.set_num_threads(1)
    weight = torch.nn.Parameter(torch.ones(2, 2))
    optimizer = torch.optim.SGD([weight], lr=0.1)
    (weight @ torch.ones(2, 1)).sum().backward()
    optimizer.step()
    torch.testing.assert_close(torch.ones(1), torch.ones(1))
