"""What a city declares, in the words of `city.toml`: frozen models, checked field by field."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from asset_inventory.model.annual_damage import EadRule, ProtectionLevel, Relation
from asset_inventory.model.hazards import (
    Fractions,
    FractionsAbove,
    Occurrence,
    PeopleRates,
    YearlyPrice,
)
from asset_inventory.model.projection import CalendarYear, ConditionFactor, Future
from asset_inventory.model.resilience import Influence, Pressure, Resilience
from asset_inventory.model.texts import (
    GRID_SUFFIXES,
    METRES_PER_UNIT,
    Declared,
    Number,
    PositiveYears,
    Text,
    Words,
)

Money = Annotated[Number, Field(ge=0)]
Year = Annotated[int, Field(ge=1900, le=2200)]
Where = Annotated[Mapping[Text, Words], AfterValidator(MappingProxyType)]
Visibility = Literal["public", "internal"]
# More than eight shades of one colour are not told apart.
Breaks = Annotated[tuple[Annotated[Number, Field(gt=0)], ...], Field(min_length=1, max_length=7)]
IntensityBreaks = Annotated[
    tuple[Number, ...], Field(min_length=1, max_length=7)
]  # above `exposed_from`


class Source(Declared):
    """Who made a layer, when, under which licence; `exercise` data is called so on all that is
    made from it.
    """

    title: Text
    licence: Text
    publisher: str | None = None
    date: datetime.date | None = None
    url: str | None = None
    exercise: bool = False


class Population(Declared):
    """Residents per district, in a text table or the fields of a layer (GeoPackage, GeoJSON,
    shapefile, ...).

    `dwellings` names the asset types that people live in.
    """

    path: Path
    layer: str | None = None
    id: Text
    field: Text
    source: Source
    dwellings: Words = ()


class Districts(Declared):
    """The districts by which everything is summed; a public page sums by squares of 1 km where
    they are internal.
    """

    path: Path
    layer: str | None = None
    crs: str | None = None
    id: Text
    name: Text | None = None
    parent: Text | None = None
    visibility: Visibility = "public"
    source: Source
    population: Population | None = None


class ContextLayer(Declared):
    """A layer drawn behind everything; not assets."""

    path: Path
    name: Text | None = None
    layer: str | None = None
    crs: str | None = None
    visibility: Visibility = "public"
    source: Source


class FieldType(Declared):
    """An asset type taken from a field, its words mapped on request."""

    field: Text
    map: Annotated[Mapping[str, Text], AfterValidator(MappingProxyType)] = Field(
        default_factory=dict, validate_default=True
    )
    otherwise: Text | None = None


class TagRule(Declared):
    """Asset types from tags: «column=value > type», the first that matches; `*` is any value."""

    tags: tuple[Annotated[str, Field(pattern=r"^\s*[^=>]+=[^>]+>\s*\S.*$")], ...]
    otherwise: Text = "other"


def _shape(given: Any) -> str:
    """Return the kind of rule by its keys, so that faults are named in its terms."""
    if isinstance(given, Mapping):
        return "by tags" if "tags" in given else "by field"
    if isinstance(given, TagRule):
        return "by tags"
    return "by field" if isinstance(given, FieldType) else "by word"


AssetType = Annotated[
    Annotated[Text, Tag("by word")]
    | Annotated[TagRule, Tag("by tags")]
    | Annotated[FieldType, Tag("by field")],
    Discriminator(_shape),
]


class Condition(Declared):
    """A number 0-1 from a field of words."""

    field: Text
    map: Annotated[
        Mapping[str, Annotated[Number, Field(ge=0, le=1)]], AfterValidator(MappingProxyType)
    ]


class Fields(Declared):
    """Which field of the file holds which column of ASSETS."""

    asset_id: Words | None = None
    name: Text | None = None
    asset_type: Text | None = None
    owner: Text | None = None
    value: Text | None = None
    floor_height: Text | None = None
    area: Text | None = None
    levels: Text | None = None
    condition: Text | Condition | None = None
    criticality: Text | Condition | None = None

    def asked(self) -> tuple[str, ...]:
        """Return every field of the file that is asked for."""
        names: list[str] = list(self.asset_id or ())
        for name in ("name", "asset_type", "owner", "value", "floor_height", "area", "levels"):
            names += [getattr(self, name)] if getattr(self, name) else []
        for rule in (self.condition, self.criticality):
            names += [rule.field if isinstance(rule, Condition) else rule] if rule else []
        return tuple(dict.fromkeys(names))


class AssetLayer(Declared):
    """One layer of assets; with `ignore_case` words of its fields are those of this file in any
    case of letters.
    """

    name: Annotated[str, Field(min_length=1, pattern=r"^[^:]+$")]
    path: Path
    layer: str | None = None
    crs: str | None = None
    where: Where | None = None
    ignore_case: bool | None = None
    asset_type: AssetType | None = None
    owner: str | None = None
    complete: bool = False
    visibility: Visibility = "internal"
    column_visibility: Annotated[Mapping[str, Visibility], AfterValidator(MappingProxyType)] = (
        Field(default_factory=dict, validate_default=True)
    )
    source: Source
    fields: Fields = Fields()
    x: Text | None = None
    y: Text | None = None
    wkt: Text | None = None

    @property
    def coordinates(self) -> tuple[str, ...]:
        """Return the text table's columns of WKT, or x and y; none for the usual names."""
        return (self.wkt,) if self.wkt else (self.x, self.y) if self.x and self.y else ()

    def asked(self) -> tuple[str, ...]:
        """Return every field of the file that is read into ASSETS, those that tell its type too."""
        rule = self.asset_type
        telling = [rule.field] if isinstance(rule, FieldType) else []
        if isinstance(rule, TagRule):
            telling = [tag.partition("=")[0].strip() for tag in rule.tags]
        return tuple(dict.fromkeys([*self.fields.asked(), *telling]))


Positive = Annotated[Number, Field(gt=0)]


class UnitPrice(Declared):
    """What an asset is worth where it has no value of its own: a price per m2, metre or piece.

    `content` is what is in it, as a multiple of `amount`; `inflation` brings the price from its
    year to the city's.
    """

    per: Literal["m2", "m", "piece"]
    times: Literal["levels"] | None = None
    amount: Money
    content: Money = 0.0
    price_year: Year | None = None
    inflation: Positive | None = None
    source: Text
    exercise: bool = False


class JrcRule(Declared):
    """JRC's rule for what a building may lose at most per m2 (Huizinga et al. 2017), from the GDP
    per person.

    `gdp_per_capita` is in USD of 2010, `exchange_rate` in the city's currency per euro of 2010, and
    `inflation` brings prices of 2010 to the city's year. A factor that is not declared is the
    shipped default, and named so.
    """

    rule: Literal["jrc"]
    sector: Text
    gdp_per_capita: Positive
    times: Literal["levels"] | None = None
    depreciated: Annotated[Number, Field(gt=0, le=1)] | None = None
    undamageable: Annotated[Number, Field(ge=0, lt=1)] | None = None
    material: Annotated[Number, Field(gt=0, le=1)] | None = None
    content: Money | None = None
    exchange_rate: Positive | None = None
    inflation: Positive | None = None
    source: Text
    exercise: bool = False


def _reckoned(given: Any) -> str:
    """Tell a rule from a price by what it holds, so that its faults are told in those terms."""
    by_rule = "rule" in given if isinstance(given, Mapping) else isinstance(given, JrcRule)
    return "by rule" if by_rule else "by price"


ValueRule = Annotated[
    Annotated[UnitPrice, Tag("by price")] | Annotated[JrcRule, Tag("by rule")],
    Discriminator(_reckoned),
]


class Intensity(Declared):
    """What a hazard map measures; `breaks` part its classes on maps and in legends, in this unit.

    `is_water_depth` tells whether it is a depth of water above the ground, where name and measure
    leave that open: only such maps have BNPB's classes of floods.
    """

    measure: Text
    unit: Text
    breaks: IntensityBreaks | None = None
    is_water_depth: bool | None = None


class HazardMap(Declared):
    """One map of a hazard: a grid, or polygons with an intensity.

    `unknown` are words of `intensity_field` by which a zone says that nothing is known there. With
    `ignore_case` words of its fields are those of this file in any case of letters.
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
    intensities: Annotated[Mapping[str, Number], AfterValidator(MappingProxyType)] | None = None
    order: tuple[Text, ...] | None = None
    unknown: Words | None = None
    where: Where | None = None
    ignore_case: bool | None = None

    @property
    def words(self) -> dict[str, float]:
        """Return the intensity of each word of its zones, in the file's unit; none with numbers."""
        if self.intensities is not None:
            return dict(self.intensities)
        return {word: float(place) for place, word in enumerate(self.order or (), start=1)}

    @property
    def is_grid(self) -> bool:
        """Tell a grid from polygons by the file's ending."""
        return self.path.suffix.lower() in GRID_SUFFIXES


class Hazard(Declared):
    """What may harm: a shock (sudden) or a stress (chronic), with its maps.

    A stress says by `occurrence` how often it comes; the map of the return period `reach` (year),
    by default its most frequent one, shows what it reaches so often. `water` tied to the sea stands
    where the sea lets it, so that its depth grows as the ground sinks; of inland water only with
    what the ground sinks more than its channels. `surveyed` is the year of the terrain that depths
    rest on. `exposed_from` is below 0 where water below ground counts, for assets with basements:
    its maps are then grids of the water's level over a terrain, or of depths that go below 0.
    """

    name: Text
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
        said = {
            word: number * self.factor
            for a_map in self.maps
            for word, number in a_map.words.items()
        }
        return dict(sorted(said.items(), key=lambda pair: pair[1]))

    @property
    def spreads(self) -> bool:
        """Tell whether a map has a level of the sea over a terrain, so that it may spread."""
        return self.water == "sea" and any(a_map.terrain is not None for a_map in self.maps)

    @property
    def factor(self) -> float:
        """Return what turns the files' unit into metres; 1 for what is not a length."""
        return METRES_PER_UNIT.get(self.intensity.unit, 1.0)

    @property
    def unit(self) -> str:
        """Return the unit of every intensity inside the program: metres for lengths."""
        return "m" if self.intensity.unit in METRES_PER_UNIT else self.intensity.unit

    @property
    def threshold(self) -> float:
        """Return the intensity that exposes: 0 is «above 0», below 0 groundwater counts."""
        return (self.exposed_from or 0.0) * self.factor

    @property
    def counts_below_ground(self) -> bool:
        """Tell whether water that stands below the ground exposes assets."""
        return self.threshold < 0

    def has_water(self, intensity: Any) -> Any:
        """Tell where water (or another hazard) is: above 0 or a negative threshold; not at NaN."""
        return intensity >= self.threshold if self.counts_below_ground else intensity > 0

    @property
    def water_from(self) -> float:
        """Return the intensity at which water begins: 0, or a threshold below ground."""
        return min(self.threshold, 0.0)

    def exposes(self, intensity: Any) -> Any:
        """Tell which intensities (an array, metres for lengths) expose an asset; NaN does not."""
        return intensity >= self.threshold if self.threshold > 0 else self.has_water(intensity)

    @property
    def protected_to(self) -> float | None:
        """Return the return period (year) up to which a defence holds; None without a defence."""
        return self.protection.return_period if self.protection else None

    @property
    def breaks(self) -> tuple[float, ...]:
        """Return the breaks between classes in the program's unit; none where the city has none."""
        # a product such as 7 × 0.01 carries a last digit that nobody would read
        return tuple(float(f"{one * self.factor:.12g}") for one in self.intensity.breaks or ())


class CurveRule(Declared):
    """Which damage curve serves which asset types under which hazard, or the content of these.

    The curve is one that ships (`curve`), a file (`path`), or damage by class: `fractions` for the
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


class Goalpost(Declared):
    """Where an indicator scores 0 (worst) and 1 (best), and its weight."""

    worst: Number
    best: Number
    weight: Annotated[Number, Field(gt=0)]


class Scores(Declared):
    """The goalposts of the score; an indicator that is not declared does not count."""

    floor: Annotated[Number, Field(gt=0, lt=1)] = 0.01
    ead_per_value: Goalpost | None = None
    exposed_share: Goalpost | None = None
    criticality: Goalpost | None = None
    condition: Goalpost | None = None

    @property
    def indicators(self) -> dict[str, Goalpost]:
        """Return the declared indicators, in the order of this model."""
        names = [name for name in type(self).model_fields if name != "floor"]
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


class MapClasses(Declared):
    """Breaks between the classes of maps and legends, where the city does not leave them to
    rounded quantiles.
    """

    ead_breaks: Breaks | None = None  # currency/year, of a district


def _pair(given: Any) -> Any:
    if (
        isinstance(given, (list, tuple))
        and len(given) == 2
        and all(isinstance(one, str) and one for one in given)
    ):
        return given
    raise PydanticCustomError(NO_PAIR, "no pair of asset_id")


NO_PAIR = "no_pair"
AssetPair = Annotated[tuple[str, str], BeforeValidator(_pair)]


class Duplicates(Declared):
    """What is done with an asset that is held twice: in two layers, and in pairs that are named by
    their asset_id.

    Of a pair in `count_once` the first counts and the second is left out; the assets of a pair in
    `keep` are two. Pairs in `count_once` that share an asset are all one asset.
    """

    in_two_layers: Literal["report", "count once"] = "report"
    count_once: tuple[AssetPair, ...] = ()
    keep: tuple[AssetPair, ...] = ()


def _of_duplicates(given: Any) -> str:
    return "with pairs" if isinstance(given, (Mapping, Duplicates)) else "alone"


class City(Declared):
    """Everything that differs between cities; paths are absolute."""

    name: Text
    crs: Text
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    price_year: Year | None = None
    discount_rate: Annotated[Number, Field(ge=0, lt=1)] | None = None
    language: Literal["id", "en"] | None = None
    register_path: Path | None = Field(default=None, alias="register")
    districts: Districts | None = None
    context: tuple[ContextLayer, ...] = ()
    assets: Annotated[tuple[AssetLayer, ...], Field(min_length=1)]
    values: Annotated[Mapping[str, ValueRule], AfterValidator(MappingProxyType)] = Field(
        default_factory=dict, validate_default=True
    )
    hazards: tuple[Hazard, ...] = ()
    curves: tuple[CurveRule, ...] = ()
    relations: tuple[Relation, ...] = ()
    yearly: tuple[YearlyPrice, ...] = ()
    scores: Scores | None = None
    pressures: tuple[Pressure, ...] = ()
    influences: tuple[Influence, ...] = ()
    resilience: Resilience = Field(default_factory=Resilience)
    map: MapClasses = MapClasses()
    duplicates: Annotated[
        Annotated[Literal["report", "count once"], Tag("alone")]
        | Annotated[Duplicates, Tag("with pairs")],
        Discriminator(_of_duplicates),
    ] = "report"
    damage_rule: Literal["mean of damages", "damage of the mean"] = "mean of damages"
    ead: EadRule = EadRule()
    future: Future | None = None
    condition: ConditionFactor | None = None
    folder: Path = Field(default=Path(), exclude=True)

    @property
    def same_assets(self) -> Duplicates:
        """Return what is declared of assets that are held twice, whichever way it is written."""
        return (
            self.duplicates
            if isinstance(self.duplicates, Duplicates)
            else Duplicates(in_two_layers=self.duplicates)
        )

    def hazard(self, name: str) -> Hazard:
        """Return a hazard by its name; raises KeyError."""
        return {hazard.name: hazard for hazard in self.hazards}[name]

    @property
    def declares_resilience(self) -> bool:
        """Return whether the file has `[resilience]`, with whatever in it."""
        return "resilience" in self.model_fields_set


def schema() -> dict[str, Any]:
    """Return the JSON schema of `city.toml`, so that an editor completes and checks the file."""
    whole = City.model_json_schema(by_alias=True)
    whole["properties"].pop("folder", None)
    _name_limits(whole)
    return (
        {"$schema": "https://json-schema.org/draft/2020-12/schema"} | whole | {"title": "city.toml"}
    )


def _name_limits(part: Any) -> None:
    """Name the least number of keys so; pydantic 2.11 calls it a length, as of texts."""
    if isinstance(part, dict):
        if part.get("type") == "object" and "minLength" in part:
            part["minProperties"] = part.pop("minLength")
        for one in part.values():
            _name_limits(one)
    elif isinstance(part, list):
        for one in part:
            _name_limits(one)
