"""What of a run's rules the public may read: of public layers and hazards, without what tells an internal column."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from asset_inventory.sources.curves import ANY_TYPE

# Keys of city.toml that are told, of a city and of a layer: what is not here stays inside.
OF_CITY = ("name", "crs", "currency", "price_year", "discount_rate", "duplicates", "damage_rule", "ead", "future",
           "scores")
OF_LAYER = ("path", "layer", "crs", "where", "ignore_case", "asset_type", "complete", "source", "fields", "x", "y",
            "wkt")


def public_rules(
    rules: Mapping[str, Any],
    *,
    hidden: Mapping[str, Collection[str]],
    hazards: Collection[str],
    asset_types: Collection[str],
    priced: bool,
) -> dict[str, Any]:
    """Return the rules of a run (`sources/rules.py`) as the public may hold them.

    `hidden` has the public layers, each with its columns of ASSETS that are internal; `hazards` are the public ones,
    `asset_types` those of public assets, `priced` tells whether prices may be told.
    """
    told = {name: rules[name] for name in OF_CITY if name in rules}
    if "duplicates" in told:
        told["duplicates"] = public_duplicates(told["duplicates"], hidden)
    told["assets"] = {name: _layer(rules["assets"][name], columns) for name, columns in hidden.items()}
    told["layer_order"] = [name for name in rules["layer_order"] if name in hidden]
    told["hazards"] = {name: _without(rules["hazards"][name], "visibility") for name in hazards}
    if not any("water" in one for one in told["hazards"].values()):
        told.pop("future", None)
    there = {*asset_types, ANY_TYPE}
    told["values"] = {kind: one for kind, one in rules.get("values", {}).items() if priced and kind in there}
    told["curves"] = {name: {kind: one for kind, one in rules["curves"][name].items() if kind in there}
                      for name in hazards}  # fmt: skip
    told["yearly"] = {name: {kind: one for kind, one in rules["yearly"][name].items()
                             if kind in there and (priced or "cost" not in one)}
                      for name in hazards if name in rules.get("yearly", {})}  # fmt: skip
    used = {one for of in told["curves"].values() for one in of.values()}
    told["curve_points"] = {name: one for name, one in rules["curve_points"].items() if name in used}
    if "relations" in rules:
        told["relations"] = dict(_relations(rules["relations"], hazards))
    districts = rules.get("districts", {})
    if districts.get("visibility") == "public":
        told["districts"] = _without(districts, "visibility") | _people(districts.get("population"), there)
    return told


def public_duplicates(rules: object, public: Collection[str]) -> object:
    """Return what is declared of assets held twice, of pairs those whose assets are both of public layers."""
    if not isinstance(rules, Mapping):
        return rules
    return {name: one if isinstance(one, str) else [
        pair for pair in one if all(asset.partition(":")[0] in public for asset in pair)]
            for name, one in rules.items()}  # fmt: skip


def _relations(rules: Mapping[str, Any], hazards: Collection[str]) -> Iterator[tuple[str, Any]]:
    """Yield the relations of public hazards; one with a hazard that is not goes without, its reason may speak of it."""
    for one in rules.values():
        known = [name for name in one["hazards"] if name in hazards]
        if len(known) > 1:
            whole = len(known) == len(one["hazards"])
            yield ", ".join(known), {**one, "hazards": known} if whole else {"hazards": known,
                                                                             "relation": one["relation"]}  # fmt: skip


def _layer(rules: Mapping[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    fields = rules.get("fields", {})
    named = {name for column in hidden if column in fields for name in _fields(fields[column])}
    kept = {name: rules[name] for name in OF_LAYER if name in rules}
    kept["fields"] = {name: one for name, one in fields.items() if name not in hidden}
    if "where" in kept:
        kept["where"] = {name: one for name, one in kept["where"].items() if name not in named}
    return kept


def _fields(told: object) -> list[str]:
    """Return the fields of a file from which one column is taken."""
    if isinstance(told, Mapping):
        return [told["field"]]
    return [told] if isinstance(told, str) else list(told)


def _people(population: Mapping[str, Any] | None, there: Collection[str]) -> dict[str, Any]:
    """Return how people are counted; what they dwell in may be internal."""
    if not population:
        return {}
    return {"population": population | {"dwellings": [kind for kind in population["dwellings"] if kind in there]}}


def _without(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: one for key, one in told.items() if key != name}
