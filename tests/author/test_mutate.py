"""Standard mutants: what is changed and where, and what is told of those that no check kills."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from autograder.author.equivalents import Equivalent, read_equivalents
from autograder.author.mutate import Fate, mutate
from autograder.author.mutations import distinct, mutations
from autograder.author.survivors import as_table
from autograder.cli import author_mutate
from autograder.errors import Exit, Problem
from autograder.verdict import Failure, Outcome

QUARTER, NONE, ANY, ALL = (
    "test_one_of_four_is_a_quarter",
    "test_no_flags_have_share_zero",
    "test_any_flags_have_their_share",
    "test_all_true_is_exactly_one",
)
RECORD = """\
[[equivalent]]
line = "return 0.0"
operator = "constant"
becomes = ["return 1.0"]
reason = "An hour without answers has no share."
"""


def hole(*lines: str) -> str:
    """A module in which a learner writes `lines`."""
    body = [f"    {line}" for line in lines]
    return "\n".join(["def f(x):", "    ### BEGIN SOLUTION a: do", *body, "    ### END SOLUTION", "    return x", ""])


@pytest.mark.parametrize(
    ("line", "operator", "after"),
    [
        ("a = x + 1", "arithmetic", {"a = x - 1"}),
        ("a = x // 2 % 3", "arithmetic", {"a = x / 2 % 3", "a = x // 2 // 3"}),
        ("a = (x + 1) * 2", "arithmetic", {"a = (x - 1) * 2", "a = (x + 1) / 2"}),
        ("a = x - y * 2", "arithmetic", {"a = x + y * 2", "a = x - y / 2"}),
        ("a = -x", "arithmetic", {"a = x"}),
        ("a += x", "arithmetic", {"a -= x", "a = x"}),
        ("a = x < 1", "comparison", {"a = x <= 1", "a = x >= 1"}),
        ("a = 0 >= x == y", "comparison", {"a = 0 > x == y", "a = 0 < x == y", "a = 0 >= x != y"}),
        ("a = x not in y", "comparison", {"a = x in y"}),
        ("a = x is None", "comparison", {"a = x is not None"}),
        ("a = x and not y", "boolean", {"a = x or not y", "a = not y", "a = x", "a = x and y"}),
        ("a = x or y or z", "boolean", {"a = x and y and z", "a = y or z", "a = x or z", "a = x or y"}),
        ("a = (x or y) and z", "boolean", {"a = (x or y) or z", "a = z", "a = x or y", "a = (x and y) and z",
                                           "a = (y) and z", "a = (x) and z"}),
        ("a = [y for y in x if y]", "condition", {"a = [y for y in x if not y]"}),
        ("a = 1 if f(x) and y else 2", "condition", {"a = 1 if not (f(x) and y) else 2"}),
        ("a = 1 if x > y else 2", "condition", set()),
        ("a = 1 if not x else 2", "condition", set()),
        ("a = 5", "constant", {"a = 6", "a = 4", "a = 0"}),
        ("a = x[0]", "constant", {"a = x[1]", "a = x[-1]"}),
        ("a = 0.5", "constant", {"a = 1.5", "a = -0.5", "a = 0.0"}),
        ("a = True", "constant", {"a = False"}),
        ("a = 'é', b''", "constant", {"a = '', b''", "a = 'é', b'x'"}),
        ("a = f'{x}1'", "constant", {"a = ''"}),
        ("a = [x], {x: y}, {x}", "constant", {"a = [], {x: y}, {x}", "a = [x], {}, {x}", "a = [x], {x: y}, set()"}),
        ("g = lambda y=2: y", "constant", {"g = lambda y=3: y", "g = lambda y=1: y", "g = lambda y=0: y"}),
        ("a: dict[int, 3] | None = x", "constant", set()),
        ("a = x[:n]", "bound", {"a = x[:n + 1]", "a = x[:n - 1]"}),
        ("a = x[-1:]", "bound", set()),
        ("a = range(len(x))", "bound", {"a = range(len(x) + 1)", "a = range(len(x) - 1)"}),
        ("return x", "return", {"return None"}),
        ("return None", "return", set()),
        ("a.b(x)", "deletion", {"pass"}),
        ("raise ValueError('no rows', 3)", "deletion", {"pass"}),
        ("raise ValueError('no rows', 3)", "constant", set()),
        ("import math", "deletion", set()),
        ("'a text that does nothing'", "deletion", set()),
    ],
)  # fmt: skip
def test_an_operator_makes_its_changes(line, operator, after):
    text = hole(line)
    made = [m for group in distinct(text, mutations(text)) for m in group if m.operator == operator]
    assert {mutation.after for mutation in made} == after
    for mutation in made:
        assert (mutation.line, mutation.before) == (3, line)
        assert mutation.text == hole(mutation.after)


@pytest.mark.parametrize(
    ("lines", "line", "operator", "before", "after"),
    [
        (["for y in x:", "    if y:", "        break"], 5, "loop", "break", {"continue"}),
        (["for y in x:", "    if y:", "        continue", "    f(y)"], 5, "loop", "continue", {"break"}),
        (["while x:", "    x = x.next"], 3, "condition", "while x:", {"while not x:"}),
        (["while x:", "    x = x.next"], 3, "deletion", "while x:", {"pass"}),
        (["try:", "    x()", "except KeyError:", "    f()"], 5, "handler", "except KeyError:", {"except ():"}),
        (["x = f(", "    1 +  # one", "    2,", ")"], 4, "arithmetic", "1 +  # one 2,", {"1 - 2,"}),
        (["x = f(", "    1,", "    2,", ")"], 3, "deletion", "x = f( 1, 2, )", {"pass"}),
    ],
)  # fmt: skip
def test_a_change_in_several_lines_is_told_in_one(lines, line, operator, before, after):
    text = hole(*lines)
    found = [m for m in mutations(text) if (m.operator, m.line, m.before) == (operator, line, before)]
    assert {mutation.after for mutation in found} == after


def test_a_branch_is_deleted_with_what_follows_it():
    text = hole("if x == 1:", "    x = 2", "elif x == 3:", "    x = 4", "else:", "    x = 5")
    (mutation,) = [m for m in mutations(text) if (m.operator, m.before) == ("deletion", "elif x == 3:")]
    assert mutation.text == hole("if x == 1:", "    x = 2", "pass")


def test_only_the_lines_in_the_holes_are_changed():
    text = (
        "import math\n\n\ndef f(x=1):\n    a = 1 + x\n    if x:\n        ### BEGIN SOLUTION a: add\n        a += 2\n"
        "        ### END SOLUTION\n    return a + 3\n\n\n### BEGIN SOLUTION\ndef g(y=4):\n    '''Five.'''\n"
        "    return y\n\n\n### END SOLUTION\n"
    )
    found = mutations(text)
    assert {mutation.before for mutation in found} == {"a += 2", "def g(y=4):", "return y"}
    assert {mutation.line for mutation in found} == {8, 14, 16}
    for mutation in found:
        changed = [n for n, pair in enumerate(zip(text.split("\n"), mutation.text.split("\n"), strict=True), start=1)
                   if pair[0] != pair[1]]  # fmt: skip
        assert changed == [mutation.line]


def test_equal_lines_are_counted_within_the_holes():
    text = "def f(x):\n    x += 1\n" + hole("x += 1", "x += 2", "x += 1")
    places = {(m.line, m.occurrence) for m in mutations(text) if m.before == "x += 1"}
    assert places == {(5, 1), (7, 2)}


def test_what_compiles_to_the_same_code_is_judged_once_and_what_does_not_compile_never():
    text = hole("return 1")
    groups = distinct(text, mutations(text))
    assert [{(m.operator, m.after) for m in group} for group in groups] == [
        {("return", "return None")},
        {("deletion", "pass")},
        {("constant", "return 2")},
        {("constant", "return 0")},
    ]
    assert [len(group) for group in groups] == [1, 1, 1, 2]  # one less than 1, and 0
    assert not [m for m in mutations(hole("for y in x:", "    pass", "else:", "    f()")) if m.operator == "loop"]
    same = hole("x = 2 + 0", "x = 1")
    assert not [m for g in distinct(same, mutations(same)) for m in g if m.after == "x = 2 - 0"]


@pytest.fixture
def scored(exercise, inline, fake_judge) -> Callable[..., Any]:
    """The score of the template's exercise."""

    def run(**options):
        (score,) = mutate([exercise], inline, judge=fake_judge, **options)
        return score

    return run


def test_every_mutant_of_the_template_is_killed(scored):
    score = scored()
    assert (score.possible, score.count(Fate.KILLED), score.share) == (8, 8, 1.0)
    assert score.killers == {NONE: 5, QUARTER: 3}
    assert (score.survivors, score.refuted, score.stale) == ((), (), ())
    table = as_table([score]).splitlines()
    assert table[1].split() == ["8.1", "Lateness", "8", "8", "0", "0", "0", "100%"]
    assert table[-1] == "green: 8 mutants judged, none survives unrecorded"


def test_a_survivor_is_listed_by_its_line(scored, fake_judge):
    del fake_judge.checks[NONE]
    score = scored()
    assert {result.mutation.after for result in score.survivors} == {"pass", "return None", "return 1.0", "return -1.0"}
    table = as_table([score])
    place = "solutions/08_serving/01_lateness/lateness.py"
    assert f"\n{place}:13  constant  return 0.0 -> return 1.0\n" in table
    assert f"\n{place}:12  deletion  if not flags: -> pass\n" in table
    assert table.endswith("red: 8 mutants judged, 5 survive: "
                          "let a check fail for each, or record it with its reason in equivalent.toml")  # fmt: skip


def test_a_recorded_equivalent_is_no_survivor_and_counts_for_nothing(scored, fake_judge, folder):
    del fake_judge.checks[NONE]
    (folder / "equivalent.toml").write_text(RECORD, encoding="utf-8")
    score = scored()
    (equal,) = [result for result in score.results if result.fate is Fate.EQUIVALENT]
    assert (equal.mutation.after, equal.recorded) == ("return 1.0", "An hour without answers has no share.")
    assert len(score.survivors) == 4
    assert score.share == 3 / 7
    assert score.stale == ()


def test_a_record_holds_when_other_lines_change(scored, fake_judge, folder, edit):
    (folder / "equivalent.toml").write_text(RECORD, encoding="utf-8")
    del fake_judge.checks[NONE]
    edit("lateness.py", "    if not flags:", "    # nobody asked\n\n    if not flags:")
    assert scored().count(Fate.EQUIVALENT) == 1


def test_a_record_of_what_is_no_mutant_any_more_is_told_as_stale(scored, folder, edit):
    (folder / "equivalent.toml").write_text(RECORD, encoding="utf-8")
    edit("lateness.py", "return 0.0", "return float(0)")
    score = scored()
    assert [record.becomes for record in score.stale] == ["return 1.0"]
    assert (
        "solutions/08_serving/01_lateness/equivalent.toml: 'return 0.0' -> 'return 1.0' is no mutant any more; "
        "delete the entry" in as_table([score])
    )


def test_a_recorded_equivalent_that_a_check_kills_is_told(scored, folder):
    (folder / "equivalent.toml").write_text(RECORD, encoding="utf-8")
    score = scored()
    assert score.count(Fate.KILLED) == 8
    assert f"'return 1.0' is no equivalent: {NONE} kills it; delete the entry" in as_table([score])


def test_one_entry_may_hold_several_changes_and_name_its_occurrence(exercise, folder):
    text = RECORD.replace('["return 1.0"]', '["return 1.0", "return -1.0"]').replace(
        "becomes", "occurrence = 2\nbecomes"
    )
    (folder / "equivalent.toml").write_text(text, encoding="utf-8")
    reason = "An hour without answers has no share."
    assert read_equivalents(exercise) == tuple(
        Equivalent("return 0.0", 2, "constant", after, reason) for after in ("return 1.0", "return -1.0")
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('reason = "An hour without answers has no share."', "", "`reason` is not there"),
        ('"An hour without answers has no share."', '""', "`reason` is not there"),
        ('["return 1.0"]', '"return 1.0"', "`becomes` is not there or no list"),
        ("operator", "operators", "`operator` is not there"),
        ("reason", "line_number = 13\nreason", "no entry has a key line_number"),
        ("[[equivalent]]", "[[equivalents]]", "there is more than entries"),
        ("[[equivalent]]", "[equivalent]", "there is more than entries"),
        ('"return 0.0"', "return 0.0", "cannot be read"),
    ],
)
def test_a_malformed_record_is_named(exercise, folder, old, new, said):
    (folder / "equivalent.toml").write_text(RECORD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Problem, match=said) as caught:
        read_equivalents(exercise)
    assert caught.value.where.startswith("solutions/08_serving/01_lateness/equivalent.toml")


def test_a_mutant_that_runs_out_of_time_is_killed_and_told_apart(scored, fake_judge):
    def spoil(result, text, seed):
        late = "return 1.0" in text and result.name == NONE
        return replace(result, outcome=Outcome.TIMED_OUT, failure=Failure("no answer in time")) if late else result

    fake_judge.spoil = spoil
    score = scored()
    assert (score.count(Fate.KILLED), score.count(Fate.TIMED_OUT), score.share) == (7, 1, 1.0)
    assert score.survivors == ()


def test_a_mutant_that_breaks_a_check_is_not_killed_by_it(scored, fake_judge):
    def spoil(result, text, seed):
        broken = "return 1.0" in text and result.name == NONE
        return replace(result, outcome=Outcome.GRADER_ERROR, failure=Failure("TypeError")) if broken else result

    fake_judge.spoil = spoil
    score = scored()
    (result,) = score.survivors
    assert result.check == NONE
    assert f"    {NONE} broke on it: let the check look at what came back" in as_table([score])


def test_a_solution_that_does_not_pass_has_no_mutants(scored, fake_judge):
    fake_judge.spoil = lambda result, text, seed: replace(result, outcome=Outcome.CRASHED, failure=Failure("no numpy"))
    with pytest.raises(Problem, match=f"{QUARTER} does not pass the solution itself") as caught:
        scored()
    assert caught.value.fix == "ninety author validate 8.1"


def test_a_sample_is_drawn_by_its_seed(scored):
    def drawn(**options):
        return [result.mutation.text for result in scored(**options).results]

    every = drawn()
    assert drawn(sample=4) == drawn(sample=4)
    assert len(drawn(sample=4)) == 4
    assert set(drawn(sample=4)) < set(every)
    assert len({tuple(drawn(sample=4, seed=seed)) for seed in range(5)}) > 1
    assert drawn(sample=8) == drawn(sample=99) == every
    assert as_table([scored(sample=4)]).splitlines()[1].split()[2] == "4/8"


def test_the_seed_is_what_mutants_are_judged_with(scored, fake_judge):
    seeds = set()

    def spoil(result, text, seed):
        seeds.add(seed)
        return result

    fake_judge.spoil = spoil
    scored(seed=7)
    assert seeds == {7}


def test_progress_is_told_and_nothing_is_left(scored, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    told = []
    scored(tell=lambda done, total, what: told.append((done, total)))
    assert told == [(count, 8) for count in range(1, 9)]
    assert set(tmp_path.iterdir()) == before


def test_nothing_is_left_when_it_is_interrupted(scored, tmp_path, monkeypatch):
    def interrupt(done, total, what):
        raise KeyboardInterrupt

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    with pytest.raises(KeyboardInterrupt):
        scored(tell=interrupt)
    assert set(tmp_path.iterdir()) == before


def test_a_judging_process_that_dies_is_one_clear_error(exercise, inline):
    def judge(exercise, source, *, seed, stop_early):
        raise BrokenProcessPool

    with pytest.raises(Problem, match="a judging process ended before its verdict"):
        mutate([exercise], inline, judge=judge)


@pytest.fixture
def command(root, catalogue, monkeypatch):
    """`ninety author mutate WORDS`; the exit code and what was printed."""
    monkeypatch.setenv("NINETY_COURSE", str(root))

    def run(*words):
        result = CliRunner().invoke(author_mutate.mutate, words, standalone_mode=False)
        assert result.exception is None, result.exception
        return result.return_value, result.stdout

    return run


@pytest.mark.slow
def test_the_command_judges_with_the_real_examiner(command, folder, edit):
    code, said = command("8.1", "--jobs", "2")
    assert code is Exit.PASSED, said
    assert said.splitlines()[1].split()[2:4] == ["8", "8"]

    edit("test_visible.py", "candidate.share([]), 0.0", "candidate.share([]) or 0.0, 0.0")
    (folder / "equivalent.toml").write_text(RECORD, encoding="utf-8")
    code, said = command("--json", "--jobs", "2", "--sample", "8")
    assert code is Exit.NOT_YET
    report = json.loads(said)
    (row,) = report["exercises"]
    assert report["green"] is False
    assert row["survivors"] == 1
    (survivor,) = [result for result in row["results"] if result["fate"] == "survived"]
    assert (survivor["line"], survivor["operator"], survivor["after"]) == (13, "return", "return None")


@pytest.mark.slow
def test_a_mutant_that_never_ends_is_killed_by_the_clock(command, folder, edit):
    edit(
        "lateness.py",
        "    if not flags:\n",
        "    left = len(flags)\n    while left > 49:\n        left -= 49\n    if not flags:\n",
    )
    with (folder / "exercise.toml").open("a", encoding="utf-8") as file:
        file.write("\n[limits]\ncall_seconds = 1\n")
    _, said = command("8.1", "--json", "--jobs", "2")
    (row,) = json.loads(said)["exercises"]
    late = {result["after"]: result["check"] for result in row["results"] if result["fate"] == "timed out"}
    assert late["left += 49"] == ANY


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="a process group is POSIX's")
def test_ctrl_c_leaves_no_process_and_no_file(root, catalogue, tmp_path):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    run = subprocess.Popen(
        [sys.executable, "-c", "from autograder.cli.author_mutate import mutate; mutate()", "8.1", "--jobs", "2"],
        env={**os.environ, "NINETY_COURSE": str(root), "TMPDIR": str(temporary)},
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        begun = until(lambda: len(list(temporary.glob("ninety-author-*/0/*"))) == 9 and len(children(run.pid)) > 2)
        assert begun, run.communicate(timeout=1)
        os.killpg(run.pid, signal.SIGINT)
        run.communicate(timeout=60)
        assert until(lambda: not children(run.pid)), children(run.pid)
    finally:
        if children(run.pid):
            os.killpg(run.pid, signal.SIGKILL)
    assert list(temporary.iterdir()) == []


def until(condition: Callable[[], bool]) -> bool:
    """Wait for `condition`, up to half a minute."""
    for _ in range(300):
        if condition():
            return True
        time.sleep(0.1)
    return False


def children(group: int) -> list[str]:
    """The processes of a group that still run."""
    lines = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 2) for line in lines.splitlines())
    return [row[-1] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]
