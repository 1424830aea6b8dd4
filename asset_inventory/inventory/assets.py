"""A layer's features become rows of ASSETS, out of its file or out of the register."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.intake.layers import Features, Layer
from asset_inventory.intake.records import SELECTS_NONE, near_fault, selected
from asset_inventory.inventory.districts import assign
from asset_inventory.io.crs import to_city
from asset_inventory.io.geometries import measurable, repaired_with_findings
from asset_inventory.model.city import AssetLayer, City, Condition, FieldType, TagRule
from asset_inventory.model.findings import WARNING, Fault, as_findings
from asset_inventory.model.tables import (
    EXERCISE,
    REAL,
    TABLES,
    Column,
    check,
    findings,
    join_findings,
    numbers_of,
)
from asset_inventory.model.texts import (
    as_numbers,
    as_text,
    inexact,
    mapped,
    matching,
    near_spellings,
    near_words,
)
from asset_inventory.vulnerability.curves import declared_types
from asset_inventory.vulnerability.prices import priced, prices_of


def assets_of(
    table: gpd.GeoDataFrame,
    layer: AssetLayer,
    city: City,
    districts: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Return ASSETS of a layer's table in the register (index asset_id), of the selected rows.

    A field that city.toml reads and the table lacks is one of nulls. Raises SourceError where the
    table has no system.
    """
    made, _, _ = arranged(features_of(table, layer), layer, city, in_register=True)
    return check(finished(made.reset_index(drop=True), city, districts)[0], "ASSETS")


def features_of(table: gpd.GeoDataFrame, layer: AssetLayer) -> Features:
    """Return the selected features of a layer's table in the register, fit to be measured.

    A field that city.toml reads and the table lacks is one of nulls.
    """
    named = table.reindex(
        columns=[*dict.fromkeys([*table.columns, *layer.asked(), *(layer.where or ())])]
    )
    chosen, faults = selected(named, layer.where or {}, ignore_case=bool(layer.ignore_case))
    named = named[chosen]
    shapes, _ = repaired_with_findings(named.geometry.to_numpy(), named.index, source=layer.name)
    nowhere = np.full((len(named), 4), np.nan)
    return Features(
        gpd.GeoDataFrame(named.drop(columns="geometry"), geometry=shapes, crs=table.crs),
        findings(as_findings(faults, source=layer.name)),
        len(table),
        refused=False,
        extent=table.total_bounds,
        lost=nowhere,
    )


def has_numbers_as_text(table: pd.DataFrame, layer: AssetLayer) -> bool:
    """Tell whether a layer's table has numbers as text, which only the whole column explains."""
    fields = (getattr(layer.fields, column.name) for column in numbers_of("ASSETS"))
    asked = [table[field] for field in fields if isinstance(field, str) and field in table]
    return any(not pd.api.types.is_numeric_dtype(one.dtype) and one.notna().any() for one in asked)


def finished(
    assets: gpd.GeoDataFrame, city: City, districts: gpd.GeoDataFrame | None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return ASSETS with price and district, columns ordered and typed, and price findings."""
    for name in ("layer", "asset_type", "owner", "source", "data_status"):
        assets[name] = assets[name].astype("str").astype("category")
    assets, price_findings = priced(assets, prices_of(city), price_year=city.price_year)
    district = "" if districts is None else assign(assets.geometry.to_numpy(), districts)
    assets["district"] = district
    assets["district"] = assets["district"].astype("category")
    return assets[[column.name for column in TABLES["ASSETS"].columns]], price_findings


def layer_of(layer: AssetLayer) -> Layer:
    """Return what to read of a layer's file."""
    of_file = (layer.path, layer.name, layer.layer, layer.crs, tuple(layer.asked()))
    return Layer(*of_file, layer.where or {}, bool(layer.ignore_case), layer.coordinates)


def traits_of(fields: pd.DataFrame, layer: AssetLayer) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return the declared id, asset type and name of each row as text; null where missing.

    A field that the city reads and the table lacks is one of nulls.
    """
    asked = dict.fromkeys([*fields.columns, *layer.asked()])
    fields = fields.reindex(columns=[*asked])
    given = pd.Series(None, index=fields.index, dtype="str")
    for field in layer.fields.asset_id or ():
        given = given.fillna(_text(fields, field))
    types = _types(fields, layer)
    types = pd.Series(types, index=fields.index, dtype="str") if isinstance(types, str) else types
    return given, types, _text(fields, layer.fields.name)


def arranged(
    features: Features, layer: AssetLayer, city: City, *, in_register: bool = False
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, dict[str, int]]:
    """Return ASSETS of a layer without district and price, FINDINGS, and its features by fate.

    Features of the register are named by their asset_id, which they keep.
    """
    located, moved = to_city(features.table, city.crs, source=layer.name)
    faults: list[Fault] = []
    if not features.read and not features.refused:
        faults.append(Fault("layer_without_features", arguments={"read": features.read}))
    elif features.refused and not (features.findings["code"] == SELECTS_NONE).any():
        code = "layer_refused" if len(located) else "layer_unread"
        faults.append(Fault(code, count=len(located)))
    geometry, repaired = located.geometry.to_numpy(), findings([])
    if located is not features.table:
        # a shape can become invalid by the change of system
        geometry, repaired = repaired_with_findings(geometry, located.index, source=layer.name)
        repaired = repaired[repaired["code"] != "geometry_unusable"]  # said when it was read
    fields = located.drop(columns="geometry")
    ids = (_ids_kept if in_register else _ids)(fields, layer, faults)
    owner = _text(fields, layer.fields.owner)

    def everywhere(word: str) -> pd.Series:
        return pd.Series(word, index=ids.index, dtype="str")

    columns: dict[str, pd.Series | np.ndarray | gpd.array.GeometryArray] = {
        "asset_id": ids,
        "geometry": gpd.array.GeometryArray(geometry, crs=located.crs),
        "layer": everywhere(layer.name),
        "name": _text(fields, layer.fields.name),
        "asset_type": _types(fields, layer),
    }
    faults += _near(fields, layer, city)
    columns["owner"] = owner.fillna(layer.owner) if layer.owner else owner
    for column in numbers_of("ASSETS"):
        columns[column.name] = _numbers(fields, layer, column, faults)
    area, own_area = pd.Series(columns["area"]), shapely.area(geometry)
    columns |= {
        "area": area.where(area.notna() | ~(own_area > 0), own_area),
        "source": everywhere(layer.source.title),
        "data_status": everywhere(EXERCISE if layer.source.exercise else REAL),
        "usable": measurable(geometry),
    }
    assets = gpd.GeoDataFrame(pd.DataFrame(columns, index=ids.index), geometry="geometry")
    counts = {"read": features.read, "not_selected": features.not_selected}
    counts |= {"assets": len(assets), "unusable": int((~assets["usable"]).sum())}
    rows = as_findings(faults, source=layer.name, labels=located.index.to_numpy())
    return assets, join_findings([features.findings, moved, repaired, findings(rows)]), counts


def _text(fields: pd.DataFrame, field: str | None) -> pd.Series:
    """Return a field as text, or nothing where the layer names none."""
    nothing = pd.Series(None, index=fields.index, dtype="str")
    return nothing if field is None else as_text(fields[field])


def _ids_kept(fields: pd.DataFrame, layer: AssetLayer, faults: list[Fault]) -> pd.Series:
    """Return the unique names of rows of the register; ids that name none are a finding."""
    given = _ids_declared(fields, layer, faults)
    if layer.fields.asset_id:
        unnamed, column = (
            given.isna() | given.duplicated(keep=False),
            " / ".join(layer.fields.asset_id),
        )
        faults.append(Fault.of_rows("id_from_register", unnamed, column))
    return fields.index.to_series().astype("str")


def _ids_declared(fields: pd.DataFrame, layer: AssetLayer, faults: list[Fault]) -> pd.Series:
    """Return the ids that the layer's fields declare, null where a row has none."""
    given = pd.Series(None, index=fields.index, dtype="str")
    for field in layer.fields.asset_id or ():
        given = given.fillna(_text(fields, field))
        faults.append(Fault.of_rows("id_inexact", inexact(fields[field]), field))
    return given


def _ids(fields: pd.DataFrame, layer: AssetLayer, faults: list[Fault]) -> pd.Series:
    """Return `<layer>:<id>`, unique: a missing id is the row's number, repeated ones numbered."""
    given = _ids_declared(fields, layer, faults)
    missing = given.isna()
    if layer.fields.asset_id:
        faults.append(Fault.of_rows("id_missing", missing, " / ".join(layer.fields.asset_id)))
    elif missing.any():
        faults.append(Fault("no_id_field", WARNING, count=int(missing.sum())))
    given = given.where(~missing, "#" + fields.index.to_series().astype("str"))
    unique = _numbered(given)
    repeated = unique != given
    if repeated.any():
        count, first = int(repeated.sum()), str(given[repeated].iloc[0])
        faults.append(Fault("id_repeated", count=count, feature=first))
    return layer.name + ":" + unique


def _numbered(given: pd.Series) -> pd.Series:
    """Return ids with a number behind each repetition, as often as uniqueness needs it."""
    unique = given
    while unique.duplicated().any():
        repeat = unique.groupby(unique).cumcount()
        unique = unique.where(repeat == 0, unique + "#" + (repeat + 1).astype("str"))
    return unique


def _types(fields: pd.DataFrame, layer: AssetLayer) -> pd.Series | str:
    rule = layer.asset_type
    if isinstance(rule, str):
        return rule
    if isinstance(rule, TagRule):
        types = pd.Series(rule.otherwise, index=fields.index, dtype="str")
        for tag in reversed(rule.tags):  # the first rule wins, so it is written last
            match, _, name = tag.partition(">")
            field, _, word = match.partition("=")
            given, ignore_case = _text(fields, field.strip()), bool(layer.ignore_case)
            hit = matching(given, [word], ignore_case=ignore_case)
            types = types.mask(hit, name.strip())
        return types
    field = rule.field if isinstance(rule, FieldType) else layer.fields.asset_type
    otherwise = (rule.otherwise if isinstance(rule, FieldType) else None) or "other"
    given = _text(fields, field)
    if isinstance(rule, FieldType) and rule.map:
        meant = mapped(given, rule.map, ignore_case=bool(layer.ignore_case))
        given = meant if rule.otherwise else meant.fillna(given)
    return given.fillna(otherwise)


def _near(fields: pd.DataFrame, layer: AssetLayer, city: City) -> list[Fault]:
    """Return a finding for each field with words that nearly are declared types or conditions."""
    rule, ignore_case = layer.asset_type, bool(layer.ignore_case)
    lists: dict[str, list[str]] = {}
    if isinstance(rule, TagRule):
        for tag in rule.tags:
            field, _, word = tag.partition(">")[0].partition("=")
            lists.setdefault(field.strip(), []).append(word)
    for one in (rule, layer.fields.condition, layer.fields.criticality):
        if isinstance(one, (FieldType, Condition)) and one.map:
            lists.setdefault(one.field, []).extend(one.map)
    faults = []
    for field, words in lists.items():
        given = _text(fields, field)
        near = near_words(given[~matching(given, words, ignore_case=ignore_case)], words)
        faults += [near_fault("list_word_near", field, near)] if near else []
    field = rule.field if isinstance(rule, FieldType) else layer.fields.asset_type
    if field is not None and field not in lists and not isinstance(rule, (str, TagRule)):
        near = near_spellings(_text(fields, field), declared_types(city))
        faults += [near_fault("type_word_near", field, near)] if near else []
    return faults


def _numbers(
    fields: pd.DataFrame, layer: AssetLayer, column: Column, faults: list[Fault]
) -> pd.Series:
    """Return a column of numbers; what is no number, or out of range, is NaN and a finding."""
    rule = getattr(layer.fields, column.name)
    if rule is None:
        return pd.Series(np.nan, index=fields.index)
    field = rule.field if isinstance(rule, Condition) else rule
    given = _text(fields, field)
    doubtful = np.zeros(len(given), dtype=bool)
    if isinstance(rule, Condition):
        numbers = mapped(given, rule.map, ignore_case=bool(layer.ignore_case)).astype(float)
    else:
        numbers, doubtful = as_numbers(fields[field])
    numbers = numbers.replace([np.inf, -np.inf], np.nan)
    least = -np.inf if column.least is None else column.least
    most = np.inf if column.most is None else column.most
    numbers = numbers.mask((numbers < least) | (numbers > most))
    wrong = numbers.isna() & given.notna() & ~doubtful
    faults.append(Fault.of_rows("number_doubtful", doubtful, field, given=given))
    faults.append(Fault.of_rows("number_not_usable", wrong, field, given=given))
    return numbers
