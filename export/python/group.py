"""TITLE

A Lie group near the identity: g = exp(z[0] L1 + z[1] L2 + ...) with the matrices of BASIS, in the
coordinates of the data. Needs Python alone; a matrix is a list of rows.
"""

import math
import random

METADATA = {}

BASIS = []

N = len(BASIS[0])


def multiply(x, y):
    """The product XY."""
    columns = list(zip(*y))
    return [[sum(a * b for a, b in zip(row, column)) for column in columns] for row in x]


def bracket(x, y):
    """[X, Y] = XY - YX."""
    return _combine([1.0, -1.0], [multiply(x, y), multiply(y, x)])


def combination(coefficients):
    """z[0] L1 + z[1] L2 + ..., an element of the algebra."""
    if len(coefficients) != len(BASIS):
        raise ValueError(f"{len(coefficients)} coefficients for {len(BASIS)} generators")
    return _combine(coefficients, BASIS)


def exponential(x):
    """exp(X), by scaling and squaring: the series to the 18th power of X / 2^s, of norm 1/2 at most."""
    norm = math.sqrt(sum(entry * entry for row in x for entry in row))
    squarings = max(0, math.ceil(math.log2(norm)) + 1) if norm > 0 else 0
    small = [[entry / 2.0**squarings for entry in row] for row in x]
    power = total = [[float(i == j) for j in range(len(x))] for i in range(len(x))]
    for k in range(1, 19):
        power = [[entry / k for entry in row] for row in multiply(power, small)]
        total = _combine([1.0, 1.0], [total, power])
    for _ in range(squarings):
        total = multiply(total, total)
    return total


def element(coefficients):
    """exp(z[0] L1 + z[1] L2 + ...), an element of the group."""
    return exponential(combination(coefficients))


def random_element(seed=None, scale=1.0):
    """An element with coefficients from N(0, scale^2); the same seed gives the same one."""
    chance = random.Random(seed)
    return element([chance.gauss(0.0, scale) for _ in BASIS])


def act(g, vector):
    """g on each N numbers of `vector` in turn, as it acts on a sample."""
    if len(vector) % N != 0:
        raise ValueError(f"{len(vector)} numbers are no vectors of {N}")
    parts = [vector[i : i + N] for i in range(0, len(vector), N)]
    return [sum(a * b for a, b in zip(row, part)) for part in parts for row in g]


def _combine(coefficients, matrices):
    return [
        [sum(z * entry for z, entry in zip(coefficients, entries)) for entries in zip(*rows)]
        for rows in zip(*matrices)
    ]
