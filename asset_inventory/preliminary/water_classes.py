"""Districts laid under every map of water depth: how much of each lies in which class, by depth and by BNPB's index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import geopandas as gpd
import pandas as pd
import shapely

from asset_inventory.hazards.pieces import OpenHazard, pieces
from asset_inventory.library import meant_by
from asset_inventory.overlay.parts import in_parts
from asset_inventory.resilience.flood_classes import Floods, flood_classes
from asset_inventory.sources.city import City, Hazard
from asset_inventory.tables import EXERCISE, REAL, check, empty, finding

_WATER = "flood"  # what the library calls depths of water


def is_water_depth(hazard: Hazard) -> bool:
    """Tell whether the intensity of a hazard is a depth of water: a length, not the place in an order, that the city
    declares one, or else calls so."""
    if not _is_length(hazard) or hazard.intensity.is_water_depth is False:
        return False
    return hazard.intensity.is_water_depth is True or set(_kinds(hazard)) == {_WATER}


def not_recognised(hazards: Iterable[Hazard]) -> list[dict]:
    """Return rows of FINDINGS on hazards measured as a length of which neither city nor words tell if it is of water.

    Words that speak of other hazards only tell that it is not.
    """
    return [
        finding("water_depth_not_recognised", source=one.name, severity="warning", measure=one.intensity.measure,
                unit=one.intensity.unit)
        for one in hazards
        if _is_length(one) and one.intensity.is_water_depth is None and _is_open(_kinds(one))
    ]  # fmt: skip


def _is_open(kinds: Collection[str]) -> bool:
    """Tell whether the kinds of hazard that words speak of leave open if it is water: none, or water among others."""
    return not kinds or (_WATER in kinds and set(kinds) != {_WATER})


def _is_length(hazard: Hazard) -> bool:
    return hazard.unit == "m" and not any(one.order for one in hazard.maps)


def _kinds(hazard: Hazard) -> tuple[str, ...]:
    return meant_by(f"{hazard.name} {hazard.intensity.measure}", "hazards")


def water_classes(city: City, districts: gpd.GeoDataFrame, opened: Iterable[OpenHazard]) -> Floods:
    """Return FLOOD_CLASSES and DISTRICT_FLOODS under every map of water depth; without rows where there is none.

    Whole districts are laid over, part by part.
    """
    water = [one for one in opened if is_water_depth(one.hazard)]
    geometry = districts.geometry.to_numpy()
    about = pd.DataFrame({"district": districts["district"].astype(str), "area": shapely.area(geometry)})
    laid = [part for one in water for part in _under(one, districts, about)]
    if not laid:
        return Floods(empty("FLOOD_CLASSES"), empty("DISTRICT_FLOODS"))
    of_districts = city.districts is not None and city.districts.source.exercise
    exercise = [one.hazard.name for one in water if of_districts or one.hazard.source.exercise]
    return Floods(*(
        _whole(tables, name, exercise)
        for name, tables in (("FLOOD_CLASSES", [one.classes for one in laid]),
                             ("DISTRICT_FLOODS", [one.districts for one in laid]))
    ))  # fmt: skip


def _under(opened: OpenHazard, districts: gpd.GeoDataFrame, about: pd.DataFrame) -> Iterator[Floods]:
    for rows in in_parts(districts.assign(usable=True), [opened]):
        part = districts.geometry.to_numpy()[rows]
        for period, table in zip(opened.periods, pieces(part, opened), strict=True):
            yield flood_classes(table, about.iloc[rows], opened.hazard, period)


def _whole(parts: list[pd.DataFrame], name: str, exercise: list[str]) -> pd.DataFrame:
    columns = empty(name).columns
    table = pd.concat(parts, ignore_index=True)
    status = table["hazard"].isin(exercise).map({True: EXERCISE, False: REAL})
    keys = ["hazard", "return_period", "district"]
    table = table.assign(data_status=status)[columns].sort_values(keys, kind="stable").reset_index(drop=True)
    return check(table.astype(dict.fromkeys(("district", "hazard", "data_status"), "category")), name)
