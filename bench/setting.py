"""What is measured, and the city that it is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
from make_city import make_city, number_of

from asset_inventory.io.geometries import repaired_with_findings


@dataclass(frozen=True)
class Setting:
    """What is measured: the folder of the data, the size asked for, cells along a grid's side,
    whether in haste.

    `options` names the methods whose cost is asked for; without any, all are.
    """

    data: Path
    size: str
    cells: int
    quick: bool
    options: tuple[str, ...] = ()

    @property
    def times(self) -> int:
        """Return how often a process is run for one figure, the median of its runs."""
        return 1 if self.quick else 3

    def asked(self, bound: str, *, at: int) -> str:
        """Return what is asked of a measure, if the city is large enough for it to be asked."""
        return bound if number_of(self.size) >= at else ""

    def city(self, most: int | None = None) -> Path:
        """Return the folder of the city of the size asked for, or of at most so many buildings."""
        smaller = most is not None and number_of(self.size) > most
        return make_city(self.data, short(most) if smaller else self.size, cells=self.cells)


def short(number: int) -> str:
    """Return a number as a size: 10000 is 10k."""
    for factor, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= factor and number % factor == 0:
            return f"{number // factor}{letter}"
    return str(number)


def layer(path: Path) -> gpd.GeoDataFrame:
    """Return a layer with its shapes valid, and without what has no area: what every library is
    given.
    """
    table = gpd.read_file(path)
    geometry, _ = repaired_with_findings(table.geometry.to_numpy(), table.index, source=path.stem)
    table = table.set_geometry(geometry, crs=table.crs)
    flat = table.geom_type.str.contains("Polygon") & ~(table.area > 0)
    return table[~flat].reset_index(drop=True)
