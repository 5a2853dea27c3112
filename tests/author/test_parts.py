"""Splitting a module into a notebook's cells, and joining them again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.course.holes import find_holes, strip
from autograder.course.parts import (
    Part,
    join,
    join_parts,
    mark_part,
    mark_parts,
    part_of,
    split_parts,
    spread_parts,
)
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


# Modules as learners write them: definitions of MODULE and others in any order, with any number of lines between.
PIECES = st.sampled_from(
    [
        '"""What."""',
        "import heapq",
        "# A comment.",
        "LIMIT = '''\n\n# no comment\n\n\n'''",
        "@staticmethod\ndef given(): ...",
        "async def gather(queue):\n    return 'é'",
        "class Batcher:\n    x = 1\n\n\n    # inside\n    y = 2",
        "def mine():\n    return 1",
        "if True:\n    def given(): ...",
    ]
)
GAPS = st.integers(min_value=1, max_value=5)
MODULES = st.builds(
    lambda before, pieces: "\n" * before + "".join(piece + "\n" * gap for piece, gap in pieces),
    st.integers(min_value=0, max_value=4),
    st.lists(st.tuples(PIECES, GAPS)),
)


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


def test_a_cell_that_ends_in_blank_lines_says_itself_how_many_there_are():
    first, *rest = mark_parts(MODULE, "8.3", "batcher")
    assert join_parts([f"{first}\n\n\n", *rest]) == MODULE
    assert join_parts([f"{first}\n", *rest]) == MODULE.replace("\n\n\n", "\n", 1)


@given(module=MODULES)
def test_any_module_is_the_same_after_it_was_spread_over_the_parts_of_another(module):
    like = split_parts(MODULE)
    parts = spread_parts(module, like)
    assert len(parts) == len(like)
    assert join_parts(mark_part("8.3", "batcher", index, part) for index, part in enumerate(parts, 1)) == module


def test_a_learners_own_definitions_go_with_what_they_follow_and_a_lost_one_leaves_its_part_empty():
    mine = MODULE.replace("LIMIT = 3", "def mine():\n    return 1").replace("async def gather", "async def collect")
    parts = spread_parts(mine, split_parts(MODULE))
    firsts = [part.partition("\n")[0] for part in parts]
    assert firsts == ['"""What is served."""', "# A neighbour.", "", "# ---- the batcher"]
    assert "def mine" in parts[1]
    assert "async def collect" in parts[1]


def test_every_line_knows_its_part_and_its_line_in_the_cell():
    parts = mark_parts(MODULE, "8.3", "batcher")
    joined = join(parts)
    for line, (index, at) in zip(joined.text.split("\n"), joined.origins, strict=False):
        assert line in ("", parts[index - 1].split("\n")[at - 1])
    assert joined.origins[joined.text.split("\n").index("async def gather(queue):")] == (3, 2)


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
