"""`city.toml`, read and checked whole."""

from asset_inventory.sources.city.annual import EadRule, Protection
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
from asset_inventory.sources.city.reading import read_city
from asset_inventory.sources.city.relations import Relation

__all__ = [
    "AssetLayer",
    "City",
    "Condition",
    "ContextLayer",
    "CurveRule",
    "Districts",
    "EadRule",
    "FieldType",
    "Fields",
    "Goalpost",
    "Hazard",
    "HazardMap",
    "Intensity",
    "JrcRule",
    "MapClasses",
    "Protection",
    "Relation",
    "Scores",
    "Source",
    "TagRule",
    "UnitPrice",
    "ValueRule",
    "read_city",
    "schema",
]
