"""TITLE

A group for EMLP (https://pypi.org/project/emlp): the identity component that the matrices of BASIS
span, in the coordinates of the data. REP_IN and REP_OUT are what x and y are to it, so that

    emlp.nn.EMLP(REP_IN, REP_OUT, group=DiscoveredGroup())

maps samples of x to samples of y. REP_OUT is None where the data have no y.
"""

import numpy as np
from emlp.groups import Group
from emlp.reps import Scalar, V

METADATA = {}

BASIS = []


class DiscoveredGroup(Group):
    """EMLP takes groups of equal `repr` for one, hence the arguments."""

    def __init__(self):
        self.lie_algebra = np.array(BASIS, dtype=float)
        super().__init__(METADATA["sweep"], METADATA["level"])


def _representation(moved, fixed):
    parts = [count * rep for count, rep in ((moved, V), (fixed, Scalar)) if count > 0]
    return sum(parts[1:], parts[0]) if parts else None


REP_IN = _representation(METADATA["xCopies"], 0)
REP_OUT = _representation(METADATA["yCopies"], METADATA["labels"])
