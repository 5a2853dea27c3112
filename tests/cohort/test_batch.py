"""Processes that die alone, stored verdicts, what a verdict is made of, and batches with a judge made for them."""

import json
import os
import resource
import shutil
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from autograder.cohort import ingredients as made_of
from autograder.cohort.batch import Batch, Request
from autograder.cohort.ingredients import ENGINE, ingredients, key_of
from autograder.cohort.pool import WorkerDied, Workers
from autograder.cohort.records import FILE, Record, open_ledger
from autograder.cohort.replay import differences
from autograder.cohort.submissions import find_submissions, printable, read
from autograder.errors import Exit, Problem
from autograder.sandbox import choose_sandbox
from autograder.verdict import CheckResult, Failure, Outcome, Verdict
from tests.test_house import table

CHECK = '@task("a")\ndef test_x(candidate):\n    "x."\n    expect_equal(candidate.one(), 1)\n'


# ---- the processes


@pytest.fixture
def workers():
    pool = Workers(2, patience=60, lifetime=3)
    yield pool
    pool.shutdown(cancel_futures=True)


def test_a_process_that_dies_costs_its_own_task_only(workers):
    deadly = [workers.submit(os._exit, 3), workers.submit(os.abort)]
    fine = [workers.submit(pow, 2, n) for n in range(8)]
    assert [future.result(60) for future in fine] == [2**n for n in range(8)]
    assert [str(future.exception(60)) for future in deadly] == [
        "the grading process died twice: ended with exit status 3",
        "the grading process died twice: ended by signal 6",
    ]


def test_a_task_whose_process_died_once_is_tried_again(workers, tmp_path):
    gone = tmp_path / "gone"
    script = f"import os\ntry: os.mkdir({str(gone)!r})\nexcept FileExistsError: pass\nelse: os._exit(9)"
    assert workers.submit(exec, script, {}).result(60) is None
    assert gone.is_dir()


def test_a_process_is_replaced_after_its_lifetime():
    workers = Workers(1, patience=60, lifetime=3)  # of two, either may take the next task
    each = [workers.submit(os.getpid).result(60) for _ in range(12)]
    workers.shutdown()
    assert {each.count(pid) for pid in set(each)} == {3}


def test_a_process_that_hangs_is_ended():
    pool = Workers(1, patience=0.6)
    try:
        assert "no answer within 0.6 s" in str(pool.submit(time.sleep, 600).exception(60))
        assert pool.submit(pow, 2, 3).result(60) == 8
    finally:
        pool.shutdown()


def test_what_a_task_raises_comes_back(workers):
    problem = workers.submit(choose_sandbox, "no such").exception(60)
    assert isinstance(problem, Problem)
    assert problem.fix.startswith("known are")


def test_an_answer_that_cannot_be_sent_is_an_error_and_no_death(workers):
    error = workers.submit(eval, "lambda: 0").exception(60)
    assert "cannot be sent" in str(error)
    assert not isinstance(error, WorkerDied)


def test_shutdown_in_the_middle_ends_what_is_under_way(workers):
    long = [workers.submit(time.sleep, 600) for _ in range(4)]
    while not all(future.running() for future in long[:2]):
        time.sleep(0.01)
    workers.shutdown(cancel_futures=True)
    assert [str(future.exception()) for future in long[:2]] == ["it was stopped"] * 2
    assert all(future.cancelled() for future in long[2:])
    with pytest.raises(RuntimeError, match="shut down"):
        workers.submit(os.getpid)


# ---- which submissions


def test_a_folder_without_the_module_holds_many(tmp_path):
    for student in ("zoe", "adam"):
        (tmp_path / "all" / student).mkdir(parents=True)
        (tmp_path / "all" / student / "answer.py").write_text("")
    (tmp_path / "all" / "lone.py").write_text("")
    (tmp_path / "all" / "broken").symlink_to("nowhere")
    (tmp_path / "all" / "grades.txt").write_text("")
    (tmp_path / "all" / ".hidden").mkdir()
    told = []
    given = [str(tmp_path / "all"), str(tmp_path / "all" / "zoe") + "/"]
    found = find_submissions(given, "answer.py", told.append)
    assert [os.path.relpath(path, tmp_path / "all") for path in found] == ["adam", "broken", "lone.py", "zoe"]
    assert len(told) == 1
    assert ".hidden, grades.txt" in told[0]


def test_a_file_and_a_folder_with_the_module_are_one_submission_each(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "answer.py").write_text("")
    (tmp_path / "one" / "other.py").write_text("")
    (tmp_path / "empty").mkdir()
    given = [str(tmp_path / "one"), str(tmp_path / "one" / "other.py"), str(tmp_path / "empty")]
    assert find_submissions(given, "answer.py", pytest.fail) == tuple(given)
    with pytest.raises(Problem, match="no such file"):
        find_submissions([str(tmp_path / "none")], "answer.py", pytest.fail)


def test_a_module_that_is_a_link_is_refused(bench, tmp_path):
    (tmp_path / "solution.py").write_text("answer = 42\n")
    (tmp_path / "eve").mkdir()
    (tmp_path / "eve" / "answer.py").symlink_to(tmp_path / "solution.py")
    (tmp_path / "eve.py").symlink_to(tmp_path / "solution.py")
    for path in ("eve", "eve.py"):
        submission = read(str(tmp_path / path), bench.exercise)
        assert "is a link" in submission.refused
        assert submission.content == b""


def test_any_name_fits_on_a_line():
    assert printable("a\nb\x1b[1m\udcffé") == r"a\nb\x1b[1m\udcffé"


# ---- what is stored


def verdict(submission="/s/ada", outcome=Outcome.PASSED, **more):
    check = CheckResult("test_x", "X.", "a", 1, False, outcome, Failure("why") if outcome != "passed" else None)
    return Verdict("0.1", "Made", (check,), 7, "process", "0", submission=submission, **more)


def store(folder, *records):
    with open_ledger(folder, pytest.fail) as ledger:
        for record in records:
            ledger.append(record)


def test_what_is_stored_is_found_again_by_submission_and_by_key(tmp_path):
    names = ["/s/ada", "/s/ad\na", "/s/\udcff", "/s/é"]
    records = [Record.of(verdict(name), {"submission": str(n)}) for n, name in enumerate(names)]
    store(tmp_path, *records)
    with open_ledger(tmp_path, pytest.fail) as ledger:
        for record in records:
            name = record.verdict.submission
            assert ledger.latest(name) == record
            assert ledger.find("/s/other", key_of(record.made_of)) == record
        assert ledger.find("/s/ada", key_of({"submission": "changed"})) is None
        assert ledger.latest("/s/nobody") is None
    assert len((tmp_path / FILE).read_bytes().splitlines()) == len(names)


def test_the_newest_record_of_a_submission_counts(tmp_path):
    store(tmp_path, Record.of(verdict(), {"n": "1"}), Record.of(verdict(outcome=Outcome.FAILED), {"n": "2"}))
    with open_ledger(tmp_path, pytest.fail) as ledger:
        assert ledger.latest("/s/ada").verdict.outcome is Outcome.FAILED


def test_a_grader_error_is_no_known_verdict(tmp_path):
    store(tmp_path, Record.of(verdict(outcome=Outcome.GRADER_ERROR), {"n": "1"}))
    with open_ledger(tmp_path, pytest.fail) as ledger:
        assert ledger.find("/s/ada", key_of({"n": "1"})) is None
        assert ledger.latest("/s/ada").verdict.outcome is Outcome.GRADER_ERROR


def test_a_file_cut_at_any_byte_loses_one_record_at_most_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda file: None)  # thousands of openings; no power cut is played here
    records = [Record.of(verdict(f"/s/{n}"), {"n": str(n)}) for n in range(3)]
    store(tmp_path, *records)
    whole = (tmp_path / FILE).read_bytes()
    starts = [0]
    for line in whole.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for cut in range(0, len(whole) + 1):
        (tmp_path / FILE).write_bytes(whole[:cut])
        told = []
        with open_ledger(tmp_path, told.append) as ledger:
            known = [n for n in range(3) if ledger.latest(f"/s/{n}")]
            for n in set(range(3)) - set(known):
                ledger.append(records[n])
        complete = [n for n in range(3) if cut >= starts[n + 1] - 1]  # its closing brace stands
        assert known == complete
        assert bool(told) is (cut not in starts and cut + 1 not in starts)
        assert (tmp_path / FILE).read_bytes() == whole


def test_damage_in_the_middle_is_told_and_left_alone(tmp_path):
    records = [Record.of(verdict(f"/s/{n}"), {"n": str(n)}) for n in range(3)]
    store(tmp_path, *records)
    lines = (tmp_path / FILE).read_bytes().splitlines(keepends=True)
    damaged = [lines[0], b"\0" * 100 + b"\n", b'{"schema": 1, "submission": []}\n', lines[2]]
    (tmp_path / FILE).write_bytes(b"".join(damaged))
    told = []
    with open_ledger(tmp_path, told.append) as ledger:
        assert [bool(ledger.latest(f"/s/{n}")) for n in range(3)] == [True, False, True]
    assert len(told) == 1
    assert "lines 2, 3 of" in told[0]
    assert (tmp_path / FILE).read_bytes() == b"".join(damaged)


def test_a_second_grader_is_refused(tmp_path):
    with open_ledger(tmp_path, pytest.fail):
        with pytest.raises(Problem, match="another `ninety grade`") as refused, open_ledger(tmp_path, pytest.fail):
            pass
        assert refused.value.code is Exit.ENVIRONMENT
    with open_ledger(tmp_path, pytest.fail):
        pass


def test_a_record_that_does_not_fit_is_a_problem_and_leaves_nothing(tmp_path):
    store(tmp_path, Record.of(verdict(), {"n": "1"}))
    whole = (tmp_path / FILE).read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_ledger(tmp_path, pytest.fail) as ledger:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 100, limits[1]))
        try:
            with pytest.raises(Problem, match="could not be stored: File too large") as problem:
                ledger.append(Record.of(verdict("/s/bob"), {"n": "2"}))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert problem.value.code is Exit.ENVIRONMENT
        assert (tmp_path / FILE).read_bytes() == whole
        ledger.append(Record.of(verdict("/s/bob"), {"n": "2"}))
        assert ledger.latest("/s/bob")


# ---- what a verdict is made of


@pytest.fixture
def exercise(bench):
    bench.checks(CHECK, hidden=CHECK.replace("test_x", "test_y"), harness="import in_place\n")
    (bench.folder / "answer.py").write_text("def one():\n    return 1\n")
    (bench.folder / "support.py").write_text("HALF = 0.5\n")
    (bench.folder / "rows.csv").write_text("1\n")
    (bench.folder / "statement.md").write_text("One.\n")
    (bench.folder / "hints.md").write_text("Two.\n")
    return bench.exercise


@pytest.fixture
def in_place(tmp_path, monkeypatch):
    """A package that no installed distribution holds, and that the exercise's harness imports."""
    (tmp_path / "shop" / "in_place").mkdir(parents=True)
    module = tmp_path / "shop" / "in_place" / "__init__.py"
    module.write_text("")
    monkeypatch.syspath_prepend(tmp_path / "shop")
    return module


@pytest.mark.parametrize("name", ["exercise.toml", "test_visible.py", "test_hidden.py", "harness.py", "support.py",
                                  "rows.csv", "answer.py"])  # fmt: skip
def test_one_byte_of_what_judges_makes_another_key(exercise, in_place, name):
    before = ingredients(exercise, "process")
    with (exercise.folder / name).open("ab") as file:
        file.write(b"\n")
    after = ingredients(exercise, "process")
    assert [part for part in before if before[part] != after[part]] == ["exercise"]


def test_what_people_read_makes_no_other_key(exercise, in_place):
    before = ingredients(exercise, "process")
    for name in ("statement.md", "hints.md"):
        (exercise.folder / name).write_text("Other words.\n")
    (exercise.folder / "__pycache__").mkdir()
    (exercise.folder / "__pycache__" / "x.pyc").write_text("")
    assert ingredients(exercise, "process") == before


@pytest.mark.parametrize("room", ENGINE)
def test_one_byte_of_the_engine_makes_another_key(exercise, in_place, tmp_path, monkeypatch, room):
    copy = tmp_path / "autograder"
    shutil.copytree(made_of.PACKAGE, copy, ignore=shutil.ignore_patterns("_course", "__pycache__"))
    monkeypatch.setattr(made_of, "PACKAGE", copy)
    before = ingredients(exercise, "process")
    path = next((copy / room).glob("*.py")) if (copy / room).is_dir() else copy / room
    path.write_bytes(path.read_bytes() + b"\n")
    after = ingredients(exercise, "process")
    assert [part for part in before if before[part] != after[part]] == ["engine"]


def test_the_engine_is_every_room_that_judging_may_enter():
    rooms = {"examiner", "candidate"} | table()["examiner"] | table()["candidate"]
    assert {name.removesuffix(".py") for name in ENGINE} == rooms | {"errors", "files"}


def test_the_environment_is_the_interpreter_and_all_that_can_be_imported(exercise, in_place, monkeypatch):
    def environment():
        return ingredients(exercise, "process")["environment"]

    seen = {environment()}
    in_place.write_text("#")
    seen.add(environment())
    real = list(made_of.distributions())
    monkeypatch.setattr(made_of, "distributions", lambda: real[1:])
    seen.add(environment())
    monkeypatch.setattr(made_of.sys, "version", "3.99")
    seen.add(environment())
    assert len(seen) == 4
    assert environment() in seen


def test_the_sandbox_makes_another_key(exercise, in_place):
    places = [("process",), ("bubblewrap",), ("docker", "image 1"), ("docker", "image 2")]
    assert len({key_of(ingredients(exercise, *place)) for place in places}) == len(places)


# ---- a batch, with a judge made for it


class Judging:
    """A judge that says what a module says, and remembers what it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, exercise, source, *, sandbox, seed):
        text = source.decode()
        self.asked.append((text, seed))
        if text.startswith("raise"):
            raise RuntimeError("the check is broken")
        if text.startswith("problem"):
            raise Problem("docker is gone", code=Exit.ENVIRONMENT)
        outcome = Outcome.PASSED if text.startswith("right") else Outcome.FAILED
        return replace(verdict("", outcome), seed=seed)


@pytest.fixture
def judging():
    return Judging()


@pytest.fixture
def paths(bench, tmp_path):
    """Where three right answers lie."""
    bench.checks(CHECK)
    files = [tmp_path / f"{name}.py" for name in ("ada", "bob", "zoe")]
    for file in files:
        file.write_text(f"right {file.stem}")
    return [str(file) for file in files]


@pytest.fixture
def grade(bench, judging, tmp_path):
    """Grade named texts as a batch; what became of each, in their order."""
    bench.checks(CHECK)

    def run(texts, *, seed=None, at_once=2, **more):
        for name, text in texts.items():
            (tmp_path / "in" / name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / name / "answer.py").write_text(text)
        requests = [Request(str(tmp_path / "in" / name), seed) for name in texts]
        with ThreadPoolExecutor(at_once) as executor, open_ledger(tmp_path / "out", pytest.fail) as ledger:
            batch = Batch(bench.exercise, "process", executor, at_once, ledger, **{"judge": judging} | more)
            return sorted(batch.grade(requests), key=lambda graded: graded.place)

    return run


def test_what_is_known_is_not_judged_again_until_something_changes(grade, judging, bench):
    texts = {"ada": "right 1", "bob": "wrong 1"}
    first = grade(texts)
    again = grade(texts)
    assert [graded.reused for graded in first + again] == [False, False, True, True]
    assert [graded.verdict for graded in again] == [graded.verdict for graded in first]
    assert len(judging.asked) == 2
    changed = grade({"ada": "right 2", "bob": "wrong 1"})
    assert [graded.reused for graded in changed] == [False, True]
    with (bench.folder / "test_visible.py").open("a") as file:
        file.write("#")
    assert not any(graded.reused for graded in grade(texts))
    assert not any(graded.reused for graded in grade(texts, reuse=False))


def test_one_content_of_two_students_is_judged_once_and_recorded_for_both(grade, judging, tmp_path):
    results = grade({"ada": "right", "bob": "right"}, at_once=1)
    assert [graded.reused for graded in results] == [False, True]
    assert [os.path.basename(graded.verdict.submission) for graded in results] == ["ada", "bob"]
    assert len(judging.asked) == 1
    stored = [json.loads(line) for line in (tmp_path / "out" / FILE).read_text().splitlines()]
    assert [os.path.basename(record["submission"]) for record in stored] == ["ada", "bob"]


def test_a_given_seed_is_part_of_the_key_and_a_drawn_one_is_not(grade, judging):
    grade({"ada": "right"})
    assert grade({"ada": "right"})[0].reused
    seeded = grade({"ada": "right"}, seed=5)[0]
    assert not seeded.reused
    assert seeded.verdict.seed == judging.asked[-1][1] == 5
    assert grade({"ada": "right"}, seed=5)[0].reused
    assert not grade({"ada": "right"}, seed=6)[0].reused


def test_a_grader_that_fails_on_one_goes_on_with_the_others_and_tries_again_next_time(grade, judging):
    texts = {"ada": "right", "eve": "raise", "zoe": "wrong"}
    for _ in range(2):
        outcomes = [graded.verdict.outcome for graded in grade(texts)]
        assert outcomes == [Outcome.PASSED, Outcome.GRADER_ERROR, Outcome.FAILED]
    assert grade(texts)[1].verdict.checks[0].failure.message == "RuntimeError: the check is broken"
    assert len(judging.asked) == 3 + 1 + 1


def test_a_machine_at_fault_ends_the_batch_and_what_was_stored_stays(grade):
    with pytest.raises(Problem, match="docker is gone"):
        grade({"ada": "right", "bob": "problem", "zoe": "right 2"}, at_once=1)
    assert [graded.reused for graded in grade({"ada": "right", "zoe": "right 2"})] == [True, False]


def test_an_exercise_that_changes_meanwhile_is_told_and_its_verdict_not_kept(grade, judging, bench):
    def while_it_changes(exercise, source, **more):
        with (bench.folder / "test_visible.py").open("a") as file:
            file.write("#")
        return judging(exercise, source, **more)

    with pytest.raises(Problem, match="was changed while it was being graded"):
        grade({"ada": "right"}, judge=while_it_changes)
    assert not grade({"ada": "right"})[0].reused


def test_what_cannot_be_read_needs_a_person_and_is_no_zero(grade, monkeypatch):
    def refuse(path, module_file):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("autograder.cohort.submissions.read_submission", refuse)
    (graded,) = grade({"ada": "right"})
    assert graded.verdict.outcome is Outcome.GRADER_ERROR
    assert graded.verdict.checks[0].failure.message == "the submission could not be read: Permission denied"


def test_an_interrupt_keeps_what_has_come(bench, judging, tmp_path, paths):
    with ThreadPoolExecutor(3) as executor, open_ledger(tmp_path / "out", pytest.fail) as ledger:
        results = Batch(bench.exercise, "process", executor, 3, ledger, judge=judging).grade(map(Request, paths))
        next(results)
        executor.shutdown()  # by now the judge has finished with all three
        results.close()
        assert all(ledger.latest(path) for path in paths)


def test_the_next_is_in_work_before_a_result_is_told(bench, judging, tmp_path, paths):
    with ThreadPoolExecutor(1) as executor, open_ledger(tmp_path / "out", pytest.fail) as ledger:
        results = Batch(bench.exercise, "process", executor, 1, ledger, judge=judging).grade(map(Request, paths))
        assert next(results).verdict.submission == paths[0]
        assert ledger.latest(paths[0])
        executor.submit(int).result()  # whatever was submitted before has been done
        assert len(judging.asked) == 2
        results.close()


@pytest.mark.slow
def test_a_large_batch_needs_little_memory(bench, tmp_path):
    bench.checks(CHECK)
    (tmp_path / "in").mkdir()
    for n in range(2000):
        (tmp_path / "in" / f"{n}.py").write_text(f"right {n}" + " " * 50_000)
    in_work = []

    def judge(exercise, source, *, sandbox, seed):
        in_work.append(len(source))
        return verdict()

    with ThreadPoolExecutor(2) as executor, open_ledger(tmp_path / "out", pytest.fail) as ledger:
        batch = Batch(bench.exercise, "process", executor, 2, ledger, judge=judge)
        tracemalloc.start()
        paths = find_submissions([str(tmp_path / "in")], "answer.py", pytest.fail)
        count = sum(1 for _ in batch.grade(map(Request, paths)))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert count == len(in_work) == 2000
    assert peak < 10 * 2**20  # the modules alone have 100 MB


@pytest.mark.slow
def test_a_cluster_can_do_the_work(bench, tmp_path):
    distributed = pytest.importorskip("distributed")
    bench.checks(CHECK)
    (tmp_path / "ada.py").write_text("def one():\n    return 1\n")
    (tmp_path / "bob.py").write_text("def one():\n    return 2\n")
    options = {"processes": False, "n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.Client(**options) as client:
        batch = Batch(bench.exercise, "process", client.get_executor(), 2)
        requests = [Request(str(tmp_path / name)) for name in ("ada.py", "bob.py")]
        outcomes = {graded.place: graded.verdict.outcome for graded in batch.grade(requests)}
    assert outcomes == {0: Outcome.PASSED, 1: Outcome.FAILED}


# ---- replay


def test_what_differs_is_told_by_field_and_what_is_measured_is_not():
    old = verdict(seconds=1.0)
    slower = replace(old, seconds=2.0, checks=(replace(old.checks[0], seconds=3.0),))
    assert list(differences(old, slower)) == []
    other = replace(slower, seed=8, checks=(replace(old.checks[0], outcome=Outcome.FAILED, failure=Failure("no")),))
    assert list(differences(old, other)) == [
        "checks[0].outcome: <Outcome.PASSED: 'passed'> became <Outcome.FAILED: 'failed'>",
        "checks[0].failure: None became Failure(message='no', call='', got='', expected='', where=None, traceback=())",
        "seed: 7 became 8",
    ]
