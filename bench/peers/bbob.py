"""Functions of BBOB, as the package coco-experiment has them, by the distance of a value to the smallest one.

python bbob.py answers each line FUNCTION DIMENSION INSTANCE X… with a number.
"""

import os
import sys
import tempfile

import cocoex

LIMITS = (-5.0, 5.0)


class Functions:
    def __init__(self):
        self._suite = cocoex.Suite("bbob", "instances: 1-100", "")
        self._known = {}

    def regret(self, function, dimension, instance, x):
        key = (function, dimension, instance)
        if key not in self._known:
            problem = self._suite.get_problem_by_function_dimension_instance(*key)
            self._known[key] = problem, smallest(problem)
        problem, least = self._known[key]
        return max(float(problem(x)) - least, 0.0)


def smallest(problem):
    """The package writes the best parameters to a file of the folder that it is in; smallest values have two decimals."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            problem._best_parameter("print")
            with open(os.listdir(folder)[0]) as file:
                best = [float(word) for word in file.read().split()]
        finally:
            os.chdir(here)
    return round(float(problem(best)), 2)


if __name__ == "__main__":
    functions = Functions()
    for line in sys.stdin:
        function, dimension, instance, *x = line.split()
        print(repr(functions.regret(int(function), int(dimension), int(instance), [float(word) for word in x])), flush=True)
