"""The lists of a review: edited cells, added and removed assets, conflicts, doubts, and the impact.

Text from data stays as it is, marked where it is cut. A sentence is a key of `words` and its
values, so that the page has it in every language.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.assessment.delivery_impact import DeliveryImpact
from asset_inventory.assessment.risk_delta import RiskDelta, no_longer_known, share_of
from asset_inventory.inventory.matching import among
from asset_inventory.messages import describe_finding, labelled, money, number, percent_change, say
from asset_inventory.model.city import City
from asset_inventory.model.tables import OUTSIDE_DISTRICTS, SIDES
from asset_inventory.register.changes import ADDED, EDITED, REMOVED, decode, decode_rows

Sentence = tuple[str, dict[str, object]]
MOST_ROWS = 300  # of assets in one list
_MOST_TEXT = 300  # characters of one cell
_MOST_NAME = 120  # characters of a name
_MOST_FIELDS = 12  # of an asset that is added or removed
_DOUBT = ["feature", "name", "asset_id", "asset_name", "doubt", "distance"]
_DECIMALS = {True: 6, False: 2}  # of a coordinate in degrees, and in metres


@dataclass(frozen=True)
class Cell:
    """What a cell contains: text as it is, or a sentence; `more` characters are not shown."""

    text: str = ""
    sentence: Sentence | None = None
    more: int = 0


@dataclass(frozen=True)
class EditedCell:
    """One cell before and after, and what is to be known of the edit."""

    column: str
    before: Cell
    after: Cell
    notes: list[Sentence] = field(default_factory=list)
    geometry: bool = False


@dataclass(frozen=True)
class Asset:
    """One changed asset: its number on the map, id and name, its cells, and notes on it."""

    number: str
    asset_id: str
    name: str
    cells: list[EditedCell] = field(default_factory=list)
    fields: list[tuple[str, Cell]] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)


def numbered(changes: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the numbers of edited, added and removed assets on the page, by asset_id, from 1."""
    numbers, start = {}, 1
    for change in (EDITED, ADDED, REMOVED):
        ids = changes.loc[changes["change"] == change, "asset_id"].drop_duplicates()
        numbers[change] = pd.Series(np.arange(start, start + len(ids)), index=ids.to_numpy())
        start += len(ids)
    return numbers


def edited_assets(
    changes: pd.DataFrame,
    numbers: pd.Series,
    names: Mapping[str, str],
    notes: Mapping[object, list[Sentence]],
    shifts: Mapping[str, Sentence],
    *,
    crs: object = None,
) -> list[Asset]:
    """Return edited assets with their cells; `notes` by row of changes, `shifts` by asset."""
    edited = changes[
        (changes["change"] == EDITED) & among(changes["asset_id"], numbers.index[:MOST_ROWS])
    ]
    before, after = (_values(edited[side]) for side in ("before", "after"))
    assets: dict[str, Asset] = {}
    cells = zip(edited.index, edited["asset_id"], edited["column"], before, after, strict=True)
    for row, asset_id, column, was, now in cells:
        asset = assets.setdefault(
            asset_id, Asset(str(numbers[asset_id]), asset_id, names.get(asset_id, ""))
        )
        sentences = list(notes.get(row, ()))
        if column == "geometry" and asset_id in shifts:
            sentences.insert(0, shifts[asset_id])
        geometry = column == "geometry"
        cell = placed if geometry else shown
        asset.cells.append(
            EditedCell(
                column=column,
                before=cell(was, crs),
                after=cell(now, crs),
                notes=sentences,
                geometry=geometry,
            )
        )
    return list(assets.values())


def whole_assets(
    changes: pd.DataFrame,
    change: str,
    numbers: pd.Series,
    names: Mapping[str, str],
    notes: Mapping[object, list[Sentence]],
    *,
    crs: object = None,
) -> list[Asset]:
    """Return the assets added or removed, with their fields as delivered or as registered."""
    rows = changes[changes["change"] == change].iloc[:MOST_ROWS]
    if not len(rows):
        return []
    side = "after" if change == ADDED else "before"
    table = decode_rows(rows[side], pd.Index(rows["asset_id"]))
    columns = [name for name in table.columns if name != "geometry"]
    cells = table[columns].astype(object).to_numpy()
    shapes = table["geometry"].tolist() if "geometry" in table else [None] * len(table)
    assets = []
    for row, asset_id, values, shape in zip(
        rows.index, rows["asset_id"], cells, shapes, strict=True
    ):
        fields = [
            (name, shown(value, crs))
            for name, value in zip(columns, values, strict=True)
            if not _is_null(value)
        ]
        sentences = list(notes.get(row, ()))
        if len(fields) > _MOST_FIELDS:
            sentences.append(("review.more_fields", {"count": len(fields) - _MOST_FIELDS}))
        place = [("", placed(shape, crs))]
        assets.append(
            Asset(
                str(numbers[asset_id]),
                asset_id,
                names.get(asset_id, ""),
                fields=fields[:_MOST_FIELDS] + place,
                notes=sentences,
            )
        )
    return assets


def conflict_rows(
    conflicts: pd.DataFrame,
    names: Mapping[str, str],
    notes: Mapping[str, Sentence],
    *,
    crs: object = None,
) -> list[dict[str, object]]:
    """Return the cells that register and delivery both changed since the base, to different values.

    Conflicts are labelled by their numbers, and `notes` give by number who changed the register.
    """
    rows = conflicts.iloc[:MOST_ROWS]
    entries = []
    for conflict, asset_id, column, *values in rows[
        ["asset_id", "column", "base", "ours", "theirs"]
    ].itertuples():
        whole_asset = pd.isna(column)
        sides = [
            _whole_side(value) if whole_asset else shown(_values([value])[0], crs)
            for value in values
        ]
        entries.append(
            {
                "number": str(conflict),
                "asset_id": asset_id,
                "name": names.get(asset_id, ""),
                "column": None if whole_asset else column,
                "geometry": column == "geometry",
                "sides": sides,
                "notes": [notes[str(conflict)]] if str(conflict) in notes else [],
            }
        )
    return entries


def doubt_sentences(doubts: pd.DataFrame) -> list[Sentence]:
    """Return what is doubtful about which feature is which asset."""
    rows = doubts.iloc[:MOST_ROWS]
    return [
        (
            f"review.doubt.{doubt}" + ("" if pd.isna(distance) else "_at"),
            {
                "feature": "" if pd.isna(feature) else _called(feature, name),
                "asset": _called(asset_id, asset_name),
                **({} if pd.isna(distance) else {"distance": round(float(distance), 1)}),
            },
        )
        for feature, name, asset_id, asset_name, doubt, distance in rows[_DOUBT].itertuples(
            index=False
        )
    ]


def _called(label: object, name: object) -> str:
    return str(label) if pd.isna(name) else f"{label} ({str(name)[:_MOST_NAME]})"


def shifts_of(asset_ids: np.ndarray, before: np.ndarray, after: np.ndarray) -> dict[str, Sentence]:
    """Return what happened to each geometry (metre): moved how far, or reshaped by how much."""
    shifts: dict[str, Sentence] = {}
    both = ~np.logical_or.reduce(
        [
            check(side)
            for check in (shapely.is_missing, shapely.is_empty)
            for side in (before, after)
        ]
    )
    far = np.full(len(before), np.nan)
    far[both] = shapely.distance(shapely.centroid(before[both]), shapely.centroid(after[both]))
    reshaped = np.full(len(before), np.nan)
    reshaped[both] = shapely.hausdorff_distance(before[both], after[both])
    for asset_id, distance, outline, has_both in zip(asset_ids, far, reshaped, both, strict=True):
        if has_both and distance >= 0.005:
            shifts[asset_id] = ("review.moved_by", {"distance": round(float(distance), 2)})
        elif has_both:
            shifts[asset_id] = ("review.reshaped_by", {"distance": round(float(outline), 2)})
    return shifts


def shown(value: object, crs: object = None) -> Cell:
    """Return a value as a cell shows it: numbers, days as in files, geometry by kind and place."""
    if _is_null(value):
        return Cell(sentence=("review.blank", {}))
    if isinstance(value, shapely.Geometry):
        return _shape(value, crs)
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool | list | dict):
        text = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, bytes):
        text = value.hex()
    elif isinstance(value, float):
        text = repr(float(value)).removesuffix(".0")
    else:
        text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return Cell(text[:_MOST_TEXT], more=max(0, len(text) - _MOST_TEXT))


def placed(shape: object, crs: object = None) -> Cell:
    """Return what a cell shows of an asset's place, or that it has none."""
    if _is_null(shape) or shape.is_empty:
        return Cell(sentence=("review.without_shape", {}))
    return _shape(shape, crs)


def _values(cells: pd.Series | list[object]) -> list[object]:
    """Return the values of encoded cells, each with the type it was written with."""
    return [decode([cell])[0] for cell in cells]


def _is_null(value: object) -> bool:
    return value is None or (
        not isinstance(value, list | dict | shapely.Geometry) and bool(pd.isna(value))
    )


def _whole_side(cell: object) -> Cell:
    """Return what a side has of a whole asset: it is there, or it is not."""
    return Cell(sentence=("review.absent" if pd.isna(cell) else "review.present", {}))


def _shape(shape: shapely.Geometry, crs: object) -> Cell:
    if shape.is_empty:
        return Cell(sentence=("review.blank", {}))
    degrees = bool(getattr(crs, "is_geographic", False))
    x, y = (
        shapely.get_coordinates(shape)
        if shape.geom_type == "Point"
        else shapely.get_coordinates(shapely.centroid(shape))
    )[0]
    place = f"{x:.{_DECIMALS[degrees]}f}, {y:.{_DECIMALS[degrees]}f}"
    if shape.geom_type == "Point":
        return Cell(sentence=("review.point", {"place": place}))
    return Cell(
        sentence=(
            "review.shape",
            {
                "kind": {"word": _KINDS[int(shapely.get_dimensions(shape))]},
                "place": place,
                "vertices": int(shapely.get_num_coordinates(shape)),
            },
        )
    )


_KINDS = {
    -1: "review.kind.other",
    0: "review.kind.point",
    1: "review.kind.line",
    2: "review.kind.area",
}


def name_of_assets(table: gpd.GeoDataFrame, field_name: str | None) -> dict[str, str]:
    """Return the names of a layer's assets by id, where the layer has such a field."""
    if field_name is None or field_name not in table:
        return {}
    column = table.loc[table[field_name].notna(), field_name].astype("str")
    long = column.str.len() > _MOST_NAME
    return dict(zip(column.index, column.mask(long, column.str[:_MOST_NAME] + "…"), strict=True))


_CHANGES = {ADDED: "risk.adds", REMOVED: "risk.drops", EDITED: "risk.edits"}


def risk_lines(risk: DeliveryImpact, city: City, language: str) -> list[str]:
    """Return a delivery's impact on risk, or why it is not available, and what it leaves out."""
    if risk.delta is None:
        return [say("risk.not_computed", language, fault=risk.fault.say(language))]
    delta = risk.delta
    row = delta.exposure[(delta.exposure["by"] == "city") & delta.exposure["hazard"].isna()].iloc[0]
    exposed = _signed(int(row["exposed_after"] - row["exposed_before"]), language)
    line = say(
        "risk.line",
        language,
        changes=_changes(delta, language),
        exposed=exposed,
        damage=_damage(risk, city, language),
    )
    left = int(_city(delta)["not_compared"])
    if left and not math.isnan(_city(delta)["difference"]):
        line += " " + say("risk.without_figure", language, count=left)
    if delta.exercise:
        line += " " + say("risk.exercise", language)
    return [
        line,
        *(
            " ".join(describe_finding(finding, language)).strip()
            for finding in delta.findings.to_dict("records")
        ),
    ]


def _city(delta: RiskDelta) -> pd.Series:
    return delta.ead[delta.ead["by"] == "city"].iloc[0]


def _changes(delta: RiskDelta, language: str) -> str:
    """Return which assets are added, removed and edited, by type."""
    texts = []
    for change, key in _CHANGES.items():
        of_type = delta.changed[delta.changed[change] > 0].sort_values(
            change, ascending=False, kind="stable"
        )
        if len(of_type):
            types = ", ".join(
                f"{labelled('asset_type', asset_type, language)} {number(count, language)}"
                for asset_type, count in zip(
                    of_type["asset_type"], of_type[change].tolist(), strict=True
                )
            )
            texts.append(say(key, language, types=types))
    return ", ".join(texts) or say("risk.same_assets", language)


def _damage(risk: DeliveryImpact, city: City, language: str) -> str:
    """Return the change of the city's EAD, and the district in which it is greatest."""
    difference = float(_city(risk.delta)["difference"])
    if math.isnan(difference):
        return say("risk.damage_unknown" if city.curves else "risk.damage_without_curves", language)
    if no_longer_known(_city(risk.delta)):
        sides = {
            name: money(_city(risk.delta)[f"ead_{name}"], city.currency, language) for name in SIDES
        }
        return say("risk.damage_partly", language, **sides)
    if difference == 0:
        return say("risk.damage_same", language)
    change = _money(difference, city, language)
    share = share_of(difference, risk.city_ead)
    if math.isnan(share):
        sentence = say("risk.damage", language, change=change)
    else:
        sentence = say(
            "risk.damage_share", language, change=change, percent=percent_change(share, language)
        )
    return sentence + _where(risk, city, language)


def _where(risk: DeliveryImpact, city: City, language: str) -> str:
    """Return the greatest part of a change that several districts share, else nothing."""
    ead = risk.delta.ead
    parts = ead[(ead["by"] == "district") & (ead["difference"].abs() > 0)]
    if len(parts) < 2:
        return ""
    greatest = parts.loc[parts["difference"].abs().idxmax()]
    part, difference = str(greatest["part"]), float(greatest["difference"])
    outside = say("map.outside_districts", language) if part == OUTSIDE_DISTRICTS else part
    district, share = risk.districts.get(part, outside), share_of(difference, risk.city_ead)
    if math.isnan(share):
        return say(
            "risk.where", language, district=district, change=_money(difference, city, language)
        )
    return say(
        "risk.where_share", language, district=district, percent=percent_change(share, language)
    )


def _signed(value: float, language: str) -> str:
    return ("+" if value > 0 else "") + number(value, language)


def _money(value: float, city: City, language: str) -> str:
    return ("+" if value > 0 else "") + money(value, city.currency, language)
