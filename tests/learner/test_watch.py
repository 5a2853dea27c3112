"""Saving a module is noticed, however the editor writes it and whatever the file system tells; nothing else is."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest

from autograder.errors import Problem
from autograder.learner import watch as watch_module
from autograder.learner.watch import content_of, saves, watching


@contextmanager
def watched(workspace):
    """The numbers of the exercises noticed so far, from a watcher that has begun."""
    numbers, stop = [], threading.Event()

    def watch():
        for exercise in saves(workspace, stop):
            numbers.append(exercise.number)

    thread = threading.Thread(target=watch)
    thread.start()
    time.sleep(0.1)
    yield numbers
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


@pytest.fixture
def noticed(workspace):
    with watched(workspace) as numbers:
        yield numbers


@pytest.fixture
def module(workspace, catalogue):
    """The file of exercise 1.2."""
    return workspace.module(catalogue.get("1.2"))


def settle(numbers, count):
    """Wait until that many saves were noticed, and then as long as one more would take."""
    deadline = time.monotonic() + 5
    while len(numbers) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.4)


def test_a_save_is_noticed_once(module, noticed):
    module.write_text("# one\n", encoding="utf-8")
    settle(noticed, 1)
    swap = module.with_name("threshold.py~")
    swap.write_text("# two\n", encoding="utf-8")
    os.replace(swap, module)
    settle(noticed, 2)
    assert noticed == ["1.2", "1.2"]


def test_other_files_are_not(workspace, catalogue, noticed, module):
    module.with_name("notes.txt").write_text("x", encoding="utf-8")
    module.with_name("README.md").write_text("x", encoding="utf-8")
    workspace.store.update(lambda state: state)
    workspace.module(catalogue.get("8.3")).write_text("# last\n", encoding="utf-8")
    settle(noticed, 1)
    assert noticed == ["8.3"]


def test_an_editor_that_keeps_the_old_file_as_a_backup(module, noticed):
    os.replace(module, module.with_name("threshold.py~"))  # there is no file now
    time.sleep(0.05)
    module.write_text("# two\n", encoding="utf-8")
    settle(noticed, 1)
    assert noticed == ["1.2"]


def test_an_editor_that_truncates_is_waited_for(module, noticed):
    with module.open("w", encoding="utf-8") as file:
        time.sleep(0.1)
        file.write("# slowly\n")
    settle(noticed, 1)
    assert noticed == ["1.2"]


def test_a_burst_of_writes_is_hardly_more_than_one_save(module, noticed):
    for number in range(20):
        module.write_text(f"# {number}\n", encoding="utf-8")
        time.sleep(0.002)
    settle(noticed, 1)
    assert 1 <= len(noticed) < 10  # the system may be slow to tell; the loop judges each content once


def test_a_file_that_stays_empty_is_noticed_once(module, noticed):
    module.write_bytes(b"")
    settle(noticed, 1)
    assert noticed == ["1.2"]


def test_a_file_that_is_removed_and_put_back(module, noticed):
    content = module.read_bytes()
    module.unlink()
    settle(noticed, 1)
    assert noticed == ["1.2"]
    module.write_bytes(content)
    settle(noticed, 2)
    assert noticed == ["1.2", "1.2"]


def test_a_folder_that_is_removed_and_made_again(module, noticed):
    shutil.rmtree(module.parent)
    time.sleep(0.1)
    module.parent.mkdir()
    module.write_text("# from a stash\n", encoding="utf-8")
    settle(noticed, 1)
    module.write_text("# and edited\n", encoding="utf-8")
    settle(noticed, 2)
    assert noticed == ["1.2", "1.2"]


def test_a_workspace_that_is_replaced_while_it_is_watched(workspace, module, noticed):
    kept = workspace.root.with_name("kept")
    shutil.copytree(workspace.root, kept)
    os.replace(workspace.root, workspace.root.with_name("old"))
    os.replace(kept, workspace.root)
    settle(noticed, 3)
    noticed.clear()
    module.write_text("# in the new one\n", encoding="utf-8")
    settle(noticed, 1)
    assert noticed == ["1.2"]


def test_a_workspace_that_is_gone_is_a_problem(workspace):
    def remove():
        time.sleep(0.3)
        os.replace(workspace.root, workspace.root.with_name("elsewhere"))

    threading.Thread(target=remove).start()
    with pytest.raises(Problem, match="the workspace is gone"):
        next(saves(workspace))


def test_a_link_s_target_is_watched(module, noticed, tmp_path):
    target = tmp_path / "elsewhere.py"
    target.write_text("# one\n", encoding="utf-8")
    module.unlink()
    module.symlink_to(target)
    settle(noticed, 1)
    target.write_text("# two\n", encoding="utf-8")
    settle(noticed, 2)
    assert noticed == ["1.2", "1.2"]


def test_a_name_in_other_letters_is_the_same_file_where_the_system_says_so(module, noticed):
    other = module.with_name("Threshold.py")
    if not other.exists():
        os.link(module, other)  # as a file system that ignores case has it: two names, one file
    settle(noticed, 0)
    noticed.clear()
    other.write_text("# saved as Threshold.py\n", encoding="utf-8")
    settle(noticed, 1)
    assert noticed == ["1.2"]


def test_a_clock_that_jumps_hides_no_save(module, noticed):
    for number, when in enumerate((4e9, 1e6, 1e6), 1):
        module.write_text(f"# {number}\n", encoding="utf-8")
        os.utime(module, (when, when))
        settle(noticed, number)
    assert noticed == ["1.2"] * 3


@pytest.mark.parametrize("failure", [OSError("OS file watch limit reached"), None])
def test_where_the_system_tells_nothing_saves_are_noticed_all_the_same(workspace, module, monkeypatch, failure):
    def silent(root, *, stop_event, **options):  # as a folder of another machine
        if failure:
            raise failure
        while not stop_event.wait(0.25):
            yield set()

    monkeypatch.setattr(watch_module, "watch", silent)
    with watched(workspace) as noticed:
        module.write_text("# one\n", encoding="utf-8")
        settle(noticed, 1)
        assert noticed == ["1.2"]


def test_a_program_that_writes_on_and_on_beside_it_delays_nothing(module, noticed):
    over = threading.Event()

    def log():
        with module.with_name("train.log").open("w", encoding="utf-8") as file:
            while not over.wait(0.002):
                file.write("step\n")
                file.flush()

    writer = threading.Thread(target=log)
    writer.start()
    time.sleep(0.2)
    started = time.monotonic()
    module.write_text("# one\n", encoding="utf-8")
    while not noticed and time.monotonic() < started + 5:
        time.sleep(0.005)
    took = time.monotonic() - started
    over.set()
    writer.join()
    assert noticed == ["1.2"]
    assert took < 0.5


def test_ten_thousand_files_beside_it_and_a_name_in_cyrillic(workspace, tmp_path):
    moved = replace(workspace, root=(tmp_path / "Домашняя работа").resolve())
    os.replace(workspace.root, moved.root)
    module = moved.module(moved.catalogue.get("1.2"))
    for number in range(10_000):
        (module.parent / f"{number}.txt").touch()
    with watched(moved) as noticed:
        module.write_text("# one\n", encoding="utf-8")
        settle(noticed, 1)
        assert noticed == ["1.2"]


def test_what_is_no_file_has_no_content_and_is_not_waited_for(tmp_path):
    pipe, huge = tmp_path / "pipe.py", tmp_path / "huge.py"
    os.mkfifo(pipe)
    with huge.open("wb") as file:
        file.truncate(2**30)
    assert [content_of(path) for path in (pipe, tmp_path, tmp_path / "none.py")] == ["", "", ""]
    started = time.monotonic()
    assert content_of(huge).startswith("1073741824 ")
    assert time.monotonic() - started < 1


def test_one_who_watches_is_told_of_another(workspace):
    with watching(workspace) as first, watching(workspace) as second:
        assert (first, second) == (True, False)
    with watching(workspace) as after:
        assert after


def test_where_nothing_can_be_locked_or_written_one_watches_all_the_same(workspace, monkeypatch):
    def refuse(handle):
        raise OSError(37, "No locks available")

    monkeypatch.setattr(watch_module, "try_lock", refuse)
    with watching(workspace) as alone:
        assert alone
    shutil.rmtree(workspace.store.folder)
    with watching(workspace) as alone:
        assert alone


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT is Unix's")
def test_ctrl_c_ends_start_cleanly(course, tmp_path):
    book = course / "_build" / "html"
    book.mkdir(parents=True)
    (book / "index.html").write_text("the book", encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "-c", "from autograder.cli import main; main()", "start", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    lines = [running.stdout.readline() for _ in range(6)]
    assert lines[1].startswith("book       http://127.0.0.1:")
    assert lines[-1] == "  save it  and its verdict appears here; Ctrl-C ends this\n"
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert running.returncode == 0
    assert "stopped" in out
    assert "Traceback" not in err
