"""The inventory: each layer from the register where the register holds it, else from its file."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from asset_inventory.assessment.provenance import Origin
from asset_inventory.intake.containers import hash_of
from asset_inventory.intake.layers import Features, Layer, LayerReader, read_layers
from asset_inventory.inventory.assets import (
    arranged,
    counted_twice,
    features_of,
    finished,
    layer_of,
    twice,
)
from asset_inventory.inventory.districts import districts_layer
from asset_inventory.model.city import AssetLayer, City
from asset_inventory.model.errors import RequestError
from asset_inventory.model.tables import check, finding, findings, join_findings
from asset_inventory.model.texts import nearest
from asset_inventory.register import layer_states, open_register, others
from asset_inventory.register.deliveries import LayerState

# What a delivery's `report` keeps of its file in addition to the counts of the register.
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
        return {
            name: origin.delivered_on
            for name, origin in self.origins.items()
            if origin.delivered_on
        }


def read_assets(
    city: City,
    districts: gpd.GeoDataFrame | None = None,
    *,
    subset: str | None = None,
    layer_states: Mapping[str, LayerState] | None = None,
    read: LayerReader = read_layers,
) -> Inventory:
    """Return every asset of the city's layers, or of the one layer `subset`.

    A layer that the register holds is read from there, any other from its file. Every feature that
    a layer selects becomes one row, also when its geometry is unusable. Without DISTRICTS the
    column `district` is empty text. All features of a layer that cannot be used are unusable, as
    far as they can be recognised. A caller that reads layer by layer passes the `layer_states` that
    `current_layers` returned, so that all layers are of one moment. Raises SourceError for a
    missing file or field, RegisterError for a register that cannot be read: the files of its layers
    do not replace it.
    """
    layers = [layer for layer in city.assets if subset is None or layer.name == subset]
    if layer_states is None:
        layer_states = current_layers(city, subset=subset)
    from_files = [layer for layer in layers if layer.name not in layer_states]
    of_files = dict(
        zip((file.name for file in from_files), read(map(layer_of, from_files)), strict=True)
    )
    tables, finding_tables, counts, extents = [], [], {}, {}
    for layer in layers:
        state = layer_states.get(layer.name)
        features = of_files[layer.name] if state is None else _current_features(state, layer, city)
        extents[layer.name] = features.extent
        table, layer_findings, counts[layer.name] = arranged(
            features, layer, city, in_register=state is not None
        )
        tables.append(table)
        finding_tables += (
            [layer_findings]
            if state is None
            else [_found_before(state, layer, city), layer_findings]
        )
    assets, price_findings = finished(pd.concat(tables, ignore_index=True), city, districts)
    origins = {
        layer.name: _origin(layer_states[layer.name])
        for layer in layers
        if layer.name in layer_states
    }
    return Inventory(
        assets=check(assets, "ASSETS"),
        findings=join_findings([*finding_tables, price_findings]),
        counts=counts,
        extents=extents,
        origins=origins,
    )


def layers_in_files(
    city: City, layer_states: Mapping[str, LayerState], *, subset: str | None = None
) -> list[Layer]:
    """Return what an assessment reads of files: the districts and what the register does not hold."""
    districts = [] if city.districts is None else [districts_layer(city.districts)]
    assets = (layer for layer in city.assets if subset in (None, layer.name))
    return districts + [layer_of(layer) for layer in assets if layer.name not in layer_states]


def current_layers(
    city: City, *, subset: str | None = None, audit: bool = True, version: int | None = None
) -> dict[str, LayerState]:
    """Return the city's layers that the register holds (or the layer `subset`), if any.

    With `audit` it is checked too that the layers are as they were accepted, so that `read_assets`
    can report it. With a `version` of the register they are as they were at that version.
    """
    wanted = [layer.name for layer in city.assets if subset in (None, layer.name)]
    return layer_states(open_register(city), wanted, audit=audit, version=version)


def undeclared(city: City) -> pd.DataFrame:
    """Return FINDINGS of the layers that the register holds and city.toml does not declare."""
    asset_counts = others(open_register(city), [layer.name for layer in city.assets])
    return findings(
        finding("register_layer_undeclared", source=name, count=assets, city=str(city.folder))
        for name, assets in asset_counts.items()
    )


def joined(parts: Sequence[Inventory]) -> Inventory:
    """Return inventories that were read layer by layer as one."""
    assets = pd.concat([part.assets for part in parts], ignore_index=True)
    words = dict.fromkeys(
        ("layer", "asset_type", "owner", "district", "value_rule", "data_status"), "category"
    )
    all_findings = join_findings([part.findings for part in parts])
    counts, extents, origins = (
        {name: value for part in parts for name, value in getattr(part, of).items()}
        for of in ("counts", "extents", "origins")
    )
    return Inventory(
        assets=assets.astype(words),
        findings=all_findings,
        counts=counts,
        extents=extents,
        origins=origins,
    )


def counted_once(inventory: Inventory, city: City) -> Inventory:
    """Return the inventory with findings on assets that are in two layers.

    On request the later layer does not count them. First the second asset of each pair that the
    city declares to be one asset is left out.
    """
    counts = {name: dict(count) for name, count in inventory.counts.items()}
    left_out, idle = counted_twice(inventory.assets, city)
    assets = _taken_out(inventory.assets, left_out, counts, "counted_as_another")
    repeated, repeated_findings = twice(assets)
    if city.same_assets.in_two_layers == "count once":
        assets = _taken_out(assets, repeated, counts, "counted_in_another_layer")
    all_findings = join_findings([inventory.findings, idle, repeated_findings])
    return Inventory(
        assets=assets,
        findings=all_findings,
        counts=counts,
        extents=inventory.extents,
        origins=inventory.origins,
    )


def _taken_out(
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


def _current_features(state: LayerState, layer: AssetLayer, city: City) -> Features:
    """Return a layer in the register; raises RequestError where it lacks a field of city.toml."""
    fields = [name for name in state.table.columns if name != "geometry"]
    requested = dict.fromkeys([*layer.asked(), *(layer.where or ())])
    missing = [name for name in requested if name not in fields] if len(state.table) else []
    if missing:
        near = nearest(missing[0], fields)
        key = (
            "error.no_such_field_near"
            if near
            else "error.no_such_field"
            if fields
            else "error.no_fields"
        )
        path = str(open_register(city).path)
        raise RequestError(
            key,
            source=layer.name,
            path=path,
            field=missing[0],
            near=near,
            fields=", ".join(sorted(fields)[:20]),
        )
    return features_of(state.table, layer)


def _found_before(state: LayerState, layer: AssetLayer, city: City) -> pd.DataFrame:
    """Return FINDINGS on the source of a layer: of its last delivery, and since."""
    report = {} if state.delivery is None else state.delivery.report
    # The report calls the layer by the name of its file.
    rows = [row | {"source": layer.name} for row in report.get(FOUND, ())]
    # a feature without a shape is an asset without one, unless its asset had one already
    reported = report.get(COUNTS, {}).get("quarantined", 0) - report.get("shapes_left", 0)
    shapeless = state.table.geometry.isna()
    if shapeless.sum() > reported:
        rows.append(
            finding(
                "register_without_shape",
                source=layer.name,
                severity="error",
                count=int(shapeless.sum()),
                feature=str(shapeless.idxmax()),
            )
        )
    if len(state.altered):
        rows.append(
            finding(
                "register_written_past",
                source=layer.name,
                severity="error",
                count=len(state.altered),
                feature=str(state.altered[0]),
                city=str(city.folder),
            )
        )
    if (layer.path.is_file() or layer.path.is_dir()) and hash_of(layer.path) not in state.known:
        rows.append(
            finding(
                "layer_newer_than_register",
                source=layer.name,
                path=str(layer.path),
                city=str(city.folder),
            )
        )
    return findings(rows)


def _origin(state: LayerState) -> Origin:
    delivery = state.delivery
    if delivery is None:
        return Origin(state.version)
    day = datetime.datetime.fromisoformat(delivery.delivered_at).astimezone().date()
    begun = delivery.report.get(STARTED, False)
    return Origin(
        version=state.version,
        delivery=delivery.id,
        file=delivery.file_name,
        sha256=delivery.sha256,
        delivered_at=delivery.delivered_at,
        author=delivery.author,
        delivered_on=None if begun else day,
    )
