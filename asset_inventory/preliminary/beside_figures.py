"""What stands beside the standings of districts and is never mixed into them: water by BNPB's classes and its indices,
who bears how much, and what people of each district would need.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from asset_inventory.assessment import Assessment
from asset_inventory.hazards.fitness import open_hazards
from asset_inventory.preliminary.water_classes import is_water_depth, not_recognised, water_classes
from asset_inventory.resilience.concentration import EAD, burdens
from asset_inventory.resilience.district_people import district_people, group_findings
from asset_inventory.resilience.vulnerability import capacity, class_findings, products, vulnerability
from asset_inventory.tables import EXERCISE, REAL, check, findings


@dataclass(frozen=True)
class Beside:
    """The tables that stand beside the standings of districts, and FINDINGS on what they rest on."""

    flood_classes: pd.DataFrame
    district_floods: pd.DataFrame
    vulnerability: pd.DataFrame
    capacity: pd.DataFrame
    products: pd.DataFrame
    burdens: pd.DataFrame
    district_people: pd.DataFrame
    findings: pd.DataFrame


def lay_beside(assessment: Assessment, indicators: pd.DataFrame, *, source: str, water: bool = True) -> Beside:
    """Return what stands beside the standings of an assessed city; `indicators` are DISTRICT_INDICATORS of `source`.

    Districts are laid under the maps of water anew, but without `water`, and then nothing is told of it. Raises
    SourceError where such a map is not there any more.
    """
    city, districts = assessment.city, assessment.districts
    filled = city.resilience.indicators
    by_offices = EXERCISE if filled is not None and filled.exercise else REAL
    opened, _ = open_hazards(filter(is_water_depth, city.hazards if water else ()), city.crs)
    floods = water_classes(city, districts, opened)
    vulnerable = _with(vulnerability(indicators, districts["district"]), by_offices)
    capacities = _with(capacity(indicators), by_offices)
    multiplied = products(floods.districts, vulnerable, capacities)
    of_maps = {one.hazard.name for one in opened if one.hazard.source.exercise} if by_offices == REAL else None
    invented = True if of_maps is None else multiplied["hazard"].isin(of_maps) | _invented_districts(assessment)
    borne, not_borne = burdens_of(assessment, indicators)
    of_people = EXERCISE if assessment.provenance.get("exercise") or by_offices == EXERCISE else REAL
    return Beside(
        floods.classes,
        floods.districts,
        check(vulnerable, "VULNERABILITY"),
        check(capacities, "CAPACITY"),
        check(multiplied.assign(data_status=pd.Series(invented, index=multiplied.index).map(
            {True: EXERCISE, False: REAL}).astype("str")), "PRODUCTS"),
        check(borne, "BURDENS"),
        check(_with(people_of(assessment, indicators), of_people), "DISTRICT_PEOPLE"),
        findings([*class_findings(indicators, source=source), *group_findings(indicators, source=source), *not_borne,
                  *not_recognised(city.hazards)]),
    )  # fmt: skip


def burdens_of(assessment: Assessment, indicators: pd.DataFrame) -> tuple[pd.DataFrame, list[dict]]:
    """Return BURDENS of an assessment, and rows of FINDINGS on those that cannot be told."""
    return burdens(indicators, {EAD: _by_district(assessment.focus_areas, "ead")}, residents(assessment))


def people_of(assessment: Assessment, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return DISTRICT_PEOPLE of an assessment without `data_status`."""
    return district_people(assessment.focus_areas, residents(assessment), assessment.people, indicators,
                           currency=assessment.city.currency)  # fmt: skip


def residents(assessment: Assessment) -> pd.Series:
    """Return the residents of each district, NaN where nobody counted them."""
    return _by_district(assessment.districts, "population")


def _by_district(table: pd.DataFrame, column: str) -> pd.Series:
    return pd.Series(table[column].to_numpy(dtype=float), index=table["district"].astype(str).to_numpy())


def _invented_districts(assessment: Assessment) -> bool:
    return assessment.city.districts is not None and assessment.city.districts.source.exercise


def _with(table: pd.DataFrame, status: str) -> pd.DataFrame:
    """Return a table with its `data_status`, its columns in their order."""
    return table.assign(data_status=pd.Series(status, index=table.index, dtype="str"))
