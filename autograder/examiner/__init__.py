"""Trusted: holds the checks, the expected values, the seeds and the clock, and it alone decides."""

from autograder.examiner.cancel import Cancel, Cancelled
from autograder.examiner.checks import CheckInfo, list_checks, task
from autograder.examiner.expect import (
    expect,
    expect_at_least,
    expect_at_most,
    expect_close,
    expect_equal,
    expect_object,
    expect_raises,
    expect_type,
)
from autograder.examiner.faults import CheckFailed, Injected, LearnerRaised
from autograder.examiner.judge import judge, prepare
from autograder.examiner.ratio import Ratio, measure_ratio
from autograder.examiner.virtual_time import VirtualTime

__all__ = [
    "Cancel",
    "Cancelled",
    "CheckFailed",
    "CheckInfo",
    "Injected",
    "LearnerRaised",
    "Ratio",
    "VirtualTime",
    "expect",
    "expect_at_least",
    "expect_at_most",
    "expect_close",
    "expect_equal",
    "expect_object",
    "expect_raises",
    "expect_type",
    "judge",
    "list_checks",
    "measure_ratio",
    "prepare",
    "task",
]
