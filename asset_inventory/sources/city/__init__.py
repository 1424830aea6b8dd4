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
    MapClasses,
    Scores,
    Source,
    TagRule,
    ValueRule,
    schema,
)
from asset_inventory.sources.city.reading import read_city

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
    "MapClasses",
    "Protection",
    "Scores",
    "Source",
    "TagRule",
    "ValueRule",
    "read_city",
    "schema",
]
