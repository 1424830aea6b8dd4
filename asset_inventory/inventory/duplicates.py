"""The same asset held twice, in two layers or under two names: found, and counted once if declared.

Near duplicates are two assets of one type within 100 m whose names are alike: every word of one
stands in the other ("RSI Sultan Agung", "RSI Sultan Agung Semarang"), or nine tenths of their pairs
of letters are the same ("Puskemas"). The city's own name counts for nothing. They must share a word
that few names of the type have, and names that differ in a number, a Roman numeral or a single
letter ("SDN 01", "SDN 02") are of two assets. Lines are left out, for a road has one name and many
pieces, and so are areas that do not overlap, which are parts of one place.
"""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.inventory.matching import CROWD, name_similarity
from asset_inventory.model.city import City
from asset_inventory.model.declared import joined
from asset_inventory.model.findings import WARNING, Fault, as_findings
from asset_inventory.model.tables import FindingRow, finding, findings, known_sum

# Two layers that number their rows 1, 2, 3 share ids but no places, so an equal id alone says
# nothing.
SAME_ID_WITHIN = 100.0  # metre
SAME_NAME_WITHIN = 25.0  # metre
NEAR = 100.0  # metre
_SQUARE = 2 * NEAR
ALIKE = 0.9  # of the pairs of letters of two names
# A word is common that more names of one type have than this, and than this share of them.
_COMMON, _COMMON_SHARE = 5, 0.05
_WORD = r"\d+|[^\W\d_]+"
_NUMBER = r"\d+|[ivx]+|."  # a Roman numeral or a single letter tells assets apart as a number does
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
    kind = assets["asset_type"].astype("str")
    ids, labels = assets["asset_id"].str.split(":", n=1).str[1], assets["asset_id"].to_numpy()
    by_id = (kind + "\n" + ids).mask(ids.str.startswith("#"))
    by_name = kind + "\n" + assets["name"].str.casefold()
    for earlier, later in combinations(range(len(names)), 2):
        both = np.isin(layer, (earlier, later)) & assets["usable"].to_numpy()
        pairs = pd.concat(
            [
                _pairs(assets, words.mask(~both), layer == earlier, within)
                for words, within in ((by_id, SAME_ID_WITHIN), (by_name, SAME_NAME_WITHIN))
            ]
        )
        pairs = (
            pairs.sort_values("distance", kind="stable")
            .drop_duplicates("later")
            .drop_duplicates("earlier")
        )
        if len(pairs):
            repeated[pairs["later"]] = True
            found = np.sort(pairs["later"].to_numpy())
            other = {"other": str(names[earlier])}
            fault = Fault("asset_in_two_layers", WARNING, found, arguments=other)
            rows += as_findings([fault], source=str(names[later]), labels=labels)
    return repeated, findings(rows)


def counted_twice(assets: gpd.GeoDataFrame, city: City) -> tuple[np.ndarray, pd.DataFrame]:
    """Return which rows declared pairs leave out, and FINDINGS on pairs that leave out nothing.

    Such is a pair of which one asset is not there, or the first cannot be counted. A pair with an
    asset of a layer that was not read is passed over. Of all assets that pairs join one counts: the
    first that is no pair's second.
    """
    ids, declared = assets["asset_id"].astype("str"), city.same_assets.count_once
    named = ids.isin([name for pair in declared for name in pair]).to_numpy()
    there = dict(zip(ids[named], assets["usable"][named].tolist(), strict=True))
    read, seconds = set(assets["layer"].unique()), {other for _, other in declared}
    pairs, idle = [], []
    for first, other in declared:
        if first in there and other in there and (there[first] or first in seconds):
            pairs.append((first, other))
        elif {first.partition(":")[0], other.partition(":")[0]} <= read:
            idle.append(f"{first}, {other}")
    same, counts = joined(pairs), {}
    for one in sorted(same, key=lambda one: (not there[one], one in seconds)):
        counts.setdefault(same[one], one)
    repeated = ids.isin(same.keys() - set(counts.values())).to_numpy()
    found = [Fault("duplicate_pair_idle", rows=np.arange(len(idle)))]
    return repeated, findings(as_findings(found, source="duplicates", labels=np.array(idle)))


def near_duplicates(assets: gpd.GeoDataFrame, ead: np.ndarray, city: City) -> pd.DataFrame:
    """Return FINDINGS on undeclared pairs of assets that look like one, with their EAD.

    `ead` is that of each asset (currency/year, NaN where not known): on a pair depends the smaller
    of its two. `pairs` has the costliest, `line` what to write into city.toml to count them once.
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
    pairs = pairs.assign(
        smaller=np.where(both[0] < both[1], pairs["first"], pairs["second"]), ead=both.min(axis=0)
    )
    pairs = pairs.sort_values(
        ["ead", "distance"], ascending=[False, True], na_position="last", kind="stable"
    )
    depends, whole = known_sum(ead[pairs["smaller"].unique()]), known_sum(ead)
    names = assets["name"].astype("str").to_numpy()
    shown = [
        f"{names[one]} ({ids[one]}), {names[other]} ({ids[other]}), {distance:.0f} m"
        for one, other, distance in pairs[["first", "second", "distance"]]
        .head(_MOST_NAMED)
        .itertuples(index=False)
    ]
    new = [
        [ids[one], ids[other]]
        for one, other in pairs[["first", "second"]].head(_MOST_PASTED).itertuples(index=False)
    ]
    listed = {
        "in_two_layers": declared.in_two_layers,
        "count_once": [*map(list, declared.count_once), *new],
        "keep": [*map(list, declared.keep)],
    }
    line = ", ".join(f"{name} = {json.dumps(x, ensure_ascii=False)}" for name, x in listed.items())
    said: dict[str, Any] = {"pairs": "; ".join(shown), "line": f"duplicates = {{ {line} }}"}
    share = round(100 * depends / whole, 1) if whole > 0 else np.nan
    code = "near_duplicates" if share == share else "near_duplicates_without_ead"
    said |= {"percent": share} if share == share else {}
    row = finding(code, source=city.name, count=len(pairs), feature=new[0][0], **said)
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
    numbers = (
        words[is_number].str.lstrip("0").groupby(level=0).agg(lambda one: " ".join(sorted(one)))
    )
    numbers = numbers.reindex(range(len(names)), fill_value="").to_numpy(dtype=object)
    words = words[~is_number].reset_index().set_axis(["name", "word"], axis=1).drop_duplicates()
    held = np.bincount(words["name"], minlength=len(names))  # words of a name
    kinds = assets["asset_type"].cat.codes.to_numpy()[rows]
    middle = shapely.bounds(shapely.centroid(geometry[rows]))[:, :2]
    east, north = np.floor(middle / _SQUARE).astype(np.int64).T
    told = pd.DataFrame(
        {"row": np.arange(len(rows)), "name": codes, "kind": kinds, "east": east, "north": north}
    )
    told = told.merge(words, on="name")
    often = told.groupby(["kind", "word"])["row"].transform("size").to_numpy()
    of_kind = np.bincount(kinds, minlength=1)[told["kind"]]
    told = told[(often > 1) & (often <= np.maximum(_COMMON, _COMMON_SHARE * of_kind))]
    key = ["kind", "word", "east", "north"]
    told = told[told.groupby(key)["row"].transform("size") <= CROWD]
    found = [
        told.merge(told.assign(east=told["east"] + x, north=told["north"] + y), on=key)[
            ["row_x", "row_y"]
        ]
        for x, y in ((0, 0), (1, 0), (0, 1), (1, 1), (1, -1))
    ]
    pairs = np.unique(np.sort(pd.concat(found).to_numpy(dtype=np.int64), axis=1), axis=0)
    first, second = pairs[pairs[:, 0] < pairs[:, 1]].T
    alike = numbers[codes[first]] == numbers[codes[second]]
    first, second = first[alike], second[alike]
    if not len(first):
        return none
    shared = _shared(words, codes[first], codes[second])
    within = shared == np.minimum(held[codes[first]], held[codes[second]])
    known = pd.Series(names, dtype="str")
    alike = within | (name_similarity(known, known, codes[first], codes[second]) >= ALIKE)
    first, second = rows[first[alike]], rows[second[alike]]
    distance = shapely.distance(geometry[first], geometry[second])
    areas = (shapely.get_dimensions(geometry[first]) == 2) & (
        shapely.get_dimensions(geometry[second]) == 2
    )
    same = np.where(areas, _overlap(geometry[first], geometry[second]), distance <= NEAR)
    same &= ~_in_two_layers(assets, first, second, distance)
    return pd.DataFrame({"first": first, "second": second, "distance": distance})[same]


def _shared(words: pd.DataFrame, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return how many words the two names of each pair share."""
    pairs = pd.DataFrame({"pair": np.arange(len(first)), "name": first, "other": second})
    both = pairs.merge(words, on="name").merge(
        words.rename(columns={"name": "other"}), on=["other", "word"]
    )
    return np.bincount(both["pair"], minlength=len(first))


def _overlap(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return shapely.intersects(first, second) & ~shapely.touches(first, second)


def _in_two_layers(
    assets: gpd.GeoDataFrame, first: np.ndarray, second: np.ndarray, distance: np.ndarray
) -> np.ndarray:
    """Tell which pairs are of two layers, and have the same id or name as near as `twice` asks."""
    layer, ids = (
        assets["layer"].cat.codes.to_numpy(),
        assets["asset_id"].str.split(":", n=1).str[1].to_numpy(),
    )
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
    query, found = tree.query(geometry[later], predicate="dwithin", distance=within)
    same = codes[later[query]] == codes[earlier[found]]
    first, second = earlier[found[same]], later[query[same]]
    distance = shapely.distance(geometry[first], geometry[second])
    return pd.DataFrame({"earlier": first, "later": second, "distance": distance})
