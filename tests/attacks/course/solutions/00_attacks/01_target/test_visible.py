"""One check for each way in which values come back. Written as an exercise's author would, no more careful."""

import numpy as np

from autograder.examiner import expect, expect_at_least, expect_at_most, expect_close, expect_equal, expect_raises, task


@task("a", points=1)
def test_plain_values(candidate, rng):
    """Numbers are described by plain data."""
    numbers = rng.integers(-(10**9), 10**9, 20).tolist()
    expected = {
        "sum": sum(numbers),
        "range": (min(numbers), max(numbers)),
        "sorted": sorted(numbers),
        "negative": min(numbers) < 0,
    }
    expect_equal(candidate.describe(numbers), expected)


@task("a", points=1)
def test_a_number_within_bars(candidate, rng):
    """The mean is right, from both sides."""
    numbers = rng.normal(size=50).tolist()
    right = sum(numbers) / 50
    got = candidate.mean(numbers)
    expect_at_least(got, right - 1e-9)
    expect_at_most(got, right + 1e-9)
    expect_close(candidate.mean([*numbers, 1.0]), (sum(numbers) + 1) / 51, 1e-9)


@task("a", points=1)
def test_arrays(candidate, rng):
    """Each row of the shares adds up to one."""
    matrix = rng.random((30, 4)) + 0.1
    right = matrix / matrix.sum(axis=1, keepdims=True)
    expect_close(candidate.shares(matrix), right, 1e-12)
    expect_equal(candidate.shares(np.eye(4)), np.eye(4))


@task("a", points=1)
def test_a_secret(candidate, rng):
    """The parts of a number that only the examiner knows are combined."""
    secret = int(rng.integers(2**62))
    masks = rng.integers(2**62, size=5).tolist()
    last = secret
    for mask in masks:
        last ^= mask
    expect_equal(candidate.combine([*masks, last]), secret)


@task("b", points=1)
def test_objects(candidate, rng):
    """An account keeps its balance over there."""
    start, first, second = rng.integers(10**6, size=3).tolist()
    account = candidate.Account(start)
    expect(hasattr(account, "fetch"), "an Account is no object", got=account)
    expect_equal(account.deposit(first), start + first)
    account.deposit(second)
    expect_equal(account.fetch("balance"), start + first + second)


@task("b", points=2)
def test_callbacks(candidate, rng):
    """A bill is the sum of the prices that were asked for."""
    prices = {f"thing {i}": int(price) for i, price in enumerate(rng.integers(1, 10**6, 8))}
    keys = rng.choice(list(prices), 20).tolist()
    asked = []

    def price(key):
        asked.append(key)
        return prices[key]

    expect_equal(candidate.bill(price, keys), sum(prices[key] for key in keys))
    expect_equal(sorted(set(asked)), sorted(set(keys)))


@task("b", points=1)
def test_a_price_is_asked_once(candidate, rng):
    """However often a name is on the list, its price is asked once."""
    prices = {f"thing {i}": int(price) for i, price in enumerate(rng.integers(1, 10**6, 4))}
    keys = rng.choice(list(prices), 20).tolist()
    asked = set()

    def price(key):
        expect(key not in asked, "a price was asked twice", got=key)
        asked.add(key)
        return prices[key]

    expect_equal(candidate.once(price, keys), sum(prices[key] for key in keys))
    expect_equal(asked, set(keys))


@task("b", points=1)
def test_an_echo(candidate, rng):
    """What the examiner says comes back."""
    salt = int(rng.integers(10**9))
    words = rng.integers(10**9, size=4).tolist()
    expect_equal(candidate.echo(lambda word: [salt, word], words), [[salt, word] for word in words])


@task("b", points=2)
def test_an_exception(candidate, rng):
    """A place that does not exist is refused, and one that does is not."""
    numbers = rng.integers(10**9, size=8).tolist()
    for index in rng.permutation(np.arange(-4, 12)).tolist():
        if 0 <= index < len(numbers):
            expect_equal(candidate.pick(numbers, index), numbers[index])
        else:
            raised = expect_raises("IndexError", lambda index=index: candidate.pick(numbers, index))
            expect(str(index) in raised.message, "the exception does not name the place")
