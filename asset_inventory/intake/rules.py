"""What a city asks of a file that is handed in for one of its layers, and the check against it.

It includes where features lie: outside the city, across the equator, or with x for y.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from asset_inventory.intake.records import Records, near_fault, selected
from asset_inventory.intake.shapefiles import CUT
from asset_inventory.io.geometries import WGS84, carry, carry_bounds, proposals
from asset_inventory.model import texts
from asset_inventory.model.errors import SourceError
from asset_inventory.model.tables import ERROR, WARNING, Fault

MARGIN = 0.1  # degree, about 11 km: a waterworks or a landfill may lie beyond the city's border
MOST_FAR = 0.5  # share of features far outside beyond which the layer's system is doubted


def look_around(
    records: Records, box: tuple[float, ...], city_crs: str, chosen: np.ndarray, *, lost: bool
) -> list[Fault]:
    """Return what lies outside the city's `box` (degrees); `lost`: the system is wrong.

    Only rows that are `chosen` are looked at. Where most of them would lie in the city in another
    system, the layer is refused and that system proposed.
    """
    bounds = shapely.bounds(records.geometry)
    rows = np.flatnonzero(chosen & np.isfinite(bounds).all(axis=1))
    if not len(rows):
        return []
    if not box:
        return [Fault("city_place_unknown", WARNING)]
    bounds, city = bounds[rows], np.array(box)
    degrees = None if lost or records.crs is None else _in_degrees(bounds, records.crs)
    if degrees is None:
        return _proposed(bounds, records.crs, city, city_crs)
    outside = np.isfinite(degrees).all(axis=1) & ~_meets(degrees, city)
    if not outside.any():
        return []
    faults, far = [], outside
    for code, corrected in (
        ("latitude_unsigned", degrees * [1, -1, 1, -1]),
        ("longitude_unsigned", degrees * [-1, 1, -1, 1]),
        ("coordinates_swapped", _in_degrees(bounds[:, [1, 0, 3, 2]], records.crs)),
    ):
        explained = far & _meets(corrected, city)
        faults.append(Fault(code, rows=rows[explained]))
        far = far & ~explained
    if not far.any():
        return faults
    doubted = far.sum() > MOST_FAR * len(rows)
    proposed = _proposed(bounds[far], records.crs, city, city_crs) if doubted else []
    if proposed or far.all():
        count, place = int(far.sum()), _place(degrees[far])
        return [*faults, Fault("layer_far_outside", count=count, arguments=place), *proposed]
    return [*faults, Fault("far_outside", rows=rows[far], arguments=_place(degrees[far][:1]))]


def _in_degrees(bounds: np.ndarray, crs: pyproj.CRS) -> np.ndarray | None:
    """Return the bounds of features (n × 4) in degrees by two corners; None without a way."""
    try:
        corners = [carry(bounds[:, side : side + 2], crs, WGS84) for side in (0, 2)]
    except SourceError:
        return None
    return np.column_stack([np.minimum(*corners), np.maximum(*corners)])


def _meets(degrees: np.ndarray, city: np.ndarray) -> np.ndarray:
    """Return which bounds reach the city or its margin, in any order of corners; NaN never does."""
    x, y = degrees[:, ::2], degrees[:, 1::2]
    west, south, east, north = city + np.array([-MARGIN, -MARGIN, MARGIN, MARGIN])
    across = (x.min(axis=1) <= east) & (x.max(axis=1) >= west)
    return across & (y.min(axis=1) <= north) & (y.max(axis=1) >= south)


def _proposed(
    bounds: np.ndarray, crs: pyproj.CRS | None, city: np.ndarray, city_crs: str
) -> list[Fault]:
    """Return the system in which most of these features lie in the city, as a warning, if any."""
    # a few features that went astray do not move the middle
    low = np.quantile(bounds[:, :2], 0.05, axis=0)
    extent = np.concatenate([low, np.quantile(bounds[:, 2:], 0.95, axis=0)])
    for name in proposals(extent, city_crs, carry_bounds(city, WGS84, city_crs)):
        if crs is not None and pyproj.CRS.from_user_input(name).equals(crs, ignore_axis_order=True):
            continue
        if _meets(carry_bounds(extent, name, WGS84)[None, :], city)[0]:
            return [Fault("crs_would_fit", WARNING, arguments={"proposal": name})]
    return []


def _place(degrees: np.ndarray) -> dict[str, object]:
    """Return longitude and latitude of the middle of these bounds, as a sentence shows them."""
    x, y = (float(np.median((degrees[:, side] + degrees[:, side + 2]) / 2)) for side in (0, 1))
    return {"x": round(x, 3), "y": round(y, 3)}


_SHOWN = 12  # fields or words listed in one sentence
_LONGEST = 40  # characters of each, and of a value from the file


@dataclass(frozen=True)
class NumberRule:
    """A field that must hold numbers, the least and the most included (None: no such bound)."""

    field: str
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class WordRule:
    """A field that must hold one of these words; others count as `otherwise`, or as a fault."""

    field: str
    words: tuple[str, ...]
    otherwise: str | None = None


@dataclass(frozen=True)
class Rules:
    """What a city's layer asks of a file, in plain values for the process that reads it.

    `asked` are all fields the file must have. In each row, `ids` (the first that is filled) and
    `needed` must be filled; a blank in `wanted` is only reported. `where` selects the rows that are
    judged: a row has one of the words in each field (`*` = any). The case of words does not count
    where `ignore_case`. `box` is the city in degrees (west, south, east, north), empty where that
    is not known; `crs` states the layer's system, and with `crs_overrides` over the file's own;
    `coordinates` are the columns of x and y, or of WKT.
    """

    city: str
    layer: str
    city_crs: str
    crs: str | None = None
    crs_overrides: bool = True
    sub_layer: str | None = None
    coordinates: tuple[str, ...] = ()
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ignore_case: bool = False
    asked: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    ids_repeat: bool = False
    needed: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    numbers: tuple[NumberRule, ...] = ()
    words: tuple[WordRule, ...] = ()
    box: tuple[float, ...] = ()


def from_plain(values: dict[str, Any]) -> Rules:
    """Return rules after their way through JSON."""
    frozen = _frozen(values)
    numbers = tuple(NumberRule(**number) for number in frozen["numbers"])
    words = tuple(WordRule(**word) for word in frozen["words"])
    return Rules(**frozen | {"numbers": numbers, "words": words})


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _frozen(inner) for name, inner in value.items()}
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def of_the_city(delivered: Iterable[Records], rules: Rules | None) -> Iterable[Records]:
    """Return the layers of a file that the city reads: all, or the named one; others are noted."""
    wanted = rules.sub_layer if rules else None
    if wanted is None:
        return delivered
    layers = list(delivered)
    if not any(layer.layer for layer in layers):
        return layers
    names = _listed([layer.layer for layer in layers])
    chosen = [layer for layer in layers if layer.layer == wanted]
    if chosen:
        others = [layer.layer for layer in layers if layer.layer != wanted]
        arguments = {"wanted": wanted, "others": _listed(others)}
        fault = Fault("sub_layers_left", WARNING, arguments=arguments)
        return [layer.with_faults(fault) for layer in chosen] if others else chosen
    arguments = {"wanted": wanted, "there": names}
    if len(layers) == 1:
        return [layers[0].with_faults(Fault("sub_layer_renamed", WARNING, arguments=arguments))]
    return [layer.with_faults(Fault("sub_layer_missing", arguments=arguments)) for layer in layers]


def hold_against(records: Records, rules: Rules, *, bad: np.ndarray, lost: bool) -> list[Fault]:
    """Return what the rules of the city find in a layer, all of it at once.

    `bad` marks the rows with a place that is known to be wrong, `lost` a layer with a system that
    is; nothing more is reported about such places.
    """
    if any(fault.code == "sub_layer_missing" for fault in records.faults):
        return []
    count, table = len(records.geometry), records.table
    if not len(table.columns) and (not count or any(fault.refuses for fault in records.faults)):
        return []  # nothing was read, so nothing is known of its fields
    if texts.OSM_TAGS in table.columns:
        tags = [name for name in rules.asked if name not in table.columns]
        table = table.assign(**{name: texts.tag_in(table[texts.OSM_TAGS], name) for name in tags})
    faults = fields_missing(table, rules.asked)
    if not count or len(table) != count:
        return faults
    chosen, row_faults = _selected(table, rules)
    rows = np.flatnonzero(chosen)
    part = table.iloc[rows]
    row_faults += look_around(records, rules.box, rules.city_crs, chosen & ~bad, lost=lost)
    for look in (_ids, _blanks, _words, _numbers):
        row_faults += look(part, rows, rules)
    applying = [fault for fault in (*faults, *row_faults) if fault.applies]
    return sorted(applying, key=lambda fault: fault.severity != ERROR)


def fields_missing(
    table: pd.DataFrame, names: Iterable[str], *, meant: Mapping[str, str] = MappingProxyType({})
) -> list[Fault]:
    """Return a fault for each field that the city reads and the table lacks, with a near one.

    `meant` has the near one where it is known.
    """
    known, names = [str(name) for name in table.columns], tuple(names)
    if not known and names:
        return [Fault("fields_none", arguments={"fields": _listed(names)})]
    listed, free = _listed(known), [field for field in known if field not in names]
    faults = []
    for name in names:
        if name in known:
            continue
        begins = name[:CUT].casefold() if len(name) > CUT else None
        cut = [field for field in free if field.casefold() == begins]
        near = cut[0] if cut else meant.get(name) or texts.nearest(name, free)
        code = "field_cut" if cut else "field_missing_near" if near else "field_missing"
        arguments = {"near": near[:_LONGEST], "fields": listed}
        faults.append(Fault(code, column=name, arguments=arguments))
    return faults


def _selected(table: pd.DataFrame, rules: Rules) -> tuple[np.ndarray, list[Fault]]:
    """Return which rows `where` selects, with a warning where it leaves some out."""
    # a field may be missing
    chosen, faults = selected(table, dict(rules.where), ignore_case=rules.ignore_case)
    if chosen.all() or not chosen.any():
        return chosen, faults
    arguments = {"read": len(table), "fields": ", ".join(field for field, _ in rules.where)}
    left = Fault("rows_not_selected", WARNING, count=int(chosen.sum()), arguments=arguments)
    return chosen, [left, *faults]


def _ids(table: pd.DataFrame, rows: np.ndarray, rules: Rules) -> list[Fault]:
    """Find assets without an id, or with another's; an id is what the first filled field has."""
    if not rules.ids:
        return [Fault("no_id_field", WARNING, count=len(table))]
    if any(name not in table.columns for name in rules.ids):
        return []
    ids, faults = pd.Series(None, index=table.index, dtype="str"), []
    for name in rules.ids:
        ids = ids.fillna(texts.as_text(table[name]))
        faults.append(Fault("id_inexact", rows=rows[texts.inexact(table[name])], column=name))
    column, blank = " / ".join(rules.ids), ids.isna()
    faults.append(Fault("id_blank", rows=rows[blank], column=column))
    if not rules.ids_repeat:
        twice = ids.duplicated(keep=False) & ~blank
        faults.append(Fault("id_twice", rows=rows[twice], column=column))
    return faults


def _blanks(table: pd.DataFrame, rows: np.ndarray, rules: Rules) -> list[Fault]:
    faults = []
    checks = (("field_needed_blank", ERROR, rules.needed), ("field_blank", WARNING, rules.wanted))
    for code, severity, names in checks:
        for name in names:
            if name in table.columns:
                faults.append(Fault(code, severity, rows[texts.as_text(table[name]).isna()], name))
    return faults


def _words(table: pd.DataFrame, rows: np.ndarray, rules: Rules) -> list[Fault]:
    faults = []
    for rule in rules.words:
        if rule.field not in table.columns:
            continue
        cells = texts.as_text(table[rule.field])
        known = texts.matching(cells, rule.words, ignore_case=rules.ignore_case)
        strange = cells.notna().to_numpy(dtype=bool) & ~known
        near = texts.near_words(cells[strange], rule.words)
        if near and (rule.otherwise is not None or cells[strange].nunique() > 1):
            faults.append(near_fault("list_word_near", rule.field, near))
        arguments = _example(cells, strange)
        if rule.otherwise is not None:
            arguments |= {"otherwise": rule.otherwise}
            faults.append(
                Fault(
                    code="word_as_otherwise",
                    severity=WARNING,
                    rows=rows[strange],
                    column=rule.field,
                    arguments=arguments,
                )
            )
            continue
        near_one = texts.nearest(arguments["given"], rule.words)
        arguments |= {"near": near_one, "known": _listed(rule.words)}
        code = "word_not_known_near" if arguments["near"] else "word_not_known"
        faults.append(
            Fault(
                code=code,
                severity=ERROR,
                rows=rows[strange],
                column=rule.field,
                arguments=arguments,
            )
        )
    return faults


def _numbers(table: pd.DataFrame, rows: np.ndarray, rules: Rules) -> list[Fault]:
    faults = []
    for rule in rules.numbers:
        if rule.field not in table.columns:
            continue
        cells = texts.as_text(table[rule.field])
        numbers, doubtful = texts.as_numbers(table[rule.field])
        lower = -np.inf if rule.least is None else rule.least
        upper = np.inf if rule.most is None else rule.most
        for code, chosen, arguments in (
            ("number_two_ways", doubtful, {}),
            ("number_none", ~np.isfinite(numbers) & cells.notna() & ~doubtful, {}),
            ("number_too_small", np.isfinite(numbers) & (numbers < lower), {"least": rule.least}),
            ("number_too_large", np.isfinite(numbers) & (numbers > upper), {"most": rule.most}),
        ):
            chosen = np.asarray(chosen, dtype=bool)
            details = arguments | _example(cells, chosen)
            faults.append(
                Fault(
                    code=code,
                    severity=ERROR,
                    rows=rows[chosen],
                    column=rule.field,
                    arguments=details,
                )
            )
    return faults


def _listed(names: Sequence[str]) -> str:
    return texts.few([name[:_LONGEST] for name in names], _SHOWN)


def _example(cells: pd.Series, chosen: np.ndarray) -> dict[str, object]:
    return {"given": str(cells[chosen].iloc[0])[:_LONGEST] if chosen.any() else ""}
