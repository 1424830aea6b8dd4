"""A layer's features become rows of ASSETS; an asset that is held twice is counted once.

An asset may be held in two layers or under two names. Near duplicates are two assets of one type
within 100 m with names alike: every word of one stands in the other ("RSI Sultan Agung", "RSI
Sultan Agung Semarang"), or nine tenths of their pairs of letters are the same ("Puskemas"). The
city's own name counts for nothing. They must share a word that few names of the type have, and
names that differ in a number, a Roman numeral or a single letter ("SDN 01", "SDN 02") are of two
assets. Lines are left out, for a road has one name and many pieces, and so are areas that do not
overlap, which are parts of one place.
"""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.intake.layers import Features, Layer
from asset_inventory.intake.records import SELECTS_NONE, near_fault, selected
from asset_inventory.inventory.districts import assign
from asset_inventory.inventory.matching import CROWD, name_similarity
from asset_inventory.io.geometries import measurable, repaired_with_findings, to_city
from asset_inventory.model.city import AssetLayer, City, Condition, FieldType, TagRule
from asset_inventory.model.data_status import exercise_sources, with_data_status
from asset_inventory.model.declarations import joined
from asset_inventory.model.tables import (
    WARNING,
    Column,
    Fault,
    FindingRow,
    as_findings,
    check,
    finding,
    findings,
    join_findings,
    known_sum,
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
    assets, _, _ = arranged(features_of(table, layer), layer, city, in_register=True)
    return check(finished(assets.reset_index(drop=True), city, districts)[0], "ASSETS")


def features_of(table: gpd.GeoDataFrame, layer: AssetLayer) -> Features:
    """Return the selected features of a layer's table in the register, fit to be measured.

    A field that city.toml reads and the table lacks is one of nulls.
    """
    names = dict.fromkeys([*table.columns, *layer.asked(), *(layer.where or ())])
    named = table.reindex(columns=[*names])
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
    """Return whether a layer's table has numbers as text, which only the whole column explains."""
    fields = (getattr(layer.fields, column.name) for column in numbers_of("ASSETS"))
    columns = [table[field] for field in fields if isinstance(field, str) and field in table]
    return any(
        not pd.api.types.is_numeric_dtype(column.dtype) and column.notna().any()
        for column in columns
    )


def finished(
    assets: gpd.GeoDataFrame, city: City, districts: gpd.GeoDataFrame | None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return ASSETS with price and district, columns ordered and typed, and price findings."""
    for name in ("layer", "asset_type", "owner", "source"):
        assets[name] = assets[name].astype("str").astype("category")
    assets, price_findings = priced(assets, prices_of(city), price_year=city.price_year)
    assets["district"] = "" if districts is None else assign(assets.geometry.to_numpy(), districts)
    assets["district"] = assets["district"].astype("category")
    sources = exercise_sources(city, (), asset_types=assets["asset_type"].cat.categories)
    return with_data_status(assets, "ASSETS", sources), price_findings


def layer_of(layer: AssetLayer) -> Layer:
    """Return what to read of a layer's file."""
    of_file = (layer.path, layer.name, layer.layer, layer.crs, tuple(layer.asked()))
    return Layer(*of_file, layer.where or {}, bool(layer.ignore_case), layer.coordinates)


def traits_of(fields: pd.DataFrame, layer: AssetLayer) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return the declared id, asset type and name of each row as text; null where missing.

    A field that the city reads and the table lacks is one of nulls.
    """
    names = dict.fromkeys([*fields.columns, *layer.asked()])
    fields = fields.reindex(columns=[*names])
    ids = pd.Series(None, index=fields.index, dtype="str")
    for field in layer.fields.asset_id or ():
        ids = ids.fillna(_text(fields, field))
    types = _types(fields, layer)
    types = pd.Series(types, index=fields.index, dtype="str") if isinstance(types, str) else types
    return ids, types, _text(fields, layer.fields.name)


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
        repaired = repaired[repaired["code"] != "geometry_unusable"]  # reported when it was read
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
    ids = _ids_declared(fields, layer, faults)
    if layer.fields.asset_id:
        unnamed = ids.isna() | ids.duplicated(keep=False)
        column = " / ".join(layer.fields.asset_id)
        faults.append(Fault.of_rows("id_from_register", unnamed, column))
    return fields.index.to_series().astype("str")


def _ids_declared(fields: pd.DataFrame, layer: AssetLayer, faults: list[Fault]) -> pd.Series:
    """Return the ids that the layer's fields declare, null where a row has none."""
    ids = pd.Series(None, index=fields.index, dtype="str")
    for field in layer.fields.asset_id or ():
        ids = ids.fillna(_text(fields, field))
        faults.append(Fault.of_rows("id_inexact", inexact(fields[field]), field))
    return ids


def _ids(fields: pd.DataFrame, layer: AssetLayer, faults: list[Fault]) -> pd.Series:
    """Return `<layer>:<id>`, unique: a missing id is the row's number, repeated ones numbered."""
    ids = _ids_declared(fields, layer, faults)
    missing = ids.isna()
    if layer.fields.asset_id:
        faults.append(Fault.of_rows("id_missing", missing, " / ".join(layer.fields.asset_id)))
    elif missing.any():
        faults.append(Fault("no_id_field", WARNING, count=int(missing.sum())))
    ids = ids.where(~missing, "#" + fields.index.to_series().astype("str"))
    unique = _numbered(ids)
    repeated = unique != ids
    if repeated.any():
        count, first = int(repeated.sum()), str(ids[repeated].iloc[0])
        faults.append(Fault("id_repeated", count=count, feature=first))
    return layer.name + ":" + unique


def _numbered(ids: pd.Series) -> pd.Series:
    """Return ids with a number behind each repetition, as often as uniqueness needs it."""
    unique = ids
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
            words, ignore_case = _text(fields, field.strip()), bool(layer.ignore_case)
            hit = matching(words, [word], ignore_case=ignore_case)
            types = types.mask(hit, name.strip())
        return types
    field = rule.field if isinstance(rule, FieldType) else layer.fields.asset_type
    otherwise = (rule.otherwise if isinstance(rule, FieldType) else None) or "other"
    words = _text(fields, field)
    if isinstance(rule, FieldType) and rule.map:
        meant = mapped(words, rule.map, ignore_case=bool(layer.ignore_case))
        words = meant if rule.otherwise else meant.fillna(words)
    return words.fillna(otherwise)


def _near(fields: pd.DataFrame, layer: AssetLayer, city: City) -> list[Fault]:
    """Return a finding for each field with words that nearly are declared types or conditions."""
    rule, ignore_case = layer.asset_type, bool(layer.ignore_case)
    lists: dict[str, list[str]] = {}
    if isinstance(rule, TagRule):
        for tag in rule.tags:
            field, _, word = tag.partition(">")[0].partition("=")
            lists.setdefault(field.strip(), []).append(word)
    for listing in (rule, layer.fields.condition, layer.fields.criticality):
        if isinstance(listing, (FieldType, Condition)) and listing.map:
            lists.setdefault(listing.field, []).extend(listing.map)
    faults = []
    for field, words in lists.items():
        texts = _text(fields, field)
        near = near_words(texts[~matching(texts, words, ignore_case=ignore_case)], words)
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
    texts = _text(fields, field)
    doubtful = np.zeros(len(texts), dtype=bool)
    if isinstance(rule, Condition):
        numbers = mapped(texts, rule.map, ignore_case=bool(layer.ignore_case)).astype(float)
    else:
        numbers, doubtful = as_numbers(fields[field])
    numbers = numbers.replace([np.inf, -np.inf], np.nan)
    lower = -np.inf if column.least is None else column.least
    upper = np.inf if column.most is None else column.most
    numbers = numbers.mask((numbers < lower) | (numbers > upper))
    wrong = numbers.isna() & texts.notna() & ~doubtful
    faults.append(Fault.of_rows("number_doubtful", doubtful, field, given=texts))
    faults.append(Fault.of_rows("number_not_usable", wrong, field, given=texts))
    return numbers


# Two layers that number their rows 1, 2, 3 share ids but no places, so an equal id alone means
# nothing.
SAME_ID_WITHIN = 100.0  # metre
SAME_NAME_WITHIN = 25.0  # metre
NEAR = 100.0  # metre
_SQUARE = 2 * NEAR
ALIKE = 0.9  # of the pairs of letters of two names
# A word is common that more names of one type have than this, and than this share of them.
_COMMON, _COMMON_SHARE = 5, 0.05
_WORD = r"\d+|[^\W\d_]+"
_NUMBER = r"\d+|[ivx]+|."  # a Roman numeral or a single letter separates assets as a number does
_MOST_NAMED, _MOST_PASTED = 3, 20


def twice(assets: gpd.GeoDataFrame) -> tuple[np.ndarray, pd.DataFrame]:
    """Return which rows of ASSETS stand in an earlier layer too, and FINDINGS per pair of layers.

    Two rows of different layers are the same asset when they are of one type and have the same id
    within 100 m of one another, or the same name within 25 m. One row is the same as at most one of
    another layer, the nearest. A row's number that serves as an id is not one.
    """
    repeated, rows = np.zeros(len(assets), dtype=bool), list[FindingRow]()
    layer, names = assets["layer"].cat.codes.to_numpy(), assets["layer"].cat.categories
    if len(names) < 2:
        return repeated, findings(rows)
    asset_type = assets["asset_type"].astype("str")
    ids, labels = assets["asset_id"].str.split(":", n=1).str[1], assets["asset_id"].to_numpy()
    by_id = (asset_type + "\n" + ids).mask(ids.str.startswith("#"))
    by_name = asset_type + "\n" + assets["name"].str.casefold()
    for earlier, later in combinations(range(len(names)), 2):
        both = np.isin(layer, (earlier, later)) & assets["usable"].to_numpy()
        pairs = pd.concat(
            _pairs(assets, words.mask(~both), layer == earlier, within)
            for words, within in ((by_id, SAME_ID_WITHIN), (by_name, SAME_NAME_WITHIN))
        )
        pairs = pairs.sort_values("distance", kind="stable")
        pairs = pairs.drop_duplicates("later").drop_duplicates("earlier")
        if len(pairs):
            repeated[pairs["later"]] = True
            copies = np.sort(pairs["later"].to_numpy())
            other = {"other": str(names[earlier])}
            fault = Fault("asset_in_two_layers", WARNING, copies, arguments=other)
            rows += as_findings([fault], source=str(names[later]), labels=labels)
    return repeated, findings(rows)


def counted_twice(assets: gpd.GeoDataFrame, city: City) -> tuple[np.ndarray, pd.DataFrame]:
    """Return which rows declared pairs leave out, and FINDINGS on pairs that leave out nothing.

    Such a pair lacks an asset, or its first cannot be counted. A pair with an asset of a layer that
    was not read is passed over. One of all assets that pairs join counts: the first that is no
    pair's second.
    """
    ids, declared = assets["asset_id"].astype("str"), city.same_assets.count_once
    named = ids.isin([name for pair in declared for name in pair]).to_numpy()
    usable = dict(zip(ids[named], assets["usable"][named].tolist(), strict=True))
    read, seconds = set(assets["layer"].unique()), {other for _, other in declared}
    pairs, idle = [], []
    for first, other in declared:
        if first in usable and other in usable and (usable[first] or first in seconds):
            pairs.append((first, other))
        elif {first.partition(":")[0], other.partition(":")[0]} <= read:
            idle.append(f"{first}, {other}")
    same, counts = joined(pairs), {}
    for asset in sorted(same, key=lambda asset: (not usable[asset], asset in seconds)):
        counts.setdefault(same[asset], asset)
    repeated = ids.isin(same.keys() - set(counts.values())).to_numpy()
    faults = [Fault("duplicate_pair_idle", rows=np.arange(len(idle)))]
    return repeated, findings(as_findings(faults, source="duplicates", labels=np.array(idle)))


def near_duplicates(assets: gpd.GeoDataFrame, ead: np.ndarray, city: City) -> pd.DataFrame:
    """Return FINDINGS on undeclared pairs of assets that look like one, with their EAD.

    `ead` is that of each asset (currency/year, NaN where not known): the smaller of its two depends
    on a pair. `pairs` has the costliest, `line` what to write into city.toml to count them once.
    """
    declared = city.same_assets
    pairs = near_pairs(assets, city.name)
    ids = assets["asset_id"].astype("str").to_numpy()
    known = {frozenset(pair) for pair in (*declared.count_once, *declared.keep)}
    called = zip(ids[pairs["first"]], ids[pairs["second"]], strict=True)
    pairs = pairs[np.array([frozenset(pair) not in known for pair in called], dtype=bool)]
    if not len(pairs):
        return findings([])
    both = np.stack([ead[pairs["first"]], ead[pairs["second"]]])
    smaller = np.where(both[0] < both[1], pairs["first"], pairs["second"])
    pairs = pairs.assign(smaller=smaller, ead=both.min(axis=0))
    # the costliest first, those without an EAD last
    pairs = pairs.sort_values(["ead", "distance"], ascending=[False, True], kind="stable")
    depends, total = known_sum(ead[pairs["smaller"].unique()]), known_sum(ead)
    names = assets["name"].astype("str").to_numpy()
    first_pairs = pairs[["first", "second", "distance"]].head(_MOST_PASTED)
    rows = [*first_pairs.itertuples(index=False)]
    shown = [
        f"{names[first]} ({ids[first]}), {names[other]} ({ids[other]}), {distance:.0f} m"
        for first, other, distance in rows[:_MOST_NAMED]
    ]
    new = [[ids[first], ids[other]] for first, other, _ in rows]
    listed = {
        "in_two_layers": declared.in_two_layers,
        "count_once": [*map(list, declared.count_once), *new],
        "keep": [*map(list, declared.keep)],
    }
    line = ", ".join(f"{name} = {json.dumps(x, ensure_ascii=False)}" for name, x in listed.items())
    arguments: dict[str, Any] = {"pairs": "; ".join(shown), "line": f"duplicates = {{ {line} }}"}
    share = round(100 * depends / total, 1) if total > 0 else np.nan
    code = "near_duplicates" if share == share else "near_duplicates_without_ead"
    arguments |= {"percent": share} if share == share else {}
    row = finding(code, source=city.name, count=len(pairs), feature=new[0][0], **arguments)
    return findings([row])


def near_pairs(assets: gpd.GeoDataFrame, city_name: str) -> pd.DataFrame:
    """Return pairs of rows (`first`, `second`) that look like one asset; `distance` in metre.

    Pairs that `twice` finds are not among them.
    """
    none = pd.DataFrame({"first": [], "second": [], "distance": []}, dtype=int)
    geometry = assets.geometry.to_numpy()
    named = assets["usable"].to_numpy(dtype=bool) & assets["name"].notna().to_numpy()
    rows = np.flatnonzero(named & (shapely.get_dimensions(geometry) != 1))
    plain = assets["name"].iloc[rows].astype("str").str.normalize("NFKD").str.casefold()
    plain = plain.str.replace("[\u0300-\u036f]", "", regex=True)
    codes, names = pd.factorize(plain)
    words = pd.Series(names, dtype="str").str.findall(_WORD).explode().dropna()
    words = words[~words.isin(set(city_name.casefold().split()))]
    is_number = words.str.fullmatch(_NUMBER).astype(bool)
    of_names = words[is_number].str.lstrip("0").groupby(level=0)
    numbers = of_names.agg(lambda parts: " ".join(sorted(parts)))
    numbers = numbers.reindex(range(len(names)), fill_value="").to_numpy(dtype=object)
    words = words[~is_number].reset_index().set_axis(["name", "word"], axis=1).drop_duplicates()
    word_counts = np.bincount(words["name"], minlength=len(names))  # words of a name
    kinds = assets["asset_type"].cat.codes.to_numpy()[rows]
    middle = shapely.bounds(shapely.centroid(geometry[rows]))[:, :2]
    east, north = np.floor(middle / _SQUARE).astype(np.int64).T
    entries = pd.DataFrame({"name": codes, "kind": kinds, "east": east, "north": north})
    entries = entries.rename_axis("row").reset_index().merge(words, on="name")
    often = entries.groupby(["kind", "word"])["row"].transform("size").to_numpy()
    of_kind = np.bincount(kinds, minlength=1)[entries["kind"]]
    entries = entries[(often > 1) & (often <= np.maximum(_COMMON, _COMMON_SHARE * of_kind))]
    key = ["kind", "word", "east", "north"]
    entries = entries[entries.groupby(key)["row"].transform("size") <= CROWD]
    candidates = []
    for x, y in ((0, 0), (1, 0), (0, 1), (1, 1), (1, -1)):
        moved = entries.assign(east=entries["east"] + x, north=entries["north"] + y)
        candidates.append(entries.merge(moved, on=key)[["row_x", "row_y"]])
    pairs = np.unique(np.sort(pd.concat(candidates).to_numpy(dtype=np.int64), axis=1), axis=0)
    first, second = pairs[pairs[:, 0] < pairs[:, 1]].T
    alike = numbers[codes[first]] == numbers[codes[second]]
    first, second = first[alike], second[alike]
    if not len(first):
        return none
    shared = _shared(words, codes[first], codes[second])
    within = shared == np.minimum(word_counts[codes[first]], word_counts[codes[second]])
    known = pd.Series(names, dtype="str")
    alike = within | (name_similarity(known, known, codes[first], codes[second]) >= ALIKE)
    first, second = rows[first[alike]], rows[second[alike]]
    shape, other = geometry[first], geometry[second]
    distance = shapely.distance(shape, other)
    areas = (shapely.get_dimensions(shape) == 2) & (shapely.get_dimensions(other) == 2)
    overlap = shapely.intersects(shape, other) & ~shapely.touches(shape, other)
    same = np.where(areas, overlap, distance <= NEAR)
    same &= ~_in_two_layers(assets, first, second, distance)
    return pd.DataFrame({"first": first, "second": second, "distance": distance})[same]


def _shared(words: pd.DataFrame, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return how many words the two names of each pair share."""
    pairs = pd.DataFrame({"pair": np.arange(len(first)), "name": first, "other": second})
    of_other = words.rename(columns={"name": "other"})
    both = pairs.merge(words, on="name").merge(of_other, on=["other", "word"])
    return np.bincount(both["pair"], minlength=len(first))


def _in_two_layers(
    assets: gpd.GeoDataFrame, first: np.ndarray, second: np.ndarray, distance: np.ndarray
) -> np.ndarray:
    """Return which pairs are of two layers and have the same id or name as near as `twice` asks."""
    layer = assets["layer"].cat.codes.to_numpy()
    ids = assets["asset_id"].str.split(":", n=1).str[1].to_numpy()
    names = assets["name"].str.casefold().to_numpy()
    same = (ids[first] == ids[second]) & (distance <= SAME_ID_WITHIN)
    same |= (names[first] == names[second]) & (distance <= SAME_NAME_WITHIN)
    return same & (layer[first] != layer[second])


def _pairs(
    assets: gpd.GeoDataFrame, words: pd.Series, is_earlier: np.ndarray, within: float
) -> pd.DataFrame:
    """Return pairs of rows (`earlier`, `later`) that share a word, and their `distance` (m)."""
    codes = pd.factorize(words)[0]
    known = codes >= 0
    shared = np.intersect1d(codes[known & is_earlier], codes[known & ~is_earlier])
    chosen = known & np.isin(codes, shared)
    earlier, later = np.flatnonzero(chosen & is_earlier), np.flatnonzero(chosen & ~is_earlier)
    geometry = assets.geometry.to_numpy()
    tree = shapely.STRtree(geometry[earlier])
    query, hit = tree.query(geometry[later], predicate="dwithin", distance=within)
    same = codes[later[query]] == codes[earlier[hit]]
    first, second = earlier[hit[same]], later[query[same]]
    distance = shapely.distance(geometry[first], geometry[second])
    return pd.DataFrame({"earlier": first, "later": second, "distance": distance})
