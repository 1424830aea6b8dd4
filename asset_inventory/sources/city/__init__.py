"""`city.toml`, read and checked whole."""

from asset_inventory.sources.city.annual import EadRule, Protection
from asset_inventory.sources.city.future import ConditionFactor, Future, Gumbel, Rate, RateLayer
from asset_inventory.sources.city.models import (
    AssetLayer,
    City,
    Condition,
    ContextLayer,
    CurveRule,
    Districts,
    Fields,
    FieldType,
    Goalpost,
    Hazard,
    HazardMap,
    Intensity,
    JrcRule,
    MapClasses,
    Scores,
    Source,
    TagRule,
    UnitPrice,
    ValueRule,
    schema,
)
from asset_inventory.sources.city.pressures import Criterion, FilledTable, Influence, Pressure, Resilience
from asset_inventory.sources.city.reading import read_city
from asset_inventory.sources.city.relations import Relation
from asset_inventory.sources.city.stresses import Occurrence, YearlyPrice

__all__ = [
    "AssetLayer",
    "City",
    "Condition",
    "ConditionFactor",
    "ContextLayer",
    "Criterion",
    "CurveRule",
    "Districts",
    "EadRule",
    "FieldType",
    "Fields",
    "FilledTable",
    "Future",
    "Goalpost",
    "Gumbel",
    "Hazard",
    "HazardMap",
    "Influence",
    "Intensity",
    "JrcRule",
    "MapClasses",
    "Occurrence",
    "Pressure",
    "Protection",
    "Rate",
    "RateLayer",
    "Relation",
    "Resilience",
    "Scores",
    "Source",
    "TagRule",
    "UnitPrice",
    "ValueRule",
    "YearlyPrice",
    "read_city",
    "schema",
]
