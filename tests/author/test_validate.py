"""The matrix is green for a valid exercise, and red with the fix in words for each thing that can be wrong."""

import re
from dataclasses import replace

import pytest

from autograder.author.build import plan_build
from autograder.author.cases import cases
from autograder.author.garbage import garbage
from autograder.author.report import as_table
from autograder.author.validate import leftovers, validate
from autograder.course import Catalogue
from autograder.errors import Problem
from autograder.verdict import Failure, Outcome

QUARTER, NONE, ANY, ALL = (
    "test_one_of_four_is_a_quarter",
    "test_no_flags_have_share_zero",
    "test_any_flags_have_their_share",
    "test_all_true_is_exactly_one",
)


@pytest.fixture
def matrix(root, catalogue, inline, fake_judge):
    """Build the course as it is now and judge it; the only row."""

    def run(repeats=2, build=True):
        fresh = Catalogue(root)
        if build:
            plan_build(fresh, fresh, whole=True).carry_out()
        (row,) = validate(fresh, fresh, inline, repeats=repeats, judge=fake_judge)
        return row

    return run


def test_what_new_makes_is_green(matrix):
    row = matrix()
    assert row.objections == ()
    assert {kind: str(tally) for kind, tally in row.tallies.items()} == {
        "starter": "1/1", "solution": "1/1", "accepted": "2/2", "mutants": "4/4", "garbage": "8/8", "rules": "8/8",
    }  # fmt: skip
    table = as_table([row], [])
    assert table.splitlines()[1].startswith("green  8.1 Lateness")
    assert table.endswith("green: 1 exercise, 16 modules judged")


def test_the_solution_meets_every_seed_and_one_of_them_twice(exercise):
    seeds = {case.kind: case.seeds for case in cases(exercise, 10)}
    assert seeds["solution"] == (*range(10), 0)
    assert seeds["mutants"] == seeds["accepted"] == (0, 1)
    assert seeds["starter"] == seeds["garbage"] == (0,)


def test_a_weakened_check_lets_a_mutant_survive(matrix, fake_judge):
    fake_judge.checks[ANY] = (True, lambda module: module["share"]([True]) + 1.0)
    assert (
        f"mutants/two_digits.py passed every check with seed 0: make {ANY} stricter or delete it" in matrix().objections
    )


def test_a_mutant_that_dies_at_another_check_first_is_told_with_its_words(matrix, edit):
    edit("mutants/no_guard.py", f"must fail {NONE}", f"must fail {ALL}")
    (said,) = matrix().objections
    assert said.startswith(
        f"mutants/no_guard.py must fail {ALL} but {NONE} crashed first with: ZeroDivisionError: division by zero: "
    )


def test_a_visible_check_comes_before_a_hidden_one(matrix, fake_judge):
    fake_judge.checks = dict(reversed(fake_judge.checks.items()))
    assert matrix().objections == ()


def test_a_mutant_that_dies_with_other_words_is_told(matrix, edit):
    edit("mutants/whole_numbers.py", '"a quarter"', '"a fifth"')
    (said,) = matrix().objections
    assert said.startswith(
        f'mutants/whole_numbers.py failed {QUARTER} without the words "a fifth"; it said: one of four'
    )


def test_a_mutant_with_a_hole_left_in_it_is_told(matrix, edit):
    edit("mutants/no_guard.py", "return count(flags) / len(flags)", 'raise NotImplementedError("8.1, task a: x")')
    edit("mutants/no_guard.py", NONE, QUARTER)
    (said,) = matrix().objections
    assert f"mutants/no_guard.py was not attempted in {QUARTER}" in said


def test_an_accepted_solution_that_fails_is_told(matrix, edit):
    edit("accepted/at_least_one.py", "max(len(flags), 1)", "max(len(flags), 50)")
    (said,) = matrix(repeats=1).objections
    assert said.startswith(f"accepted/at_least_one.py must pass but {QUARTER} failed with seed 0: one of four")


def test_a_solution_that_is_lucky_with_its_first_seed_is_told_once_with_the_seed(matrix, fake_judge):
    def spoil(result, text, seed):
        unlucky = seed == 3 and "BEGIN SOLUTION" in text and result.name == ANY and "_args" not in text
        return replace(result, outcome=Outcome.FAILED, failure=Failure("too far off")) if unlucky else result

    fake_judge.spoil = spoil
    assert matrix(repeats=3).green
    (said,) = matrix(repeats=4).objections
    assert said.startswith(f"lateness.py must pass but {ANY} failed with seed 3: too far off")


def test_a_verdict_that_differs_from_itself_is_told(matrix, fake_judge):
    prints = iter(range(10_000))
    fake_judge.spoil = lambda result, text, seed: replace(result, output=str(next(prints)))
    (said,) = matrix().objections
    assert said.startswith("lateness.py got two different verdicts with seed 0: draw every random number")


def test_a_starter_that_passes_a_check_is_told(matrix, fake_judge):
    fake_judge.checks[QUARTER] = (False, lambda module: None)
    said = matrix().objections
    assert any(text.startswith(f"{QUARTER} passed on the starter, where nothing has been attempted") for text in said)


def test_garbage_that_passes_or_breaks_a_check_is_told(matrix, fake_judge):
    fake_judge.checks[NONE] = (False, lambda module: module["share"]([]))
    for name in (QUARTER, ANY, ALL):
        fake_judge.checks[name] = fake_judge.checks[NONE]
    fake_judge.spoil = lambda result, text, seed: (
        replace(result, outcome=Outcome.GRADER_ERROR, failure=Failure("TypeError: no len()\nfile:3"))
        if "return None" in text and "def share(*_args" in text and result.name == NONE
        else result
    )
    said = matrix().objections
    assert "a module in which share returns NaN passed every check: let one of them look at that answer" in said
    assert (
        f"share returns None made {NONE} a grader error with seed 0: TypeError: no len(): "
        "let the check look at what came back (expect_type) before it computes with it"
    ) in said


def test_a_problem_of_the_judge_is_told_once(catalogue, inline):
    def judge(exercise, source, *, seed, stop_early):
        raise Problem("there is no limit 'sceonds'", where="exercise.toml", fix="known are call_seconds")

    (row,) = validate(catalogue, catalogue, inline, repeats=2, judge=judge)
    assert row.objections == ("exercise.toml: there is no limit 'sceonds': known are call_seconds",)


def test_a_fault_of_the_judge_itself_is_not_hidden(catalogue, inline):
    def judge(exercise, source, *, seed, stop_early):
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        validate(catalogue, catalogue, inline, repeats=1, judge=judge)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("statement.md", "Example:", "word " * 250 + "Example:", "statement.md has 29. words: cut it to 250"),
        ("exercise.toml", "points = 4", "points = 5", "the checks of task a give 4 points and exercise.toml gives 5"),
        ("hints.md", "3. Return", "Return", "hints.md has 2 levels for task a"),
        ("hints.md", "## when test_no_flags_have", "## when test_no_flag_has", f"is no check: did you mean {NONE}"),
        ("hints.md", "## when test_no", "## if test_no", "hints.md has a heading 'if test_no"),
        ("mutants/no_guard.py", f"fail {NONE}", "fail test_no_flag_has_share", f"no check: did you mean {NONE}"),
        ("mutants/no_guard.py", "# must fail", "# fails", "mutants/no_guard.py:1: the first line does not say"),
        ("accepted/at_least_one.py", "# Divides", "Divides", "accepted/at_least_one.py:1: the first line does not"),
        ("exercise.toml", "book/08_serving/lateness.md", "book/none.md", "names the page 'book/none.md', which is not"),
        ("test_hidden.py", "def test_all_true_is_exactly_one", f"def {NONE}", f"two checks are called {NONE}"),
        ("test_hidden.py", '@task("a", points=1)\ndef test_all', "def test_all", f"{ALL} belongs to no task"),
        ("lateness.py", "### END SOLUTION", "### END", "lateness.py:11: a hole never ends"),
        ("lateness.py", "SOLUTION a:", "SOLUTION b:", "a hole of task b, which exercise.toml does not have"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_told_with_the_fix(matrix, edit, name, old, new, said):
    edit(name, old, new)
    row = matrix(repeats=1, build=False)
    assert not row.green
    assert any(re.search(said.replace("(", r"\("), text) for text in row.objections), row.objections


def test_a_folder_that_is_not_built_is_told(matrix, edit):
    edit("statement.md", "An hour", "A day")
    (said,) = matrix(build=False).objections
    assert said == "exercises/08_serving/01_lateness is not what solutions/ generates: run `ninety author build 8.1`"


def test_a_leak_is_told(matrix, edit):
    edit("test_visible.py", "a quarter", "return count(flags) / len(flags)")
    assert any("lateness.py:14 is a line of the solution that test_visible.py would" in text
               for text in matrix(build=False).objections)  # fmt: skip


def test_too_few_submissions_are_told(matrix, folder):
    (folder / "mutants" / "two_digits.py").unlink()
    (folder / "accepted" / "running_mean.py").unlink()
    said = matrix().objections
    assert said[0].startswith("there are 3 mutants: write 4")
    assert said[1].startswith("there are 1 accepted solutions: write 2")


def test_accepted_solutions_that_differ_in_comments_only_are_told(matrix, folder):
    text = (folder / "accepted" / "running_mean.py").read_text(encoding="utf-8")
    (folder / "accepted" / "at_least_one.py").write_text(f"# Another one.\n{text}", encoding="utf-8")
    (said,) = matrix().objections
    assert said.startswith("accepted/running_mean.py is the same code as accepted/at_least_one.py")


def test_too_many_visible_checks_and_a_task_without_one_are_told(matrix, folder, edit):
    more = "".join(
        f'\n\n@task("a", points=1)\ndef test_more_{count}(candidate):\n    """More."""\n' for count in range(7)
    )
    path = folder / "test_visible.py"
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    edit("exercise.toml", "points = 4", 'points = 4\n[tasks.b]\ntitle = "Second"\npoints = 1')
    said = matrix().objections
    assert any(text.startswith("test_visible.py has 9 checks: keep 8") for text in said)
    assert any(text.startswith("task b has no visible check") for text in said)


def test_too_many_holes_are_told(matrix, folder):
    path = folder / "lateness.py"
    hole = "    ### BEGIN SOLUTION a: one more (about 1 line)\n    return 1\n    ### END SOLUTION\n"
    more = "".join(f"\n\ndef _more_{count}():\n{hole}" for count in range(3))
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert any(text.startswith("lateness.py has 4 holes to fill") for text in matrix().objections)


def test_a_page_without_the_statement_is_told(matrix, root):
    (root / "book/08_serving/lateness.md").write_text("# Lateness\n", encoding="utf-8")
    (said,) = matrix().objections
    assert said.startswith("book/08_serving/lateness.md does not include the statement")


def test_what_is_generated_from_nothing_is_told(catalogue, folder, root):
    assert leftovers(catalogue) == ()
    folder.rename(folder.with_name("02_lateness"))
    assert leftovers(Catalogue(root)) == (
        "exercises/08_serving/01_lateness is generated from no exercise: run `ninety author build`",
    )


def test_garbage_keeps_what_is_asynchronous_and_what_is_a_property():
    hole = "### BEGIN SOLUTION a: all (about 1 line)\n{0}return 1\n{0}### END SOLUTION\n"
    module = (
        f"class Batcher:\n    @property\n    def size(self): ...\n    async def submit(self, item):\n        "
        f"{hole.format(' ' * 8)}    def _own(self): ...\n\n\nclass Full(Exception):\n    pass\n\n\n"
        f"async def run():\n    {hole.format(' ' * 4)}\n\ndef given(): ...\n"
    )
    made = dict(garbage(module))
    assert {name.partition(" ")[0] for name in made} == {"Batcher", "run"}
    assert len(made) == 16
    text = made["Batcher returns None"].removeprefix(module)
    assert "    @property\n    def size(self):\n        return None\n" in text
    assert "    async def submit(*_args, **_kwargs):\n        return None\n" in text
    assert "_own" not in text
    assert "async def run(*_args, **_kwargs):\n    return 10**400\n" in made["run returns a number of 401 digits"]
    for name, code in made.items():
        compile(code, name, "exec")
