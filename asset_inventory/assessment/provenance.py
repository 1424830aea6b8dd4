"""How an assessment came about, kept in `run.json`: rules, versions, methods, and inputs to the byte."""

import dataclasses
import datetime
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from pydantic import BaseModel

from asset_inventory.io.environment import versions
from asset_inventory.model.city import City
from asset_inventory.model.data_status import ExerciseSource, exercise_sources
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.projection import RateLayer
from asset_inventory.vulnerability.curves import FRACTION, DamageCurve
from asset_inventory.vulnerability.prices import Price, prices_of

# Keys of city.toml that decide no figure: the language and look of pages, what is drawn behind the
# assets, classes in legends.
NO_FIGURE = frozenset({"language", "languages", "labels", "map", "context", "breaks"})


def rules_of(city: City, curves: Mapping[tuple[str, str], DamageCurve]) -> dict[str, Any]:
    """Return the declarations of `city.toml` that decide figures, defaults included, under its own
    keys; keys without a value are left out.

    Layers and hazards are keyed by their name, maps by return period (year) or else by file, paths
    are relative to the city's folder. `curves` is what serves each (hazard, asset type): the result
    has the id of each, and under `curve_points` by that id its unit, source and the SHA-256 of its
    points, which every edit changes.
    """
    declared = _plain(city, city.folder)
    elsewhere = ("curves", "assets", "hazards", "relations", "yearly")
    kept = {name: value for name, value in declared.items() if name not in elsewhere}
    kept["relations"] = {
        ", ".join(relation.hazards): _plain(relation, city.folder) for relation in city.relations
    }
    serving: dict[str, dict[str, DamageCurve]] = {hazard.name: {} for hazard in city.hazards}
    for (hazard, asset_type), curve in curves.items():
        if hazard in serving:
            serving[hazard][asset_type] = curve
    return kept | {
        "layer_order": [
            layer.name for layer in city.assets
        ],  # the first layer counts an asset that is in two
        "assets": {layer.name: _unnamed(layer, city.folder) for layer in city.assets},
        "hazards": {hazard.name: _hazard(hazard, city.folder) for hazard in city.hazards},
        "curves": {
            hazard: {asset_type: _called(curve) for asset_type, curve in of.items()}
            for hazard, of in serving.items()
        },
        "yearly": _yearly(city),
        "curve_points": {
            _called(curve): _curve(curve) for of in serving.values() for curve in of.values()
        },
    }


def _yearly(city: City) -> dict[str, dict[str, Any]]:
    """Return the yearly prices of stresses, by hazard and asset type."""
    prices: dict[str, dict[str, Any]] = {}
    for rule in city.yearly:
        price = {
            name: value
            for name, value in _plain(rule, city.folder).items()
            if name not in ("hazard", "asset_types")
        }
        prices.setdefault(rule.hazard, {}).update(dict.fromkeys(rule.asset_types, price))
    return prices


def _called(curve: DamageCurve) -> str:
    """Return the name of a curve: one file may hold fractions for one rule, money for another."""
    return curve.id if curve.unit_of_damage == FRACTION else f"{curve.id} ({curve.unit_of_damage})"


def _curve(curve: DamageCurve) -> dict[str, str]:
    columns = [curve.intensities, curve.damage, *([curve.words] if curve.steps else [])]
    points = json.dumps(columns, separators=(",", ":"))
    return {
        "sha256": hashlib.sha256(points.encode()).hexdigest(),
        "unit": curve.unit,
        "damage": curve.unit_of_damage,
        "source": curve.source,
        **({"licence": curve.licence} if curve.licence else {}),
        **({"by": "class"} if curve.steps else {}),
    }


def _hazard(hazard: Hazard, folder: Path) -> dict[str, Any]:
    maps = [(a_map.return_period, _plain(a_map, folder)) for a_map in hazard.maps]
    return _unnamed(hazard, folder) | {
        "maps": _keyed(
            (f"{period:g}" if period else declared["path"], declared) for period, declared in maps
        )
    }


def _keyed(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return pairs as a mapping; repeated keys, as of two layers of one file, are numbered."""
    keyed: dict[str, Any] = {}
    for key, value in pairs:
        again = sum(name == key or name.startswith(f"{key} (") for name in keyed)
        keyed[f"{key} ({again + 1})" if again else key] = value
    return keyed


def _unnamed(declared: BaseModel, folder: Path) -> dict[str, Any]:
    return {name: value for name, value in _plain(declared, folder).items() if name != "name"}


def _plain(value: Any, folder: Path) -> Any:
    """Return a declaration as JSON has it: without None, paths relative to a folder."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        plain = {
            fields[name].alias or name: _plain(getattr(value, name), folder)
            for name in fields
            if not fields[name].exclude and name not in NO_FIGURE
        }
        return {name: item for name, item in plain.items() if item is not None}
    if isinstance(value, Mapping):
        return {str(name): _plain(item, folder) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, folder) for item in value]
    if isinstance(value, PurePath):
        return _relative(value, folder)
    return value.isoformat() if isinstance(value, datetime.date) else value


def _relative(path: PurePath, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive
        return path.as_posix()


# Files next to a layer or grid that change how it is read.
SIDECARS = (".dbf", ".shx", ".prj", ".cpg", ".qix", ".tfw", ".xml", ".wld", ".csvt")


@dataclass(frozen=True)
class Origin:
    """Where in the register a layer comes from: its version, and the delivery that last filled the
    layer, if any.

    `delivered_on` is the day on which a department handed its file in; None where the register was
    merely begun with the city's own file, which does not show how old the data is.
    """

    version: int
    delivery: int | None = None
    file: str = ""
    sha256: str = ""
    delivered_at: str = ""
    author: str = ""
    delivered_on: datetime.date | None = None


def provenance(
    city: City,
    counts: Mapping[str, Mapping[str, int]],
    hazards: list[str],
    origins: Mapping[str, Origin],
    *,
    subset: str | None = None,
) -> dict[str, Any]:
    """Return how an assessment came about: versions, methods, features by layer and fate, and the
    inputs' SHA-256.

    `origins` has the layers that came from the register: their inputs are the delivered files, not
    those of city.toml. `exercise` names the exercise data; `subset` is the one layer or hazard that
    was assessed, if any.
    """
    used = [hazard for hazard in city.hazards if hazard.name in hazards]
    exercise = [
        source.name
        for source in exercise_sources(city, used)
        if source.kind != "layers" or source.name in counts
    ]
    prices = prices_of(city).items()
    return {
        "city": city.name,
        "crs": city.crs,
        "currency": city.currency,
        "price_year": city.price_year,
        "hazards": hazards,
        "only": subset,
        "layers": {name: dict(count) for name, count in counts.items()},
        "origins": {name: _origin(origins.get(name)) for name in counts},
        "exercise": exercise,
        "methods": {
            "damage": city.damage_rule,
            "ead": city.ead.model_dump(),
            "protection": {h.name: h.protection.model_dump() for h in used if h.protection},
            "no_damage_return_period": {h.name: h.no_damage_return_period for h in used},
            "occurrence": {h.name: h.occurrence.model_dump() for h in used if h.occurrence},
            "exposed_from": {h.name: h.threshold for h in used},
            "scores": "weighted geometric mean over declared goalposts",
            "duplicates": city.model_dump(mode="json", include={"duplicates"})["duplicates"],
            "values": {asset_type: _priced(price, city.currency) for asset_type, price in prices},
        },
        "inputs": _hashes(city, origins),
        "versions": versions(),
    }


def resilience_sources(city: City, about: Mapping[str, Any]) -> list[ExerciseSource]:
    """Return the exercise data of a resilience assessment, with the filled-in tables of a city.

    `about` is the provenance of the assessment that it rests on, which names the exercise data in it.
    """
    filled = [name for name, table in city.resilience.filled.items() if table.exercise]
    assessed = [ExerciseSource("assessment", name) for name in about.get("exercise", ())]
    return [
        *exercise_sources(city, city.hazards),
        *(ExerciseSource(name, name) for name in filled),
        *assessed,
    ]


def _priced(price: Price, currency: str) -> dict[str, object]:
    record = dataclasses.asdict(price) | {"amount": price.amount, "currency": currency}
    return record | {
        "factors": {
            factor.name: {"value": factor.value, "source": factor.source}
            for factor in price.factors
        }
    }


def _origin(origin: Origin | None) -> dict[str, object]:
    if origin is None:
        return {"from": "file"}
    record = dataclasses.asdict(origin)
    record.pop("delivered_on")
    return {"from": "register"} | record


def delivered_file(layer: str) -> str:
    """Return what the inputs of an assessment call the last file of a layer of the register."""
    return f"register: {layer}"


def _hashes(city: City, origins: Mapping[str, Origin]) -> dict[str, str]:
    used = city.model_copy(
        update={"assets": tuple(layer for layer in city.assets if layer.name not in origins)}
    )
    inputs = inputs_of(used)
    with ThreadPoolExecutor() as threads:
        hashed = zip(
            (_relative_path(path, city.folder) for path in inputs),
            threads.map(_sha256, inputs),
            strict=True,
        )
        delivered = {
            delivered_file(layer): origin.sha256
            for layer, origin in origins.items()
            if origin.sha256
        }
        return {**dict(hashed), **delivered}


def table_inputs(city: City) -> dict[str, str]:
    """Return the SHA-256 of every filled-in table, by its path from the city's folder."""
    settings = city.resilience
    filled = (settings.statements, settings.votes, settings.indicators, settings.actions)
    paths = dict.fromkeys(
        table.path for table in filled if table is not None and table.path.is_file()
    )
    return {_relative_path(path, city.folder): _sha256(path) for path in paths}


def inputs_of(city: City) -> list[Path]:
    """Return every file the city declares, its sidecars (.dbf, .prj, ...) and city.toml."""
    declared = [layer.path for layer in (*city.assets, *city.context)]
    declared += [
        path
        for hazard in city.hazards
        for a_map in hazard.maps
        for path in (a_map.path, a_map.terrain)
        if path
    ]
    declared += [rule.path for rule in city.curves if rule.path]
    sinking = city.future.subsidence_rate if city.future else None
    declared += [sinking.path] if isinstance(sinking, RateLayer) else []
    if city.districts:
        declared += [city.districts.path] + (
            [city.districts.population.path] if city.districts.population else []
        )
    sidecars = [
        path
        for file in dict.fromkeys(declared)
        if file.parent.is_dir()
        for path in file.parent.iterdir()
        if path.name.startswith(f"{file.stem}.") and path.suffix.lower() in SIDECARS
    ]
    # The files of a geodatabase, which is a folder
    within = [
        path for folder in dict.fromkeys(declared) if folder.is_dir() for path in folder.iterdir()
    ]
    toml = city.folder / "city.toml"
    return sorted({path for path in (*declared, *sidecars, *within, toml) if path.is_file()})


def _relative_path(path: Path, folder: Path) -> str:
    """Return a path as seen from the city's folder, also where it lies outside of it."""
    return Path(os.path.relpath(path, folder)).as_posix()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
