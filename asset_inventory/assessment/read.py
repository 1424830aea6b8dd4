"""What the city has, whole: each layer from the register where it is there, else from its file."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.assessment.provenance import Origin
from asset_inventory.intake.containers import hash_of
from asset_inventory.intake.layers import Features, read_layers
from asset_inventory.inventory.assets import arranged, features_of, finished, layer_of
from asset_inventory.inventory.duplicates import counted_twice, twice
from asset_inventory.model.city import AssetLayer, City
from asset_inventory.model.errors import RequestError
from asset_inventory.model.tables import check, finding, findings, join_findings
from asset_inventory.model.texts import nearest
from asset_inventory.register import layer_states, open_register, others
from asset_inventory.register.layer_states import LayerState

# What a delivery's `report` keeps of its file beside what the register counts.
COUNTS, FOUND, STARTED = "counts", "findings", "started"


@dataclass(frozen=True)
class Inventory:
    """ASSETS of the whole city, what was found while reading, and the features of each layer by
    fate.

    `extents` are the bounds of each layer (west, south, east, north) in the coordinates of its file
    or table. `origins` has the layers that come from the register.
    """

    assets: gpd.GeoDataFrame
    findings: pd.DataFrame
    counts: dict[str, dict[str, int]]
    extents: dict[str, np.ndarray]
    origins: dict[str, Origin] = field(default_factory=dict)

    @property
    def delivered_on(self) -> dict[str, datetime.date]:
        """Return the day on which each layer's data was last handed in, where it was."""
        return {name: one.delivered_on for name, one in self.origins.items() if one.delivered_on}


def read_assets(
    city: City,
    districts: gpd.GeoDataFrame | None = None,
    *,
    only: str | None = None,
    stands: Mapping[str, LayerState] | None = None,
) -> Inventory:
    """Return every asset of the city's layers, or of the one layer `only`.

    A layer that the register holds is taken as it stands there, any other from its file. Every
    feature that a layer selects becomes one row, also when its geometry is unusable. Without
    DISTRICTS the column `district` is empty text. Of a layer that is not fit to be used all
    features are unusable, as far as they can be told. Whoever reads layer by layer gives what
    `current_layers` returned, so that all are of one moment. Raises SourceError for a file or field
    that is not there, RegisterError for a register that is not fit to be read: its layers' files do
    not stand in.
    """
    layers = [layer for layer in city.assets if only is None or layer.name == only]
    if stands is None:
        stands = current_layers(city, only=only)
    from_files = [layer for layer in layers if layer.name not in stands]
    read = dict(
        zip((file.name for file in from_files), read_layers(map(layer_of, from_files)), strict=True)
    )
    tables, found, counts, extents = [], [], {}, {}
    for layer in layers:
        held = stands.get(layer.name)
        features = read[layer.name] if held is None else _current_features(held, layer, city)
        extents[layer.name] = features.extent
        table, layer_findings, counts[layer.name] = arranged(
            features, layer, city, in_register=held is not None
        )
        tables.append(table)
        found += (
            [layer_findings] if held is None else [_found_before(held, layer, city), layer_findings]
        )
    assets, price_findings = finished(pd.concat(tables, ignore_index=True), city, districts)
    origins = {layer.name: _origin(stands[layer.name]) for layer in layers if layer.name in stands}
    return Inventory(
        check(assets, "ASSETS"), join_findings([*found, price_findings]), counts, extents, origins
    )


def current_layers(
    city: City, *, only: str | None = None, audit: bool = True, version: int | None = None
) -> dict[str, LayerState]:
    """Return the city's layers that the register holds (or the layer `only`), if any.

    `audit` asks too whether all stands as it was accepted, so that `read_assets` can tell of it.
    With a `version` of the register as they stood then.
    """
    wanted = [layer.name for layer in city.assets if only in (None, layer.name)]
    return layer_states(open_register(city), wanted, audit=audit, version=version)


def undeclared(city: City) -> pd.DataFrame:
    """Return FINDINGS of the layers that the register holds and city.toml does not declare."""
    held = others(open_register(city), [layer.name for layer in city.assets])
    return findings(
        finding("register_layer_undeclared", source=name, count=assets, city=str(city.folder))
        for name, assets in held.items()
    )


def joined(parts: Sequence[Inventory]) -> Inventory:
    """Return inventories that were read layer by layer as one."""
    assets = pd.concat([one.assets for one in parts], ignore_index=True)
    words = dict.fromkeys(
        ("layer", "asset_type", "owner", "district", "value_rule", "data_status"), "category"
    )
    found = join_findings([one.findings for one in parts])
    counts, extents, origins = (
        {name: one for part in parts for name, one in getattr(part, of).items()}
        for of in ("counts", "extents", "origins")
    )
    return Inventory(assets.astype(words), found, counts, extents, origins)


def counted_once(inventory: Inventory, city: City) -> Inventory:
    """Return the inventory with what stands in two layers reported, and left out of the later one
    on request.

    Of each pair that the city declares to be one asset the second is left out first.
    """
    counts = {name: dict(count) for name, count in inventory.counts.items()}
    left_out, idle = counted_twice(inventory.assets, city)
    assets = _without(inventory.assets, left_out, counts, "counted_as_another")
    repeated, found = twice(assets)
    if city.same_assets.in_two_layers == "count once":
        assets = _without(assets, repeated, counts, "counted_in_another_layer")
    found = join_findings([inventory.findings, idle, found])
    return Inventory(assets, found, counts, inventory.extents, inventory.origins)


def _without(
    assets: gpd.GeoDataFrame, left_out: np.ndarray, counts: dict[str, dict[str, int]], fate: str
) -> gpd.GeoDataFrame:
    """Return assets without some rows; their layers' `counts` move them to a fate."""
    if not left_out.any():
        return assets
    for name, number in assets["layer"][left_out].value_counts().items():
        if number:
            counts[name][fate] = int(number)
            counts[name]["assets"] -= int(number)
    return assets[~left_out].reset_index(drop=True)


def _current_features(held: LayerState, layer: AssetLayer, city: City) -> Features:
    """Return a layer in the register; raises RequestError where it lacks a field of city.toml."""
    there = [name for name in held.table.columns if name != "geometry"]
    asked = dict.fromkeys([*layer.asked(), *(layer.where or ())])
    missing = [name for name in asked if name not in there] if len(held.table) else []
    if missing:
        near = nearest(missing[0], there)
        key = (
            "error.no_such_field_near"
            if near
            else "error.no_such_field"
            if there
            else "error.no_fields"
        )
        path = str(open_register(city).path)
        raise RequestError(
            key,
            source=layer.name,
            path=path,
            field=missing[0],
            near=near,
            fields=", ".join(sorted(there)[:20]),
        )
    return features_of(held.table, layer)


def _found_before(held: LayerState, layer: AssetLayer, city: City) -> pd.DataFrame:
    """Return FINDINGS on the source of a layer: of its last delivery, and since."""
    report = {} if held.delivery is None else held.delivery.report
    rows = [
        row | {"source": layer.name} for row in report.get(FOUND, ())
    ]  # which was called by its file's name
    # a feature without a shape is an asset without one, unless its asset had one already
    told = report.get(COUNTS, {}).get("quarantined", 0) - report.get("shapes_left", 0)
    shapeless = held.table.geometry.isna()
    if shapeless.sum() > told:
        rows.append(
            finding(
                "register_without_shape",
                source=layer.name,
                severity="error",
                count=int(shapeless.sum()),
                feature=str(shapeless.idxmax()),
            )
        )
    if len(held.altered):
        rows.append(
            finding(
                "register_written_past",
                source=layer.name,
                severity="error",
                count=len(held.altered),
                feature=str(held.altered[0]),
                city=str(city.folder),
            )
        )
    if (layer.path.is_file() or layer.path.is_dir()) and hash_of(layer.path) not in held.known:
        rows.append(
            finding(
                "layer_newer_than_register",
                source=layer.name,
                path=str(layer.path),
                city=str(city.folder),
            )
        )
    return findings(rows)


def _origin(held: LayerState) -> Origin:
    one = held.delivery
    if one is None:
        return Origin(held.version)
    day = datetime.datetime.fromisoformat(one.delivered_at).astimezone().date()
    begun = one.report.get(STARTED, False)
    return Origin(
        held.version,
        one.id,
        one.file_name,
        one.sha256,
        one.delivered_at,
        one.author,
        None if begun else day,
    )
