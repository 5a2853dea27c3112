# Returns every kind of value with parts that contradict each other.
# proof: contradictions sent
import autograder.candidate.serve as serve

TREES = [
    {"$": "array", "dtype": "<f8", "shape": [2**39, 2**39], "b": 0},
    {"$": "array", "dtype": "<f8", "shape": [0, 2**39, 2**39], "b": 0},
    {"$": "array", "dtype": "<U999999999", "shape": [0], "b": 0},
    {"$": "array", "dtype": "<M8[999999999as]", "shape": [1], "b": 1},
    {"$": "array", "dtype": "|b1", "shape": [8] + [1] * 31, "b": 1},
    {"$": "array", "dtype": "=c3", "shape": [], "b": 1},
    {"$": "scalar", "dtype": "<U0", "v": ""},
    {"$": "scalar", "dtype": "<M8[as]", "v": "00" * 8},
    {"$": "objects", "shape": [2], "v": [[1, 2], [3]]},
    {"$": "objects", "shape": [2], "v": [[1, 2], [3, 4]]},
    {"$": "objects", "shape": [1], "v": [{"$": "array", "dtype": "<f8", "shape": [1], "b": 1}]},
    {"$": "set", "v": [[], {}]},
    {"$": "dict", "v": [[[], 1]]},
    {"$": "dict", "v": [[1]]},
    {"$": "int", "v": "1" * 5000},
    {"$": "int", "v": "0x10"},
    {"$": "float", "v": "one"},
    {"$": "decimal", "v": "sNaN" + "9" * 10_000},
    {"$": "complex", "v": [{"$": "path", "v": "x"}, []]},
    {"$": "timedelta", "v": [10**300, 10**300, 10**300]},
    {"$": "timedelta", "v": [{"$": "float", "v": "inf"}, 0, 0]},
    {"$": "datetime", "v": "9999-99-99"},
    {"$": "path", "v": "\0"},
    {"$": "handle", "id": 2**70, "type": "x" * 10**6},
    {"$": "handle", "id": True, "type": "bool"},
    {"$": "callback", "id": 0},
    {"$": "record", "type": "x" * 10**6, "v": {"fields": 1, "__dict__": 2, "type_name": 3, "__class__": 4}},
    {"$": "error", "type": "IndexError", "bases": ["IndexError"] * 10**5, "v": "x" * 10**6},
    {"$": ["set"], "v": 1},
    {"$": None},
    {"$": {"$": {}}},
]
trees = iter(TREES * 20)


def describe(numbers):
    print("contradictions sent")


def mean(numbers):
    serve.encode = contradict


def contradict(value, buffers, export):
    buffers += [b"", bytes(8), bytes(8)]
    return next(trees)


def __getattr__(name):
    return lambda *args: None


def pick(numbers, index):
    return None if index % 2 else len(numbers) * [index]
