"""The virtual clock."""

import math

import pytest

from wren.clock import Clock, VirtualClock


def test_it_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(start=5.0)
    assert (clock.now(), clock.now()) == (5.0, 5.0)


def test_a_sleep_moves_it_by_its_length() -> None:
    clock: Clock = VirtualClock()
    for _ in range(3):
        clock.sleep(0.25)
    assert clock.now() == 0.75


def test_a_sleep_of_nothing_moves_nothing() -> None:
    clock = VirtualClock(1.0)
    clock.sleep(0)
    assert clock.now() == 1.0


def test_it_never_goes_back() -> None:
    clock = VirtualClock()
    clock.advance_to(3.0)
    clock.advance_to(2.0)
    assert clock.now() == 3.0


@pytest.mark.parametrize("seconds", [-1e-9, math.inf, math.nan])
def test_a_sleep_that_is_no_length_of_time_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="moves on by 0 s or more"):
        VirtualClock().sleep(seconds)


@pytest.mark.parametrize("moment", [math.inf, math.nan])
def test_an_instant_that_never_comes_is_refused(moment: float) -> None:
    with pytest.raises(ValueError, match="moves on to an instant"):
        VirtualClock().advance_to(moment)


def test_it_tells_where_it_stands() -> None:
    clock = VirtualClock()
    clock.sleep(1.5)
    assert repr(clock) == "VirtualClock(start=1.5)"
