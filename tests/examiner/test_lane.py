"""While one measures, no check of those who grade beside it runs."""

import subprocess
import sys
import threading
from contextlib import closing

import pytest

from autograder.examiner.lane import Lane

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there nobody waits for anybody")

# Runs checks one after the other, and says at each whether it found somebody measuring.
CHECKS = """
import sys
from pathlib import Path
from autograder.examiner.lane import Lane

folder = Path(sys.argv[1])
lane = Lane(folder)
print("ready", flush=True)
seen = 0
while not (folder / "over").exists():
    with lane.shared():
        seen += (folder / "measuring").exists()
print(seen)
"""


@pytest.fixture
def others(tmp_path):
    """Two processes that run checks without a pause."""
    command = [sys.executable, "-c", CHECKS, str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


def test_nobody_runs_a_check_while_one_measures(tmp_path, others):
    with closing(Lane(tmp_path)) as lane:
        for _ in range(50):
            with lane.shared(), lane.alone():
                (tmp_path / "measuring").touch()
                (tmp_path / "measuring").unlink()
    (tmp_path / "over").touch()
    assert [process.communicate(timeout=20)[0] for process in others] == ["0\n", "0\n"]


def test_checks_run_side_by_side(tmp_path):
    with closing(Lane(tmp_path)) as one, closing(Lane(tmp_path)) as other, one.shared(), other.shared():
        pass  # a lane for one alone would have waited here for ever


def test_two_who_want_to_measure_take_turns(tmp_path):
    busy = threading.Lock()

    def measure():
        with closing(Lane(tmp_path)) as lane:
            for _ in range(200):
                with lane.shared(), lane.alone():
                    assert busy.acquire(blocking=False)
                    busy.release()

    threads = [threading.Thread(target=measure) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def test_one_who_is_killed_while_measuring_holds_up_nobody(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from autograder.examiner.lane import Lane\n"
        "lane = Lane(Path(sys.argv[1]))\nwith lane.shared(), lane.alone(): os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 9
    with closing(Lane(tmp_path)) as lane, lane.shared(), lane.alone():
        pass
