# Replaces the builtins a check compares with, so that everything is equal, true and no error.
# proof: builtins replaced|exit status
import builtins


class Yes:
    def __eq__(self, other):
        return True

    __hash__ = object.__hash__


def everything(*args, **kwargs):
    return True


def __getattr__(name):
    return attack


def attack(*args):
    print("builtins replaced")
    for name in ("isinstance", "abs", "all", "any", "sorted", "sum", "min", "max", "bool", "hash"):
        setattr(builtins, name, everything)
    builtins.AssertionError = type("Never", (Exception,), {})
    return Yes()
