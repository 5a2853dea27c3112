"""One night's training as the examiner runs it: it serves the batches, kills the process, and starts it again.

What counts is which batches were asked for, what lies in the folder, and the weights in the end.
"""

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.examiner import CheckFailed, LearnerRaised, expect, expect_at_most, expect_type

WIDTH, BATCH = 96, 32  # as in `wren.nightly`, which is not imported here because torch takes seconds
EPOCH = 20  # batches in an epoch
DISK = 3.2  # first checkpoints that the disk may hold: three of later ones, whose numbers may have more digits

_PARTS = {
    "optimizer": "optimizer",
    "schedule": "learning-rate schedule",
    "average": "moving average",
    "dice": "torch's random numbers",
    "statistics": "statistics of BatchNorm",
}


@dataclass(frozen=True)
class Kill:
    """When and how the process ends.

    `how` is "now", in the middle of asking for a batch; "byte", in the next write past the share `where` (0 to 1) of
    a checkpoint's largest file; or "change", before change number `where` of the folder. It holds from the first
    batch on that is that of `step` or a later one. Who makes no such write or change in two intervals is killed as
    the next batch is asked for.
    """

    step: int
    how: str = "now"
    where: float = 0


@dataclass(frozen=True)
class Night:
    """The data of one training, and what comes of it when nobody kills it.

    `messages` is float32 (rows, WIDTH), `labels` int64 (rows,). `step_of` says which step asks for a batch, by its
    rows.
    """

    messages: Any
    labels: Any
    steps: int
    every: int
    seed: int
    step_of: dict[tuple[int, ...], int]
    weights: dict[str, Any]

    @classmethod
    def draw(cls, rng: np.random.Generator, rival: Any) -> "Night":
        """A night of two and a half epochs or more, trained once by the rival."""
        rows = int(rng.integers((EPOCH - 1) * BATCH + 2, EPOCH * BATCH))
        labels = rng.integers(2, size=rows)
        towards = rng.standard_normal(WIDTH) * 0.3
        messages = (rng.standard_normal((rows, WIDTH)) + labels[:, None] * towards).astype(np.float32)
        steps, every, seed = int(rng.integers(52, 59)), int(rng.choice([4, 5])), int(rng.integers(2**31))
        batches, weights = rival.within(60).uninterrupted(messages, labels, steps, seed)
        return cls(messages, labels, steps, every, seed, {tuple(b): n for n, b in enumerate(batches)}, weights)


class Training:
    """The training of one night in the learner's process, with all the lives it takes.

    It has a folder of its own, in which nothing is yet. `held` is the most (bytes) that the training ever had there
    and elsewhere.
    """

    def __init__(self, candidate: Any, harness: Any, rival: Any, night: Night) -> None:
        self.candidate, self.harness, self.rival, self.night = candidate, harness, rival, night
        self.shipped = set(candidate.files())
        self.starts: list[int] = []  # the step with which each life after the first began
        self.held = 0
        self.deaths = 0
        self._last = -1  # the step whose batch was asked for last
        self._first = True  # no batch has been asked for in this life
        self._kill: Kill | None = None
        self._armed: int | None = None  # the step at which this life's kill was prepared
        self._death = ""
        self._ahead = 0  # steps that may have been done after the batch was asked for last
        self._weights: Any = None

    def __repr__(self) -> str:
        return f"{self.night.steps} steps, a checkpoint every {self.night.every}"

    # ---- what is done

    def through(self, kills: Sequence[Kill] = ()) -> "Training":
        """Train to the end, killed as told; fail at the first batch that is not as if nothing had happened."""
        try:
            for kill in kills:
                if not self._live(kill):
                    break
            else:
                self._live(None)
        finally:
            if self._armed is not None:  # it lives, and what was to end it is in it still
                self.candidate.restart(fresh=False)
        ended = f"{self._life()} came back after step {self._last}, and there are {self.night.steps}"
        expect(self._last == self.night.steps - 1, ended)
        return self

    def expect_same_weights(self) -> "Training":
        """Fail unless the weights are those of the run that nobody kills, to the last bit."""
        night, weights = self.night, self._weights
        expect_type(weights, dict, "train returned no dict of weights")
        right = [name for name, array in night.weights.items() if _same_bits(weights.get(name), array)]
        if not len(right) == len(night.weights) == len(weights):
            got = f"{len(right)} of {len(night.weights)} arrays are the same"
            raise CheckFailed(self._difference(), got=got, expected="all of them, bit for bit")
        return self

    def checkpoint_bytes(self) -> int:
        """The size of one checkpoint: what a run of `every` steps leaves in a folder of its own."""
        every = self.night.every
        self._train(self._serve, f"one_{self.night.seed}", every)
        size = sum(self.files().values())
        self.shipped |= set(self.candidate.files())
        expect(size > 0, f"after {every} steps, with a checkpoint every {every}, there is no file")
        return size

    def files(self) -> dict[str, int]:
        """What the training has written: path, and size in bytes."""
        return {path: size for path, size in self.candidate.files().items() if path not in self.shipped}

    def expect_small(self, checkpoint: int) -> None:
        """Fail when the folder ever held more than `DISK` times the bytes of one checkpoint."""
        after = f"after {self.deaths} kills" if self.deaths else f"with a checkpoint every {self.night.every} steps"
        because = f"{after} there are {self.held / checkpoint:.1f} times the bytes of one checkpoint on the disk"
        expect_at_most(self.held / checkpoint, DISK, because, "checkpoints")

    def _live(self, kill: Kill | None) -> bool:
        """One life; whether it was killed."""
        self._kill, self._armed, self._first = kill, None, True
        writes: list[bool] = []  # whether the kernel ended it in a write
        killed = self.candidate.until_killed(
            lambda: writes.append(self.candidate.until_killed(self._train_all, signal.SIGXFSZ))
        )
        if not killed and not any(writes):
            return False
        self.deaths += 1
        self._armed = None
        self._look_at_disk()
        self.candidate.restart(keep_files=True, fresh=False)
        return True

    def _train_all(self) -> None:
        try:
            self._weights = self._train(self.fetch, f"night_{self.night.seed}", self.night.steps)
        except LearnerRaised as raised:
            if not self.deaths or raised.is_a("NotImplementedError"):
                raise
            what = "does not start again" if self._first else "goes on, and raises"
            raise CheckFailed(f"{self._death} {what}: {raised}"[:300]) from None

    def _train(self, fetch: Callable[[Any], Any], folder: str, steps: int) -> Any:
        rows, every, seed = len(self.night.labels), self.night.every, self.night.seed
        return self.candidate.train(fetch, folder, rows=rows, steps=steps, every=every, seed=seed)

    # ---- what is asked for

    def fetch(self, rows: Any) -> tuple[Any, Any]:
        """The learner's process asks for a batch."""
        answer = self._serve(rows)
        step = self.night.step_of.get(tuple(rows))
        if self._first:
            self._begin(step)
        elif step != self._last + 1:
            raise CheckFailed(f"{self._life()} {self._batch(step)} after that of step {self._last}")
        assert step is not None
        self._first, self._last = False, step
        self._look_at_disk()
        self._prepare(step)
        return answer

    def _serve(self, rows: Any) -> tuple[Any, Any]:
        count = len(self.night.labels)
        fine = isinstance(rows, list) and all(type(row) is int and 0 <= row < count for row in rows)
        expect(fine and 0 < len(rows) <= BATCH, "what was asked for are no row numbers of a batch", got=rows)
        return self.night.messages[rows], self.night.labels[rows]

    def _begin(self, step: int | None) -> None:
        """The first batch of a life: at most `every` steps behind the last one that was asked for."""
        if not self.deaths:
            expect(step == 0, f"in an empty folder it {self._batch(step)} first")
            return
        earliest, latest = max(self._last - self.night.every, 0), self._last + self._ahead
        words = f"{self._life()} {self._batch(step)} first"
        if step is not None and step <= self._last:
            words += f": {self._last - step + 1} batches are asked for twice"
        elif step is not None:
            words += f": {step - self._last} batches are never learned from"
        fine = step is not None and earliest <= step <= latest
        expect(fine, words, expected=f"that of a step from {earliest} to {latest}")
        self.starts.append(int(step or 0))

    def _prepare(self, step: int) -> None:
        """Let this life end, when its time has come."""
        kill = self._kill
        if kill is None or step < kill.step:
            return
        if kill.how == "now" or (self._armed is not None and step >= self._armed + 2 * self.night.every):
            self._death, self._ahead = f"killed as it asked for the batch of step {step}, it", 0
            self.candidate.kill()
        elif self._armed is None:
            self._armed, self._ahead = step, 1
            if kill.how == "byte":
                number = self._byte(kill.where)
                self._death = f"killed at byte {number:,} of a file, in a write after step {step}, it"
                self.harness.die_at_byte(number)
            else:
                self._death = f"killed before change {kill.where} of its folder, after step {step}, it"
                self.harness.die_before_change(int(kill.where))

    def _byte(self, share: float) -> int:
        largest = max(self.files().values(), default=0)
        without = f"{self._last} steps are done, with a checkpoint every {self.night.every}, and there is no file"
        expect(largest > 0, without)
        return int(share * largest)

    def _look_at_disk(self) -> None:
        self.held = max(self.held, sum(self.files().values()))

    # ---- what came of it

    def _difference(self) -> str:
        """What is wrong with the weights, and if it can be told, which part of the job began anew."""
        night = self.night
        words = f"{self._life()} ends in other weights than the run that nobody kills"
        starts = sorted({start for start in self.starts if start})
        if not starts or not _comparable(self._weights, night.weights):
            return words
        anew = self.rival.within(120).what_began_anew(
            night.messages, night.labels, night.steps, night.seed, starts, self._weights
        )
        if anew:
            parts = " and ".join(_PARTS[part] for part in anew)
            return f"{words}: they are those of a run whose {parts} began anew at step {starts[0]}"
        gap = max(float(np.max(np.abs(self._weights[name] - array))) for name, array in night.weights.items())
        return f"{words}, by up to {gap:.2g}"

    def _life(self) -> str:
        return self._death if self.deaths else "it"

    def _batch(self, step: int | None) -> str:
        if step is None:
            return "asks for a batch that the run which nobody kills never asks for,"
        return f"asks for the batch of step {step}"


def _same_bits(got: Any, expected: Any) -> bool:
    same_kind = isinstance(got, np.ndarray) and (got.dtype, got.shape) == (expected.dtype, expected.shape)
    return same_kind and got.tobytes() == expected.tobytes()


def _comparable(got: dict[Any, Any], expected: dict[str, Any]) -> bool:
    return got.keys() == expected.keys() and all(
        isinstance(got[name], np.ndarray) and (got[name].dtype, got[name].shape) == (array.dtype, array.shape)
        for name, array in expected.items()
    )
