"""The corpus as data; and what an attack may achieve is noticed. `ninety author attack` runs the corpus itself."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.author import attack_examiner, attack_traces
from autograder.author.attack import (
    Attack,
    Sighting,
    as_table,
    attack_all,
    objections,
    read_corpus,
    target,
)
from autograder.author.attack_examiner import attacked, judged
from autograder.author.attack_traces import Peaks, Traces
from autograder.errors import Problem
from autograder.examiner import list_checks
from autograder.sandbox.choose import NAMES
from autograder.verdict import Failure, Outcome, Verdict

CORPUS = Path(__file__).parent
EXERCISE = target(CORPUS)
ATTACKS = {attack.name: attack for attack in read_corpus(CORPUS)}
FAKE = Attack("made/up", CORPUS / "objects" / "nan.py", "Tries nothing.")


# ---- the corpus as data


def test_there_are_at_least_fifty_in_many_families():
    assert len(ATTACKS) >= 50
    assert len({name.partition("/")[0] for name in ATTACKS}) >= 10


def test_every_attack_says_what_it_tries_and_how_that_shows():
    for attack in ATTACKS.values():
        assert attack.tries.endswith("."), attack.name
        assert attack.proof or attack.builds, f"{attack.name} could fail at its first line and nobody would know"
        re.compile(attack.proof)
        assert set(attack.only) <= {*NAMES, "docker"}, attack.name
        assert "process" not in attack.only, attack.name


def test_no_attack_defines_an_honest_answer_by_accident():
    solution = (EXERCISE.folder / EXERCISE.module_file).read_text(encoding="utf-8")
    for attack in ATTACKS.values():
        assert attack.path.read_text(encoding="utf-8") != solution


@pytest.mark.parametrize("header", ["import os\n", "# Tries.\n# prof: x\n", "# Tries.\n# and more.\n"])
def test_a_header_that_says_nothing_is_a_problem(tmp_path, header):
    (tmp_path / "family").mkdir()
    (tmp_path / "family" / "one.py").write_text(header)
    with pytest.raises(Problem, match="header"):
        read_corpus(tmp_path)


def test_attacks_are_chosen_by_name_and_by_family():
    assert [attack.name for attack in read_corpus(CORPUS, ["objects/nan"])] == ["objects/nan"]
    assert {attack.path.parent.name for attack in read_corpus(CORPUS, ["folders"])} == {"folders"}
    with pytest.raises(Problem, match="no attack 'nan'"):
        read_corpus(CORPUS, ["nan"])


# ---- what is noticed


def verdict(outcome=Outcome.FAILED, message="no", output=""):
    failure = None if outcome is Outcome.PASSED else Failure(message)
    checks = tuple(check.result(outcome, failure, output) for check in list_checks(EXERCISE))
    return Verdict("0.1", "The target", checks, 1, "process", "0")


class Here:
    """Judges in this process, with what a test puts in the judge's place."""

    def __init__(self, folder):
        self.folder = folder
        self.spare = frozenset(attack_traces.descendants(os.getpid()))
        self.renewed = 0

    def judge(self, source, sandbox, seconds):
        return judged(EXERCISE, source, sandbox)

    def traces(self):
        return attack_traces.look(os.getpid(), self.spare, self.folder)

    def left(self, before):
        return attack_traces.settled(before, os.getpid(), self.spare, self.folder, seconds=0)

    def renew(self):
        self.renewed += 1


@pytest.fixture
def attack_with(monkeypatch, tmp_path):
    """Run a made-up attack whose judgement is the given function; the reasons why it was not beaten."""

    def run(effect, next_one=Outcome.PASSED):
        done = []

        def judge(exercise, source, sandbox):
            if source == FAKE.path:
                done.append(source)
                return effect()
            return verdict(next_one if done else Outcome.PASSED)

        monkeypatch.setattr(attack_examiner, "judge", judge)
        monkeypatch.setattr(attack_examiner, "_SETTLE_SECONDS", 0)
        examiner = Here(tmp_path)
        (result,) = attack_all([FAKE], ["process"], EXERCISE, examiner)
        assert done
        assert examiner.renewed == (not result.beaten)
        return " ".join(result.reasons)

    return run


def test_an_attack_that_achieves_nothing_is_beaten(attack_with):
    assert attack_with(verdict) == ""


def test_a_point_is_noticed(attack_with):
    assert f"earned {EXERCISE.points} of {EXERCISE.points}" in attack_with(lambda: verdict(Outcome.PASSED))


def test_a_grader_error_is_noticed(attack_with):
    assert "grader error: TypeError: x" in attack_with(lambda: verdict(Outcome.GRADER_ERROR, "TypeError: x"))


def test_an_examiner_that_raises_is_noticed(attack_with):
    def effect():
        raise RecursionError("too deep")

    assert "the examiner raised RecursionError: too deep" in attack_with(effect)


def test_what_it_does_to_the_next_submission_is_noticed(attack_with):
    assert "the next submission does not pass" in attack_with(verdict, Outcome.TIMED_OUT)


def test_control_characters_are_noticed(attack_with):
    assert "U+001B" in attack_with(lambda: verdict(message="\033[2J"))
    assert "U+D800" in attack_with(lambda: verdict(message="\ud800"))
    assert attack_with(lambda: verdict(output="\033[2J a learner may print colours")) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are told apart on Linux only")
def test_a_process_that_stays_is_noticed(attack_with):
    started = []

    def effect():
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env={}))
        return verdict()

    try:
        assert "left 1 processes behind" in attack_with(effect)
    finally:
        for process in started:
            process.kill()
            process.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to whom it is told")
def test_a_process_that_ran_away_without_a_mark_is_found_and_ended():
    runaway = (
        "import os, sys\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n"
        "        os.execve(sys.executable, [sys.executable, '-c', 'import time; time.sleep(60)'], {})\n"
        "    os._exit(0)\n"
        "os.wait()\n"
    )
    ours = frozenset(attack_traces.descendants(os.getpid()))
    attack_traces.adopt_orphans(True)
    try:
        subprocess.run([sys.executable, "-c", runaway], check=True)
        left = [pid for pid in attack_traces.descendants(os.getpid()) if pid not in ours]
        assert left
        attack_traces.end_all(ours)
        assert not [pid for pid in attack_traces.descendants(os.getpid()) if pid not in ours]
    finally:
        attack_traces.adopt_orphans(False)


def test_a_file_that_stays_is_noticed(attack_with, tmp_path):
    def effect():
        (tmp_path / "dropping").touch()
        return verdict()

    assert "left 1 files behind: dropping" in attack_with(effect)


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="this system has no /dev/shm")
def test_shared_memory_that_stays_is_noticed(attack_with):
    place = Path(f"/dev/shm/attack-test-{os.getpid()}")

    def effect():
        place.touch()
        return verdict()

    try:
        assert f"left 1 shared memory, queues or keys behind: {place}" in attack_with(effect)
    finally:
        place.unlink()


def test_descriptors_and_threads_of_the_examiner_are_noticed(attack_with):
    kept, over = [], threading.Event()

    def effect():
        kept.extend(os.pipe())
        kept.append(threading.Thread(target=over.wait))
        kept[-1].start()
        return verdict()

    reasons = attack_with(effect)
    over.set()
    kept[-1].join()
    for number in kept[:2]:
        os.close(number)
    assert "2 more descriptors" in reasons
    assert "1 more threads" in reasons


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({"seconds": 1000.0}, "it took 1000.0 s"),
        ({"kept_mb": 500.0}, "the examiner kept 500 MiB"),
        ({"said": "Exception in thread"}, "the examiner itself printed"),
        ({"fault": "the examiner died"}, "the examiner died"),
        ({"peaks": Peaks(examiner_mb=5000)}, "memory grew by 5000 MiB"),
        ({"peaks": Peaks(memory_mb=5000)}, "its processes had 5000 MiB together"),
        ({"peaks": Peaks(shared_mb=5000)}, "files and the like had 5000 MiB of memory"),
        ({"peaks": Peaks(tasks=500)}, "500 processes and threads"),
        ({"peaks": Peaks(disk_mb=5000)}, "it filled 5000 MiB of the disk"),
        ({"peaks": Peaks(files=40_000)}, "it made 40000 files"),
    ],
)
def test_what_it_costs_is_noticed(seen, words):
    sighting = Sighting(**{"verdict": verdict(), "seconds": 1.0} | seen)
    (reason,) = objections(FAKE, EXERCISE, sighting)
    assert words in reason


def test_an_attack_that_died_of_a_typo_is_noticed():
    attack = Attack("made/up", FAKE.path, "Tries.", proof="first step")
    (reason,) = objections(attack, EXERCISE, Sighting(verdict(message="NameError"), 1.0))
    assert "it proves nothing" in reason
    assert not objections(attack, EXERCISE, Sighting(verdict(output="first step done"), 1.0))


def test_only_what_is_new_is_a_trace():
    before = Traces(Counter(["a"]), Counter(["x"]), Counter())
    assert Traces(Counter(["a"]), Counter(), Counter()).beyond(before) == []
    after = Traces(Counter(["a", "a", *"bcdef"]), Counter(["x", "y"]), Counter({"z": 3}))
    processes, files, shared = after.beyond(before)
    assert processes == "it left 6 processes behind: a, b, c, d and 2 more"
    assert files == "it left 1 files behind: y"
    assert "3 x z" in shared


def test_the_table_names_every_attack_and_every_reason():
    lost = Sighting(verdict(Outcome.PASSED), 1.0)

    class One(Here):
        def judge(self, source, sandbox, seconds):
            return lost

    results = attack_all([FAKE], ["process"], EXERCISE, One(Path()))
    table = as_table(results, ["process", "bubblewrap"])
    assert re.search(r"made/up +NOT BEATEN 1.0 s +-", table)
    assert "made/up on process: Tries nothing." in table
    assert table.endswith("red: 0 of 1 runs of 1 attacks beaten")


def test_an_attack_runs_only_where_it_has_to_be_beaten(tmp_path):
    class Never(Here):
        def judge(self, source, sandbox, seconds):
            assert source != FAKE.path
            return Sighting(verdict(Outcome.PASSED), 1.0)

    attack = Attack("made/up", FAKE.path, "Tries.", only=("bubblewrap",))
    assert attack_all([attack], ["process"], EXERCISE, Never(tmp_path)) == ()


# ---- the examiner in a process of its own


@pytest.mark.slow
def test_an_examiner_that_hangs_or_dies_is_told_of_and_replaced():
    honest = EXERCISE.folder / EXERCISE.module_file
    with attacked(EXERCISE) as examiner:
        hung = examiner.judge(ATTACKS["processes/never_loads"].path, "process", 1.0)
        assert hung.fault == "the examiner gave no verdict within 1 s"
        timer = threading.Timer(1, os.kill, (examiner.pid, signal.SIGKILL))
        timer.start()
        died = examiner.judge(ATTACKS["processes/never_loads"].path, "process", 30.0)
        timer.join()
        assert died.fault == "the examiner died: exit code -9"
        assert examiner.judge(honest, "process", 60.0).verdict.outcome is Outcome.PASSED


@pytest.mark.slow
def test_the_command_reports_as_a_table_and_as_json(monkeypatch, tmp_path):
    import json

    from autograder.cli.author_attack import attack

    (tmp_path / "solutions").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "attacks").symlink_to(CORPUS)
    monkeypatch.setenv("NINETY_COURSE", str(tmp_path))
    result = CliRunner().invoke(attack, ["objects/nan", "--sandbox", "process"], standalone_mode=False)
    assert result.return_value == 0, result.output
    assert "green: 1 of 1 runs of 1 attacks beaten" in result.output
    result = CliRunner().invoke(attack, ["objects/nan", "--sandbox", "process", "--json"], standalone_mode=False)
    report = json.loads(result.output)
    assert report["beaten"]
    assert report["runs"][0]["attack"] == "objects/nan"
