# Starts computations in C that no exception interrupts: a regular expression, a power, a sum, a sort, a repetition.
# proof: no answer within
import re


def describe(numbers):
    return re.match(r"(x+x+)+y", "x" * 200)


def mean(numbers):
    return 9 ** (9**9)


def combine(parts):
    return sum(range(10**12))


def echo(say, words):
    return len(str(3 ** (10**7)))


def pick(numbers, index):
    return "x" * (2**62)


def bill(price, keys):
    return max(map(hash, range(10**12)))
