"""A verdict as plain data, and the ways to show it."""

from autograder.verdict.model import CheckResult, Failure, Outcome, Place, Verdict, readable

__all__ = ["CheckResult", "Failure", "Outcome", "Place", "Verdict", "readable"]
