"""The arrivals have the statistics they promise.

Each bound is one that a right generator leaves in fewer than one run of a thousand; the seeds are fixed, so
a run repeats itself.
"""

import numpy as np
import pytest

from wren.arrivals import DAY, Burst, Times, bursty, daily_rate, diurnal, poisson, thinned

SEEDS = [0, 1, 2]


def distance_from_exponential(gaps: Times) -> float:
    """Kolmogorov and Smirnov's distance of `gaps` from the exponential law of mean 1, times sqrt(n)."""
    ranked = np.sort(gaps)
    expected = 1 - np.exp(-ranked)
    n = len(ranked)
    steps = np.arange(n + 1) / n
    return float(np.sqrt(n) * max(np.max(steps[1:] - expected), np.max(expected - steps[:-1])))


KS_BOUND = 1.95  # exceeded with probability 0.001


def counts(times: Times, seconds: float, width: float) -> Times:
    """How many arrivals lie in each stretch of `width` seconds."""
    return np.histogram(times, np.arange(0.0, seconds + width / 2, width))[0].astype(float)


@pytest.mark.parametrize("seed", SEEDS)
def test_poisson_gaps_are_exponential_with_the_rate_asked_for(seed: int) -> None:
    times = poisson(np.random.default_rng(seed), rate=50, seconds=200)
    assert abs(len(times) - 10_000) < 3.3 * np.sqrt(10_000)
    assert distance_from_exponential(np.diff(times, prepend=0.0) * 50) < KS_BOUND


@pytest.mark.parametrize("seed", SEEDS)
def test_poisson_counts_vary_as_much_as_their_mean(seed: int) -> None:
    seen = counts(poisson(np.random.default_rng(seed), rate=20, seconds=1000), 1000, 1)
    dispersion = seen.var(ddof=1) / seen.mean()
    assert abs(dispersion - 1) < 3.3 * np.sqrt(2 / 999)


@pytest.mark.parametrize("seed", SEEDS)
def test_counts_of_neighbouring_stretches_know_nothing_of_each_other(seed: int) -> None:
    seen = counts(poisson(np.random.default_rng(seed), rate=20, seconds=1000), 1000, 1)
    assert abs(np.corrcoef(seen[:-1], seen[1:])[0, 1]) < 3.3 / np.sqrt(999)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_changing_rate_looks_steady_on_its_own_time_scale(seed: int) -> None:
    """Stretching time by the rate's integral turns the arrivals into steady ones of rate 1."""
    times = thinned(np.random.default_rng(seed), lambda t: 2 * t, peak=200.0, seconds=100.0)
    assert distance_from_exponential(np.diff(times**2, prepend=0.0)) < KS_BOUND


@pytest.mark.parametrize("seed", SEEDS)
def test_a_day_has_its_tickets_its_peak_and_its_night(seed: int) -> None:
    times = diurnal(np.random.default_rng(seed), per_day=2000, days=30, peak_hour=14, swing=0.8)
    assert abs(len(times) - 60_000) < 3.3 * np.sqrt(60_000)
    by_hour = np.histogram(times % DAY / 3600, np.arange(25))[0]
    busy, quiet = by_hour[13] + by_hour[14], by_hour[1] + by_hour[2]
    assert abs(busy - 2 * 30 * 2000 / 24 * 1.8) < 0.05 * busy
    assert abs(quiet - 2 * 30 * 2000 / 24 * 0.2) < 0.15 * quiet


@pytest.mark.parametrize("seed", SEEDS)
def test_the_daily_wave_explains_all_there_is_to_explain(seed: int) -> None:
    times = diurnal(np.random.default_rng(seed), per_day=2000, days=10, peak_hour=14, swing=0.8)

    def expected_by(moment: Times) -> Times:
        phase = 2 * np.pi * (moment / DAY - 14 / 24)
        return 2000 / DAY * (moment + 0.8 * DAY / (2 * np.pi) * np.sin(phase))

    gaps = np.diff(expected_by(times))
    assert distance_from_exponential(gaps) < KS_BOUND


def test_the_mean_of_the_daily_rate_is_the_number_a_day() -> None:
    hours = np.arange(0, DAY, 60.0)
    assert daily_rate(hours, per_day=3000).mean() * DAY == pytest.approx(3000)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_burst_multiplies_the_rate_where_it_lies_and_nowhere_else(seed: int) -> None:
    bursts = (Burst(start=40, seconds=10, factor=5), Burst(start=80, seconds=10, factor=0.2))
    times = bursty(np.random.default_rng(seed), rate=100, seconds=100, bursts=bursts)
    by_ten = counts(times, 100, 10)
    expected = np.array([1000.0] * 4 + [5000.0] + [1000.0] * 3 + [200.0] + [1000.0])
    assert np.all(np.abs(by_ten - expected) < 4 * np.sqrt(expected))


def test_bursts_that_overlap_multiply() -> None:
    bursts = (Burst(0, 100, 3), Burst(50, 50, 4))
    by_half = counts(bursty(np.random.default_rng(0), 50, 100, bursts), 100, 50)
    assert by_half == pytest.approx([7_500, 30_000], rel=0.05)


@pytest.mark.parametrize(
    "draw",
    [
        lambda rng: poisson(rng, 30, 20),
        lambda rng: diurnal(rng, 2000),
        lambda rng: bursty(rng, 30, 20, (Burst(5, 5, 3),)),
    ],
)
def test_arrivals_are_ascending_within_bounds_and_repeat_with_the_seed(draw) -> None:  # type: ignore[no-untyped-def]
    once, again, other = (draw(np.random.default_rng(seed)) for seed in (7, 7, 8))
    assert once.dtype == np.float64
    assert np.all(np.diff(once) >= 0)
    assert once[0] >= 0
    assert once[-1] < DAY
    np.testing.assert_array_equal(once, again)
    assert not np.array_equal(once, other)


@pytest.mark.parametrize(("rate", "seconds"), [(0, 10), (10, 0)])
def test_nothing_arrives_without_a_rate_or_without_time(rate: float, seconds: float) -> None:
    assert len(poisson(np.random.default_rng(0), rate, seconds)) == 0


def test_no_arrivals_are_no_reason_to_fail() -> None:
    assert len(bursty(np.random.default_rng(0), 0.0, 10.0, (Burst(1, 1, 5),))) == 0


def test_what_makes_no_sense_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="0 or more"):
        poisson(rng, -1, 10)
    with pytest.raises(ValueError, match="should stay in"):
        thinned(rng, lambda times: times, peak=1.0, seconds=100.0)
    with pytest.raises(ValueError, match="from 0 to 1"):
        diurnal(rng, 2000, swing=1.5)
