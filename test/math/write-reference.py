"""Writes reference.json: values of elementary functions by mpmath 1.3.0 with 200 bits, as the nearest double and the rest.

    pip install mpmath==1.3.0 && python3 test/math/write-reference.py
"""

import json
import math
import os
import random

import mpmath

mpmath.mp.prec = 200
random.seed(1)
ROWS = 150


def near(center, most):
    """A number whose distance from the centre is between 1e-12 of `most` and `most`."""
    return center + random.choice([-1, 1]) * most * 10 ** random.uniform(-12, 0)


CASES = {
    "exp": (mpmath.exp, [lambda: random.uniform(-700, 709), lambda: random.uniform(-2, 2), lambda: near(0, 1)]),
    "expm1": (mpmath.expm1, [lambda: random.uniform(-5, 5), lambda: near(0, 1)]),
    "log": (mpmath.log, [lambda: random.uniform(0, 3), lambda: 10 ** random.uniform(-307, 308), lambda: near(1, 0.5)]),
    "log1p": (lambda x: mpmath.log(1 + x), [lambda: random.uniform(-1, 3), lambda: near(0, 1)]),
    "sin": (mpmath.sin, [lambda: random.uniform(-10, 10), lambda: random.uniform(-1e6, 1e6),
                         lambda: random.randint(-600000, 600000) * math.pi / 2]),
    "cos": (mpmath.cos, [lambda: random.uniform(-10, 10), lambda: random.uniform(-1e6, 1e6),
                         lambda: random.randint(-600000, 600000) * math.pi / 2]),
    "atan": (mpmath.atan, [lambda: random.uniform(-3, 3), lambda: near(0, 1e10)]),
    "logGamma": (mpmath.loggamma, [lambda: random.uniform(0, 20), lambda: random.uniform(20, 5000)]),
    "pow": (mpmath.power, [lambda: (random.uniform(0, 4), random.uniform(-3, 3)),
                           lambda: (random.uniform(0, 100), random.uniform(-20, 20))]),
}


def row(function, arguments):
    value = function(*map(mpmath.mpf, arguments))
    nearest = float(value)
    return [*arguments, nearest, float(value - mpmath.mpf(nearest))]


table = {}
for name, (function, draws) in CASES.items():
    drawn = [draw() for draw in draws for _ in range(ROWS // len(draws))]
    table[name] = [row(function, x if isinstance(x, tuple) else (x,)) for x in drawn]

with open(os.path.join(os.path.dirname(__file__), "reference.json"), "w") as file:
    lines = [f'"{name}":{json.dumps(rows, separators=(",", ":"))}' for name, rows in table.items()]
    file.write("{\n" + ",\n".join(lines) + "\n}\n")
