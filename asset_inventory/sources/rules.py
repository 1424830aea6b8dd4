"""Every rule of a city that decides a figure, as plain values that `run.json` keeps, so that none is guessed."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any

from pydantic import BaseModel

from asset_inventory.sources.city import City, Hazard
from asset_inventory.sources.curves import FRACTION, DamageCurve

# What of city.toml decides no figure: how pages speak and look, what is drawn behind the assets, classes in legends.
NO_FIGURE = frozenset({"language", "map", "context", "breaks"})


def rules_of(city: City, curves: Mapping[tuple[str, str], DamageCurve]) -> dict[str, Any]:
    """Return what `city.toml` says of figures, defaults included, under its own keys; what is not said is left out.

    Layers and hazards are keyed by their name, maps by return period (year) or else by file, paths relative to the
    city's folder. `curves` is what serves each (hazard, asset type): of each its id, and under `curve_points` by that
    id its unit, source and the SHA-256 of its points, which no edit leaves the same.
    """
    said = _plain(city, city.folder)
    elsewhere = ("curves", "assets", "hazards", "relations", "yearly")
    kept = {name: one for name, one in said.items() if name not in elsewhere}
    kept["relations"] = {", ".join(one.hazards): _plain(one, city.folder) for one in city.relations}
    serving: dict[str, dict[str, DamageCurve]] = {hazard.name: {} for hazard in city.hazards}
    for (hazard, kind), curve in curves.items():
        if hazard in serving:
            serving[hazard][kind] = curve
    return kept | {
        "layer_order": [layer.name for layer in city.assets],  # of what stands in two layers the first counts
        "assets": {layer.name: _unnamed(layer, city.folder) for layer in city.assets},
        "hazards": {hazard.name: _hazard(hazard, city.folder) for hazard in city.hazards},
        "curves": {hazard: {kind: _called(one) for kind, one in of.items()} for hazard, of in serving.items()},
        "yearly": _yearly(city),
        "curve_points": {_called(one): _curve(one) for of in serving.values() for one in of.values()},
    }


def _yearly(city: City) -> dict[str, dict[str, Any]]:
    """Return the yearly prices of stresses, by hazard and asset type."""
    found: dict[str, dict[str, Any]] = {}
    for rule in city.yearly:
        told = {name: one for name, one in _plain(rule, city.folder).items() if name not in ("hazard", "asset_types")}
        found.setdefault(rule.hazard, {}).update(dict.fromkeys(rule.asset_types, told))
    return found


def _called(curve: DamageCurve) -> str:
    """Return what a curve is called: one file may hold fractions for one rule and money for another."""
    return curve.id if curve.unit_of_damage == FRACTION else f"{curve.id} ({curve.unit_of_damage})"


def _curve(curve: DamageCurve) -> dict[str, str]:
    said = [curve.intensities, curve.damage, *([curve.words] if curve.steps else [])]
    points = json.dumps(said, separators=(",", ":"))
    return {
        "sha256": hashlib.sha256(points.encode()).hexdigest(), "unit": curve.unit, "damage": curve.unit_of_damage,
        "source": curve.source, "licence": curve.licence, **({"by": "class"} if curve.steps else {}),
    }  # fmt: skip


def _hazard(hazard: Hazard, folder: Path) -> dict[str, Any]:
    maps = [(one.return_period, _plain(one, folder)) for one in hazard.maps]
    return _unnamed(hazard, folder) | {"maps": _keyed((f"{period:g}" if period else told["path"], told)
                                                      for period, told in maps)}  # fmt: skip


def _keyed(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return pairs as a mapping; where a key comes again, as two layers of one file do, it is counted."""
    found: dict[str, Any] = {}
    for key, one in pairs:
        again = sum(name == key or name.startswith(f"{key} (") for name in found)
        found[f"{key} ({again + 1})" if again else key] = one
    return found


def _unnamed(declared: BaseModel, folder: Path) -> dict[str, Any]:
    return {name: one for name, one in _plain(declared, folder).items() if name != "name"}


def _plain(value: Any, folder: Path) -> Any:
    """Return a declaration as JSON has it: what is None is left out, a path is relative to a folder."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        told = {fields[name].alias or name: _plain(getattr(value, name), folder)
                for name in fields if not fields[name].exclude and name not in NO_FIGURE}  # fmt: skip
        return {name: one for name, one in told.items() if one is not None}
    if isinstance(value, Mapping):
        return {str(name): _plain(one, folder) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one, folder) for one in value]
    if isinstance(value, PurePath):
        return _relative(value, folder)
    return value.isoformat() if isinstance(value, datetime.date) else value


def _relative(path: PurePath, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return path.as_posix()
