"""People laid over: residents of districts become PEOPLE, by class under every map of hazards with declared rates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.hazards.pieces import OpenHazard, pieces
from asset_inventory.overlay.parts import in_parts
from asset_inventory.risk.people import people_by_class, people_table, shares_in_classes
from asset_inventory.sources.city import City
from asset_inventory.sources.people_classes import PeopleClasses, people_classes
from asset_inventory.tables import empty, finding


def people_in_classes(
    city: City, districts: gpd.GeoDataFrame, assets: gpd.GeoDataFrame, opened: Iterable[OpenHazard]
) -> pd.DataFrame:
    """Return PEOPLE under every map of the hazards that declare rates; without rows where no residents are declared."""
    declared = city.districts.population if city.districts else None
    counted = [(one, classes) for one in opened if (classes := people_classes(one.hazard)) is not None]
    if declared is None or not counted:
        return empty("PEOPLE")
    homes = assets[(assets["asset_type"].isin(declared.dwellings) & assets["usable"]).to_numpy()]
    invented = city.districts.source.exercise or declared.source.exercise
    exercise = [one.hazard.name for one, _ in counted if invented or one.hazard.source.exercise]
    parts = [part for one, classes in counted for part in _under(one, classes, homes, districts)]
    return people_table(parts, districts["district"].astype(str).tolist(), exercise)


def people_not_counted(city: City, opened: Iterable[OpenHazard]) -> list[dict]:
    """Return rows of FINDINGS on hazards that declare rates for people in a city that declares none."""
    if city.districts and city.districts.population:
        return []
    return [finding("people_not_counted", source=one.hazard.name, severity="warning")
            for one in opened if one.hazard.people]  # fmt: skip


def _under(
    opened: OpenHazard, classes: PeopleClasses, homes: gpd.GeoDataFrame, districts: gpd.GeoDataFrame
) -> Iterator[tuple[str, float, pd.DataFrame]]:
    """Yield the people of the districts under each map of a hazard, its dwellings laid over part by part."""
    district = pd.Index(districts["district"].astype(str)).get_indexer(homes["district"].astype(str))
    homes, district = homes[district >= 0], district[district >= 0]  # outside all districts nobody is counted
    count = np.bincount(district, minlength=len(districts))
    sums = [np.zeros((len(districts), len(classes.names))) for _ in opened.periods]
    geometry = homes.geometry.to_numpy()
    for rows in in_parts(homes, [opened]) if len(homes) else ():
        for place, table in enumerate(pieces(geometry[rows], opened)):
            np.add.at(sums[place], district[rows], shares_in_classes(table, classes, len(rows)))
    without = np.flatnonzero(count == 0)
    areas = pieces(districts.geometry.to_numpy()[without], opened)
    for total, period, table in zip(sums, opened.periods, areas, strict=True):
        in_area = np.zeros_like(total)
        in_area[without] = shares_in_classes(table, classes, len(without))
        residents = districts["population"].to_numpy(dtype=float)
        yield opened.hazard.name, period, people_by_class(residents, count, total, in_area, classes)
