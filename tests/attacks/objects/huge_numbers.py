# Returns whole numbers of thousands of digits and decimals with exponents that no memory could write out.
# proof: huge number
from decimal import Decimal

import numpy as np

numbers = [10**3999, -(10**3999), Decimal("1E+999999999999999999"), Decimal("-1E-999999999999999999"), np.longdouble(1)]
answers = iter(numbers * 20)


def shares(matrix):
    return [[Decimal("1E+999999999")] * 4] * len(matrix)


def describe(values):
    return {number: {number} for number in numbers}


def __getattr__(name):
    return attack


def attack(*args):
    print("huge number")
    return next(answers)
