"""The grid of square cells for the tests of hazards."""

from __future__ import annotations

CRS = "EPSG:32749"
# upper left; near the origin, where slivers of a millimetre keep their digits
CORNER = (0.0, 400.0)
CELL = 10.0
ROWS, COLUMNS = 37, 53
