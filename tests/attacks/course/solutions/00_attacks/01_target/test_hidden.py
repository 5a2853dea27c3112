"""Programs, files, processes and time."""

import numpy as np

from autograder.examiner import VirtualTime, expect, expect_at_least, expect_close, expect_equal, measure_ratio, task

FASTER = 5  # times; the honest answer is some fifty times faster, another run of the rival's own code once


@task("c", points=1)
def test_a_command(candidate, rng):
    """The program prints the sum of its input, writes it to a file, and ends with 3."""
    numbers = rng.integers(10**6, size=5).tolist()
    done = candidate.run("target.py", stdin=" ".join(map(str, numbers)).encode())
    expect_equal(done.stdout.decode(errors="replace").strip(), str(sum(numbers)))
    expect_equal(done.exit_code, 3)
    expect_equal(done.files.get("sum.txt"), str(sum(numbers)).encode())


@task("c", points=1)
def test_a_file(candidate, rng):
    """The numbers are in a file of their own."""
    numbers = rng.integers(10**6, size=5).tolist()
    candidate.save(numbers)
    text = "".join(f"{number}\n" for number in numbers).encode()
    expect_equal(candidate.files().get("numbers.txt"), len(text))
    expect_equal(candidate.read_file("numbers.txt"), text)


@task("c", points=2)
def test_files_outlive_the_process(candidate, rng):
    """What one process saved the next one loads, killed or not."""
    numbers = rng.integers(10**6, size=5).tolist()
    candidate.save(numbers)
    candidate.kill()
    candidate.restart(keep_files=True)
    expect_equal(candidate.load(), numbers)
    candidate.restart()
    expect("numbers.txt" not in candidate.files(), "a fresh folder holds an old file")


@task("d", points=1)
def test_a_virtual_wait(harness, rng):
    """All wait at once, and the clock stands where the last one ended."""
    seconds = (rng.permutation(9) + rng.random()).tolist()
    clock = VirtualTime()
    order = harness.wait_for_all(clock.tick, seconds)
    expect_equal(order, sorted(range(9), key=seconds.__getitem__))
    expect_close(clock.now, max(seconds), 1e-6)


@task("d", points=1)
def test_speed(candidate, rival, rng):
    """Pairs are counted several times faster than by looking at every pair."""
    tables = iter(rng.integers(1000, size=(12, 1000)))

    def ask(counter):
        def work():
            values = next(tables)
            _, counts = np.unique(values, return_counts=True)
            expect_equal(counter(values), int((counts * (counts - 1) // 2).sum()))

        return work

    candidate.count_pairs(np.arange(3))  # imports NumPy before the clock runs
    rival.count_pairs(np.arange(3))
    ratio = measure_ratio(candidate, ask(candidate.count_pairs), rival, ask(rival.count_pairs))
    expect_at_least(ratio.median, FASTER)
