"""The register of a city: all layers, deliveries and changed cells, in one GeoPackage.

A delivery is compared with what the register holds and kept pending until somebody accepts or
rejects it. Nothing is ever rewritten: to undo is a new delivery, and any version and any day can be
looked back at.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from asset_inventory.io.layer_files import ID_FIELD
from asset_inventory.model.city import AssetLayer, City
from asset_inventory.model.errors import AssetInventoryError, RegisterError
from asset_inventory.model.tables import empty, finding, findings
from asset_inventory.model.texts import few, nearest
from asset_inventory.register import decisions, proposals, store
from asset_inventory.register.decisions import (
    altered_decisions,
    check_decision,
    check_sealed,
    read_decisions,
    write_decision,
)
from asset_inventory.register.deliveries import (
    ACCEPTED,
    PENDING,
    REJECTED,
    Delivery,
    LayerState,
    altered_deliveries,
    confirms,
    filled_before,
    near_asset,
    past_at,
    read_deliveries,
    read_delivery,
    read_history,
    read_layer_states,
    read_risk,
    table_at,
    unwanted,
    version_on,
    write_risk,
)
from asset_inventory.register.export import Base
from asset_inventory.register.integrity import examine
from asset_inventory.register.proposals import chosen
from asset_inventory.register.rows import read_rows
from asset_inventory.register.store import (
    NEWER,
    OTHER,
    UNREADABLE,
    Copy,
    Entries,
    entries_of,
    folder_of,
    keep_copy,
    read_copies,
)

# What other packages know of its modules by this package's name.
__all__ = ["ACCEPTED", "PENDING", "REJECTED", "Delivery", "LayerState", "chosen", "confirms"]
_CITY_RISK = "city_risk"
_NAMED = 5  # copies that one sentence names


@dataclass(frozen=True)
class Register:
    """Where a city's register is, and what the city declares; nothing is held open."""

    path: Path
    city: City


def open_register(city: City) -> Register:
    """Return the register of a city, which may not exist yet: the first delivery begins it."""
    return Register(city.register_path or city.folder / "register.gpkg", city)


def exists(register: Register) -> bool:
    """Return whether the register has been begun."""
    return store.exists(register.path)


# What stands


def layers(register: Register) -> list[str]:
    """Return the names of the layers that the register holds, in the order in which they came."""
    with store.read_transaction(register.path) as connection:
        return [layer.layer for layer in store.stored_layers(connection)]


def version(register: Register, *, on: datetime.date | None = None) -> int:
    """Return the register's version: its last, or the one that it had at the end of a day."""
    with store.read_transaction(register.path) as connection:
        return store.version_of(connection) if on is None else version_on(connection, on)


def past(register: Register, version: int) -> str:
    """Return a hash of how the register came to a version, which no other register has."""
    with store.read_transaction(register.path) as connection:
        return past_at(connection, version)


def table(
    register: Register, layer: str, *, version: int | None = None, on: datetime.date | None = None
) -> gpd.GeoDataFrame:
    """Return a layer's table, index = asset_id: today's, of a version, or at a day's end.

    Fields, geometries and system are as delivered. Raises RegisterError where the register, layer
    or version is not there.
    """
    with store.read_transaction(register.path) as connection:
        stored = _stored(connection, layer)
        last = store.version_of(connection)
        if version is not None and not 0 <= version <= last:
            raise RegisterError("error.no_such_version", version=version, last=last)
        if version is None and on is None:
            return read_rows(connection, stored)
        at = version if version is not None else version_on(connection, on)
        return table_at(connection, stored, at)


def layer_states(
    register: Register, wanted: Collection[str], *, audit: bool = True, version: int | None = None
) -> dict[str, LayerState]:
    """Return the wanted layers that the register holds, at one moment; none without a register.

    A `version` gives the layers that had been handed in by then, as they stood at it; a later one
    is the last. `audit` asks too whether all stands as it was accepted, which costs as much as
    reading. Raises RegisterError where the register is gone and copies of it are not, and for one
    that cannot be read.
    """
    if not exists(register):
        store.hold_lost(register.path)
        return {}
    with store.read_transaction(register.path) as connection:
        return read_layer_states(connection, wanted, audit=audit, at=version)


def others(register: Register, wanted: Collection[str]) -> dict[str, int]:
    """Return the number of assets in each layer of the register that is not wanted.

    Layers without assets are left out.
    """
    if not exists(register):
        return {}
    with store.read_transaction(register.path) as connection:
        return unwanted(connection, wanted)


def schema(register: Register, layer: str) -> dict[str, object]:
    """Return the schema of the layer's last delivery, as `deliver` received it."""
    with store.read_transaction(register.path) as connection:
        return _stored(connection, layer).schema


def last_schema(register: Register, layer: str) -> dict[str, object] | None:
    """Return the same as `schema`, None where the register does not hold the layer yet."""
    if not exists(register):
        return None
    with store.read_transaction(register.path) as connection:
        stored = store.stored_layer(connection, layer)
        return None if stored is None else stored.schema


def known_by_our_ids(register: Register, layer: str) -> bool:
    """Return whether our asset_id names a layer's assets: it declares no id and no such field."""
    declared = next((entry for entry in register.city.assets if entry.name == layer), None)
    if declared is None or declared.fields.asset_id:
        return False
    with store.read_transaction(register.path) as connection:
        fields = _stored(connection, layer).fields
        return ID_FIELD not in {field.name.casefold() for field in fields}


def deliveries(register: Register) -> list[Delivery]:
    """Return every delivery in the order in which they came, without their changes."""
    with store.read_transaction(register.path) as connection:
        return read_deliveries(connection)


def pending(register: Register) -> list[Delivery]:
    """Return what waits for a decision, in full, in the order in which it came."""
    with store.read_transaction(register.path) as connection:
        waiting = read_deliveries(connection, "state = ?", (PENDING,))
        return [proposals.in_full(connection, delivery, register.city) for delivery in waiting]


def delivery(register: Register, number: int) -> Delivery:
    """Return one delivery in full; raises RegisterError where there is none."""
    with store.read_transaction(register.path) as connection:
        return proposals.in_full(connection, read_delivery(connection, number), register.city)


def both_sides(register: Register, number: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return a delivery's layer without and with it: as it would be, or as it was and became."""
    with store.read_transaction(register.path) as connection:
        return proposals.both_sides(connection, read_delivery(connection, number), register.city)


def changed_rows(
    register: Register, delivery: Delivery
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return only the rows that a delivery in full changes, of both sides; see `both_sides`."""
    with store.read_transaction(register.path) as connection:
        return proposals.changed_rows(connection, delivery, register.city)


def is_first(register: Register, delivery: Delivery) -> bool:
    """Return whether a delivery is, or would be, the first that its layer gets."""
    with store.read_transaction(register.path) as connection:
        return not filled_before(connection, delivery)


def risk(register: Register, number: int) -> dict[str, object] | None:
    """Return what was kept of what a delivery does to the city's risk, None where nothing was."""
    with store.read_transaction(register.path) as connection:
        return read_risk(connection, number)


def city_risk(register: Register) -> dict[str, object] | None:
    """Return the last kept risk of the city as a whole, None where absent or altered since."""
    with store.read_transaction(register.path) as connection:
        return store.read_sealed_about(connection, _CITY_RISK)


def changed_since(register: Register, delivery: Delivery) -> pd.DataFrame:
    """Return who last changed each conflict of a pending delivery: HISTORY by its number."""
    with store.read_transaction(register.path) as connection:
        return proposals.changed_since(connection, delivery)


def history(
    register: Register, asset_id: str | None = None, *, since: datetime.date | None = None
) -> pd.DataFrame:
    """Return CHANGES with `version`, `accepted_at`, `author` and `layer`: of all or of one asset.

    Raises RegisterError for an asset that the register never had.
    """
    with store.read_transaction(register.path) as connection:
        where, values = ("1", ()) if asset_id is None else ("c.asset_id = ?", (asset_id,))
        if asset_id is not None and not len(read_history(connection, where, values)):
            near = near_asset(connection, asset_id)
            of_near = "error.no_such_asset_in_register_near"
            key = of_near if near else "error.no_such_asset_in_register"
            raise RegisterError(key, asset=asset_id, near=near)
        if since is not None:
            before = version_on(connection, since - datetime.timedelta(days=1))
            where, values = f"{where} AND d.version > ?", (*values, before)
        return read_history(connection, where, values)


def recorded_decisions(
    register: Register, *, until: datetime.date | None = None, through: int | None = None
) -> pd.DataFrame:
    """Return DECISIONS in order of recording; none before the register exists.

    Those up to the day `until` and the number `through`, and which of them stood then, or all.
    Raises RegisterError where the register is gone and copies of it are not, for one that cannot be
    read, and where a decision was altered.
    """
    if not exists(register):
        store.hold_lost(register.path)
        return empty("DECISIONS")
    with store.read_transaction(register.path) as connection:
        decisions = read_decisions(connection, until=until, through=through)
        check_sealed(connection, register.path)
        return decisions


# What is done


def deliver(
    register: Register,
    layer: str,
    delivered: gpd.GeoDataFrame,
    *,
    schema: Mapping[str, object] | None = None,
    author: str = "",
    note: str = "",
    file_name: str = "",
    sha256: str = "",
    base: Base | None = None,
    seen: Mapping[str, object] | None = None,
) -> Delivery:
    """Keep a delivered table pending, compared with the register, and return what it would change.

    `delivered` has the file's fields, geometries and system; its index names the features. `schema`
    is what an export needs to give the file back as it came, `seen` what its reader found in it
    (the `report` of `Delivery`). `base` is what an export wrote next to the file; without it the
    delivery is compared with the present. Raises RegisterError for a layer that the city does not
    declare, or a version that is not yet there.
    """
    declared = _declared(register.city, layer)
    with store.write_transaction(register.path, begin=True) as connection:
        last = store.version_of(connection)
        if base is not None and base.layer != layer:
            raise RegisterError("error.base_of_other_layer", layer=layer, found=base.layer)
        based_on = base.version if base is not None else last
        if base is not None and (
            based_on > last or base.past not in ("", past_at(connection, based_on))
        ):
            raise RegisterError("error.base_of_other_past", version=based_on, last=last)
        if not 0 <= based_on <= last:
            raise RegisterError("error.no_such_version", version=based_on, last=last)
        delivery = Delivery(
            0,
            layer,
            author=author,
            note=note,
            file_name=file_name,
            sha256=sha256,
            base_version=based_on,
            schema=dict(schema or {}),
            report=dict(seen or {}),
        )
        number = decisions.write_down(
            connection, declared, delivered, delivery, city_crs=register.city.crs, base=base
        )
        return proposals.in_full(connection, read_delivery(connection, number), register.city)


def accept(
    register: Register,
    number: int,
    *,
    take: str | None = None,
    choices: proposals.Choices | None = None,
    allow_removals: int | None = None,
    allow_doubts: bool = False,
) -> Delivery:
    """Keep a copy of the register, put a pending delivery into it, and return the delivery.

    Conflicts are decided by `choices`, (asset_id, column) to `ours` (the register) or `theirs` (the
    delivery), as `chosen` makes them of numbers, the others by `take`. More than 5 % of a layer is
    removed only where `allow_removals` is at least the number, and a delivery with DOUBTS is
    accepted as it was compared only with `allow_doubts`. Raises RegisterError, and changes nothing,
    where that or a conflict is not decided or the delivery is not pending.
    """
    with store.write_transaction(register.path) as connection:
        keep_copy(register.path, entries_of(connection))
        decisions.put_in(
            connection,
            number,
            register.city,
            take=take,
            choices=choices,
            allow_removals=allow_removals,
            allow_doubts=allow_doubts,
        )
        return proposals.in_full(connection, read_delivery(connection, number), register.city)


def reject(register: Register, number: int, why: str) -> Delivery:
    """Turn a pending delivery down and return it: it is kept, with the reason."""
    if not why.strip():
        raise RegisterError("error.reject_without_reason")
    with store.write_transaction(register.path) as connection:
        decisions.turn_down(connection, number, why.strip())
        return proposals.in_full(connection, read_delivery(connection, number), register.city)


def undo(register: Register, number: int, author: str, *, note: str = "") -> Delivery:
    """Return a new, pending delivery that reverts an accepted one; later changes conflict."""
    with store.write_transaction(register.path) as connection:
        delivery = Delivery(0, "", author=author, note=note)
        new_id = decisions.write_undoing(connection, number, delivery)
        return proposals.in_full(connection, read_delivery(connection, new_id), register.city)


def keep_risk(
    register: Register,
    number: int,
    risk: Mapping[str, object] | None,
    *,
    city: Mapping[str, object] | None = None,
) -> None:
    """Keep a delivery's effect on the city's risk, and that risk, as JSON has them, if given.

    Raises RegisterError where there is no such delivery.
    """
    with store.write_transaction(register.path) as connection:
        if risk is not None:
            write_risk(connection, read_delivery(connection, number).id, risk)
        if city is not None:
            store.write_sealed_about(connection, _CITY_RISK, city)


def decide(
    register: Register,
    district: str | None,
    choice: str,
    *,
    theme: str | None = None,
    group: str,
    reason: str,
    day: datetime.date,
    figures: Mapping[str, object],
) -> pd.DataFrame:
    """Record a group's decision on a district or a theme (by id); return DECISIONS with it as the
    last row.

    `figures` are those of the district or theme at that time: `rank`, `top`, `top_share`, `robustness`,
    `non_dominated`, `figures`. The first decision begins a register that is not there yet. Raises
    RegisterError, and records nothing, as `check_decision` does, and where an earlier decision was altered.
    """
    about = {"district": district, "theme": theme}
    entry = {**about, "choice": choice, "group": group, "reason": reason, "day": day}
    if not exists(register):  # what is refused begins nothing
        check_decision(entry, None)
    with store.write_transaction(register.path, begin=True) as connection:
        check_sealed(connection, register.path)
        write_decision(connection, {**entry, **figures})
        return read_decisions(connection)


def fsck(register: Register) -> pd.DataFrame:
    """Return FINDINGS of all that is not whole in the register; none where it is."""
    return examine(register.path)


def copies_apart(register: Register) -> pd.DataFrame:
    """Return FINDINGS of the copies that are no earlier state of the register, or cannot be read.

    None before the register is begun, nor where it cannot be read: `fsck` reports that.
    """
    try:
        if not exists(register):
            return findings([])
        with store.read_transaction(register.path) as connection:
            mine = entries_of(connection)
    except AssetInventoryError:
        return findings([])
    copies = read_copies(register.path)
    rows = []
    place = {"source": register.path.name, "folder": str(folder_of(register.path))}
    place |= {"version": str(Copy(register.path, mine).version)}
    for code in (NEWER, OTHER, UNREADABLE):
        those = [copy for copy in copies if copy.is_to(mine) == code]
        if those:
            names = few([copy.path.name for copy in those], _NAMED)
            newest = {"newest": str(those[0].version), "names": names}
            rows.append(finding(code, count=len(those), **place, **newest))
    return findings(rows)


def whole_copies(register: Register) -> list[Register]:
    """Return the newest whole copy of the register's history, as a register.

    Where the register's own history cannot be read, the newest whole copy of each history.
    """
    mine = _sealed_entries(register)
    copies: list[Copy] = []
    for copy in read_copies(register.path):
        if copy.entries is None or copy.contradicts(mine):
            continue
        if all(copy.contradicts(newer.entries) for newer in copies):
            with suppress(AssetInventoryError):
                copies += [copy] * examine(copy.path).empty
    return [Register(copy.path, register.city) for copy in copies]


def _sealed_entries(register: Register) -> Entries:
    """Return the entries of a register that stand as sealed; none where it cannot be read."""
    try:
        with store.read_transaction(register.path) as connection:
            altered = {"chosen": altered_decisions(connection)}
            deliveries_altered = altered_deliveries(connection)
            entries = entries_of(connection)
    except AssetInventoryError:
        return {}
    return {
        (event, number): entry
        for (event, number), entry in entries.items()
        if number not in altered.get(event, deliveries_altered)
    }


def _declared(city: City, layer: str) -> AssetLayer:
    declared = {entry.name: entry for entry in city.assets}
    if layer not in declared:
        near = nearest(layer, declared)
        key = "error.layer_near" if near else "error.layer_unknown"
        raise RegisterError(key, given=layer, near=near, names=", ".join(declared))
    return declared[layer]


def _stored(connection: object, layer: str) -> store.StoredLayer:
    stored = store.stored_layer(connection, layer)
    if stored is None:
        names = [stored.layer for stored in store.stored_layers(connection)]
        near = nearest(layer, names)
        key = "error.layer_not_in_register_near" if near else "error.layer_not_in_register"
        raise RegisterError(key, layer=layer, near=near, names=", ".join(names) or "-")
    return stored
