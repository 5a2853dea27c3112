"""`ninety grade` as a teacher types it: killed, interrupted, given again, with the real examiner."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from autograder.cohort.records import FILE
from autograder.sandbox import processes

# Each check notes, beside everything, that it has judged; some do to their own process what happens to one.
CHECKS = '''
import os, time

@task("a")
def test_it_is_even(candidate):
    """It is even."""
    name = candidate.name()
    with open(os.environ["SIDE"], "a") as side:
        side.write(f"{name}\\n")
    first_time = open(os.environ["SIDE"]).read().split().count(name) == 1
    if name == "killer" or (name == "once" and first_time):
        os.kill(os.getpid(), 9)
    if name == "long":
        time.sleep(600)
    if name == "loud":
        print("printed by a check")
    expect_equal(candidate.number() % 2, 0, because=f"{name} is odd")
'''


class Cohort:
    """A course of one exercise, students' submissions, and the command."""

    def __init__(self, bench):
        self.bench = bench
        self.root = bench.root
        self.out = self.root / "out"
        self.side = self.root / "side"
        self.environment = {**os.environ, "NINETY_COURSE": str(self.root), "SIDE": str(self.side)}
        bench.checks(CHECKS)
        (self.root / "in").mkdir()

    def hand_in(self, *names):
        for name in names:
            (self.root / "in" / name).mkdir()
            number = 2 * sum(name.encode()) + name.startswith("odd")
            text = f"def name():\n    return {name!r}\n\n\ndef number():\n    return {number}\n"
            (self.root / "in" / name / "answer.py").write_text(text)

    def command(self, *words):
        words = words or ("in", "--out", "out", "--jobs", "2")
        return [sys.executable, "-m", "autograder", "grade", "--exercise", "0.1", "--sandbox", "process", *words]

    def grade(self, *words):
        return subprocess.run(
            self.command(*words), cwd=self.root, env=self.environment, capture_output=True, text=True, timeout=300
        )

    def start(self, *words, **more):
        pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | more
        return subprocess.Popen(self.command(*words), cwd=self.root, env=self.environment, **pipe)

    def judged(self):
        return self.side.read_text().split() if self.side.exists() else []

    def wait_until_judged(self, count, process):
        while len(self.judged()) < count and process.poll() is None:
            time.sleep(0.002)

    def records(self):
        return [json.loads(line) for line in (self.out / FILE).read_text().splitlines()]

    def outcomes(self):
        return {os.path.basename(record["submission"]): record["verdict"]["outcome"] for record in self.records()}


@pytest.fixture
def cohort(bench):
    return Cohort(bench)


def wait_until_gone(pids):
    deadline = time.monotonic() + 30
    while any(os.path.exists(f"/proc/{pid}") for pid in pids):
        assert time.monotonic() < deadline, "processes stayed behind"
        time.sleep(0.05)


@pytest.mark.slow
def test_kill_9_loses_no_verdict_and_repeats_at_most_what_was_in_work(cohort):
    jobs, kills, total = 3, 5, 60
    cohort.hand_in(*(f"{'odd' if n % 4 == 1 else 'even'}-{n}" for n in range(total)))
    rng = random.Random(20)
    stored = b""
    temporary = cohort.root / "t"  # the path of a Unix socket has an end
    temporary.mkdir()
    cohort.environment["TMPDIR"] = str(temporary)
    for _ in range(kills):
        process = cohort.start("in", "--out", "out", "--jobs", str(jobs), stderr=subprocess.DEVNULL)
        cohort.wait_until_judged(len(cohort.judged()) + rng.randrange(1, 12), process)
        time.sleep(rng.random() / 50)
        started = processes.descendants(process.pid)
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        now = (cohort.out / FILE).read_bytes()
        assert now.startswith(stored)
        stored = now[: now.rfind(b"\n") + 1]
        wait_until_gone(started)
        assert not list(temporary.iterdir())
    assert 0 < len(stored.splitlines()) < total
    last = cohort.grade("in", "--out", "out", "--jobs", str(jobs))
    assert last.returncode == 1
    assert f"60 submissions: 45 passed, 15 failed; {len(stored.splitlines())} of them known before" in last.stdout
    assert (cohort.out / FILE).read_bytes().startswith(stored)
    assert Counter(cohort.outcomes().values()) == {"passed": 45, "failed": 15}
    assert len(cohort.records()) == total
    assert len(cohort.judged()) - total <= jobs * kills
    assert len(set(cohort.judged())) == total


@pytest.mark.slow
@pytest.mark.parametrize("whom", ["command", "terminal"])
def test_an_interrupt_stores_what_is_done_and_says_how_to_go_on(cohort, whom):
    cohort.hand_in(*(f"even-{n}" for n in range(6)), "long", "long-too")
    process = cohort.start("in", "--out", "out", "--jobs", "2", start_new_session=True)
    while not {"long", "long-too"} <= set(cohort.judged()) and process.poll() is None:
        time.sleep(0.01)
    started = processes.descendants(process.pid)
    (os.kill if whom == "command" else os.killpg)(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "stopped; what is graded is stored in out: the same command" in err
    assert "Traceback" not in out + err
    wait_until_gone(started)
    assert len(cohort.records()) >= 6
    assert set(cohort.outcomes().values()) == {"passed"}


@pytest.mark.slow
def test_a_process_that_is_killed_costs_one_submission_and_a_second_try(cohort):
    cohort.hand_in("even-1", "even-2", "killer", "odd-1", "once")
    result = cohort.grade()
    assert result.returncode == 4
    assert result.stdout.splitlines() == [
        "PASSED          1 of 1  in/even-1",
        "PASSED          1 of 1  in/even-2",
        "GRADER ERROR    0 of 1  in/killer  the grading process died twice: ended by signal 9 "
        "(killed; the usual cause is too little memory)",
        "FAILED          0 of 1  in/odd-1",
        "PASSED          1 of 1  in/once",
        "5 submissions: 3 passed, 1 failed, 1 grader error",
    ]
    assert Counter(cohort.judged()) == {"even-1": 1, "even-2": 1, "killer": 2, "odd-1": 1, "once": 2}
    again = cohort.grade()
    assert "4 of them known before" in again.stdout
    assert Counter(cohort.judged())["killer"] == 4


@pytest.mark.slow
def test_one_job_and_four_give_the_same_output(cohort):
    cohort.hand_in(*(f"{'odd' if n % 3 else 'even'}-{n}" for n in range(12)))
    (cohort.root / "in" / "odd-1" / "answer.py").write_text("import nothing\n")
    one, four = (cohort.grade("in", "--out", f"out{n}", "--jobs", n, "--seed", "5") for n in ("1", "4"))
    assert (one.stdout, one.stderr, one.returncode) == (four.stdout, "", 1)
    as_json = [cohort.grade("in", "--json", "--jobs", n, "--seed", "5").stdout for n in ("1", "4")]
    first, second = (json.loads(text) for text in as_json)
    for verdict in first + second:
        for part in [verdict, *verdict["checks"]]:
            del part["seconds"]
    assert first == second
    assert [os.path.basename(verdict["submission"]) for verdict in first] == sorted(os.listdir(cohort.root / "in"))


@pytest.mark.slow
def test_bad_submissions_stop_nothing(cohort):
    cohort.hand_in("even-1")
    folder = cohort.root / "in"
    (folder / "empty").mkdir()
    (folder / "link").mkdir()
    (folder / "link" / "answer.py").symlink_to(folder / "even-1" / "answer.py")
    (folder / "lost").symlink_to("nowhere")
    (folder / "two\nlines.py").write_text("x = 1\n")
    (folder / "binary.py").write_bytes(b"\xff\xfe\0")
    (folder / os.fsdecode(b"caf\xe9.py")).write_text(
        "def name():\n    return 'cafe'\n\n\ndef number():\n    return 2\n"
    )
    os.mkfifo(folder / "pipe.py")
    for _ in range(2):
        result = cohort.grade()
        assert result.returncode == 1
        assert result.stderr == ""
        assert [line.split("  in/") for line in result.stdout.splitlines()[:-1]] == [
            ["CRASHED         0 of 1", "binary.py"],
            ["PASSED          1 of 1", r"caf\udce9.py"],
            ["CRASHED         0 of 1", "empty"],
            ["PASSED          1 of 1", "even-1"],
            ["CRASHED         0 of 1", "link"],
            ["CRASHED         0 of 1", "lost"],
            ["CRASHED         0 of 1", "pipe.py"],
            ["CRASHED         0 of 1", r"two\nlines.py"],
        ]
    assert result.stdout.splitlines()[-1] == "8 submissions: 2 passed, 6 crashed; 8 of them known before"
    full = cohort.grade("in/link", "in/two\nlines.py")
    assert "answer.py is a link; hand in the file itself" in full.stdout
    assert full.stdout.count("CRASHED") == 2


@pytest.mark.slow
def test_replay_gives_the_same_verdict_or_says_what_differs(cohort):
    cohort.hand_in("even-1", "odd-1")
    assert cohort.grade().returncode == 1
    before = (cohort.out / FILE).read_bytes()
    same = cohort.grade("in", "--out", "out", "--replay")
    assert same.returncode == 0, same.stdout
    assert [line.split()[0] for line in same.stdout.splitlines()] == ["SAME", "SAME", "2"]
    assert Counter(cohort.judged()) == {"even-1": 2, "odd-1": 2}
    assert (cohort.out / FILE).read_bytes() == before

    cohort.hand_in("even-2")
    checks = cohort.bench.folder / "test_visible.py"
    checks.write_text(checks.read_text().replace("is odd", "is odd, is it not"))
    different = cohort.grade("in", "--out", "out", "--replay")
    assert different.returncode == 1
    assert "SAME       in/even-1" in different.stdout
    assert "checks[0].failure.message: 'odd-1 is odd' became 'odd-1 is odd, is it not'" in different.stdout
    assert "since then changed: exercise\n" in different.stdout
    assert "DIFFERENT  in/even-2\n  no verdict on it is stored" in different.stdout
    assert different.stdout.endswith("3 graded again: 1 the same, 2 different\n")

    (cohort.root / "in" / "even-1" / "answer.py").write_text("def name():\n    return 'new'\n")
    (changed, *_) = json.loads(cohort.grade("in", "--out", "out", "--replay", "--json").stdout)
    assert changed["same"] is False
    assert changed["differences"][0] == "the submission holds something else than what was graded"
    assert changed["changed"] == ["exercise", "submission"]


@pytest.mark.slow
def test_a_random_check_is_replayed_with_its_seed(cohort):
    cohort.bench.checks('''
        @task("a")
        def test_it_is_this_number(candidate, rng):
            """It is this number."""
            expect_equal(candidate.number(), int(rng.integers(2**60)))
    ''')  # fmt: skip
    cohort.hand_in("even-1", "even-2")
    assert cohort.grade().returncode == 1
    expected = [record["verdict"]["checks"][0]["failure"]["expected"] for record in cohort.records()]
    assert len(set(expected)) == 2
    assert cohort.grade("in", "--out", "out", "--replay").returncode == 0
    os.rename(cohort.out, cohort.root / "first")
    cohort.grade()
    assert [record["verdict"]["checks"][0]["failure"]["expected"] for record in cohort.records()] != expected


@pytest.mark.slow
def test_a_torn_record_is_told_and_graded_again(cohort):
    cohort.hand_in("even-1", "odd-1")
    cohort.grade("in", "--out", "out", "--jobs", "1")
    stored = (cohort.out / FILE).read_bytes()
    (cohort.out / FILE).write_bytes(stored[:-30])
    again = cohort.grade()
    assert "was cut off, as by a kill" in again.stderr
    assert "1 of them known before" in again.stdout
    assert cohort.outcomes() == {"even-1": "passed", "odd-1": "failed"}
    assert Counter(cohort.judged()) == {"even-1": 1, "odd-1": 2}


@pytest.mark.slow
def test_two_graders_on_one_folder_are_refused_and_a_killed_one_is_in_nobodys_way(cohort):
    cohort.hand_in("even-1", "long")
    first = cohort.start()
    cohort.wait_until_judged(2, first)
    second = cohort.grade()
    assert second.returncode == 3
    assert "another `ninety grade` is writing to this folder" in second.stderr
    started = processes.descendants(first.pid)
    first.kill()
    first.communicate()
    third = cohort.grade("in/even-1", "--out", "out")
    assert third.returncode == 0
    assert "PASSED" in third.stdout
    wait_until_gone(started)


@pytest.mark.slow
def test_a_terminal_sees_how_far_it_is(cohort):
    cohort.hand_in("even-1", "even-2", "odd-1")
    master, slave = os.openpty()
    process = cohort.start(stderr=slave)
    os.close(slave)
    out, _ = process.communicate(timeout=60)
    seen = os.read(master, 65536).decode()
    os.close(master)
    assert "0 of 3" in seen
    assert "2 of 3, about 0:0" in seen
    assert seen.endswith(" \r")
    assert "of 3," not in out


@pytest.mark.slow
def test_without_a_folder_verdicts_are_shown_and_nothing_is_recorded(cohort):
    cohort.hand_in("even-1", "loud", "odd-1")
    before = set(cohort.root.rglob("*"))
    result = cohort.grade("in/odd-1/answer.py", "in/even-1", "in/loud")
    assert result.returncode == 1
    assert result.stdout.startswith("in/odd-1/answer.py\nFAILED")
    assert "odd-1 is odd" in result.stdout
    assert "printed by a check" not in result.stdout
    assert result.stdout.endswith("3 submissions: 2 passed, 1 failed\n")
    assert set(cohort.root.rglob("*")) == {*before, cohort.side}
    assert cohort.grade("in/even-1").returncode == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["in", "--replay"], "--replay takes the seeds from --out FOLDER"),
        (["in", "--replay", "--out", "out", "--seed", "1"], "--seed and --no-cache do not go with it"),
        (["in", "--no-cache"], "--no-cache goes with --out FOLDER"),
        (["in", "missing"], "there is no such file"),
        (["in", "--gpus", "all"], "--gpus goes with --sandbox docker, not with process"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_starts(cohort, words, said):
    cohort.hand_in("even-1")
    result = cohort.grade(*words)
    assert result.returncode == 2
    assert said in result.stderr
    assert not cohort.judged()
