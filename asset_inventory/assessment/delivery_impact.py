"""The impact of a delivery: findings that it leaves in its layer, and the change of the city's risk.

The impact is computed when the delivery is handed in, and kept with it whatever becomes of maps.
The first delivery of a layer has none: it is the whole layer, which an assessment describes.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory import __version__
from asset_inventory import register as registers
from asset_inventory.assessment import risk_delta as deltas
from asset_inventory.assessment.provenance import inputs_of
from asset_inventory.assessment.read import counted_once, current_layers, read_assets
from asset_inventory.hazards.intersections import open_hazards
from asset_inventory.inventory.assets import arranged, features_of, has_numbers_as_text
from asset_inventory.inventory.districts import read_districts
from asset_inventory.model.city import AssetLayer, City
from asset_inventory.model.errors import AssetInventoryError
from asset_inventory.model.tables import empty, finding, findings, join_findings, known_sum
from asset_inventory.register import Register
from asset_inventory.register.changes import ADDED
from asset_inventory.register.deliveries import ACCEPTED, REJECTED, Delivery
from asset_inventory.risk.pipeline import RiskSettings, run_readable
from asset_inventory.vulnerability.curves import curves_for


def would_find(register: Register, delivery: Delivery) -> pd.DataFrame:
    """Return FINDINGS that a delivery adds to those of its layer, with the added counts.

    None of a layer that city.toml does not declare, or where nothing changes. Raises what `assess`
    raises.
    """
    layer = next((layer for layer in register.city.assets if layer.name == delivery.layer), None)
    if layer is None or delivery.changes.empty:
        return empty("FINDINGS")
    sides = _sides(register, delivery, layer)
    today, then = (
        arranged(features_of(side, layer), layer, register.city, in_register=True)[1]
        for side in sides
    )
    return join_findings([_more(today, then), findings(_of_another_kind(*sides, layer.name))])


def _sides(
    register: Register, delivery: Delivery, layer: AssetLayer
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the layer before and after a delivery: all rows where ids change, else the changed."""
    ids = delivery.changes["column"].isin(layer.fields.asset_id or ()) | (
        delivery.changes["change"] == ADDED
    )
    if ids.any():
        return registers.both_sides(register, delivery.id)
    return registers.changed_rows(register, delivery)


def _more(today: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """Return the findings of then by how many more there are than today."""
    key = ["code", "column"]
    counts = today.fillna({"column": ""}).groupby(key)["count"].sum()
    named = pd.MultiIndex.from_frame(then[key].fillna({"column": ""}))
    more = then["count"] - counts.reindex(named).fillna(0).astype("int64").to_numpy()
    return then.assign(count=more)[(more > 0).to_numpy()]


def _of_another_kind(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, source: str
) -> list[dict[str, object]]:
    """Return a finding where a shape changes its kind: an area has another value than a line."""
    ids = before.index.intersection(after.index)
    kinds = [
        shapely.get_dimensions(side.geometry.reindex(ids).to_numpy()) for side in (before, after)
    ]
    other = (kinds[0] >= 0) & (kinds[1] >= 0) & (kinds[0] != kinds[1])
    if not other.any():
        return []
    feature = str(ids[np.flatnonzero(other)[0]])
    return [finding("shape_of_other_kind", source=source, count=int(other.sum()), feature=feature)]


# Of the text that is kept; what has another form is computed again.
FORM = 1
_SEEN = ["asset_id", "change", "column", "before", "after"]


@dataclass(frozen=True)
class DeliveryImpact:
    """The risk delta of a delivery, the city's EAD before it (currency/year), district names.

    Without a `delta` the `fault` is why it could not be computed. A stored impact rests on the
    hazard maps and prices of a `day` (ISO 8601).
    """

    delta: deltas.RiskDelta | None
    city_ead: float = math.nan
    districts: Mapping[str, str] = field(default_factory=dict)
    fault: AssetInventoryError | None = None
    day: str = ""


def computed_impact(
    register: Register, delivery: Delivery, *, keep: bool = True
) -> DeliveryImpact | None:
    """Return the stored impact of a delivery, else compute it; with `keep` store it.

    A layer's first delivery has none, nor has a rejected one without a stored impact. The impact of
    an accepted delivery is that of the accepted changes, which may be fewer than those handed in.
    The result has the reason where it cannot be computed. Raises RegisterError.
    """
    risk = stored_impact(register, delivery)
    if (
        delivery.state == REJECTED
        or registers.is_first(register, delivery)
        or (risk is not None and not keep)
    ):
        return risk
    basis, version = _basis(register.city), _version_before(register, delivery)
    known = registers.city_risk(register)
    if known is None or (known["basis"], known["version"]) != (basis, version):
        known = None
    plain = None
    if risk is None:
        risk = _compute(register, delivery, None if known is None else _number(known["ead"]))
        day = (delivery.decided_at or delivery.delivered_at)[:10]
        plain = impact_as_json(risk) | {"changes": _hash(delivery.changes), "day": day}
        if risk.delta is not None and len(delivery.changes):
            known = {"basis": basis, "version": version, "ead": _or_null(risk.city_ead)}
    if not keep:
        return risk
    after = _city_after(register, delivery, risk, known)
    if plain is not None or after not in (None, registers.city_risk(register)):
        registers.keep_risk(register, delivery.id, plain, city=after)
    return risk


def stored_impact(register: Register, delivery: Delivery) -> DeliveryImpact | None:
    """Return the impact kept with a delivery; None without one or where the changes differ."""
    plain = registers.risk(register, delivery.id)
    return (
        None
        if plain is None or plain.get("changes") != _hash(delivery.changes)
        else impact_from_json(plain)
    )


def recomputed_impact(register: Register, delivery: Delivery) -> DeliveryImpact:
    """Return the impact of a delivery as it is today, also of a layer's first; keep nothing."""
    return _compute(register, delivery, None)


def impact_as_json(risk: DeliveryImpact) -> dict[str, object]:
    """Return a risk as JSON has it; `impact_from_json` gives it back."""
    fault = None
    if risk.fault is not None:
        arguments = {
            name: value if isinstance(value, int | float) else str(value)
            for name, value in risk.fault.arguments.items()
        }
        fault = {"key": risk.fault.key, "arguments": arguments}
    delta = None if risk.delta is None else deltas.delta_as_json(risk.delta)
    ead, districts = _or_null(risk.city_ead), dict(risk.districts)
    return {
        "form": FORM,
        "city_ead": ead,
        "districts": districts,
        "delta": delta,
        "fault": fault,
        "day": risk.day,
    }


def impact_from_json(plain: Mapping[str, object]) -> DeliveryImpact | None:
    """Return the risk that `impact_as_json` gave; None of what has another form."""
    if plain.get("form") != FORM:
        return None
    fault = plain["fault"] and AssetInventoryError(
        plain["fault"]["key"], **plain["fault"]["arguments"]
    )
    delta = None if plain["delta"] is None else deltas.delta_from_json(plain["delta"])
    return DeliveryImpact(
        delta=delta,
        city_ead=_number(plain["city_ead"]),
        districts=plain["districts"],
        fault=fault,
        day=plain["day"],
    )


def _compute(register: Register, delivery: Delivery, city_ead: float | None) -> DeliveryImpact:
    """Return the impact of a delivery and the city's EAD before it, computed unless it is given."""
    city = register.city
    try:
        districts, _ = read_districts(city)
        same = city.same_assets
        if (same.in_two_layers == "count once" or same.count_once) and len(delivery.changes):
            delta = _delta_counted_once(register, delivery, districts)
        else:
            delta = deltas.layer_delta(
                city, delivery.layer, *_changed_rows(register, delivery), districts=districts
            )
    except AssetInventoryError as fault:
        return DeliveryImpact(None, fault=fault)
    if city_ead is None and not len(delivery.changes):
        city_ead = math.nan  # no change, so no output shows it
    if city_ead is None:
        city_ead = _city_ead(city) - (_added(delta) if delivery.state == ACCEPTED else 0.0)
    return DeliveryImpact(delta, city_ead, _names(delta, districts))


def _changed_rows(
    register: Register, delivery: Delivery
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the rows of both sides that a delta needs: the changed ones, or the whole layer."""
    changed = registers.changed_rows(register, delivery)
    declared = next((layer for layer in register.city.assets if layer.name == delivery.layer), None)
    if declared is not None and any(has_numbers_as_text(side, declared) for side in changed):
        return registers.both_sides(register, delivery.id)
    return changed


def _delta_counted_once(
    register: Register, delivery: Delivery, districts: gpd.GeoDataFrame | None
) -> deltas.RiskDelta:
    """Return the delta of a city that counts duplicates once: a change may move another layer."""
    city, layer_states = register.city, current_layers(register.city, audit=False)
    if delivery.layer not in layer_states:  # not in the register yet, or not in city.toml
        return deltas.layer_delta(
            city, delivery.layer, *registers.changed_rows(register, delivery), districts=districts
        )
    sides = [
        counted_once(
            read_assets(city, districts, layer_states=layer_states | {delivery.layer: state}),
            city,
        ).assets
        for state in (
            replace(layer_states[delivery.layer], table=side)
            for side in registers.both_sides(register, delivery.id)
        )
    ]
    return deltas.risk_delta(city, *deltas.changed_assets(*sides))


def _names(delta: deltas.RiskDelta, districts: gpd.GeoDataFrame | None) -> dict[str, str]:
    """Return the names of the districts in which something changes."""
    if districts is None:
        return {}
    changed = districts[
        districts["district"].isin(delta.ead["part"][delta.ead["by"] == "district"])
    ]
    names = changed["name"].fillna(changed["district"])
    return dict(
        zip(changed["district"].astype(str).tolist(), names.astype(str).tolist(), strict=True)
    )


def _hash(changes: pd.DataFrame) -> str:
    """Return a hash of changes, in whatever order they come."""
    rows = pd.util.hash_pandas_object(changes[_SEEN].astype("str").fillna("\0"), index=False)
    return hashlib.sha256(rows.sort_values().to_numpy().tobytes()).hexdigest()


# The city as a whole


def _city_ead(city: City) -> float:
    """Return the known sum of the city's EAD, as an assessment has it; NaN where none is known."""
    if not city.hazards:
        return math.nan
    try:
        assets = counted_once(
            read_assets(city, layer_states=current_layers(city, audit=False)), city
        ).assets
        opened, _ = open_hazards(city.hazards, city.crs)
        curves, _ = curves_for(city, assets["asset_type"].cat.categories)
        risk = run_readable(assets, opened, curves, RiskSettings.of(city))
    except AssetInventoryError:  # a layer that cannot be read stops no delivery of another
        return math.nan
    return known_sum(risk.joint_ead["ead"])


def _city_after(
    register: Register,
    delivery: Delivery,
    risk: DeliveryImpact,
    before: Mapping[str, object] | None,
) -> Mapping[str, object] | None:
    """Return the city's EAD for the next delivery; None where only an assessment gives it."""
    if delivery.state != ACCEPTED or before is None:
        return before
    if risk.delta is None or before["ead"] is None:
        return None
    return {
        **before,
        "version": delivery.version,
        "ead": _number(before["ead"]) + _added(risk.delta),
    }


def _added(delta: deltas.RiskDelta) -> float:
    """Return how much the known sum rises, including what only one side knows."""
    city = delta.ead[delta.ead["by"] == "city"].iloc[0]
    before, after = (
        0.0 if math.isnan(city[name]) else float(city[name]) for name in ("ead_before", "ead_after")
    )
    return after - before


def _version_before(register: Register, delivery: Delivery) -> int:
    return registers.version(register) if delivery.version is None else delivery.version - 1


def _basis(city: City) -> str:
    """Return a hash of what EAD rests on outside the register: the city's files, our version."""
    files = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in inputs_of(city)]
    return hashlib.sha256(repr((__version__, files)).encode()).hexdigest()


def _number(value: object) -> float:
    return math.nan if value is None else float(value)


def _or_null(value: float) -> float | None:
    return None if math.isnan(value) else value
