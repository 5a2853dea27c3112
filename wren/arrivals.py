"""When tickets and requests arrive.

Every function takes a NumPy generator, so that the same seed gives the same arrivals, and returns their
instants in seconds since the beginning: float64, ascending, in [0, seconds).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DAY = 86_400.0

Times = NDArray[np.float64]


@dataclass(frozen=True)
class Burst:
    """A stretch of time (s) in which the rate is `factor` times the usual, such as after a campaign."""

    start: float
    seconds: float
    factor: float


def poisson(rng: np.random.Generator, rate: float, seconds: float) -> Times:
    """Arrivals that know nothing of each other, `rate` a second on average."""
    if rate < 0 or seconds < 0:
        raise ValueError(f"rate and seconds should be 0 or more, are {rate!r} and {seconds!r}")
    return np.sort(rng.uniform(0.0, seconds, rng.poisson(rate * seconds)))


def thinned(
    rng: np.random.Generator, rate: Callable[[Times], NDArray[np.float64]], peak: float, seconds: float
) -> Times:
    """Arrivals whose rate changes: `rate(times)` a second, nowhere above `peak`.

    Draws arrivals at the rate `peak` and keeps each with probability rate / peak (Lewis and Shedler 1979,
    Simulation of nonhomogeneous Poisson processes by thinning). ValueError when `rate` leaves [0, peak].
    """
    times = poisson(rng, peak, seconds)
    rates = rate(times)
    if np.any(rates < 0) or np.any(rates > peak * (1 + 1e-12)):
        raise ValueError(f"the rate should stay in [0, {peak}], reaches {rates.min()} and {rates.max()}")
    return times[rng.uniform(0.0, peak, len(times)) < rates]


def daily_rate(times: Times, per_day: float, peak_hour: float = 14.0, swing: float = 0.8) -> NDArray[np.float64]:
    """The rate (1/s) at each of `times` of a shop with `per_day` arrivals on average a day.

    A cosine over the day with its top at `peak_hour`: there the rate is (1 + swing) times the mean, and
    twelve hours later (1 - swing) times.
    """
    if not 0 <= swing <= 1:
        raise ValueError(f"swing should be from 0 to 1, is {swing!r}")
    phase = 2 * np.pi * (times / DAY - peak_hour / 24)
    return per_day / DAY * (1 + swing * np.cos(phase))


def diurnal(
    rng: np.random.Generator, per_day: float, days: float = 1.0, peak_hour: float = 14.0, swing: float = 0.8
) -> Times:
    """Arrivals over `days` that follow `daily_rate`; the beginning is midnight."""
    return thinned(
        rng,
        lambda times: daily_rate(times, per_day, peak_hour, swing),
        peak=per_day / DAY * (1 + swing),
        seconds=days * DAY,
    )


def bursty(rng: np.random.Generator, rate: float, seconds: float, bursts: tuple[Burst, ...]) -> Times:
    """Arrivals at `rate` a second, times the factor of each of `bursts` while it lasts."""
    ceiling = rate * float(np.prod([max(1.0, burst.factor) for burst in bursts]))

    def rate_at(times: Times) -> NDArray[np.float64]:
        rates = np.full(len(times), float(rate))
        for burst in bursts:
            inside = (times >= burst.start) & (times < burst.start + burst.seconds)
            rates[inside] *= burst.factor
        return rates

    return thinned(rng, rate_at, ceiling, seconds)
