r"""A city's layer as text in a page: blocks of geometry, groups of columns, deflated, in 91 signs.

Deflate describes how often each byte comes once for a stretch of bytes, so bytes of one kind are
given as a part of their own and begin a stretch of their own. The text holds 13 bits in two signs
(base64: 12), none of them blank or in need of an escape inside a script element.

A block holds up to 65,536 assets, written by whole arrays. Its numbers are little-endian; «numbers»
is a u8 and so many byte planes: the lowest byte of every number, then the second of every number,
…; «signed» are numbers with their sign in the lowest bit.

    u8  version                      u32 first asset's place in the layer
    u8  kind (3: mixed)              i32 origin x, i32 origin y: least of the block
    u8  flags (1: rings are flagged) u32 rings, u32 vertices
    u8  bits of the grid             u16 classes, u16 nothing
    u32 assets
    classes x assets                 one byte an asset, class after class
    assets            if mixed       kind of each: 0 point, 1 line, 2 polygon
    assets / 8        if flagged     a bit where an asset has other than one ring
    numbers           if flagged     number of rings of each of these
    rings / 8         if flagged     a bit where a ring is a hole
    numbers           no points      vertices of each ring
    signed, twice                    each ring's first vertex less that before: all x, all y
    signed, six times no points      of rings of four vertices: all x and all y of the second vertex
                                     less the first, of the third less the second, and of the
                                     fourth less the third and the second less the first
                                     together, 0 for a rectangle
    signed, twice     no points      of other rings: each further vertex less that before

Coordinates are web mercator on a grid of 2^28 steps around the equator (0.15 m), 2^27 above 300,000
assets; y grows southward as pixels do. Assets follow a Hilbert curve, so that neighbours share a
block; polygons lose their closing vertex, and their rings are oriented so that the nonzero rule
fills them.

Attributes are groups of columns, each opened by itself: a click opens one of 4,096 assets. A group
is, for each column, a u32 length and its bytes: one byte for which assets have a value (0 all,
1 none, 2 a bit for each follows), then the values of those, in the way of the column:

    words   codes into the layer's dictionary, in byte planes (1 or 2)
    text    u32 length and a dictionary of the group (UTF-8, a line a word, `\n` and `\\` escaped),
            codes in 2 planes
    id      words' codes of the prefix (if there are several), then the digits as a number
    number  whole numbers, scaled by the decimals shown: f64 least value, u8 planes, byte planes of
            what each exceeds it by; or, where neighbours resemble each other: f64 first value,
            u8 planes + 128, byte planes of what each exceeds the one before by, the sign lowest
    float   8 byte planes of float64: numbers that do not fit into 53 bits when scaled

A column that few assets have thus costs next to nothing where it is empty.
"""

import math
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from asset_inventory.io.geometries import WEB_MERCATOR, carry

# The printable signs of ASCII but the blank, «"», «&» and «<»
SIGNS = "".join(chr(sign) for sign in range(33, 127) if chr(sign) not in '"&<')
BITS = BYTES = 13  # 13 bytes are eight numbers of 13 bits
LEAST = 256  # bytes that are worth a stretch of their own
LARGE = 4 * 2**20  # bytes before they are packed
NEW_STRETCH = 5  # zlib's Z_BLOCK, to which Python gives no name: the decoder notices nothing

_PAIRS = np.array(
    [SIGNS.encode()[number % 91] | SIGNS.encode()[number // 91] << 8 for number in range(2**BITS)],
    "<u2",
)


def encoded(parts: Iterable[bytes]) -> str:
    """Return parts as one text, their sum led by its Adler-32: raw deflate notices few faults."""
    parts = list(parts)
    check = 1
    for part in parts:
        check = zlib.adler32(part, check)
    # Level 9 takes four times as long as level 7 for 2 % fewer bytes: only a large page needs them.
    level = 9 if sum(map(len, parts)) > LARGE else 7
    # matches of three to five bytes cost more than they save among numbers
    deflate = zlib.compressobj(level, zlib.DEFLATED, -15, 9, zlib.Z_FILTERED)
    pieces, gathered = [deflate.compress(struct.pack("<I", check))], 4
    for part in parts:
        pieces.append(deflate.compress(part))
        gathered += len(part)
        if gathered >= LEAST:
            pieces.append(deflate.flush(NEW_STRETCH))
            gathered = 0
    return as_text(b"".join([*pieces, deflate.flush()]))


def as_text(data: bytes) -> str:
    """Return bytes as text: numbers of 13 bits, lowest first, each as two signs, the lower one
    first.

    One sign more where the bits that fill up the last number would be taken for a byte.
    """
    numbers = -(-8 * len(data) // BITS)
    rows = -(-len(data) // BYTES)
    padded = np.zeros(rows * BYTES + 2, dtype=np.uint8)
    padded[: len(data)] = np.frombuffer(data, dtype=np.uint8)
    pairs = np.empty((rows, 8), dtype="<u2")
    for place in range(8):
        first, shift = divmod(BITS * place, 8)
        low, middle, high = (
            padded[first + offset : first + offset + rows * BYTES : BYTES] for offset in range(3)
        )
        three = low.astype(np.uint32) | middle.astype(np.uint32) << 8 | high.astype(np.uint32) << 16
        pairs[:, place] = _PAIRS[three >> shift & (2**BITS - 1)]
    text = pairs.tobytes()[: 2 * numbers].decode("ascii")
    return text + SIGNS[0] * (BITS * numbers // 8 - len(data))


def planes(values: np.ndarray, count: int) -> list[bytes]:
    """Return the lowest byte of every whole number, then the second of every number, …"""
    bytes_of = np.ascontiguousarray(values, dtype="<i8").view(np.uint8).reshape(-1, 8)
    return [bytes_of[:, place].tobytes() for place in range(count)]


def planes_needed(values: np.ndarray) -> int:
    """Return how many byte planes hold these whole numbers from 0."""
    return (int(values.max(initial=0)).bit_length() + 7) // 8


def zigzag(values: np.ndarray) -> np.ndarray:
    """Return whole numbers as whole numbers from 0: 0, -1, 1, -2, … become 0, 1, 2, 3, …"""
    return (values << 1) ^ (values >> 63)


VERSION = 2
HEADER = struct.Struct("<BBBBIIiiIIHH")
BLOCK = 65_536
FINE_BITS, COARSE_BITS, MOST_FINE = 28, 27, 300_000
MIXED, RINGS_FLAGGED = 3, 1
EARTH = 6_378_137.0  # metre, radius of the sphere of web mercator
LIMIT = 2 * math.pi * EARTH  # metre; web mercator ends at half of it, and a pole lies far beyond
HILBERT_LEVEL = 16


@dataclass(frozen=True)
class Grid:
    """The web mercator grid of a layer: 2^bits steps around the equator."""

    bits: int

    def steps(self, metres: np.ndarray) -> np.ndarray:
        """Return web mercator metres (n x 2) as integers, x eastward from 180° W, y southward."""
        half = math.pi * EARTH
        scale = 2.0**self.bits / (2 * half)
        return np.rint(np.column_stack((metres[:, 0] + half, half - metres[:, 1])) * scale).astype(
            np.int64
        )

    def degrees(self, steps: np.ndarray) -> np.ndarray:
        """Return steps (n x 2) as longitude and latitude in degrees."""
        turns = np.asarray(steps, dtype=float) / 2.0**self.bits
        latitude = np.degrees(np.arctan(np.sinh(math.pi * (1 - 2 * turns[:, 1]))))
        return np.column_stack((turns[:, 0] * 360 - 180, latitude))


def grid_of(count: int, most_fine: int = MOST_FINE) -> Grid:
    """Return the grid for so many assets: coarser above `most_fine`, to limit the file's size."""
    return Grid(FINE_BITS if count <= most_fine else COARSE_BITS)


def hilbert_order(table: gpd.GeoDataFrame) -> np.ndarray:
    """Return the rows along a Hilbert curve; rows without geometry come last, as they are."""
    shapes = table.geometry.to_numpy()
    located = np.isfinite(shapely.bounds(shapes)).all(axis=1)  # NaN without geometry
    present, absent = np.flatnonzero(located), np.flatnonzero(~located)
    if len(present) == 0:
        return absent
    distance = gpd.GeoSeries(shapes[present]).hilbert_distance(level=HILBERT_LEVEL).to_numpy()
    return np.concatenate((present[np.argsort(distance, kind="stable")], absent))


def encode_block(
    shapes: np.ndarray, codes: np.ndarray, crs: object, *, first: int, grid: Grid
) -> tuple[list[bytes], np.ndarray]:
    """Return a block of shapes in `crs` with class bytes (classes x shapes), and its bounds.

    A collection is drawn by its parts of the highest dimension. A shape without geometry, or with a
    place that web mercator cannot show (a pole), has no ring and keeps its classes.
    """
    kinds = np.clip(shapely.get_dimensions(shapes), 0, 2).astype(np.uint8)
    rings, owners, holes = _rings(shapes, kinds)
    places, ring_of = shapely.get_coordinates(rings, return_index=True)
    del rings
    sizes = np.bincount(ring_of, minlength=len(owners))
    closed = kinds[owners] == 2
    places = places[_turned(places, sizes, closed, holes)]
    metres = carry(places, crs, WEB_MERCATOR)
    shown = (np.abs(metres) <= LIMIT).all(axis=1)  # not so for NaN
    kept = np.ones(len(places), dtype=bool)
    kept[np.cumsum(sizes)[closed] - 1] = False  # the closing vertex
    if not shown.all():
        keep = ~np.isin(owners, owners[ring_of[~shown]])
        kept &= keep[ring_of]
        owners, holes, sizes, closed = owners[keep], holes[keep], sizes[keep], closed[keep]
    return _written(
        grid.steps(metres[kept]), sizes - closed, owners, holes, kinds, codes, first, grid
    )


def _rings(shapes: np.ndarray, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rings, the shape that each belongs to, in order, and which are holes.

    Points, lines and areas of one ring are used as their ring, for taking them apart is slow.
    """
    parts, owners = shapes, np.arange(len(shapes))
    while (shapely.get_type_id(parts) > 3).any():  # twice, where a collection holds Multi parts
        parts, inner = shapely.get_parts(parts, return_index=True)
        owners = owners[inner]
    keep = ~shapely.is_empty(parts) & (shapely.get_dimensions(parts) == kinds[owners])
    parts, owners = parts[keep], owners[keep]
    holed = shapely.get_num_interior_rings(parts) > 0
    if not holed.any():
        return parts, owners, np.zeros(len(parts), dtype=bool)
    rings, part_of = shapely.get_rings(parts[holed], return_index=True)
    places = np.concatenate((np.flatnonzero(~holed), np.flatnonzero(holed)[part_of]))
    holes = np.concatenate(
        (np.zeros((~holed).sum(), dtype=bool), np.diff(part_of, prepend=-1) == 0)
    )
    rings = np.concatenate((parts[~holed], rings))
    order = np.argsort(places, kind="stable")
    order = order[~shapely.is_empty(rings[order])]  # a file may have a hole without a vertex
    return rings[order], owners[places[order]], holes[order]


def _turned(
    places: np.ndarray, sizes: np.ndarray, closed: np.ndarray, holes: np.ndarray
) -> np.ndarray:
    """Return the vertices in an order in which outer rings go one way round and holes the other.

    The nonzero rule then leaves holes empty and overlaps full. A ring is turned round from its
    first vertex on.
    """
    ends = np.cumsum(sizes)
    firsts = ends - sizes
    order = np.arange(len(places))
    if not closed.any():
        return order
    # small numbers, so that nothing is lost in the products
    away = places - np.repeat(places[firsts], sizes, axis=0)
    # between the last vertex of a ring, which is its first, and the next ring nothing
    cross = np.zeros(len(places))
    cross[:-1] = away[:-1, 0] * away[1:, 1] - away[1:, 0] * away[:-1, 1]
    areas = np.add.reduceat(cross, firsts)
    turn = closed & ((areas < 0) != holes)
    within = np.repeat(turn, sizes)
    order[within] = np.repeat((firsts + ends - 1)[turn], sizes[turn]) - order[within]
    return order


def _written(
    steps: np.ndarray,
    sizes: np.ndarray,
    owners: np.ndarray,
    holes: np.ndarray,
    kinds: np.ndarray,
    codes: np.ndarray,
    first: int,
    grid: Grid,
) -> tuple[list[bytes], np.ndarray]:
    present = kinds[np.unique(owners)]
    shape = MIXED if len(np.unique(present)) > 1 else int(present[0]) if len(present) else 0
    ring_counts = np.bincount(owners, minlength=len(kinds))
    flagged = ring_counts != 1
    origin = steps.min(axis=0) if len(steps) else np.zeros(2, dtype=np.int64)
    bounds = (
        np.concatenate((origin, steps.max(axis=0))).astype(float)
        if len(steps)
        else np.full(4, np.nan)
    )
    header = HEADER.pack(
        VERSION,
        shape,
        RINGS_FLAGGED if flagged.any() else 0,
        grid.bits,
        len(kinds),
        first,
        *origin.tolist(),
        len(sizes),
        len(steps),
        len(codes),
        0,
    )
    sections = [header, *(code.tobytes() for code in codes)]
    if shape == MIXED:
        sections.append(kinds.tobytes())
    if flagged.any():
        sections += [_bits(flagged), *_numbers(ring_counts[flagged]), _bits(holes)]
    if shape != 0:
        sections += _numbers(sizes)
    return [*sections, *_moves(steps, sizes, origin, shape)], bounds


def _moves(steps: np.ndarray, sizes: np.ndarray, origin: np.ndarray, shape: int) -> Iterator[bytes]:
    """Yield the coordinates as differences, each kind by itself, as each has its own usual size."""
    begins = np.cumsum(sizes) - sizes
    yield from _signed(np.diff(steps[begins], axis=0, prepend=origin[None]))
    if shape == 0:
        return
    moves = np.diff(steps, axis=0, prepend=steps[:1])
    fours = begins[sizes == 4]
    for move in (moves[fours + 1], moves[fours + 2], moves[fours + 3] + moves[fours + 1]):
        yield from _signed(move)
    further = np.repeat(sizes != 4, sizes)
    further[begins] = False
    yield from _signed(moves[further])


def _signed(pairs: np.ndarray) -> Iterator[bytes]:
    for axis in (0, 1):
        yield from _numbers(zigzag(pairs[:, axis]))


def _numbers(values: np.ndarray) -> list[bytes]:
    count = planes_needed(values)
    return [bytes([count]), *planes(values, count)]


def _bits(flags: np.ndarray) -> bytes:
    return np.packbits(flags, bitorder="little").tobytes()


GROUP = 4_096
MOST_WORDS = 4_096  # a longer dictionary is cut into the groups
EXACT = 2**53  # whole numbers up to here are exact in a page
LONGEST_ID = 64
DIGITS = "0123456789"
ALL, NONE, SOME = 0, 1, 2
STEPS, MOST_STEP_PLANES = 128, 6  # sums of longer steps would not be exact in a page


@dataclass(frozen=True)
class Column:
    """How one column is written: its way, decimals of a number, its words or prefixes."""

    name: str
    way: str
    decimals: int = 0
    words: tuple[object, ...] = ()
    # whole numbers, codes or text
    values: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False)
    extra: np.ndarray | None = field(default=None, repr=False)  # codes of the prefixes
    present: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=bool), repr=False)

    def head(self) -> dict[str, object]:
        """Return what a page must know to open the column, its words apart."""
        return {
            "name": self.name,
            "way": self.way,
            "decimals": self.decimals,
            "words": len(self.words),
        }


def plan_column(values: pd.Series, name: str, *, decimals: int | None = None) -> Column:
    """Return how a column is written.

    `decimals` is how many a page shows; where it is None the fewest up to 3 that keep every number,
    else 3.
    """
    present = values.notna().to_numpy()
    if pd.api.types.is_bool_dtype(values.dtype):
        return _words(values.astype(object), name, present)
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _number_column(
            values.to_numpy(dtype=float, na_value=np.nan), name, decimals, values.dtype
        )
    if not isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(object).where(present, None)
        if pd.api.types.infer_dtype(values, skipna=True) != "string":
            values = values.map(str, na_action="ignore")
    codes, words = pd.factorize(values, use_na_sentinel=True)
    if len(words) <= MOST_WORDS:
        return Column(name, "words", words=tuple(map(str, words)), values=codes, present=present)
    values = values.astype(object)
    return _ids(values, name, present) or Column(
        name, "text", values=values.to_numpy(), present=present
    )


def group_parts(columns: Sequence[Column], rows: np.ndarray) -> list[bytes]:
    """Return one group, part by part: these rows of each column."""
    pieces: list[bytes] = []
    for column in columns:
        parts = _column_parts(column, rows)
        pieces += [struct.pack("<I", sum(map(len, parts))), *parts]
    return pieces


def plan_columns(
    table: pd.DataFrame, names: Sequence[str], *, decimals: Mapping[str, int]
) -> list[Column]:
    """Return how these columns of a table are written; see `plan_column`."""
    return [plan_column(table[name], name, decimals=decimals.get(name)) for name in names]


def _words(values: pd.Series, name: str, present: np.ndarray) -> Column:
    codes, words = pd.factorize(values, use_na_sentinel=True)
    return Column(
        name, "words", words=tuple(bool(word) for word in words), values=codes, present=present
    )


def _number_column(values: np.ndarray, name: str, decimals: int | None, dtype: object) -> Column:
    present = ~np.isnan(values)
    known = values[present]
    if decimals is None:
        decimals = (
            0
            if pd.api.types.is_integer_dtype(dtype)
            else next((d for d in range(3) if np.array_equal(np.round(known, d), known)), 3)
        )
    scaled = np.rint(values * 10.0**decimals)
    if not (np.abs(scaled[present]) <= EXACT).all():  # also where a number is infinite
        return Column(name, "float", decimals, values=values, present=present)
    integers = np.zeros(len(values), dtype=np.int64)
    integers[present] = scaled[present].astype(np.int64)
    return Column(name, "number", decimals, values=integers, present=present)


def _ids(values: pd.Series, name: str, present: np.ndarray) -> Column | None:
    """Return the column as prefix and digits, or None where its words are not of that kind."""
    known = values[present]
    if known.str.len().max() > LONGEST_ID:
        return None
    try:
        texts = known.to_numpy(dtype=np.dtypes.StringDType())
    except UnicodeEncodeError:  # half a pair of surrogates
        return None
    prefixes = np.strings.rstrip(texts, DIGITS)
    codes, words = pd.factorize(prefixes.astype(object))
    starts = np.strings.str_len(prefixes)
    lengths = np.strings.str_len(texts) - starts
    if len(words) > 255 or lengths.min() < 1 or lengths.max() > 15:
        return None
    digits = np.strings.slice(texts, starts, starts + lengths)
    leads = np.strings.startswith(digits, "0") & (lengths > 1)
    if leads.any() and lengths.min() != lengths.max():
        return None  # 07 and 7: text, so that neither is changed
    numbers, prefix = np.zeros(len(values), dtype=np.int64), np.zeros(len(values), dtype=np.int64)
    numbers[present], prefix[present] = digits.astype(np.int64), codes
    width = int(lengths.max()) if leads.any() else 0
    return Column(
        name, "id", width, words=tuple(words), values=numbers, extra=prefix, present=present
    )


def _column_parts(column: Column, rows: np.ndarray) -> list[bytes]:
    present = column.present[rows]
    if not present.any():
        return [bytes([NONE])]
    lead = (
        [bytes([ALL])]
        if present.all()
        else [bytes([SOME]), np.packbits(present, bitorder="little").tobytes()]
    )
    values = column.values[rows[present]]
    if column.way == "words":
        return lead + planes(values, 1 if len(column.words) <= 256 else 2)
    if column.way == "text":
        return lead + _text(values)
    if column.way == "float":
        return lead + planes(values.view(np.int64), 8)
    prefix = (
        planes(column.extra[rows[present]], 1)
        if column.way == "id" and len(column.words) > 1
        else []
    )
    return lead + prefix + _whole(values)


def _whole(values: np.ndarray) -> list[bytes]:
    plain, steps = values - values.min(), zigzag(np.diff(values, prepend=values[:1]))
    if planes_needed(steps) <= MOST_STEP_PLANES and _cost(steps) < _cost(plain):
        count = planes_needed(steps)
        return [struct.pack("<dB", float(values[0]), count + STEPS), *planes(steps, count)]
    count = planes_needed(plain)
    return [struct.pack("<dB", float(values.min()), count), *planes(plain, count)]


def _cost(values: np.ndarray) -> float:
    """Return about how many bits these numbers take in byte planes, by each byte's frequency."""
    bits = 0.0
    for plane in planes(values, planes_needed(values)):
        counts = np.bincount(np.frombuffer(plane, dtype=np.uint8))
        counts = counts[counts > 0]
        bits += float(counts @ np.log2(len(values) / counts))
    return bits


def _text(values: np.ndarray) -> list[bytes]:
    codes, words = pd.factorize(values)
    escaped = pd.Series(words, dtype=object)
    for mark, written in (("\\", "\\\\"), ("\n", "\\n")):
        escaped = escaped.str.replace(mark, written, regex=False)
    # half a surrogate pair is no character, and UTF-8 cannot write it
    lines = "\n".join(escaped).encode("utf-8", errors="replace")
    return [struct.pack("<I", len(lines)), lines, *planes(codes, 2)]
