"""Context of the ranking of districts, never mixed into it: flood classes, burdens, people's needs."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely

from asset_inventory.assessment.provenance import resilience_sources
from asset_inventory.assessment.run import Assessment
from asset_inventory.hazards.intersections import (
    Cuts,
    OpenHazard,
    in_parts,
    intersections,
    open_hazards,
)
from asset_inventory.model.city import City
from asset_inventory.model.data_status import ExerciseSource, exercise_sources, with_data_status
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.library import meant_by
from asset_inventory.model.tables import check, empty, finding, findings
from asset_inventory.resilience import bnpb, equity

_WATER = "flood"  # what the library calls depths of water


def is_water_depth(hazard: Hazard) -> bool:
    """Return whether the intensity of a hazard is a depth of water.

    That is a length, not the place in an order, which the city declares to be one or names so.
    """
    if not _is_length(hazard) or hazard.intensity.is_water_depth is False:
        return False
    return hazard.intensity.is_water_depth is True or set(_kinds(hazard)) == {_WATER}


def not_recognised(hazards: Iterable[Hazard]) -> list[dict]:
    """Return FINDINGS on hazards in a unit of length that may or may not be of water.

    A name with words of other hazards only is not of water.
    """
    return [
        finding(
            "water_depth_not_recognised",
            source=hazard.name,
            measure=hazard.intensity.measure,
            unit=hazard.intensity.unit,
        )
        for hazard in hazards
        if _is_length(hazard)
        and hazard.intensity.is_water_depth is None
        and _is_open(_kinds(hazard))
    ]


def _is_open(kinds: Collection[str]) -> bool:
    """Return whether kinds of hazard leave water open: no kind, or water among others."""
    return not kinds or (_WATER in kinds and set(kinds) != {_WATER})


def _is_length(hazard: Hazard) -> bool:
    return hazard.unit == "m" and not any(a_map.order for a_map in hazard.maps)


def _kinds(hazard: Hazard) -> tuple[str, ...]:
    return meant_by(f"{hazard.name} {hazard.intensity.measure}", "hazards")


def water_classes(
    city: City, districts: gpd.GeoDataFrame, opened: Iterable[OpenHazard]
) -> bnpb.Floods:
    """Return FLOOD_CLASSES and DISTRICT_FLOODS under every map of water depth, if any.

    Whole districts are laid over, part by part.
    """
    water = [hazard for hazard in opened if is_water_depth(hazard.hazard)]
    geometry = districts.geometry.to_numpy()
    about = pd.DataFrame(
        {"district": districts["district"].astype(str), "area": shapely.area(geometry)}
    )
    laid = list(_under(water, districts, about))
    if not laid:
        return bnpb.Floods(empty("FLOOD_CLASSES"), empty("DISTRICT_FLOODS"))
    sources = exercise_sources(city, city.hazards)
    return bnpb.Floods(
        *(
            _whole(tables, name, sources)
            for name, tables in (
                ("FLOOD_CLASSES", [one.classes for one in laid]),
                ("DISTRICT_FLOODS", [one.districts for one in laid]),
            )
        )
    )


def _under(
    water: Sequence[OpenHazard], districts: gpd.GeoDataFrame, about: pd.DataFrame
) -> Iterator[bnpb.Floods]:
    for rows in in_parts(districts.assign(usable=True), water):
        part = districts.geometry.to_numpy()[rows]
        cuts: Cuts = []
        for opened in water:
            tables = intersections(part, opened, cuts=cuts)
            for period, table in zip(opened.periods, tables, strict=True):
                yield bnpb.flood_classes(table, about.iloc[rows], opened.hazard, period)


def _whole(parts: list[pd.DataFrame], name: str, sources: list[ExerciseSource]) -> pd.DataFrame:
    keys = ["hazard", "return_period", "district"]
    table = with_data_status(pd.concat(parts, ignore_index=True), name, sources)
    table = table.sort_values(keys, kind="stable").reset_index(drop=True)
    return table.astype(dict.fromkeys(("district", "hazard"), "category"))


@dataclass(frozen=True)
class ContextIndicators:
    """The tables that accompany the ranking of districts, and FINDINGS on their sources."""

    flood_classes: pd.DataFrame
    district_floods: pd.DataFrame
    vulnerability: pd.DataFrame
    capacity: pd.DataFrame
    products: pd.DataFrame
    loss_distribution: pd.DataFrame
    district_people: pd.DataFrame
    findings: pd.DataFrame


def context_indicators(
    assessment: Assessment, indicators: pd.DataFrame, *, source: str, water: bool = True
) -> ContextIndicators:
    """Return the context of the ranking; `indicators` are DISTRICT_INDICATORS of `source`.

    With `water`, the districts are intersected with the maps of water depth. A map that cannot be
    read is left out, with a finding.
    """
    city, districts = assessment.city, assessment.districts
    sources = resilience_sources(city, assessment.provenance)
    water_depths = filter(is_water_depth, city.hazards if water else ())
    # `assess` has checked them; what cannot be read any more is a finding
    opened, refused = open_hazards(water_depths, city.crs, checked=False)
    floods = water_classes(city, districts, opened)
    vulnerable = bnpb.vulnerability(indicators, districts["district"])
    capacities = bnpb.capacity(indicators)
    multiplied = bnpb.products(floods.districts, vulnerable, capacities)
    borne, not_borne = loss_distributions(assessment, indicators)
    people = people_of(assessment, indicators)
    found = [
        *bnpb.class_findings(indicators, source=source),
        *equity.group_findings(indicators, source=source),
        *not_borne,
        *refused,
        *not_recognised(city.hazards),
    ]
    return ContextIndicators(
        flood_classes=floods.classes,
        district_floods=floods.districts,
        vulnerability=with_data_status(vulnerable, "VULNERABILITY", sources),
        capacity=with_data_status(capacities, "CAPACITY", sources),
        products=with_data_status(multiplied, "PRODUCTS", sources),
        loss_distribution=check(borne, "LOSS_DISTRIBUTION"),
        district_people=with_data_status(people, "DISTRICT_PEOPLE", sources),
        findings=findings(found),
    )


def loss_distributions(
    assessment: Assessment, indicators: pd.DataFrame
) -> tuple[pd.DataFrame, list[dict]]:
    """Return LOSS_DISTRIBUTION of an assessment, and FINDINGS on those that are not available."""
    return equity.loss_distribution(
        indicators,
        {equity.EAD: _by_district(assessment.district_damage, "ead")},
        residents(assessment),
    )


def people_of(assessment: Assessment, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return DISTRICT_PEOPLE of an assessment without `data_status`."""
    return equity.district_people(
        assessment.district_damage,
        residents(assessment),
        assessment.people,
        indicators,
        currency=assessment.city.currency,
    )


def residents(assessment: Assessment) -> pd.Series:
    """Return the residents of each district, NaN where nobody counted them."""
    return _by_district(assessment.districts, "population")


def _by_district(table: pd.DataFrame, column: str) -> pd.Series:
    return pd.Series(
        table[column].to_numpy(dtype=float), index=table["district"].astype(str).to_numpy()
    )
