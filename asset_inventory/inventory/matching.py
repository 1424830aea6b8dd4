"""Pairs of close assets that may be one, and when two shapes, cells or rows are the same.

All lengths are metres. A pair is close when its centres are within 10 m or, for something large,
within 20 % of its size (the diagonal of its box). Its score is the mean of what is known of three
figures from 0 to 1:

- nearness: 1 at the same centre, 0.5 at the limit;
- overlap: the shared part of what two areas cover together; the same of the boxes of two lines, each wider by 1 m;
  not known where one is a point;
- similarity of the names: pairs of letters in common (Dice 1945, doi:10.2307/1932409), letters of any case.

Equal shapes: what is missing, empty or without a known coordinate; polygons with rings that begin
elsewhere or run the other way; a vertex twice in a row and once (but not with heights); parts in
another order; a single shape and the multi shape that holds it alone; coordinates closer than a
tolerance. A line the other way round is another line (a one-way street). Heights (Z) count,
measures (M) are kept but not compared.

Equal cells:

- null, not-a-number, an empty geometry, and text that is empty or blank;
- text with and without blanks at its end;
- a number as integer, float and printed text (7, 7.0, «7»; «007» is another text, and an integer
  of any size is compared in full); true is 1, false is 0;
- floats that agree in 15 significant digits, or differ by at most one in the 16th, also as text
  with more digits (0.30000000000000004);
- a day, the same day at midnight, and its text 2024-03-01;
- a moment and its text, with «T» or a blank, «-» or «/», with or without zeros behind its seconds;
  two with a zone at the same moment (one without a zone is another).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from hashlib import blake2b

import numpy as np
import pandas as pd
import shapely

from asset_inventory.model.texts import time_as_text

# Below this a coordinate that went through another system and back has not moved. Metre.
GRID = 0.001
_LINES = (int(shapely.GeometryType.LINESTRING), int(shapely.GeometryType.MULTILINESTRING))
_MULTI = tuple(int(shapely.GeometryType[f"MULTI{x}"]) for x in ("POINT", "LINESTRING", "POLYGON"))
# Vertices of a shape up to which each of them is held against all of another shape's, which is
# quick for few.
_MANY_VERTICES = 2_000


def geometries_unequal(before: np.ndarray, after: np.ndarray, *, tolerance: float) -> np.ndarray:
    """Return which geometries, place by place, differ beyond a tolerance (in their own unit)."""
    before, after = single(before), single(after)
    nothing, nothing_now = _nothing(before), _nothing(after)
    different = nothing != nothing_now
    rows = np.flatnonzero(~nothing & ~nothing_now & ~shapely.equals_identical(before, after))
    # each is asked about what is left by the last
    for alike in (_vertices_close, _forms_equal, _outlines_close):
        if len(rows):
            rows = rows[~alike(before[rows], after[rows], tolerance)]
    different[rows] = True
    return different


def normal_form(geometry: np.ndarray, *, grid: float = GRID) -> np.ndarray:
    """Return each geometry as bytes that do not depend on how it was written down; b"" for nothing.

    Coordinates are set on a grid; rings begin at their least vertex and run one way; parts are in
    order.
    """
    geometry = single(geometry)
    form = np.full(len(geometry), b"", dtype=object)
    filled, high = ~_nothing(geometry), shapely.has_z(geometry)
    for has_z in (False, True):
        rows = filled & (high == has_z)
        if not rows.any():
            continue
        placed = shapely.transform(geometry[rows], lambda xy: _on_grid(xy, grid), include_z=has_z)
        placed = placed if has_z else _once(placed)
        form[rows] = shapely.to_wkb(shapely.normalize(placed), byte_order=1, include_srid=False)
    return form


def single(geometry: np.ndarray) -> np.ndarray:
    """Return the geometries, a multi shape of one part as that part."""
    several = np.isin(shapely.get_type_id(geometry), _MULTI)
    alone = several & (shapely.get_num_geometries(geometry) == 1)
    if not alone.any():
        return geometry
    geometry = geometry.copy()
    geometry[alone] = shapely.get_geometry(geometry[alone], 0)
    return geometry


def drawn_form(geometry: np.ndarray, *, grid: float = GRID) -> np.ndarray:
    """Return the same as `normal_form`, of lines also with the direction of each part."""
    forms, shapes = normal_form(geometry, grid=grid), single(geometry)
    lines = np.isin(shapely.get_type_id(shapes), _LINES) & (forms != b"")
    forms[lines] += _as_drawn(shapes[lines], grid)
    return forms


def _nothing(geometry: np.ndarray) -> np.ndarray:
    # a shape whose coordinates are not known becomes an empty one when it is written
    return np.isnan(shapely.bounds(geometry)).all(axis=-1)


def _on_grid(coordinates: np.ndarray, grid: float) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.rint(coordinates / grid) + 0.0  # -0.0 becomes 0.0, which has other bytes


def _once(geometry: np.ndarray) -> np.ndarray:
    """Return flat lines and areas, with each run of vertices in one place only once."""
    drawn = shapely.get_dimensions(geometry) > 0
    geometry = geometry.copy()
    geometry[drawn] = shapely.remove_repeated_points(geometry[drawn])
    return geometry


def _vertices_close(before: np.ndarray, after: np.ndarray, tolerance: float) -> np.ndarray:
    """Return which pairs are built alike with each vertex near its like, in written order."""
    alike = np.ones(len(before), dtype=bool)
    structure: tuple[Callable, ...] = (
        shapely.get_type_id,
        shapely.get_num_geometries,
        shapely.get_num_coordinates,
        shapely.has_z,
        _rings,
    )
    for count in structure:
        alike &= count(before) == count(after)
    rows = np.flatnonzero(alike)
    first, owner = shapely.get_coordinates(before[rows], include_z=True, return_index=True)
    second = shapely.get_coordinates(after[rows], include_z=True)
    equal = (first == second) | (np.isnan(first) & np.isnan(second))
    with np.errstate(invalid="ignore"):  # infinity less infinity
        steps = np.where(equal, 0.0, np.abs(first - second))
    near = (np.hypot(steps[:, 0], steps[:, 1]) <= tolerance) & (steps[:, 2] <= tolerance)
    alike[rows[owner[~near]]] = False
    return alike


def _rings(geometry: np.ndarray) -> np.ndarray:
    parts, owner = shapely.get_parts(geometry, return_index=True)
    part = shapely.get_rings(parts, return_index=True)[1]
    return np.bincount(owner[part], minlength=len(geometry))


def _forms_equal(before: np.ndarray, after: np.ndarray, tolerance: float) -> np.ndarray:
    grid = tolerance / 10
    return drawn_form(before, grid=grid) == drawn_form(after, grid=grid)


def _as_drawn(lines: np.ndarray, grid: float) -> np.ndarray:
    """Return lines as bytes: their parts in any order, but each in its own direction."""
    parts, owner = shapely.get_parts(lines, return_index=True)
    drawn, high = np.empty(len(parts), dtype=object), shapely.has_z(parts)
    for has_z in (False, True):
        rows = high == has_z
        placed = shapely.transform(parts[rows], lambda xy: _on_grid(xy, grid), include_z=has_z)
        placed = placed if has_z else _once(placed)
        drawn[rows] = shapely.to_wkb(placed, byte_order=1, include_srid=False)
    if len(parts) == len(lines):
        return drawn
    written = pd.DataFrame({"owner": owner, "part": drawn}).sort_values(["owner", "part"])
    return written.groupby("owner")["part"].agg(b"".join).to_numpy(dtype=object)


def _outlines_close(before: np.ndarray, after: np.ndarray, tolerance: float) -> np.ndarray:
    """Return which polygons and point sets have equal counts and each vertex near the other's.

    For rings that begin elsewhere while their coordinates lie at the edges of grid cells.
    """
    vertices, high = shapely.get_num_coordinates(before), shapely.has_z(before)
    alike = (vertices == shapely.get_num_coordinates(after)) & (high == shapely.has_z(after))
    alike &= shapely.get_dimensions(before) == shapely.get_dimensions(after)
    alike &= (shapely.get_dimensions(before) != 1) & (_rings(before) == _rings(after))
    with np.errstate(invalid="ignore"):
        moved = np.abs(shapely.bounds(before) - shapely.bounds(after)).max(axis=1, initial=0.0)
    alike &= moved <= tolerance  # quick, and true of nearly all that were drawn again
    single_out = high | (vertices > _MANY_VERTICES)
    rows = np.flatnonzero(alike & ~single_out)
    sides = (_vertices(side[rows]) for side in (before, after))
    alike[rows] = shapely.hausdorff_distance(*sides) <= tolerance
    for row in np.flatnonzero(alike & single_out):
        alike[row] = _each_near_another(before[row], after[row], tolerance)
    return alike


def _each_near_another(first: shapely.Geometry, second: shapely.Geometry, tolerance: float) -> bool:
    """Return whether each vertex of either shape has one of the other near it, in height too."""
    sides = [shapely.get_coordinates(shape, include_z=True) for shape in (first, second)]
    if not all(np.isfinite(side[:, :2]).all() for side in sides):
        return False
    for own, other in (sides, sides[::-1]):
        points, others = (shapely.points(side[:, :2]) for side in (own, other))
        tree = shapely.STRtree(others)
        row, near = tree.query_nearest(points, max_distance=tolerance, all_matches=False)
        step = np.abs(own[row, 2] - other[near, 2])
        same = (step <= tolerance) | (np.isnan(own[row, 2]) & np.isnan(other[near, 2]))
        if len(row) < len(own) or not same.all():
            return False
    return True


def _vertices(geometry: np.ndarray) -> np.ndarray:
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    return np.asarray(shapely.multipoints(xy, indices=owner), dtype=object)


# A number as long as that in text came from a float that was printed to its last bit.
_LONG_NUMBER = 17
# Whole numbers up to here are floats too.
_EXACT = 2**53
_NUMBER_BEGINS = "[-.0-9]"
_DECIMAL = r"-?[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?"
# A day with or without its time: GDAL writes 2024/03/01 12:30:15 into the fields of formats that
# have no moments.
_SHORTEST_MOMENT = 10
_MOMENT = (
    r"[0-9]{4}([-/])[0-9]{2}\1[0-9]{2}"
    r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6}0*)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
)


def canonical(values: pd.Series) -> np.ndarray:
    """Return each cell's meaning as text, "" for nothing; equal meanings have equal text."""
    texts = np.full(len(values), "", dtype=object)
    filled = values.notna().to_numpy()
    if not filled.any():
        return texts
    values = values[filled]
    dtype = values.dtype
    if pd.api.types.is_bool_dtype(dtype) or pd.api.types.is_integer_dtype(dtype):
        texts[filled] = [*map(str, map(int, values.tolist()))]
    elif pd.api.types.is_float_dtype(dtype):
        texts[filled] = _number_text(values.to_numpy(dtype=float))
    elif isinstance(dtype, pd.StringDtype):
        texts[filled] = _text(values)
    else:
        texts[filled] = [_said(value) for value in values]
        words = np.flatnonzero(filled)[[isinstance(value, str) for value in values]]
        texts[words] = _text(pd.Series(texts[words], dtype="str"))
    return texts


def cells_unequal(before: pd.Series, after: pd.Series) -> np.ndarray:
    """Return which cells differ in meaning, place by place; see `geometries_unequal` too."""
    first, second = _objects(before), _objects(after)
    different = np.asarray(first != second, dtype=bool)
    rows = np.flatnonzero(different)
    if len(rows):
        rows = rows[canonical(before.iloc[rows]) != canonical(after.iloc[rows])]
        different[:] = False
        different[rows] = ~_numbers_close(first[rows], second[rows])
    return different


def record_hashes(fields: pd.DataFrame, geometry: np.ndarray, *, grid: float = GRID) -> np.ndarray:
    """Return each row's hash (32 hexadecimal digits) of all its fields and its geometry.

    The same on every machine and every day; independent of the order of rows and columns, and of
    columns in which a row is empty. Two hashes that differ do not prove that the rows do: a
    coordinate may lie at the edge of its grid cell, a number halfway between two of 15 digits.
    """
    pieces = []
    for name in sorted(fields.columns):
        # lengths stand before the words, so that no word can look like the end of another
        start = f"{len(name)}:{name}="
        cells = canonical(fields[name])
        pieces.append([f"{start}{len(text)}:{text}" if text else "" for text in cells])
    rows = map("".join, zip(*pieces, strict=True)) if pieces else [""] * len(fields)
    forms = drawn_form(geometry, grid=grid)
    hashes = [
        blake2b(row.encode("utf-8", "surrogatepass") + b"\n" + form, digest_size=16).hexdigest()
        for row, form in zip(rows, forms, strict=True)
    ]
    return np.array(hashes, dtype=object)


def among(
    ids: pd.Index | pd.Series | np.ndarray, others: pd.Index | pd.Series | np.ndarray
) -> np.ndarray:
    """Return which ids are among others; for words many times as fast as `isin`."""
    return pd.Index(others, dtype=object).unique().get_indexer(pd.Index(ids, dtype=object)) >= 0


def _objects(values: pd.Series) -> np.ndarray:
    """Return cells as Python objects, None for null: compared exactly, 5 and 5.0 are equal."""
    cells = values.astype(object).where(values.notna(), None).to_numpy(dtype=object, copy=True)
    if values.dtype == object:
        cells[:] = [cell.tolist() if isinstance(cell, np.ndarray) else cell for cell in cells]
    return cells


def _numbers_close(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return which pairs of numbers, not both whole, differ by at most one in the 16th digit."""
    first, second = _floats(before), _floats(after)
    broken = (np.trunc(first) != first) | (np.trunc(second) != second)
    close = np.isfinite(first) & np.isfinite(second) & broken
    first, second = first[close], second[close]
    largest = np.maximum(np.abs(first), np.abs(second))
    close[close] = np.abs(first - second) <= 10.0 ** (np.floor(np.log10(largest)) - 15)
    return close


def _floats(cells: np.ndarray) -> np.ndarray:
    """Return cells that are numbers, also if printed to the last bit, as floats, others as NaN."""
    numbers = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        if isinstance(cell, float) or (isinstance(cell, int) and abs(cell) < _EXACT):
            numbers[row] = cell
        elif isinstance(cell, str):
            text = cell.rstrip()
            if len(text) >= _LONG_NUMBER and re.fullmatch(_DECIMAL, text):
                numbers[row] = float(cell)
    return numbers


def _number_text(numbers: np.ndarray) -> np.ndarray:
    """Return floats as text of 15 significant digits, whole ones in full and without decimals."""
    text = np.empty(len(numbers), dtype=object)
    whole = np.isfinite(numbers) & (np.trunc(numbers) == numbers)
    text[whole] = [*map("%.0f".__mod__, (numbers[whole] + 0.0).tolist())]  # -0.0 is 0
    text[~whole] = [*map("%.15g".__mod__, numbers[~whole].tolist())]
    return text


def _text(words: pd.Series) -> np.ndarray:
    """Return text without blanks at its end; a fully printed float or moment in one form."""
    words = words.str.rstrip()
    cells = words.to_numpy(dtype=object, copy=True)
    length = words.str.len().to_numpy()
    likely = (length >= _SHORTEST_MOMENT) & words.str.match(_NUMBER_BEGINS).to_numpy(dtype=bool)
    printed = _written_as(words, likely & (length >= _LONG_NUMBER), _DECIMAL)
    cells[printed] = _number_text(cells[printed].astype(float))
    moments = _written_as(words, likely, _MOMENT)
    of_text, texts = pd.factorize(cells[moments])  # one day is often that of many rows
    cells[moments] = np.array([*map(_moment, texts)], dtype=object)[of_text]
    return cells


def _written_as(words: pd.Series, likely: np.ndarray, pattern: str) -> np.ndarray:
    """Return the rows among the likely ones that a pattern matches as a whole."""
    rows = np.flatnonzero(likely)
    return rows[words.iloc[rows].str.fullmatch(pattern).to_numpy(dtype=bool)]


def _moment(text: str) -> str:
    """Return a day or moment as a date cell gives it; the text where no calendar has it."""
    try:
        return time_as_text(datetime.datetime.fromisoformat(text.replace("/", "-")))
    except (ValueError, OverflowError):
        return text


def _said(value: object) -> str:
    """Return one cell of a mixed column as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | np.bool_ | np.integer):
        return str(int(value))
    if isinstance(value, float | np.floating):
        return str(_number_text(np.array([value], dtype=float))[0])
    if isinstance(value, datetime.date | datetime.time):
        return time_as_text(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple | np.ndarray):
        return repr(canonical(pd.Series([*value], dtype=object)).tolist())
    return str(value)


WITHIN = 10.0  # metre
WITHIN_SHARE = 0.2  # of an asset's size
# Where more lie around one asset than a street can hold, no pair is clearly better, and all of them
# are too many.
CROWD = 100
# Pairs looked up at once.
_AT_ONCE = 2_000_000
# Metres from the origin of any projected system; beyond it are no places on earth.
_ON_EARTH = 1e9
_WIDER = 1.0


def close_pairs(
    geometry: np.ndarray, names: pd.Series, later_geometry: np.ndarray, later_names: pd.Series
) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the close pairs, and the rows of the first array in a crowd, which has no pairs.

    Pairs have `earlier` and `later` (rows), `distance` (metre), `overlap`, `similarity`, `score`
    (0-1, NaN = not known).
    """
    boxes, later_boxes = _boxes(geometry), _boxes(later_geometry)
    size = np.hypot(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    limit = np.maximum(WITHIN, WITHIN_SHARE * size)
    centres, later_centres = _centres(geometry), _centres(later_geometry)
    earlier, later, crowded = _around(centres, later_centres, limit)
    distance = np.hypot(*(centres[earlier] - later_centres[later]).T)
    overlap = _overlap(geometry[earlier], later_geometry[later], boxes[earlier], later_boxes[later])
    similarity = name_similarity(names, later_names, earlier, later)
    known = np.stack([1 - 0.5 * distance / limit[earlier], overlap, similarity])
    present = ~np.isnan(known)
    score = np.where(present, known, 0.0).sum(axis=0) / present.sum(axis=0)
    figures = {"overlap": overlap, "similarity": similarity, "score": score}
    pairs = {"earlier": earlier, "later": later, "distance": distance} | figures
    return pd.DataFrame(pairs), crowded


def coinciding(geometry: np.ndarray, later_geometry: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of pairs with the same shapes within 1 mm, coordinate by coordinate."""
    limit = np.full(len(geometry), 2 * GRID)
    earlier, later, _ = _around(_middles(geometry), _middles(later_geometry), limit)
    same = ~geometries_unequal(geometry[earlier], later_geometry[later], tolerance=GRID)
    return earlier[same], later[same]


def lead(pairs: pd.DataFrame, side: str) -> np.ndarray:
    """Return by how much a pair's score beats the next of either asset; infinite if alone."""
    order = np.lexsort((-pairs["score"].to_numpy(), pairs[side].to_numpy()))
    rows, score = pairs[side].to_numpy()[order], pairs["score"].to_numpy()[order]
    is_first = np.diff(rows, prepend=-1) != 0
    first = np.flatnonzero(is_first)
    counts = np.diff(np.r_[first, len(rows)])
    best = np.repeat(score[first], counts)
    next_best = np.where(counts > 1, score[np.minimum(first + 1, len(rows) - 1)], -np.inf)
    second = np.repeat(next_best, counts)
    ahead = np.empty(len(rows))
    ahead[order] = score - np.where(is_first, second, best)
    return ahead


def _centres(geometry: np.ndarray) -> np.ndarray:
    return shapely.bounds(shapely.centroid(geometry))[:, :2]  # of an empty one NaN


def _middles(geometry: np.ndarray) -> np.ndarray:
    boxes = _boxes(geometry)
    return (boxes[:, :2] + boxes[:, 2:]) / 2


def _boxes(geometry: np.ndarray) -> np.ndarray:
    """Return the boxes of geometries, NaN where there is none on earth."""
    boxes = shapely.bounds(geometry)
    return np.where(np.abs(boxes) < _ON_EARTH, boxes, np.nan)


def _around(
    places: np.ndarray, later_places: np.ndarray, limit: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return pairs of places within each first one's limit, and the first ones in a crowd."""
    here, here_later = (
        np.flatnonzero((np.abs(xy) < _ON_EARTH).all(axis=1)) for xy in (places, later_places)
    )
    here = here[~np.isnan(limit[here])]
    if not (len(here) and len(here_later)):
        none = np.array([], dtype=np.intp)
        return none, none, none
    at_most = _count_around(places[here], later_places[here_later], limit[here])
    sparse, at_most = here[at_most <= CROWD], at_most[at_most <= CROWD]
    tree = shapely.STRtree(shapely.points(later_places[here_later]))
    part = np.cumsum(at_most) // _AT_ONCE
    pairs = [(np.array([], np.intp), np.array([], np.intp))]
    for number in np.unique(part):
        rows = sparse[part == number]
        points = shapely.points(places[rows])
        query, hit = tree.query(points, predicate="dwithin", distance=limit[rows])
        pairs.append((rows[query], here_later[hit]))
    earlier, later = map(np.concatenate, zip(*pairs, strict=True))
    return earlier, later, np.setdiff1d(here, sparse)


def _count_around(places: np.ndarray, later_places: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """Return how many later places lie in the nine squares around each, at least its limit wide."""
    step = np.ceil(np.log2(limit / limit.min()))
    counts = np.zeros(len(places), dtype=np.intp)
    for power in np.unique(step):
        side = limit.min() * 2.0**power * (1 + 1e-9)
        rows = np.flatnonzero(step == power)
        origin = np.minimum(places.min(axis=0), later_places.min(axis=0)) - side
        squares, later_squares = (
            np.floor((xy - origin) / side) for xy in (places[rows], later_places)
        )
        width = max(squares[:, 1].max(), later_squares[:, 1].max()) + 2
        # floats: below 2^53 whole numbers are exact, above it squares run together and only count
        # too many
        filled, number = np.unique(later_squares @ (width, 1.0), return_counts=True)
        for east in (-1, 0, 1):
            for north in (-1, 0, 1):
                wanted = (squares + (east, north)) @ (width, 1.0)
                at = np.minimum(np.searchsorted(filled, wanted), len(filled) - 1)
                counts[rows] += np.where(filled[at] == wanted, number[at], 0)
    return counts


def _overlap(
    first: np.ndarray, second: np.ndarray, boxes: np.ndarray, later_boxes: np.ndarray
) -> np.ndarray:
    dimension = np.minimum(shapely.get_dimensions(first), shapely.get_dimensions(second))
    other = np.maximum(shapely.get_dimensions(first), shapely.get_dimensions(second))
    wider = np.array([-_WIDER, -_WIDER, _WIDER, _WIDER])
    overlap = np.where(dimension > 0, _box_overlap(boxes + wider, later_boxes + wider), np.nan)
    touching = _box_overlap(boxes, later_boxes) > 0
    overlap[(dimension == 2) & ~touching] = 0.0
    rows = np.flatnonzero((dimension == 2) & (other == 2) & touching)
    # an invalid area is left to its box
    rows = rows[shapely.is_valid(first[rows]) & shapely.is_valid(second[rows])]
    shared = shapely.area(shapely.intersection(first[rows], second[rows]))
    overlap[rows] = shared / (shapely.area(first[rows]) + shapely.area(second[rows]) - shared)
    return overlap


def _box_overlap(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    shared = np.minimum(boxes[:, 2:], others[:, 2:]) - np.maximum(boxes[:, :2], others[:, :2])
    area = np.clip(shared, 0.0, None).prod(axis=1)
    areas = ((side[:, 2:] - side[:, :2]).prod(axis=1) for side in (boxes, others))
    both = sum(areas) - area
    return np.divide(area, both, out=np.zeros(len(area)), where=both > 0)


def name_similarity(
    names: pd.Series, later_names: pd.Series, earlier: np.ndarray, later: np.ndarray
) -> np.ndarray:
    """Return how alike the names of each pair are, 0-1; NaN where one has none."""
    both = np.concatenate([canonical(names), canonical(later_names)])
    texts = pd.Series(both, dtype="str").str.casefold()
    codes, words = pd.factorize(texts.mask(texts == ""))
    first, second = codes[earlier], codes[len(names) + later]
    known, same = (first >= 0) & (second >= 0), first == second
    similarity = np.where(known, np.where(same, 1.0, 0.0), np.nan)
    rows = np.flatnonzero(known & ~same)
    if len(rows):
        similarity[rows] = _dice(pd.Series(words), first[rows], second[rows])
    return similarity


def _dice(words: pd.Series, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return for pairs of words (by place) their common letter pairs, twice, by those of both."""
    used = np.unique(np.concatenate([first, second]))
    first, second = np.searchsorted(used, first), np.searchsorted(used, second)
    # a word's first and last letter have their pair too
    letters = (" " + words.iloc[used] + " ").tolist()
    length = np.array([*map(len, letters)]) - 1
    text = "".join(letters).encode("utf-32-le", "surrogatepass")
    points = np.frombuffer(text, dtype=np.uint32).astype(np.int64)
    # pairs across two words are dropped by counting from each word's start
    start = np.cumsum(length + 1) - (length + 1)
    owner = np.repeat(np.arange(len(letters)), length)
    at = np.repeat(start - (np.cumsum(length) - length), length) + np.arange(length.sum())
    pair = pd.factorize((points[at] << 21) | points[at + 1])[0]
    kinds = pair.max() + 1
    owned = np.unique(owner * kinds + pair)
    number = np.bincount(owned // kinds, minlength=len(letters))
    starts = np.concatenate([[0], np.cumsum(number)])
    # every pair of letters of the first word is looked up among those of the second
    lengths = number[first]
    row = np.repeat(np.arange(len(first)), lengths)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    wanted = second[row] * kinds + owned[starts[first[row]] + offset] % kinds
    hit = owned[np.minimum(np.searchsorted(owned, wanted), len(owned) - 1)] == wanted
    hits = np.bincount(row, weights=hit, minlength=len(first))
    return 2 * hits / (lengths + number[second])
