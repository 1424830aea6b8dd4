"""The package's arrays by their content; a function's docstring states fixed dimensions."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Objects = NDArray[np.object_]


def objects(values: Iterable[object]) -> Objects:
    """Return values as an array that keeps each as it is, lists too."""
    return np.fromiter(values, dtype=object)
