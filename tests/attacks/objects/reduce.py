# Returns objects that run code when they are unpickled, copied or shown.
# proof: trap returned
import os
from dataclasses import dataclass


class Trap:
    def __reduce_ex__(self, protocol):
        return os.system, ("touch attack-was-here",)

    def __reduce__(self):
        return os.system, ("touch attack-was-here",)

    def __deepcopy__(self, memo):
        os._exit(0)

    def __repr__(self):
        os._exit(0)


@dataclass
class Disguised(Trap):
    __reduce__: object = None
    __class__: object = Trap
    __eq__: object = True
    __module__: str = "builtins"

    def __init__(self):
        self.trap = Trap()


def __getattr__(name):
    return attack


def attack(*args):
    print("trap returned")
    return Trap() if len(args) == 1 else [Disguised(), Trap]
