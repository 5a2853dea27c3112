"""What there is to do: exercises, their tasks and points, and their order. Knows nothing of grading."""

from autograder.course.catalogue import Catalogue, find_course
from autograder.course.manifest import Exercise, Task, read_manifest

__all__ = ["Catalogue", "Exercise", "Task", "find_course", "read_manifest"]
