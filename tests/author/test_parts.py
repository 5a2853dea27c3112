"""Splitting a module into a notebook's cells, and joining them again."""

import pytest

from autograder.course.holes import find_holes, strip
from autograder.course.parts import Part, join_parts, mark_parts, part_of, split_parts
from autograder.errors import Problem

MODULE = '''"""What is served."""

import heapq
### BEGIN SOLUTION
import bisect
### END SOLUTION
import math


# A neighbour.
@staticmethod
def given():
    """Given."""
    return math.inf


LIMIT = 3


async def gather(queue):
    """Gather."""
    if queue:
        ### BEGIN SOLUTION b: gather "all" (about 2 lines)
        found = heapq.heappop(queue)
        return found
        ### END SOLUTION
    return None


### BEGIN SOLUTION
def _helper():
    return bisect
### END SOLUTION


# ---- the batcher


# One for all.
class Batcher:
    """Batches."""
'''


def test_joined_parts_are_the_module_again():
    assert join_parts(split_parts(MODULE)) == MODULE
    starter = strip(MODULE, "8.3")
    assert join_parts(mark_parts(starter, "8.3", "batcher")) == starter


def test_each_definition_has_its_own_part_with_its_comment_and_decorator():
    firsts = [part.partition("\n")[0] for part in split_parts(MODULE)]
    assert firsts == ['"""What is served."""', "# A neighbour.", "async def gather(queue):", "# ---- the batcher"]


def test_solution_and_starter_have_the_same_parts():
    stripped = tuple(strip(part, "8.3") for part in split_parts(MODULE))
    assert stripped == split_parts(strip(MODULE, "8.3"))


def test_parts_are_joined_in_the_order_they_name():
    parts = mark_parts(MODULE, "8.3", "batcher")
    assert join_parts(reversed(parts)) == MODULE


def test_a_learners_blank_lines_around_a_cell_do_not_matter():
    parts = [f"{part}\n\n\n" for part in mark_parts(MODULE, "8.3", "batcher")]
    assert join_parts(parts) == MODULE


def test_a_marker_is_read_from_the_first_line_only():
    assert part_of("# ninety: 8.3 batcher/2  \nx = 1") == Part("8.3", "batcher", 2)
    assert part_of("# ninety: G7 kernel/12") == Part("G7", "kernel", 12)
    assert str(Part("8.3", "batcher", 2)) == "# ninety: 8.3 batcher/2"
    for source in ("", "x = 1\n# ninety: 8.3 batcher/2", "# ninety: 8.3 batcher", "# ninety: 8.3 batcher/2 x"):
        assert part_of(source) is None


def test_a_hole_becomes_its_task_and_a_hole_without_one_leaves_no_trace():
    starter = strip(MODULE, "8.3")
    assert '        raise NotImplementedError("8.3, task b: gather \\"all\\" (about 2 lines)")\n' in starter
    assert "import heapq\nimport math\n\n\n# A neighbour." in starter
    assert "    return None\n\n\n# ---- the batcher\n\n\n# One for all.\nclass Batcher:" in starter
    assert "SOLUTION" not in starter


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("x = 1\n### END SOLUTION\n", 2, "never began"),
        ("### BEGIN SOLUTION\n", 1, "never ends"),
        ("### BEGIN SOLUTION\n\n### BEGIN SOLUTION\n### END SOLUTION\n", 3, "inside the one of line 1"),
        ("## BEGIN SOLUTION\n", 1, "cannot be read"),
        ("### BEGIN SOLUTION b gather\n", 1, "cannot be read"),
        ("x = 1  ### END SOLUTION\n", 1, "cannot be read"),
    ],
)
def test_a_wrong_marker_is_named_with_its_line(text, line, what):
    with pytest.raises(Problem, match=what) as caught:
        find_holes(text, "batcher.py")
    assert caught.value.where == f"batcher.py:{line}"
    assert caught.value.fix
