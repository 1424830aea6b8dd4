"""Colours and class tables: what is drawn, its legend and its style come from one table.

Sequential palettes are ColorBrewer's OrRd (risk), Blues (depth) and Purples (any other intensity)
by Cynthia Brewer: lightness alone orders their classes, so that they also hold for colour-blind
readers and on a grey print. «Unknown» is hatched and never looks like «not exposed». Dark always
means «highest priority».

Exposed assets are warm where they lie on the blue or purple of a hazard map, and cool where they lie
on the OrRd of districts: their two palettes were made in steps of lightness (CIE L* 91 to 18) so
that every two classes differ by 9 or more (CIEDE2000) with any of the three common colour vision
deficiencies and in grey.
"""

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from asset_inventory.messages import money, number, percent, say
from asset_inventory.resilience.ranking import RARELY_BELOW

ORRD = ("#fef0d9", "#fdcc8a", "#fc8d59", "#e34a33", "#b30000")
BLUES = ("#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c")
PURPLES = ("#dadaeb", "#bcbddc", "#9e9ac8", "#756bb1", "#54278f")
WARM = ("#ffe3b5", "#f8ac4b", "#e57828", "#c64b26", "#942829", "#590d21")
COOL = ("#b5f1fc", "#67c9de", "#12a3c3", "#0a7da0", "#03557b", "#022e4f")
NONE_COLOUR, UNKNOWN_COLOUR = "#fbfbf6", "#7d8692"
DARK_EDGE, WHITE_EDGE = "#374151", "#ffffff"

# 0.75 m and 1.5 m divide low, medium and high in BNPB's flood index (Perka BNPB 2/2012); 0.3 m
# stops most cars; 3 m is about one storey.
DEPTH_BREAKS = (0.0, 0.3, 0.75, 1.5, 3.0)
SCORE_BREAKS = (0.0, 0.2, 0.4, 0.6, 0.8)

NO_CLASS = 255
MONEY, SHARE = "money", "share"


@dataclass(frozen=True)
class Class:
    """One class: its colour, and its numbers: low <= number < high, one word, or no data."""

    colour: str
    low: float = math.nan
    high: float = math.nan
    value: str | None = None  # the word of a column of words
    key: str | None = None  # the legend's text in `words`
    label: str | None = None  # the legend's text where it is the city's own word
    no_data: bool = False

    @property
    def has_range(self) -> bool:
        """Return whether a class is one of numbers, not of a word or of no data."""
        return not math.isnan(self.low)


@dataclass(frozen=True)
class Classes:
    """The classes of one thing that is coloured, with its title in `words` and its unit."""

    title: str
    classes: tuple[Class, ...]
    unit: str = (
        ""  # MONEY, SHARE (0-1, written in percent), "", or the unit to write after a number
    )


def ead_classes(
    values: Iterable[float],
    *,
    breaks: Sequence[float] = (),
    title: str = "map.ead",
    zero: str = "map.class.no_damage",
) -> Classes:
    """Return classes of expected annual damage: none, the ranges between `breaks`, not known.

    Breaks are the city's own (currency/year, rising), else up to five rounded quantiles of the
    values; `zero` is what the legend calls 0.
    """
    breaks = tuple(breaks) or rounded_quantiles(values, count=len(ORRD))
    lows, highs = (0.0, *breaks), (*breaks, math.inf)
    colours = _spread(ORRD, len(lows))
    ranges = tuple(
        Class(c, low=low, high=high) for c, low, high in zip(colours, lows, highs, strict=True)
    )
    # the smallest number above 0 begins the first range: 0 itself is a class of its own
    first = Class(ranges[0].colour, low=math.nextafter(0.0, 1.0), high=ranges[0].high)
    none = Class(NONE_COLOUR, low=0.0, high=first.low, key=zero)
    return Classes(title, (none, first, *ranges[1:], _no_data("map.class.no_figure")), unit=MONEY)


def ead_per_value_classes(values: Iterable[float]) -> Classes:
    """Return classes of the share of its value that a district is expected to lose in a year."""
    table = ead_classes(values, title="map.ead_per_value")
    return replace(table, classes=(*table.classes[:-1], _no_data("map.class.no_score")), unit=SHARE)


def count_classes(values: Iterable[float]) -> Classes:
    """Return classes of numbers of exposed assets: none, then rounded quantiles."""
    breaks = tuple(
        quantile for quantile in rounded_quantiles(values, count=len(ORRD)) if quantile >= 1
    )
    lows = tuple(dict.fromkeys((1.0, *map(math.ceil, breaks))))
    highs = (*lows[1:], math.inf)
    ranges = (
        Class(c, low=low, high=high)
        for c, low, high in zip(_spread(ORRD, len(lows)), lows, highs, strict=True)
    )
    return Classes(
        "map.assets_exposed",
        (Class(NONE_COLOUR, low=0.0, high=1.0, key="map.class.none_exposed"), *ranges),
    )


def score_classes() -> Classes:
    """Return five classes of score; 0 is worst and therefore darkest."""
    highs = (*SCORE_BREAKS[1:], math.inf)
    ranges = tuple(
        Class(colour, low=low, high=high, key=key)
        for colour, low, high, key in zip(
            reversed(ORRD),
            SCORE_BREAKS,
            highs,
            ("map.class.score_worst", None, None, None, "map.class.score_best"),
            strict=True,
        )
    )
    return Classes("map.score", (*ranges, _no_data("map.class.no_score")))


def share_classes(*, likely: float, firm: float) -> Classes:
    """Return the classes of the share of simulations (0-1) in the top ranks, by robustness."""
    smallest = math.nextafter(0.0, 1.0)
    rare = min(RARELY_BELOW, likely)
    bands = ((smallest, "rare"), (rare, "contested"), (likely, "likely"), (firm, "firm"))
    highs = (*(low for low, _ in bands[1:]), math.inf)
    ranges = tuple(
        Class(colour, low=low, high=high, key=f"map.class.share_{name}")
        for colour, (low, name), high in zip((*ORRD[:3], ORRD[4]), bands, highs, strict=True)
        if low < high
    )
    none = Class(NONE_COLOUR, low=0.0, high=smallest, key="map.class.share_none")
    return Classes("map.class.share", (none, *ranges, _no_data("map.class.no_score")), unit=SHARE)


def intensity_classes(
    values: Iterable[float],
    *,
    unit: str,
    threshold: float = 0.0,
    names: Mapping[float, str] | None = None,
    breaks: Sequence[float] = (),
) -> Classes:
    """Return the classes of one hazard, the same for all its maps.

    `threshold` is where exposure begins, `names` are the city's own words for single intensities of
    a zone map, `breaks` its own breaks; without these, metres are divided at `DEPTH_BREAKS`, other
    units at even steps of `values`, the intensities met. With a threshold below 0 what is below
    the ground has classes of its own.
    """
    palette = BLUES if unit == "m" else PURPLES
    if names:
        return _named(names, palette)
    values = np.asarray(list(values), dtype=float)
    if unit == "class" and not breaks and (numbers := _whole_classes(values, threshold)):
        return _numbered(numbers, palette)
    if not breaks:
        breaks = (
            DEPTH_BREAKS
            if unit == "m"
            else even_breaks(values, above=threshold, count=len(PURPLES))
        )
    lowest = threshold or math.nextafter(0.0, 1.0)
    # the ground separates what is above it from what is below
    ground = (0.0,) if lowest < 0 else ()
    lows = (lowest, *sorted({b for b in (*breaks, *ground) if b > lowest}))
    highs = (*lows[1:], math.inf)
    colours = _spread(palette, len(lows))
    # one class that begins at 0 has no number to name
    reached = "map.class.reached" if len(lows) == 1 and lowest < 1e-300 else None
    ranges = (
        Class(c, low=low, high=high, key="map.class.below_ground" if low < 0 else reached)
        for c, low, high in zip(colours, lows, highs, strict=True)
    )
    return Classes("map.intensity", (*ranges, _no_data()), unit=unit)


def exposure_classes(palette: Sequence[str] = WARM) -> Classes:
    """Return the four ways an asset is counted; an unusable one is counted but cannot be drawn."""
    return Classes(
        "map.assets",
        (
            Class(palette[-2], value="exposed", key="map.class.exposed"),
            Class("#ffd400", value="no_data", key="map.class.no_data", no_data=True),
            Class("#ffffff", value="not_exposed", key="map.class.not_exposed"),
            Class("#ffffff", value="unusable", key="map.class.unusable"),
        ),
    )


def asset_classes(numbers: Classes, palette: Sequence[str], *, unknown: bool) -> Classes:
    """Return the classes of assets: exposed ones by the ranges of a table of `numbers`, and the
    other three states.

    `unknown`: there are exposed assets whose number is not known; they have a class of their own.

    Examples
    --------
    >>> table = asset_classes(intensity_classes([], unit="m"), WARM, unknown=False)
    >>> [(a_class.value, a_class.low) for a_class in table.classes][1:6]
    [('exposed', 0.3), ('exposed', 0.75), ('exposed', 1.5), ('exposed', 3.0), ('no_data', nan)]
    """
    ranges = [a_class for a_class in numbers.classes if a_class.has_range]
    exposed = [
        dataclasses.replace(a_class, colour=colour, value="exposed")
        for a_class, colour in zip(ranges, _spread(palette, len(ranges)), strict=True)
    ]
    if unknown:
        key = "map.class.exposed_unknown"
        exposed.append(Class(UNKNOWN_COLOUR, value="exposed", key=key, no_data=True))
    states = exposure_classes().classes[1:]
    return Classes(numbers.title, (*exposed, *states), unit=numbers.unit)


def exposed_share_classes() -> Classes:
    """Return the classes of the exposed share of an asset (0-1), in quarters."""
    lows = (math.nextafter(0.0, 1.0), 0.25, 0.5, 0.75)
    ranges = (
        Class(colour, low=low, high=high)
        for colour, low, high in zip(ORRD, lows, (*lows[1:], math.inf), strict=False)
    )
    return Classes("map.exposed_share", tuple(ranges), unit=SHARE)


def rounded_quantiles(values: Iterable[float], *, count: int) -> tuple[float, ...]:
    """Return at most `count` - 1 rising breaks between quantiles of the values above 0, rounded for
    reading.

    One significant digit where that keeps the breaks apart, else two, else three; no values, no
    breaks.
    """
    known = np.asarray(list(values), dtype=float)
    known = known[np.isfinite(known) & (known > 0)]
    if len(np.unique(known)) < 2:
        return ()
    quantiles = np.quantile(known, np.arange(1, count) / count)
    breaks: np.ndarray = np.empty(0)
    for digits in (1, 2, 3):
        rounded = np.unique([float(f"{value:.{digits - 1}e}") for value in quantiles])
        breaks = rounded[(rounded > known.min()) & (rounded <= known.max())]
        if len(breaks) == count - 1:
            break
    return tuple(float(value) for value in breaks)


def spread_breaks(values: Iterable[float], *, count: int) -> tuple[float, ...]:
    """Return at most `count` - 1 rising breaks at even ratios of the values above 0, each rounded to
    1, 2 or 5 times a power of ten.

    They divide what spans several powers of ten, such as the damage of a road and of a hospital;
    the lowest tenth and the highest hundredth of the values do not move them.

    Examples
    --------
    >>> spread_breaks([100.0, 1e3, 1e4, 1e5, 1e6], count=5)
    (2000.0, 10000.0, 50000.0, 200000.0)
    """
    known = np.asarray(list(values), dtype=float)
    known = known[np.isfinite(known) & (known > 0)]
    if len(np.unique(known)) < 2:
        return ()
    low, high = np.log10(np.quantile(known, [0.1, 0.99]))
    stops = np.linspace(low, high, count + 1)[1:-1]
    powers = np.floor(stops)
    steps = np.log10([1.0, 2.0, 5.0, 10.0])
    nearest = np.abs((stops - powers)[:, None] - steps).argmin(axis=1)
    rounded = np.unique(np.array([1.0, 2.0, 5.0, 10.0])[nearest] * 10.0**powers)
    return tuple(float(f"{value:.0e}") for value in rounded if known.min() < value <= known.max())


def even_breaks(values: Iterable[float], *, above: float, count: int) -> tuple[float, ...]:
    """Return breaks at even steps of 1, 2 or 5 (or a tenth, ten times, … of it), at most `count` of
    them.

    They lie above `above` and not above the highest value; values that do not differ have no
    breaks.
    """
    known = np.asarray(list(values), dtype=float)
    known = known[np.isfinite(known) & (known >= above)]
    if len(np.unique(known)) < 2:
        return ()
    width = (known.max() - above) / count
    power = math.floor(math.log10(width))
    step = next(
        size * 10.0**power for size in (1, 2, 5, 10) if size * 10.0**power >= width * (1 - 1e-9)
    )
    first = math.floor(above / step) + 1
    places = range(first, math.floor(known.max() / step * (1 + 1e-9)) + 1)
    # a product such as 3 × 0.1 has a meaningless last digit
    return tuple(float(f"{place * step:.6g}") for place in places)


def classify(values: np.ndarray, classes: Classes) -> np.ndarray:
    """Return the place of each number's class as uint8: no data for NaN, NO_CLASS if none."""
    ranged = [place for place, a_class in enumerate(classes.classes) if a_class.has_range]
    lows = np.array([classes.classes[place].low for place in ranged])
    order = np.argsort(lows)
    positions = np.searchsorted(lows[order], values, side="right") - 1
    codes = np.array(ranged, dtype=np.uint8)[order][np.clip(positions, 0, None)]
    codes[positions < 0] = NO_CLASS
    no_data = [place for place, a_class in enumerate(classes.classes) if a_class.no_data]
    codes[np.isnan(values)] = no_data[0] if no_data else NO_CLASS
    return codes


def label(a_class: Class, classes: Classes, language: str, *, currency: str = "") -> str:
    """Return the legend's text of a class."""
    if a_class.label is not None:
        return a_class.label
    if a_class.key is not None:
        return say(a_class.key, language, **_bounds(a_class, classes, language, currency))
    texts = _bounds(a_class, classes, language, currency)
    if math.isinf(a_class.high):
        return say("map.class.from", language, **texts)
    return say("map.class.under" if is_bottom(a_class) else "map.class.between", language, **texts)


def edge_colour(a_class: Class) -> str:
    """Return the colour of an outline that contrasts with a class's fill: dark or white."""
    return (
        DARK_EDGE
        if a_class.no_data
        else max((DARK_EDGE, WHITE_EDGE), key=lambda edge: contrast(edge, a_class.colour))
    )


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, from 1 to 21, by WCAG 2.2 (w3.org/TR/WCAG22)."""
    low, high = sorted(_luminance(colour) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = np.array(_rgb(colour)) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def _no_data(key: str = "map.class.no_data") -> Class:
    return Class(UNKNOWN_COLOUR, key=key, no_data=True)


def _whole_classes(values: np.ndarray, threshold: float) -> range:
    """Return the classes up to the highest that is met; none where a value is no whole number, or
    all are 1: inside a zone.
    """
    met = values[np.isfinite(values) & (values > 0) & (values >= threshold)]
    if not len(met) or (met % 1).any() or not 1 < met.max() <= len(PURPLES) + 2:
        return range(0)
    return range(max(1, math.ceil(threshold)), int(met.max()) + 1)


def _numbered(numbers: Sequence[int], palette: Sequence[str]) -> Classes:
    """Return a class for each number; the last is also for a higher one that no asset meets."""
    lows = [float(number) for number in numbers]
    last = len(lows) - 1
    ranges = (
        Class(
            colour,
            low=low,
            high=high,
            key="map.class.number" if place < last else "map.class.number_from",
        )
        for place, (colour, low, high) in enumerate(
            zip(_spread(palette, len(lows)), lows, (*lows[1:], math.inf), strict=True)
        )
    )
    return Classes("map.intensity", (*ranges, _no_data()))


def _named(names: Mapping[float, str], palette: tuple[str, ...]) -> Classes:
    ordered = sorted(names.items())
    lows = [low for low, _ in ordered]
    colours = _spread(palette, len(ordered))
    ranges = (
        Class(colour, low=low, high=high, label=word)
        for colour, (low, word), high in zip(colours, ordered, (*lows[1:], math.inf), strict=True)
    )
    return Classes("map.intensity", (*ranges, _no_data()))


def _spread(palette: Sequence[str], count: int) -> tuple[str, ...]:
    """Return `count` colours of a palette, its darkest always among them."""
    if count > len(palette):
        stops = np.linspace(0, len(palette) - 1, count)
        return tuple(_mix(palette, stop) for stop in stops)
    places = (
        np.round(np.linspace(len(palette) - 1, 0, count)).astype(int)[::-1]
        if count > 1
        else [len(palette) - 1]
    )
    return tuple(palette[place] for place in places)


def _mix(palette: Sequence[str], stop: float) -> str:
    low = min(int(stop), len(palette) - 2)
    pair = np.array([_rgb(palette[low]), _rgb(palette[low + 1])], dtype=float)
    red, green, blue = np.round(pair[0] + (pair[1] - pair[0]) * (stop - low)).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def is_bottom(a_class: Class) -> bool:
    """A range that begins at the smallest number above 0 is read as «under its top»."""
    return 0 < a_class.low < 1e-300


def _bounds(a_class: Class, classes: Classes, language: str, currency: str) -> dict[str, str]:
    def written(value: float) -> str:
        if classes.unit == MONEY:
            return money(value, currency, language)
        if classes.unit == SHARE:
            return percent(value, language)
        return number(value, language) + (f" {classes.unit}" if classes.unit else "")

    return {
        name: written(value)
        for name, value in (("low", a_class.low), ("high", a_class.high))
        if math.isfinite(value)
    }
