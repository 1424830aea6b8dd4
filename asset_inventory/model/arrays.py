"""The package's arrays by what they hold; a dimension that a function fixes is in its docstring."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Objects = NDArray[np.object_]


def objects(values: Iterable[object]) -> Objects:
    """Return values as an array that holds them as they are, lists too."""
    return np.fromiter(values, dtype=object)
