"""A city's declaration of a hazard: maps, damage by class, rates for people, chronic hazards.

Classes of numbers exclude their minimum and include their maximum (InaSAFE). A chronic hazard has
an occurrence and a yearly price.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from asset_inventory.model.annual_damage import ProtectionLevel
from asset_inventory.model.declarations import (
    GRID_SUFFIXES,
    METRES_PER_UNIT,
    BothNames,
    Declared,
    Fault,
    Number,
    PositiveYears,
    Source,
    Text,
    Visibility,
    Where,
    Words,
    not_known,
    passing,
    placed,
    rising,
    same_word,
)
from asset_inventory.model.library import shipped_curves
from asset_inventory.model.library.rates import MMI, displacement_sets, fatality_models
from asset_inventory.model.projection import CalendarYear, Future
from asset_inventory.model.texts import ANY

MMI_MOST = 12  # the last degree of Mercalli's scale
_DAYS = 366  # of the longest year
# A rule of [[curves]] has one of them.
_DAMAGE = {"curve", "path", "fractions", "fractions_above"}
Share = Annotated[Number, Field(ge=0, le=1)]
_Often = Annotated[Number, Field(gt=0)]
_Days = Annotated[Number, Field(gt=0, le=366)]


def bound(given: str) -> float:
    """Return the number of a written bound; NaN for any other text."""
    try:
        number = float(given)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


# The damage ratio of each class, by the map's own word.
Fractions = Annotated[Mapping[Text, Share], Field(min_length=1), AfterValidator(MappingProxyType)]
# The damage ratio above each number, in the hazard's unit, up to the next; 0 up to the first.
FractionsAbove = Annotated[
    Mapping[Text, Share], Field(min_length=1), AfterValidator(MappingProxyType)
]
# Above `exposed_from`
IntensityBreaks = Annotated[tuple[Number, ...], Field(min_length=1, max_length=7)]
# Keys of a map that a grid does not have.
_OF_ZONES = {
    "asset_id_field",
    "asset_layer",
    "ground_field",
    "ignore_case",
    "intensities",
    "intensity",
    "intensity_field",
    "layer",
    "order",
    "return_period_field",
    "unknown",
    "where",
}


class Intensity(Declared):
    """The measure of a hazard map; `breaks` separate its classes on maps and in legends.

    They are in the unit of the measure. `is_water_depth` states whether it is a depth of water
    above the ground, where name and measure leave that open: only such maps have BNPB's flood
    classes. Readers see the `label` of the measure.
    """

    measure: Text
    label: BothNames | None = None
    unit: Text
    breaks: IntensityBreaks | None = None
    is_water_depth: bool | None = None


class HazardMap(Declared):
    """One map of a hazard: a grid, polygons with an intensity, or a table of intensities by asset.

    A table has the `asset_id_field`; its ids are those of one `asset_layer`, or whole ids
    ("schools:12"). With a `ground_field` its intensities are levels, and the depth is the level
    minus the ground. `unknown` has the words of `intensity_field` that mark a zone as not known. With `ignore_case`
    the words of its fields match those of this file in any case of letters.
    """

    path: Path
    return_period: PositiveYears | None = None
    return_period_field: Text | None = None
    layer: str | None = None
    crs: str | None = None
    band: Annotated[int, Field(ge=1)] = 1
    terrain: Path | None = None
    intensity: Number | None = None
    intensity_field: Text | None = None
    asset_id_field: Text | None = None
    asset_layer: Text | None = None
    ground_field: Text | None = None
    intensities: Annotated[Mapping[str, Number], AfterValidator(MappingProxyType)] | None = None
    order: tuple[Text, ...] | None = None
    unknown: Words | None = None
    where: Where | None = None
    ignore_case: bool | None = None

    @property
    def is_scenario(self) -> bool:
        """Return whether it is declared without return periods."""
        return self.model_fields_set.isdisjoint(("return_period", "return_period_field"))

    @property
    def words(self) -> dict[str, float]:
        """Return the intensity of each word of its zones, in the file's unit; empty for numbers."""
        if self.intensities is not None:
            return dict(self.intensities)
        return {
            word: float(place)
            for place, word in enumerate(self.order or (), start=1)
            if word is not None
        }

    @property
    def is_grid(self) -> bool:
        """Return whether the file's ending is that of a grid; else it holds polygons."""
        return self.path.suffix.lower() in GRID_SUFFIXES

    @property
    def is_table(self) -> bool:
        """Return whether the file is a table of intensities by asset."""
        return self.asset_id_field is not None

    def faults(self, where: str, of_hazard: set[str]) -> Iterator[Fault]:
        """Yield every fault of keys that contradict each other or those of the hazard."""
        given = self.model_fields_set
        if self.is_grid:
            for key in sorted({"exposed_from", "nodata_means"} - of_hazard):
                yield where, "fault.grid_must_say", {"key": key}
            for key in sorted(given & _OF_ZONES):
                yield where, "fault.not_for_grids", {"key": key}
            return
        if "terrain" in given or "band" in given:
            key = "terrain" if "terrain" in given else "band"
            yield where, "fault.only_for_grids", {"key": key}
        if ("intensity" in given) == ("intensity_field" in given):
            yield where, "fault.one_intensity", {}
        for key in sorted(given & {"asset_layer", "ground_field"}):
            if "asset_id_field" not in given:
                yield where, "fault.table_needs_id", {"key": key}
            elif key == "ground_field" and (self.words or "intensity_field" not in given):
                yield where, "fault.ground_needs_level", {}
        if "order" in given and "intensities" in given:
            yield where, "fault.order_or_intensities", {}
        if given & {"order", "intensities", "unknown"} and "intensity_field" not in given:
            yield where, "fault.words_need_field", {}
        order, unknown = passing(self.order), passing(self.unknown)
        for word in (*order, *(self.intensities or ())):
            if word in unknown:
                yield where, "fault.class_unknown", {"given": word}
        if len(set(order)) < len(order):
            yield where, "fault.order_twice", {}
        if self.ignore_case:
            yield from same_word(where, self.intensities)
            yield from same_word(where, {word: place for place, word in enumerate(order)})
        if "return_period" in given and "return_period_field" in given:
            yield where, "fault.one_return_period", {}


class PeopleRates(Declared):
    """The shipped rates that count people under a hazard: the displaced, and deaths in an
    earthquake.
    """

    displacement: Text
    fatality: Text | None = None

    def faults(self, where: str, hazard: Hazard) -> Iterator[Fault]:
        """Yield every fault of names of rates, and of rates that do not fit the hazard's maps."""
        sets, models = displacement_sets(), fatality_models()
        named = sets.get(self.displacement)
        if named is not None:
            words = [a_map.words for a_map in passing(hazard.maps)]
            known = [word for a_class in named.classes for word in a_class.words]
            folded = {word.casefold() for word in known}
            unit = "m" if named.unit in METRES_PER_UNIT else named.unit
            if any(words) and not all(words):
                yield where, "fault.people_words_and_numbers", {}
            elif not any(words) and unit.casefold() != (hazard.unit or "").casefold():
                arguments = {
                    "given": named.name,
                    "unit": named.unit,
                    "found": hazard.intensity.unit or "",
                }
                yield where, "fault.people_other_unit", arguments
            for word in dict.fromkeys(word for of_map in words if all(words) for word in of_map):
                if word.casefold() not in folded:
                    arguments = {"given": word, "set": named.name, "words": ", ".join(known)}
                    yield where, "fault.people_word_unknown", arguments
        elif self.displacement is not None:
            yield where, *not_known("fault.no_such_displacement", self.displacement, sets)
        if self.fatality is not None and self.fatality not in models:
            yield where, *not_known("fault.no_such_fatality", self.fatality, models)
        elif named is not None and self.fatality and named.unit != models[self.fatality].unit:
            arguments = {"given": self.fatality, "unit": models[self.fatality].unit}
            yield where, "fault.fatality_other_unit", arguments


class Occurrence(Declared):
    """How often a stress occurs: days a year, or events a year with the days of one event.

    `service_lost` is the share of these days on which a reached asset gives no service; that of an
    asset type in `[[yearly]]` replaces it. Without both, the days of service lost are not known.
    """

    days_per_year: _Days | None = None
    events_per_year: _Often | None = None
    days_per_event: _Days | None = None
    service_lost: Share | None = None
    source: Text
    exercise: bool = False

    @property
    def days(self) -> float | None:
        """Return the days a year of the stress, None where only its events are known."""
        if self.events_per_year is not None and self.days_per_event is not None:
            return self.events_per_year * self.days_per_event
        return self.days_per_year

    def faults(self, where: str) -> Iterator[Fault]:
        """Yield every fault of days and events."""
        given = self.model_fields_set
        if ("days_per_year" in given) == ("events_per_year" in given):
            yield where, "fault.days_or_events", {}
        elif "days_per_event" in given and "events_per_year" not in given:
            yield where, "fault.days_of_no_event", {}
        days = (self.events_per_year or 0) * (self.days_per_event or 0)
        if days > _DAYS:
            yield where, "fault.more_days_than_a_year", {"days": days, "most": _DAYS}


class Hazard(Declared):
    """A shock (sudden) or a stress (chronic), with its maps.

    `occurrence` states how often a stress occurs; the map of the return period `reach` (year), by
    default its most frequent one, shows what it reaches so often. The level of `water` from the sea
    is that of the sea, so that its depth grows as the ground sinks; the depth of inland water grows
    only by what the ground sinks more than its channels. `surveyed` is the year of the terrain
    under the depths. `exposed_from` is below 0 where water below ground counts, for assets with
    basements: the maps are then grids of the water's level over a terrain, or of depths that go
    below 0.
    """

    name: Text
    label: BothNames | None = None
    kind: Literal["shock", "stress"]
    intensity: Intensity
    exposed_from: Number | None = None
    nodata_means: Literal["not exposed", "unknown"] | None = None
    outside: Literal["not exposed", "unknown"] = "unknown"
    no_damage_return_period: PositiveYears | None = None
    protection: ProtectionLevel | None = None
    occurrence: Occurrence | None = None
    reach: PositiveYears | None = None
    water: Literal["sea", "inland"] | None = None
    surveyed: CalendarYear | None = None
    people: PeopleRates | None = None
    maps: Annotated[tuple[HazardMap, ...], Field(min_length=1)]
    visibility: Visibility = "public"
    source: Source

    @property
    def words(self) -> dict[str, float]:
        """Return the intensity of each word of its maps (program's unit), mildest first."""
        intensities = {
            word: number * self.factor
            for a_map in self.maps
            for word, number in a_map.words.items()
        }
        return dict(sorted(intensities.items(), key=lambda pair: pair[1]))

    @property
    def spreads(self) -> bool:
        """Return whether a map has a level of the sea over a terrain, so that water may spread."""
        return self.water == "sea" and any(a_map.terrain is not None for a_map in self.maps)

    @property
    def factor(self) -> float:
        """Return the factor from the files' unit to metres; 1 for a unit that is no length."""
        return METRES_PER_UNIT.get(self.intensity.unit, 1.0)

    @property
    def unit(self) -> str:
        """Return the unit of every intensity inside the program: metres for lengths."""
        return "m" if self.intensity.unit in METRES_PER_UNIT else self.intensity.unit

    @property
    def threshold(self) -> float:
        """Return the exposure threshold: 0 is «above 0», below 0 groundwater counts."""
        return (self.exposed_from or 0.0) * self.factor

    @property
    def counts_below_ground(self) -> bool:
        """Return whether water that stands below the ground exposes assets."""
        return self.threshold < 0

    def has_water(self, intensity: Any) -> Any:
        """Return where water (or another hazard) is: above 0 or a negative threshold; not at NaN."""
        return intensity >= self.threshold if self.counts_below_ground else intensity > 0

    @property
    def water_from(self) -> float:
        """Return the intensity at which water begins: 0, or a threshold below ground."""
        return min(self.threshold, 0.0)

    def exposes(self, intensity: Any) -> Any:
        """Return which intensities (an array, metres for lengths) expose an asset; NaN does not."""
        return intensity >= self.threshold if self.threshold > 0 else self.has_water(intensity)

    @property
    def protected_to(self) -> float | None:
        """Return the return period (year) up to which a defence holds; None without a defence."""
        return self.protection.return_period if self.protection else None

    @property
    def breaks(self) -> tuple[float, ...]:
        """Return the breaks between classes in the program's unit; none where the city has none."""
        # the last digit of a product such as 7 × 0.01 has no meaning
        return tuple(float(f"{edge * self.factor:.12g}") for edge in self.intensity.breaks or ())

    def faults(self, where: str) -> Iterator[Fault]:
        """Yield every fault of the hazard and its maps that needs several keys."""
        maps, given = passing(self.maps), self.model_fields_set
        periods = passing(a_map.return_period for a_map in maps)
        for period, count in Counter(periods).items():
            if count > 1:
                yield where, "fault.return_period_twice", {"period": period, "times": count}
        scenarios = sum(a_map.is_scenario for a_map in maps)
        if scenarios > 1:
            yield where, "fault.two_scenarios", {"times": scenarios}
        if scenarios and scenarios < len(maps):
            yield where, "fault.scenario_beside_periods", {}
        start = self.no_damage_return_period
        if start is not None and periods and start > min(periods):
            yield where, "fault.damage_starts_late", {"given": start, "period": min(periods)}
        if "protection" in given and maps and scenarios == len(maps):
            yield where, "fault.protection_without_periods", {}
        yield from self._intensity_faults(where)
        if self.people is not None:
            yield from self.people.faults(f"{where}, people", self)
        yield from self._chronic_faults(where, periods)
        for place, a_map in placed(f"{where}, maps", self.maps):
            if a_map.path is not None:
                yield from a_map.faults(place, given)

    def water_faults(self, where: str, future: Future | None) -> Iterator[Fault]:
        """Yield every fault of `water` and `surveyed`, also with the years of `[future]`."""
        if self.unit not in ("m", None):
            yield where, "fault.water_not_depth", {"unit": self.intensity.unit}
        if self.kind == "stress":
            yield where, "fault.water_on_stress", {}
        surveyed, today = self.surveyed, future.today if future else None
        if "surveyed" not in self.model_fields_set:
            yield where, "fault.water_without_survey", {}
        elif surveyed is not None and today is not None and surveyed > today:
            arguments = {"surveyed": str(surveyed), "today": str(today)}
            yield where, "fault.survey_after_today", arguments
        if self.water == "inland" and future is not None:
            for key in ("subsidence_rate", "channel_subsidence_rate"):
                if key not in future.model_fields_set:
                    yield where, "fault.inland_without_rate", {"key": key}

    def _intensity_faults(self, where: str) -> Iterator[Fault]:
        maps, breaks = passing(self.maps), self.intensity.breaks
        start, is_length = self.exposed_from or 0, self.unit in ("m", None)
        by_order = any("order" in a_map.model_fields_set for a_map in maps)
        if start < 0 and not is_length:
            yield f"{where}, exposed_from", "fault.below_ground_unit", {"given": start}
        if start < 0 and any(a_map.path is not None and not a_map.is_grid for a_map in maps):
            yield f"{where}, exposed_from", "fault.below_ground_zones", {"given": start}
        where = f"{where}, intensity"
        if self.intensity.is_water_depth and (by_order or not is_length):
            yield where, "fault.water_depth_no_length", {}
        if breaks is None:
            return
        yield from rising(f"{where}, breaks", breaks)
        below = [edge for edge in passing(breaks) if edge <= start]
        if below:
            yield where, "fault.break_below_exposure", {"given": below[0], "start": start}
        if by_order or any("intensities" in a_map.model_fields_set for a_map in maps):
            yield where, "fault.breaks_beside_words", {}

    def _chronic_faults(self, where: str, periods: list[float]) -> Iterator[Fault]:
        if self.kind == "shock":
            for key in sorted({"occurrence", "reach"} & self.model_fields_set):
                yield where, "fault.not_for_shocks", {"key": key}
            return
        if self.occurrence is not None:
            yield from self.occurrence.faults(f"{where}, occurrence")
        # the periods in the fields are known only when the maps are opened
        by_field = any("return_period_field" in m.model_fields_set for m in passing(self.maps))
        if self.reach is not None and not by_field and self.reach not in periods:
            known = ", ".join(f"{period:g}" for period in sorted(periods))
            yield where, "fault.reach_is_no_map", {"given": self.reach, "periods": known}


class CurveRule(Declared):
    """Which damage curve applies to which asset types under which hazard, or to their content.

    The curve is a shipped one (`curve`), a file (`path`), or damage by class: `fractions` for the
    words of zones, `fractions_above` for numbers.
    """

    hazard: Text
    asset_types: Words
    part: Literal["content"] | None = None
    curve: Text | None = None
    path: Path | None = None
    fractions: Fractions | None = None
    fractions_above: FractionsAbove | None = None
    damage: Literal["fraction", "currency/m2"] = "fraction"
    source: Source | None = None

    def faults(self, where: str, hazards: Mapping[str, Hazard]) -> Iterator[Fault]:
        """Yield every fault of unknown names, and of keys that contradict each other."""
        hazard, given = hazards.get(self.hazard), self.model_fields_set & _DAMAGE
        if self.hazard is not None and hazard is None:
            yield where, *not_known("fault.hazard_not_declared", self.hazard, hazards)
        if len(given) != 1:
            yield where, "fault.curve_or_path", {}
        if given & {"fractions", "fractions_above"} and self.damage != "fraction":
            yield where, "fault.classes_are_fractions", {}
        if self.fractions is not None and hazard is not None:
            yield from _word_faults(f"{where}, fractions", self.fractions, hazard)
        if self.fractions_above is not None and hazard is not None:
            yield from _bound_faults(f"{where}, fractions_above", self.fractions_above, hazard)
        if self.curve is not None and self.curve not in shipped_curves():
            yield where, *not_known("fault.no_such_curve", self.curve, shipped_curves())
        if given and "curve" not in given and "source" not in self.model_fields_set:
            yield where, "fault.curve_needs_source", {}


class YearlyPrice(Declared):
    """The annual cost of a stress, for the share of an asset that it reaches.

    It is a `fraction` (0-1) of the value, or a `cost` per m2, metre or piece: of each year, or of
    `each` event, times events a year. `service_lost` is the share of the stress's days on which the
    asset gives no service.
    """

    hazard: Text
    asset_types: Words
    fraction: Share | None = None
    cost: Annotated[Number, Field(ge=0)] | None = None
    per: Literal["m2", "m", "piece"] | None = None
    each: Literal["year", "event"] = "year"
    service_lost: Share | None = None
    source: Text
    exercise: bool = False

    def faults(self, where: str, hazards: Mapping[str, Hazard]) -> Iterator[Fault]:
        """Yield every fault of keys that need or exclude each other, and of the hazard."""
        given = self.model_fields_set
        if ("fraction" in given) == ("cost" in given):
            yield where, "fault.fraction_or_cost", {}
        if ("cost" in given) != ("per" in given):
            yield where, "fault.cost_per_what", {}
        if self.hazard is None:
            return
        if self.hazard not in hazards:
            yield where, *not_known("fault.hazard_not_declared", self.hazard, hazards)
            return
        hazard = hazards[self.hazard]
        arguments, occurrence = {"given": self.hazard}, hazard.occurrence
        if hazard.kind == "shock":
            yield where, "fault.yearly_on_shock", arguments
        elif "occurrence" not in hazard.model_fields_set:
            yield where, "fault.yearly_without_occurrence", arguments
        elif self.each == "event" and (
            occurrence is None or "events_per_year" not in occurrence.model_fields_set
        ):
            yield where, "fault.price_of_no_event", arguments


def _word_faults(where: str, fractions: Mapping[str, float], hazard: Hazard) -> Iterator[Fault]:
    """Yield every fault of damage by the words of a hazard's zones."""
    maps = passing(hazard.maps)
    if any(not a_map.words for a_map in maps):
        yield where, "fault.classes_without_words", {"hazard": hazard.name}
        return
    words = dict.fromkeys(word for a_map in maps for word in a_map.words)
    for word in words:
        if word not in fractions:
            yield where, "fault.class_without_fraction", {"given": word}
    for word in fractions:
        if word not in words:
            yield where, *not_known("fault.no_such_class", word, words)
    numbers: dict[str, set[float]] = {}
    same: dict[float, set[float | None]] = {}
    for word, number in (pair for a_map in maps for pair in a_map.words.items()):
        if number is not None and fractions.get(word, 0) is not None:
            numbers.setdefault(word, set()).add(number)
            same.setdefault(number, set()).add(fractions.get(word))
    for word in (word for word, given in numbers.items() if len(given) > 1):
        yield where, "fault.class_two_intensities", {"given": word}
    for number in (number for number, given in same.items() if len(given) > 1):
        yield where, "fault.intensity_two_fractions", {"given": f"{number:.15g}"}


def _bound_faults(where: str, above: Mapping[str, float], hazard: Hazard) -> Iterator[Fault]:
    """Yield every fault of damage above numbers."""
    if any(a_map.words for a_map in passing(hazard.maps)):
        yield where, "fault.bounds_beside_words", {"hazard": hazard.name}
    numbers = [bound(text) for text in above]
    start = min(hazard.exposed_from or 0, 0)
    by_mmi = (hazard.unit or "").casefold() == MMI.casefold()
    for text, number in zip(above, numbers, strict=True):
        if math.isnan(number):
            yield where, "fault.bound_not_a_number", {"given": text}
        elif number < start:
            yield where, "fault.bound_below_zero", {"given": text, "start": start}
        elif by_mmi and number >= MMI_MOST:
            yield where, "fault.bound_beyond_mmi", {"given": text, "most": MMI_MOST}
    known = [number for number in numbers if not math.isnan(number)]
    if len(set(known)) < len(known):
        yield where, "fault.bound_twice", {}


def yearly_faults(
    hazards: Mapping[str, Hazard], yearly: Sequence[YearlyPrice], curves: Sequence[CurveRule]
) -> Iterator[Fault]:
    """Yield every fault of yearly prices, and of damage curves on stresses without one."""
    claimed: set[tuple[str, str]] = set()
    for where, rule in placed("yearly", yearly):
        yield from rule.faults(where, hazards)
        for pair in dict.fromkeys(
            (rule.hazard, asset_type) for asset_type in passing(rule.asset_types)
        ):
            if pair in claimed and rule.hazard is not None:
                yield where, "fault.yearly_twice", {"given": pair[0], "asset_type": pair[1]}
            claimed.add(pair)
    for where, curve in placed("curves", curves):
        if curve.hazard not in hazards or hazards[curve.hazard].kind != "stress":
            continue
        bare = [
            asset_type
            for asset_type in passing(curve.asset_types)
            if not {(curve.hazard, asset_type), (curve.hazard, ANY)} & claimed
        ]
        if bare:
            arguments = {"given": curve.hazard, "asset_types": ", ".join(bare)}
            yield where, "fault.curve_on_stress", arguments
