# Answers the very first question, to load the module, with a value, a handle and a place that make no sense.
# proof: <x in the candidate>
import autograder.candidate.serve as serve

serve.encode = lambda value, buffers, export: {"$": "handle", "id": -1, "type": "x"}
serve.where = lambda *args: {"file": "\0" * 10**6, "line": 10**4000, "code": "\033[2J" * 10**5}


def __getattr__(name):
    return lambda *args: None
