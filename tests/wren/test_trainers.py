"""Right trainers keep what `Trainer` promises; each broken one breaks what its class records."""

from collections.abc import Callable

import numpy as np
import pytest

from wren.trainers import (
    FAULTS,
    GOOD,
    LABELS,
    SMOKE_TESTS,
    DetachedBranch,
    DropoutInEval,
    NeverCleared,
    PaddingLeaks,
    RateZero,
    Style,
    Trainer,
    make_corpus,
    make_trainer,
)


@pytest.mark.parametrize("style", GOOD.values(), ids=list(GOOD))
def test_a_gradient_is_the_slope_of_the_loss_in_every_number(style: Style) -> None:
    """Measured in float64 along each axis; float32 differs by its rounding only."""
    trainer, batch = make_trainer(3, style)
    trainer.step(batch, 3)
    now, gradient = trainer.parameters(), trainer.gradient(batch)
    exact = type(trainer)(Style(labels=style.labels, hidden=style.hidden), trainer.prior, 0)
    for name in ("hidden", "head_bias"):
        for place in np.ndindex(now[name].shape):
            aside = np.zeros(now[name].shape)
            aside[place] = 1e-5
            rise = exact.loss(batch, now | {name: now[name] + aside}) - exact.loss(
                batch, now | {name: now[name] - aside}
            )
            assert rise / 2e-5 == pytest.approx(gradient[name][place], abs=1e-6)


@pytest.mark.parametrize("style", GOOD.values(), ids=list(GOOD))
def test_a_right_trainer_learns_one_batch_by_heart(style: Style) -> None:
    trainer, batch = make_trainer(5, style)
    before = trainer.parameters()
    trainer.step(batch, 100)
    assert trainer.loss(batch) < 0.1
    assert all((before[name] != array).any() for name, array in trainer.parameters().items())
    assert {array.dtype for array in trainer.parameters().values()} == {np.dtype(style.dtype)}


def test_two_trainers_of_one_seed_are_the_same_to_the_bit() -> None:
    one, two = (make_trainer(4, GOOD["Adam"])[0] for _ in range(2))
    batch = make_trainer(4, GOOD["Adam"])[1]
    assert one.step(batch, 7) == two.step(batch, 7)
    assert all((array == two.parameters()[name]).all() for name, array in one.parameters().items())


def test_what_comes_out_is_a_copy() -> None:
    trainer, batch = make_trainer(4)
    loss = trainer.loss(batch)
    for array in (*trainer.parameters().values(), *trainer.gradient(batch).values()):
        array += 1
    assert trainer.loss(batch) == loss


@pytest.mark.parametrize("kind", list(LABELS))
def test_a_batch_holds_each_label_equally_often_and_some_padding(kind: str) -> None:
    corpus = make_corpus(2)
    _, batch = make_trainer(2, Style(labels=kind))
    assert np.bincount(batch["labels"]).tolist() == [8 // LABELS[kind]] * LABELS[kind]
    assert (~batch["mask"]).any(axis=1).all()
    assert batch["mask"].any(axis=1).all()
    assert corpus.prior(kind).sum() == pytest.approx(1)
    assert corpus.prior(kind).min() > 0


def test_the_faults_are_the_ones_on_record() -> None:
    assert all(fault.breaks and fault.breaks | fault.may_break <= set(SMOKE_TESTS) for fault in FAULTS)
    assert set().union(*(fault.breaks for fault in FAULTS)) == set(SMOKE_TESTS)
    assert not Trainer.breaks


@pytest.mark.parametrize(
    ("kind", "differs"),
    [
        (DropoutInEval, lambda t, b: (t.predict(b) != t.predict(b)).any()),
        (NeverCleared, lambda t, b: (t.gradient(b)["head"] != t.gradient(b)["head"]).any()),
        (PaddingLeaks, lambda t, b: (t.predict(b) != t.predict(_wider(b))).any()),
    ],
)
def test_a_fault_shows_and_a_right_trainer_is_without_it(
    kind: type[Trainer], differs: Callable[[Trainer, dict[str, np.ndarray]], bool]
) -> None:
    for fault in (Trainer, kind):
        trainer, batch = make_trainer(6, kind=fault)
        trainer.step(batch, 5)
        assert differs(trainer, batch) == (fault is kind)


def test_a_rate_of_zero_moves_nothing_and_a_detached_branch_is_missing_from_the_gradient() -> None:
    trainer, batch = make_trainer(6, kind=RateZero)
    before = trainer.parameters()
    trainer.step(batch, 5)
    assert all((before[name] == array).all() for name, array in trainer.parameters().items())
    whole, half = (make_trainer(6, kind=kind)[0].gradient(batch)["embedding"] for kind in (Trainer, DetachedBranch))
    assert (whole != half).any()


def _wider(batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    more = ((0, 0), (0, 2))
    return batch | {"words": np.pad(batch["words"], more), "mask": np.pad(batch["mask"], more)}
