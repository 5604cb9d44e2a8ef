"""What the scripts of this folder share: groups and two-body orbits."""

import importlib.util

import numpy as np

# x, y, px, py of body 1, then of body 2.
COLUMNS = [0, 2, 4, 6, 1, 3, 5, 7]
STATES = 5


def load(name, file):
    """A module that `liesweep export` wrote."""
    spec = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def windows(paths):
    """(N, steps, 8) to five states and the next five, (M, 40) each; the last legal one is dropped, as in the reference."""
    paths = paths[:, :, COLUMNS].astype(np.float32)
    starts = range(paths.shape[1] - 2 * STATES)
    cut = np.stack([paths[:, t : t + 2 * STATES] for t in starts], axis=1)
    cut = cut.reshape(-1, 2, STATES * len(COLUMNS))
    return cut[:, 0], cut[:, 1]
