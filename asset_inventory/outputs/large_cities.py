"""What a page of a very large city leaves out: by rule, said on the page and in the log, never silently.

Above 300,000 assets the grid of the outlines is coarser; above 1.5 million the damage under each map is left out, which
is a third of the file; above three million the city becomes a file for each district and an overview that links them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from asset_inventory.outputs.blocks import MOST_FINE
from asset_inventory.outputs.page_data import worst_first

if TYPE_CHECKING:
    from asset_inventory.assessment import Assessment
    from asset_inventory.preliminary import PreliminaryAssessment

# Figures under each map that a page above `all_figures` leaves out
LEFT_OUT = frozenset({"damage_fraction", "damage"})
_TABLES = ("exposure", "damage", "ead", "joint", "stress")


@dataclasses.dataclass(frozen=True)
class Limits:
    """Up to how many assets a page holds all of a thing; `overview` is how many the page of a divided city draws."""

    fine_grid: int = MOST_FINE
    all_figures: int = 1_500_000
    one_file: int = 3_000_000
    overview: int = 100_000

    def left_out(self, count: int) -> frozenset[str]:
        """Return the figures that a page of so many assets leaves out."""
        return LEFT_OUT if count > self.all_figures else frozenset()


LIMITS = Limits()


@dataclasses.dataclass(frozen=True)
class Shown:
    """What one page shows: the assessment of the assets that it draws, and that of all that it sums and colours.

    They are the same but on the overview of a divided city, which has the `files` of its districts; the page of
    one such `district` knows which it is. A page of a `preliminary` resilience assessment tells it too.
    """

    drawn: Assessment
    summed: Assessment
    limits: Limits = LIMITS
    files: Mapping[str, str] = dataclasses.field(default_factory=dict)
    district: str | None = None
    preliminary: PreliminaryAssessment | None = None

    def less(self) -> list[dict[str, object]]:
        """Return what the page must say of what it leaves out: keys of `words` with their values, mostly none."""
        count, found = len(self.drawn.assets), []
        if self.files:
            found.append({"key": "map.less.overview", "values": {"drawn": count, "assets": len(self.summed.assets)}})
        if self.limits.left_out(count):
            found.append({"key": "map.less.figures", "values": {"most": self.limits.all_figures}})
        if count > self.limits.fine_grid:
            found.append({"key": "map.less.grid", "values": {"most": self.limits.fine_grid}})
        return found

    def title(self) -> dict[str, object]:
        """Return the page's title: a key of `words` with its values."""
        city = self.summed.city.name
        if self.preliminary:
            return {"word": "focus.title", "values": {"city": city}}
        if self.district is None:
            return {"word": "map.title", "values": {"city": city}}
        names = self.summed.focus_areas.set_index(self.summed.focus_areas["district"].astype(str))["name"]
        name = names.get(self.district)
        return {"word": "map.title_district", "values": {
            "city": city, "district": self.district if pd.isna(name) else str(name)}}


def district_parts(assessment: Assessment) -> Iterator[tuple[str, Assessment]]:
    """Yield every district that has assets with the assessment of these alone, by id."""
    codes, names = pd.factorize(assessment.assets["district"].astype(object), sort=True)
    rows_of = _places(codes, len(names))
    tables = {name: _places(codes[_rows(assessment, name)], len(names)) for name in _TABLES}
    for code, district in enumerate(names):
        of_district = {name: getattr(assessment, name).iloc[places[code]] for name, places in tables.items()}
        ledger, areas = assessment.ledger, assessment.focus_areas
        yield str(district), dataclasses.replace(
            _part(assessment, rows_of[code], of_district),
            ledger=ledger[ledger["district"].astype(str) == str(district)].reset_index(drop=True),
            focus_areas=areas[areas["district"].astype(str) == str(district)].reset_index(drop=True),
        )


def overview_part(assessment: Assessment, most: int) -> Assessment:
    """Return the assessment of the assets to look at first, at most so many; sums by district stay the city's."""
    rows = np.sort(worst_first(assessment, most=most))
    chosen = np.zeros(len(assessment.assets), dtype=bool)
    chosen[rows] = True
    of_part = {name: getattr(assessment, name)[chosen[_rows(assessment, name)]] for name in _TABLES}
    return _part(assessment, rows, of_part)


def file_names(districts: list[str], stem: str) -> dict[str, str]:
    """Return the file of each district beside the overview `stem`.html: «stem/03-semarang-tengah.html»."""
    width = len(str(len(districts)))
    found = {}
    for place, district in enumerate(districts, start=1):
        word = re.sub(r"[^0-9A-Za-z]+", "-", district).strip("-").lower()[:40]
        found[district] = str(PurePosixPath(stem) / "-".join(filter(None, [f"{place:0{width}d}", word]))) + ".html"
    return found


def _part(assessment: Assessment, rows: np.ndarray, tables: dict[str, pd.DataFrame]) -> Assessment:
    tables = {name: table.reset_index(drop=True) for name, table in tables.items()}
    for name, table in tables.items():
        if isinstance(table["asset_id"].dtype, pd.CategoricalDtype):
            tables[name] = table.assign(asset_id=table["asset_id"].cat.remove_unused_categories())
    return dataclasses.replace(assessment, assets=assessment.assets.iloc[rows].reset_index(drop=True), **tables)


def _rows(assessment: Assessment, name: str) -> np.ndarray:
    """Return the row of ASSETS that each row of a table is about."""
    ids = getattr(assessment, name)["asset_id"].astype("category")
    index = pd.Index(assessment.assets["asset_id"].astype(str))
    return index.get_indexer(ids.cat.categories.astype(str))[ids.cat.codes.to_numpy()]


def _places(codes: np.ndarray, count: int) -> list[np.ndarray]:
    """Return the places of each code from 0, in order."""
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.searchsorted(codes[order], np.arange(1, count)))
