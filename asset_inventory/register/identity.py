"""Which asset of today is which of yesterday; see `identify` for the order in which that is asked.

Distances and sizes are metres: geometries come in the city's system. The least score and the lead
are a convention of ours: a pair is taken only when at least half of what is known speaks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from asset_inventory.inventory.matching import (
    GRID,
    among,
    canonical,
    close_pairs,
    coinciding,
    lead,
    normal_form,
    record_hashes,
)
from asset_inventory.model.tables import check

DECLARED, GEOMETRY, NEAREST, NEW = "declared", "geometry", "nearest", "new"
OTHER_ID, OTHER_TYPE, WEAK, CLOSE, CROWDED = "other_id", "other_type", "weak", "close", "crowded"
TYPE_CHANGED = "type_changed"
# A pair is one asset if its score is at least this, and better by so much than any other pair of
# either.
LEAST_SCORE = 0.5
CLEARLY_BETTER = 0.1
_ROUNDED = 1e-9
# A doubtful feature is shown with so many assets that it may be.
_SHOWN = 3
# Digits of the hash in an id of ours; should two assets agree in them, they are numbered.
_ID_DIGITS = 12


@dataclass(frozen=True)
class Traits:
    """What identity looks at in one layer, row by row: arrays and columns of one length.

    `fields` are the delivered ones, without geometry; their index is the asset_id in the register,
    anything unique in a delivery. `geometry` is in metres. What a layer does not declare is a
    column of nulls.
    """

    fields: pd.DataFrame
    geometry: np.ndarray
    declared_id: pd.Series
    asset_type: pd.Series
    name: pd.Series


@dataclass(frozen=True)
class Identity:
    """A delivery's `asset_id` for each feature and its `rule`, the `removed` assets, DOUBTS."""

    asset_id: pd.Series
    rule: pd.Series
    removed: pd.Index
    doubts: pd.DataFrame


def identify(
    earlier: Traits, later: Traits, *, layer: str, taken: Collection[str] = ()
) -> Identity:
    """Return which feature of a delivery is which asset of the register.

    1. The declared id, where it is filled and stands once on either side.
    2. Else the same geometry (however written down, within 1 mm) and type. Of several in one place,
       those go together that agree in all, then those where every choice gives the same result:
       twins are a multiset.
    3. Else the nearest of its type, see `inventory.matching`: with a score of 0.5 at least, and
       better by 0.1 than any other pair of either. Two with different declared ids are never one.
    4. Else the one of another type with the same name in the same place, or clearly the nearest of
       that name: its type was changed. That is an edit to ask about, so the pair stands in DOUBTS.
    5. The rest is new, or removed. A feature and an asset that may be one, but not surely, are left
       apart and stand in DOUBTS; so do a feature and an asset in exactly one place with different
       declared ids, or different types and names.

    A new asset is `<layer>:<declared id>`, else `<layer>:~` and 12 digits of its record's hash, so
    that the order of rows does not matter. What would be another's id (`taken`: all that were ever
    given) gets `#2`, `#3` behind it.
    """
    both = (earlier, later)
    ids, ids_now = (_filled_once(traits.declared_id) for traits in both)
    kinds = _codes(*(canonical(traits.asset_type) for traits in both))
    shapes = _shapes(*(traits.geometry for traits in both))
    places = _places(shapes, kinds)
    with_id = np.flatnonzero(ids != "")
    asset = np.append(with_id, -1)[pd.Index(ids[with_id]).get_indexer(ids_now)]
    rule = np.where(asset >= 0, DECLARED, NEW).astype(object)
    doubts = [_at_anothers_place(ids, ids_now, asset, places)]
    # what has an id of its own may only be one with what has none
    for method in (GEOMETRY, NEAREST):
        for has_id in (False, True):
            free = np.flatnonzero(~_at(asset, len(ids)) & ((ids == "") | (not has_id)))
            free_now = np.flatnonzero((asset < 0) & ((ids_now != "") == has_id))
            if not (len(free) and len(free_now)):
                continue
            if method == GEOMETRY:
                match = _in_one_place(both, (free, free_now), places)
            else:
                match, unsure = _nearest(both, (free, free_now), kinds)
                doubts.append(unsure)
            asset[match["later"]] = match["earlier"]
            rule[match["later"]] = method
    for method in (GEOMETRY, NEAREST):
        same_shape = shapes if method == GEOMETRY else None
        pairs = _of_changed_type(both, asset, (ids, ids_now), same_shape, kinds)
        doubts.append(pairs)
        match = pairs[pairs["doubt"] == TYPE_CHANGED]
        asset[match["later"]] = match["earlier"]
        rule[match["later"]] = method
    doubts.append(_of_another_type(asset, shapes, kinds))
    names = earlier.fields.index.to_numpy(dtype=object)
    asset_id = np.append(names, None)[asset]
    asset_id[asset < 0] = _new_ids(later, np.flatnonzero(asset < 0), ids_now, layer, names, taken)
    return Identity(
        pd.Series(asset_id, index=later.fields.index, dtype="str"),
        pd.Series(rule, index=later.fields.index, dtype="str"),
        pd.Index(np.delete(names, asset[asset >= 0]), dtype="str"),
        _doubts(doubts, asset, both, asset_id),
    )


def _at(rows: np.ndarray, size: int) -> np.ndarray:
    """Return true at these rows of so many; -1 is no row."""
    mask = np.zeros(size, dtype=bool)
    mask[rows[rows >= 0]] = True
    return mask


# 1. Declared ids


def _filled_once(declared_id: pd.Series) -> np.ndarray:
    """Return ids as text, "" where one is missing or stands in another row too."""
    ids = canonical(declared_id)
    return np.where(pd.Series(ids).duplicated(keep=False), "", ids)


def _at_anothers_place(
    ids: np.ndarray, ids_now: np.ndarray, asset: np.ndarray, places: tuple[np.ndarray, np.ndarray]
) -> pd.DataFrame:
    """Return features that carry an id in the only place of another id, gone from their own.

    Somebody has numbered the rows again.
    """
    pairs = _alone_together(places)
    row, row_now = pairs["earlier"].to_numpy(), pairs["later"].to_numpy()
    other = (ids[row] != "") & (ids_now[row_now] != "") & (asset[row_now] != row)
    return pairs[other].assign(doubt=OTHER_ID)


# 2. One place


def _codes(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    codes = pd.factorize(np.concatenate([first, second]))[0]
    return codes[: len(first)], codes[len(first) :]


def _shapes(geometry: np.ndarray, geometry_now: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a number for each row, equal for equal geometry; -1 without one or another side."""
    if not (len(geometry) and len(geometry_now)):
        return np.full(len(geometry), -1), np.full(len(geometry_now), -1)
    both = (geometry, geometry_now)
    flat, flat_now = (shapely.force_2d(x) if shapely.has_z(x).any() else x for x in both)
    form, form_now = _forms(flat, flat_now)
    shape, shape_now = _codes(form, form_now)
    # the same within 1 mm, but on two sides of the edge of a grid cell
    alone, alone_now = _first_alone(shape, shape_now), _first_alone(shape_now, shape)
    pair, pair_now = coinciding(flat[alone], flat_now[alone_now])
    renamed = np.arange(max(shape.max(initial=-1), shape_now.max(initial=-1)) + 1)
    renamed[shape_now[alone_now[pair_now]]] = shape[alone[pair]]
    return np.where(form == b"", -1, shape), np.where(form_now == b"", -1, renamed[shape_now])


def _forms(geometry: np.ndarray, geometry_now: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row bytes, equal where the geometry is, b"" without one.

    What stands bit by bit on either side, and touches nothing that does not, needs no normal form.
    """
    both = (geometry, geometry_now)
    forms = [np.asarray(shapely.to_wkb(side, include_srid=False), dtype=object) for side in both]
    same = [among(own, other) & pd.notna(own) for own, other in (forms, forms[::-1])]
    others = np.concatenate([shapes[~rows] for shapes, rows in zip(both, same, strict=True)])
    wider = shapely.bounds(others).T + [[-GRID], [-GRID], [GRID], [GRID]]
    tree = shapely.STRtree(shapely.box(*wider))
    for form, shapes, rows in zip(forms, both, same, strict=True):
        rows[tree.query(shapes)[0]] = False
        rows[shapely.is_empty(shapes)] = False
        form[~rows] = normal_form(shapes[~rows])
    return forms[0], forms[1]


def _places(
    shapes: tuple[np.ndarray, np.ndarray], kinds: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Return a number for each row, equal where geometry and type are; -1 without a geometry."""
    number = max(code.max(initial=0) for code in kinds) + 1
    both = zip(shapes, kinds, strict=True)
    return tuple(np.where(s < 0, -1, s * number + code) for s, code in both)


def _alone_together(codes: tuple[np.ndarray, np.ndarray]) -> pd.DataFrame:
    """Return pairs of rows (`earlier`, `later`) with a code that is unique on each side."""
    sides = [pd.DataFrame({"row": np.arange(len(side)), "code": side}) for side in codes]
    sides = [side[(side["code"] >= 0) & ~side["code"].duplicated(keep=False)] for side in sides]
    pairs = sides[0].merge(sides[1], on="code", suffixes=("", "_later"))
    return pd.DataFrame({"earlier": pairs["row"], "later": pairs["row_later"]})


def _of_another_type(
    asset: np.ndarray, shapes: tuple[np.ndarray, np.ndarray], kinds: tuple[np.ndarray, np.ndarray]
) -> pd.DataFrame:
    """Return leftover features and assets that are alone in one place and of other types."""
    taken = (_at(asset, len(shapes[0])), asset >= 0)
    left = tuple(np.where(gone, -1, s) for gone, s in zip(taken, shapes, strict=True))
    pairs = _alone_together(left)
    return pairs[kinds[0][pairs["earlier"]] != kinds[1][pairs["later"]]].assign(doubt=OTHER_TYPE)


def _first_alone(codes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return a row for each code that the others lack."""
    size = max(codes.max(initial=-1), others.max(initial=-1)) + 1
    alone = np.flatnonzero(~_at(others, size)[codes])
    return alone[np.unique(codes[alone], return_index=True)[1]]


def _in_one_place(
    both: tuple[Traits, Traits],
    rows: tuple[np.ndarray, np.ndarray],
    places: tuple[np.ndarray, np.ndarray],
) -> pd.DataFrame:
    """Return pairs (`earlier`, `later`) of rows in one place where every choice is the same."""
    sides = [
        pd.DataFrame({"row": chosen, "place": place[chosen]})
        for chosen, place in zip(rows, places, strict=True)
    ]
    both_places = np.intersect1d(sides[0]["place"], sides[1]["place"])
    sides = [side[side["place"].isin(both_places)] for side in sides]
    of_sides = (side["place"] for side in sides)
    many = pd.concat(place[place.duplicated(keep=False) | (place < 0)] for place in of_sides)
    alone, several = (
        [side[side["place"].isin(many) == wanted] for side in sides] for wanted in (False, True)
    )
    if not (len(several[0]) and len(several[1])):
        return _in_order(*alone, ["place"])
    columns = both[0].fields.columns.intersection(both[1].fields.columns)
    for side, traits in enumerate(both):
        row = several[side]["row"].to_numpy()
        hashes = record_hashes(traits.fields[columns].iloc[row], traits.geometry[row])
        several[side] = several[side].assign(record=hashes)
    alike = _in_order(*several, ["place", "record"])
    left = [
        side[~side["row"].isin(alike[name]) & (side["place"] >= 0)]
        for side, name in zip(several, ("earlier", "later"), strict=True)
    ]
    count, count_now = (side.groupby("place")["row"].size() for side in left)
    uniform, uniform_now = (side.groupby("place")["record"].nunique() == 1 for side in left)
    at = count.index.intersection(count_now.index)
    count, count_now = count.loc[at], count_now.loc[at]
    uniform, uniform_now = uniform.loc[at], uniform_now.loc[at]
    # some are left over, and which ones is unknown unless all of that side are alike
    same = (uniform & (count >= count_now)) | (uniform_now & (count_now >= count))
    free = [side[side["place"].isin(at[same])] for side in left]
    pairs = [_in_order(*alone, ["place"]), alike, _in_order(*free, ["place"])]
    return pd.concat(pairs, ignore_index=True)


def _in_order(first: pd.DataFrame, second: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return pairs of rows with equal keys, the first with the first, and so on."""
    first, second = (side.assign(rank=side.groupby(keys).cumcount()) for side in (first, second))
    pairs = first.merge(second, on=[*keys, "rank"], suffixes=("", "_later"))
    return pd.DataFrame({"earlier": pairs["row"], "later": pairs["row_later"]}).astype(np.intp)


# 3. The nearest


def _nearest(
    both: tuple[Traits, Traits],
    rows: tuple[np.ndarray, np.ndarray],
    kinds: tuple[np.ndarray, np.ndarray],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return pairs of rows that are clearly one asset, and those that may be."""
    pairs, crowded = _close(both, rows)
    pairs = pairs[kinds[0][pairs["earlier"]] == kinds[1][pairs["later"]]].reset_index(drop=True)
    enough = pairs["score"].to_numpy() >= LEAST_SCORE - _ROUNDED
    sure = enough & _clear(pairs)
    doubts = pairs[~sure].assign(doubt=np.where(enough, CLOSE, WEAK)[~sure])
    lost = pd.DataFrame({"earlier": crowded, "later": -1, "doubt": CROWDED})
    return pairs.loc[sure, ["earlier", "later"]], pd.concat([doubts, lost])


def _close(
    both: tuple[Traits, Traits], rows: Sequence[np.ndarray]
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the close pairs of these rows, and those of the first that lie in a crowd."""
    first, second = (
        (traits.geometry[chosen], traits.name.iloc[chosen])
        for traits, chosen in zip(both, rows, strict=True)
    )
    pairs, crowded = close_pairs(*first, *second)
    pairs["earlier"], pairs["later"] = rows[0][pairs["earlier"]], rows[1][pairs["later"]]
    return pairs, rows[0][crowded]


def _clear(pairs: pd.DataFrame) -> np.ndarray:
    """Return which pairs are clearly better than any other of either asset."""
    return np.minimum(lead(pairs, "earlier"), lead(pairs, "later")) >= CLEARLY_BETTER - _ROUNDED


# 4. Another type


def _of_changed_type(
    both: tuple[Traits, Traits],
    asset: np.ndarray,
    ids: tuple[np.ndarray, np.ndarray],
    shapes: tuple[np.ndarray, np.ndarray] | None,
    kinds: tuple[np.ndarray, np.ndarray],
) -> pd.DataFrame:
    """Return leftover pairs of one name and two types, the only ones of that name in a shape.

    Without `shapes` those that lie close to one another: a pair that is not clearly the nearest is
    CLOSE. Two without a name have one name in one shape alone. Two that have different
    declared ids are never one.
    """
    free = (~_at(asset, len(kinds[0])), asset < 0)
    names = [
        pd.Series(canonical(traits.name), dtype="str").str.strip().str.casefold() for traits in both
    ]
    name = _codes(*(side.to_numpy(dtype=object) for side in names))
    if shapes is not None:
        open_, open_now = (
            np.where(rows, shape, -1) for rows, shape in zip(free, shapes, strict=True)
        )
        pairs = _alone_together(_places((open_, open_now), name))
    else:
        named = [rows & (side != "").to_numpy() for rows, side in zip(free, names, strict=True)]
        both_named = np.intersect1d(name[0][named[0]], name[1][named[1]])
        rows = [
            np.flatnonzero(rows & np.isin(code, both_named))
            for code, rows in zip(name, named, strict=True)
        ]
        pairs, _ = _close(both, rows)
    row, row_now = pairs["earlier"].to_numpy(), pairs["later"].to_numpy()
    retyped = (name[0][row] == name[1][row_now]) & (kinds[0][row] != kinds[1][row_now])
    pairs = pairs[retyped & ((ids[0][row] == "") | (ids[1][row_now] == ""))].reset_index(drop=True)
    clear = np.full(len(pairs), True) if shapes is not None else _clear(pairs)
    return pairs.assign(doubt=np.where(clear, TYPE_CHANGED, CLOSE))


# 5. The rest


def _new_ids(
    later: Traits,
    new: np.ndarray,
    ids_now: np.ndarray,
    layer: str,
    names: np.ndarray,
    taken: Collection[str],
) -> np.ndarray:
    """Return a unique id for each new row. A declared id that comes back is what it was."""
    declared = ids_now[new] != ""
    plain = np.full(len(new), "", dtype=object)
    plain[declared] = ids_now[new[declared]]
    ours = new[~declared]
    hashes = record_hashes(later.fields.iloc[ours], later.geometry[ours])
    plain[~declared] = [f"~{a_hash[:_ID_DIGITS]}" for a_hash in hashes]
    wanted = pd.Series(layer + ":" + pd.Series(plain, dtype="str"), dtype="str")
    present = [*names, *wanted[declared]]
    clash = np.where(declared, among(wanted, names), among(wanted, [*present, *taken]))
    clash |= wanted.duplicated().to_numpy()
    if clash.any():
        used = pd.concat([pd.Series([*taken, *names], dtype="str"), wanted[~clash]])
        parts = used.str.rpartition("#")
        highest = pd.to_numeric(parts[2], errors="coerce").groupby(parts[0]).max()
        after = wanted[clash].map(highest).fillna(1).clip(lower=1).astype("int64")
        number = after + wanted[clash].groupby(wanted[clash]).cumcount() + 1
        wanted[clash] = wanted[clash] + "#" + number.astype("str")
    return wanted.to_numpy(dtype=object)


def _doubts(
    parts: list[pd.DataFrame],
    asset: np.ndarray,
    both: tuple[Traits, Traits],
    asset_id: np.ndarray,
) -> pd.DataFrame:
    """Return DOUBTS: the likeliest first for each feature, none about matched ones.

    `asset_id` is what each feature becomes as proposed.
    """
    pairs = pd.concat(parts, ignore_index=True)
    pairs = pairs.reindex(columns=["earlier", "later", *_DOUBT_FIGURES])
    settled = _at(asset, len(both[0].geometry))[pairs["earlier"]]
    settled |= (asset[pairs["later"]] >= 0) & (pairs["later"] >= 0).to_numpy()
    pairs = pairs[pairs["doubt"].isin([OTHER_ID, TYPE_CHANGED]) | ~settled]
    pairs = pairs.sort_values("score", ascending=False, kind="stable")
    few = (pairs["later"] < 0) | (pairs.groupby("later").cumcount() < _SHOWN)
    pairs = pairs[few].sort_values(["later", "score"], ascending=[True, False], kind="stable")
    names, features = (traits.fields.index.to_numpy(dtype=object) for traits in both)
    called = []
    for traits, side in zip(both, ("earlier", "later"), strict=True):
        name = np.append(canonical(traits.name), "")[pairs[side]]
        called.append(pd.Series(name, dtype="str").mask(name == ""))
    table = pairs[_DOUBT_FIGURES].reset_index(drop=True)
    table.insert(0, "feature", [None if row < 0 else str(features[row]) for row in pairs["later"]])
    table.insert(1, "asset_id", names[pairs["earlier"]])
    becomes = [None if row < 0 else asset_id[row] for row in pairs["later"]]
    table = table.assign(asset_name=called[0], name=called[1])
    return check(table.assign(feature_id=pd.Series(becomes, dtype="str")), "DOUBTS")


_DOUBT_FIGURES = ["doubt", "distance", "overlap", "similarity", "score"]
