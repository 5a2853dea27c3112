# Takes memory until there is none.
# proof: MemoryError|signal 9
kept = []


def __getattr__(name):
    return attack


def attack(*args):
    while True:
        kept.append(bytearray(2**24))
