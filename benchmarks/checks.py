"""The sixteen assertions of the assignment, from which each tool's form of it is made.

Five groups, one for each function: `(name, setup, [(call, expected)])`, as Python text. A wrong submission replaces one
or more of the functions by one of `WRONG`.
"""

SETUP = "x = np.array([3.0, 1.0, 2.0, 6.0])\nflat = np.array([2.0, 2.0])"
GROUPS = {
    "centre": [
        ("centre(x)", "np.array([0.0, -2.0, -1.0, 3.0])"),
        ("centre(flat)", "np.array([0.0, 0.0])"),
        ("centre(x + 10)", "centre(x)"),
    ],
    "scale": [
        ("scale(np.array([0.0, 2.0]))", "np.array([0.0, 2.0])"),
        ("scale(flat)", "flat"),
        ("scale(x * 5)", "scale(x)"),
    ],
    "top": [
        ("top(x, 1)", "np.array([3])"),
        ("top(x, 3)", "np.array([3, 0, 2])"),
        ("top(flat, 2)", "np.array([0, 1])"),
    ],
    "smooth": [
        ("smooth(x, 1)", "x"),
        ("smooth(x, 2)", "np.array([2.0, 1.5, 4.0])"),
        ("smooth(x, 4)", "np.array([3.0])"),
        ("smooth(flat, 2)", "np.array([2.0])"),
    ],
    "confusion": [
        ("confusion(np.array([0, 1, 1]), np.array([0, 1, 0]), 2)", "np.array([[1, 0], [1, 1]])"),
        ("confusion(np.array([0, 0, 0]), np.array([1, 1, 1]), 2)", "np.array([[0, 3], [0, 0]])"),
        ("confusion(np.array([2]), np.array([0]), 3)", "np.array([[0, 0, 0], [0, 0, 0], [1, 0, 0]])"),
    ],
}
WRONG = {
    "centre": ["def centre(x):\n    return x - x[0]\n", "def centre(x):\n    raise ValueError('later')\n"],
    "scale": ["def scale(x):\n    return x / np.std(x, ddof=1)\n", "def scale(x):\n    return x\n"],
    "top": ["def top(x, k):\n    return np.argsort(x)[::-1][:k]\n", "def top(x, k):\n    return np.argsort(x)[:k]\n"],
    "smooth": ["def smooth(x, width):\n    return np.convolve(x, np.ones(width) / width, mode='same')\n"],
    "confusion": [
        "def confusion(truth, answer, kinds):\n    table = np.zeros((kinds, kinds), dtype=int)\n"
        "    table[truth, answer] += 1\n    return table\n"
    ],
}
