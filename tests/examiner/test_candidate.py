"""What a check can do with the code over there."""

import pytest

from autograder.verdict import Outcome
from tests.sandboxes import SANDBOXES


def checked(bench, body, code, sandbox="process", **more):
    lines = "\n    ".join(body.strip().splitlines())
    bench.checks(f'@task("a")\ndef test_x(candidate, harness=None):\n    "x."\n    {lines}\n', **more)
    result = bench.one(code, sandbox)
    assert result.outcome is Outcome.PASSED, result.failure


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_objects_live_over_there(bench, sandbox):
    checked(
        bench,
        """
box = candidate.Box(3)
expect_equal(box.get(), 3)
expect_equal(box.fetch("x"), 3)
expect_equal(candidate.get_of(box), 3)
expect_equal(candidate.make(4).get(), 4)
expect_equal(candidate.fetch("LIMIT"), 7)
expect_equal(candidate.pairs()[1].get(), 2)
""",
        """
        LIMIT = 7
        class Box:
            def __init__(self, x): self.x = x
            def get(self): return self.x
        def get_of(box): return box.x
        def make(x): return Box(x)
        def pairs(): return [Box(1), Box(2)]
        """,
        sandbox,
    )


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_callbacks_come_from_the_main_thread_other_threads_and_child_processes(bench, sandbox):
    checked(
        bench,
        """
expect_equal(candidate.main(lambda x: x + 1, 4), 5)
expect_equal(candidate.threads(lambda x: x * 2, 20), [2 * i for i in range(20)])
seen = []
candidate.child(seen.append)
expect_equal(seen, ["from the child"])
""",
        """
        import os
        from concurrent.futures import ThreadPoolExecutor
        def main(f, x): return f(x)
        def threads(f, n):
            with ThreadPoolExecutor(4) as pool:
                return list(pool.map(f, range(n)))
        def child(f):
            pid = os.fork()
            if pid == 0:
                f("from the child")
                os._exit(0)
            os.waitpid(pid, 0)
        """,
        sandbox,
    )


def test_a_callback_may_ask_the_candidate_again(bench):
    checked(
        bench,
        """
def down(n):
    return 0 if n == 0 else 1 + candidate.step(down, n - 1)
expect_equal(candidate.step(down, 9), 9)
""",
        "def step(f, n):\n    return f(n)\n",
    )


def test_a_callback_can_make_the_learners_code_see_an_exception(bench):
    checked(
        bench,
        """
def model(x):
    raise Injected("TimeoutError", "the model is slow")
expect_equal(candidate.ask(model), "TimeoutError: the model is slow")
expect_raises("OSError", lambda: candidate.do_not_catch(model))
""",
        """
        def ask(model):
            try: return model(1)
            except TimeoutError as error: return f"TimeoutError: {error}"
        def do_not_catch(model): return model(1)
        """,
    )


@pytest.mark.parametrize("swallow", ["return 1", "return f(2)", "time.sleep(60)"])
def test_a_check_that_fails_inside_a_callback_fails_whatever_the_code_does_next(bench, swallow):
    bench.checks("""
        @task("a")
        def test_x(candidate):
            "x."
            def f(x):
                expect(False, "never call f")
            candidate.go(f)
        """)
    result = bench.one(f"import time\ndef go(f):\n    try:\n        f(1)\n    except Exception:\n        {swallow}\n")
    assert result.outcome is Outcome.FAILED
    assert result.failure.message == "never call f"


def test_expect_raises_names_what_came_instead(bench):
    bench.checks("""
        @task("a")
        def test_x(candidate):
            "x."
            error = expect_raises("ValueError", lambda: candidate.bad(1))
            expect_equal(error.message, "one")
            expect_raises("ValueError", lambda: candidate.bad(2), because="2 is refused")
        """)
    code = "def bad(n):\n    raise [KeyError, ValueError][n == 1]('one')\n"
    result = bench.one(code)
    assert (result.outcome, result.failure.got) == (Outcome.FAILED, "KeyError: 'one'")


def test_a_restart_gives_a_fresh_module(bench):
    checked(
        bench,
        "expect_equal(candidate.count(), 1)\nexpect_equal(candidate.count(), 2)\ncandidate.restart()\n"
        "expect_equal(candidate.count(), 1)",
        "n = 0\ndef count():\n    global n\n    n += 1\n    return n\n",
    )


def test_the_module_has_no_input_and_its_output_is_kept_by_check(bench):
    bench.checks("""
        @task("a")
        def test_x(candidate):
            "x."
            candidate.say("one")
        @task("b")
        def test_y(candidate):
            "y."
            candidate.say("two")
        """)
    verdict = bench.judge("""
        import os, sys
        assert sys.stdin.read() == ""
        assert os.read(0, 10) == b""
        def say(word):
            print(word)
            print("err", file=sys.stderr)
        """)
    assert [check.output for check in verdict.checks] == ["one\nerr\n", "two\nerr\n"]


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_command_line_is_run_as_its_user_would(bench, sandbox):
    checked(
        bench,
        """
done = candidate.run("answer.py", "--n", "3", stdin=b"abc", files={"in.txt": b"hello"})
expect_equal(done.exit_code, 4)
expect_equal(done.stdout, b"['--n', '3'] abc hello\\n")
expect_equal(done.stderr, b"careful\\n")
expect_equal(done.files["out.txt"], b"written")
expect_equal(candidate.run("-c", "print(1)").stdout, b"1\\n")
""",
        """
        import sys
        if __name__ == "__main__":
            open("out.txt", "w").write("written")
            print(sys.argv[1:], sys.stdin.read(), open("in.txt").read())
            print("careful", file=sys.stderr)
            sys.exit(4)
        """,
        sandbox,
    )


def test_files_beside_the_module_never_shadow_the_standard_library(bench):
    checked(
        bench,
        "expect_equal(candidate.ok(), True)",
        "import json\ndef ok():\n    return 'answer' not in json.__file__\n",
    )


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_nothing_of_the_user_is_told(bench, sandbox, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "s3cret")
    checked(
        bench,
        'names = candidate.names()\nexpect("SECRET_TOKEN" not in names, "no secret", got=names)',
        "import os\ndef names():\n    return sorted(os.environ)\n",
        sandbox,
    )


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_a_process_killed_in_a_call_leaves_its_files_to_the_next(bench, sandbox):
    checked(
        bench,
        """
assert candidate.until_killed(lambda: candidate.work(lambda step: candidate.kill() if step == 2 else None))
assert candidate.files() == {"answer.py": candidate.files()["answer.py"], "done/0": 1, "done/1": 2}
assert candidate.read_file("done/1") == b"11"
candidate.restart(keep_files=True)
assert candidate.left() == ["0", "1"]
assert not candidate.until_killed(lambda: candidate.left())
candidate.restart()
assert candidate.left() == []
""",
        """
        import os, pathlib
        def work(tell):
            os.makedirs("done")
            for step in range(5):
                tell(step)
                pathlib.Path(f"done/{step}").write_text(str(step) * (step + 1))
        def left():
            return sorted(os.listdir("done")) if os.path.exists("done") else []
        """,
        sandbox,
    )


@pytest.mark.parametrize("sandbox", SANDBOXES)
def test_what_is_said_does_not_depend_on_where_the_folder_is(bench, sandbox):
    bench.checks("""
        @task("a")
        def test_x(candidate):
            "x."
            candidate.say()
            candidate.fail()
        """)
    result = bench.one(
        """
        import os, warnings
        def say():
            warnings.warn("old")
            print(os.path.abspath("data.csv"))
        def fail(): open(os.path.abspath("data.csv"))
        """,
        sandbox,
    )
    assert result.output.splitlines() == ["answer.py:4: UserWarning: old", '  warnings.warn("old")', "data.csv"]
    assert result.failure.message == "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'"
