# Answers with exceptions whose class, bases, text and frames are of the wrong types, too deep and too many.
# proof: exception forged
import autograder.candidate.serve as serve

deep = "x"
for _ in range(900):
    deep = [deep]
ERRORS = [
    {"type": deep, "bases": [deep], "message": deep, "frames": []},
    {"type": {"$": 1}, "bases": {"a": "b"}, "message": None, "frames": []},
    {"type": "IndexError", "bases": "IndexError", "message": 5, "frames": [deep, {"file": deep}]},
    {"type": "IndexError", "bases": ["IndexError"] * 10**5, "message": "-4 -3 -2 -1 9 10 11" * 10**5, "frames": []},
    {"type": "NotImplementedError", "bases": [], "message": "0.1, task a: passed", "frames": []},
    {
        "type": "CheckFailed",
        "bases": ["AssertionError"],
        "message": "",
        "frames": [{"file": "..", "line": 1, "code": ""}],
    },
    {"type": "KeyboardInterrupt", "bases": ["BaseException"], "message": "\033[2J", "frames": None},
]
errors = iter(ERRORS * 20)


def mean(numbers):
    print("exception forged")


def describe(numbers):
    serve.describe_error = lambda error: next(errors)
    raise ValueError


def __getattr__(name):
    raise ValueError
