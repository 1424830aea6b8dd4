"""What a city declares, in the words of `city.toml`: frozen models, checked field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from asset_inventory.messages import ANY_KIND, NO_CURRENCY, CityWords, usual_label
from asset_inventory.model.annual_damage import EadRule, Relation
from asset_inventory.model.declarations import (
    BothNames,
    Declared,
    Fault,
    Name,
    Number,
    Source,
    Text,
    Visibility,
    Where,
    Words,
    joined,
    passing,
    same_word,
)
from asset_inventory.model.errors import CityError
from asset_inventory.model.hazards import CurveRule, Hazard, YearlyPrice
from asset_inventory.model.icons import ICONS, suggested_icon
from asset_inventory.model.projection import ConditionFactor, Future
from asset_inventory.model.resilience import FocusArea, Influence, Pressure, Resilience

Money = Annotated[Number, Field(ge=0)]
Year = Annotated[int, Field(ge=1900, le=2200)]
# Nobody distinguishes more than eight shades of one colour.
Breaks = Annotated[tuple[Annotated[Number, Field(gt=0)], ...], Field(min_length=1, max_length=7)]


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


# What Indonesia calls the levels of its government, as English pages have it too.
_LEVELS = frozenset({"provinsi", "kabupaten", "kota", "kecamatan", "kelurahan", "desa", "dusun"})


class Districts(Declared):
    """The districts by which results are summed; where they are internal, a public page sums by
    squares of 1 km.

    `called` is the city's word for them, `parent_called` that for what they are part of. Without
    its plural an English word takes an s, unless it is the Indonesian one. In a city of one language
    the one text is English, unless it is an Indonesian name of a level of government.
    """

    path: Path
    layer: str | None = None
    crs: str | None = None
    id: Text
    name: Text | None = None
    parent: Text | None = None
    called: BothNames | None = None
    called_plural: BothNames | None = None
    parent_called: BothNames | None = None
    parent_called_plural: BothNames | None = None
    visibility: Visibility = "public"
    source: Source
    population: Population | None = None

    def words(self, language: str, *, alone: bool = False) -> dict[str, str]:
        """Return the declared words for districts in a language, by the names of `AREA_NAMES`.

        `alone` is that the city declares this language only.

        Examples
        --------
        >>> from asset_inventory.model.examples import districts
        >>> districts(called={"id": "kelurahan", "en": "ward"}).words("en")
        {'called': 'ward', 'called_plural': 'wards'}
        >>> districts(called="kelurahan").words("en")
        {'called': 'kelurahan', 'called_plural': 'kelurahan'}
        >>> districts(called="ward").words("en", alone=True)
        {'called': 'ward', 'called_plural': 'wards'}
        """
        words = {}
        for name in ("called", "parent_called"):
            singular, plural = getattr(self, name), getattr(self, f"{name}_plural")
            if singular is not None:
                words[name] = singular.said(language)
                english = singular.en != singular.id or (
                    alone and singular.en.casefold() not in _LEVELS
                )
                ending = "s" if language == "en" and english else ""
                words[f"{name}_plural"] = words[name] + ending
            if plural is not None:
                words[f"{name}_plural"] = plural.said(language)
        return words


ContextKind = Literal["coast", "water", "river", "road", "built_up", "boundary", "place"]


class ContextFields(Declared):
    """Fields of a context layer: the name that maps write, and importance, 1 (most) to 4.

    The less important a road, river or place, the later a map that is zoomed in shows it. A name
    may have a field in each language.
    """

    name: BothNames | None = None
    importance: Text | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """Return the fields to read of the file.

        >>> ContextFields(name={"id": "nama", "en": "name"}, importance="class").asked
        ('nama', 'name', 'class')
        """
        names = (self.name.id, self.name.en) if self.name else ()
        return tuple(dict.fromkeys(field for field in (*names, self.importance) if field))


class ContextLayer(Declared):
    """A layer that maps draw behind everything else; it holds no assets.

    Its `kind` decides how it is drawn: water (areas, also the sea) is filled, rivers and roads are
    lines as wide as they are important, places are names alone. Without one it is drawn plainly.
    """

    path: Path
    name: Text | None = None
    label: BothNames | None = None
    kind: ContextKind | None = None
    layer: str | None = None
    crs: str | None = None
    fields: ContextFields = ContextFields()
    visibility: Visibility = "public"
    source: Source

    @property
    def shown_name(self) -> str | None:
        """Return its name, by default that of its file; None for a file without a path."""
        return self.name or (self.path.stem if self.path is not None else None)


class FieldType(Declared):
    """An asset type from a field; `map` translates its words."""

    field: Text
    map: Annotated[Mapping[str, Text], AfterValidator(MappingProxyType)] = Field(
        default_factory=dict, validate_default=True
    )
    otherwise: Text | None = None


class TagRule(Declared):
    """Asset types from tags: «column=value > type», the first match; `*` is any value."""

    tags: tuple[Annotated[str, Field(pattern=r"^\s*[^=>]+=[^>]+>\s*\S.*$")], ...]
    otherwise: Text = "other"


def _shape(given: Any) -> str:
    """Return the kind of rule from its keys, so that faults name the fields of that kind."""
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
    """A number 0-1 for each word of a field."""

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
        """Return every field of the file that a column needs."""
        names: list[str] = list(self.asset_id or ())
        for name in ("name", "asset_type", "owner", "value", "floor_height", "area", "levels"):
            names += [getattr(self, name)] if getattr(self, name) else []
        for rule in (self.condition, self.criticality):
            names += [rule.field if isinstance(rule, Condition) else rule] if rule else []
        return tuple(dict.fromkeys(names))


class AssetLayer(Declared):
    """One layer of assets; with `ignore_case` the words of its fields match those of this file in
    any case of letters.
    """

    name: Annotated[str, Field(min_length=1, pattern=r"^[^:]+$")]
    label: BothNames | None = None
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
        """Return every field of the file that is read into ASSETS, with those of its type."""
        rule = self.asset_type
        of_type = [rule.field] if isinstance(rule, FieldType) else []
        if isinstance(rule, TagRule):
            of_type = [tag.partition("=")[0].strip() for tag in rule.tags]
        return tuple(dict.fromkeys([*self.fields.asked(), *of_type]))

    def faults(self, where: str) -> Iterator[Fault]:
        """Yield every fault of columns of coordinates, of words, and of a missing type."""
        given = self.model_fields_set
        if ("x" in given) != ("y" in given):
            yield where, "fault.x_and_y", {}
        if self.x is not None and self.x == self.y:
            yield where, "fault.one_field_for_two", {"given": self.x, "keys": "x, y"}
        if {"wkt", "x"} <= given:
            yield where, "fault.wkt_or_xy", {}
        for rule in (self.asset_type, self.fields.condition, self.fields.criticality):
            if self.ignore_case and isinstance(rule, FieldType | Condition):
                yield from same_word(where, rule.map)
        if "asset_type" not in given | self.fields.model_fields_set:
            yield where, "fault.no_asset_type", {}


Positive = Annotated[Number, Field(gt=0)]


class UnitPrice(Declared):
    """The value of an asset without a value of its own: a price per m2, metre or piece.

    `content` is the value of its content, as a multiple of `amount`; `inflation` brings the price
    from its year to the city's.
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
    """JRC's rule for the greatest damage of a building per m2 (Huizinga et al. 2017), from the GDP
    per person.

    `gdp_per_capita` is in USD of 2010, `exchange_rate` in the city's currency per euro of 2010, and
    `inflation` brings prices of 2010 to the city's year. A factor that is not declared has the
    shipped default, and results name it as such.
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


def _price_or_rule(given: Any) -> str:
    """Return whether a value is a rule or a price, so that faults name the fields of that one."""
    by_rule = "rule" in given if isinstance(given, Mapping) else isinstance(given, JrcRule)
    return "by rule" if by_rule else "by price"


def applied(rule: UnitPrice | JrcRule) -> str:
    """Return the use of a price, as in `value_rule`: `m2`, `m2 x levels`, `jrc`."""
    per = rule.rule if isinstance(rule, JrcRule) else rule.per
    return f"{per} x {rule.times}" if rule.times else per


ValueRule = Annotated[
    Annotated[UnitPrice, Tag("by price")] | Annotated[JrcRule, Tag("by rule")],
    Discriminator(_price_or_rule),
]


class Goalpost(Declared):
    """The values at which an indicator scores 0 (worst) and 1 (best), and its weight."""

    worst: Number
    best: Number
    weight: Annotated[Number, Field(gt=0)]


class Scores(Declared):
    """The goalposts of the score; an indicator that is not declared does not count.

    A district with fewer than `fewest_assets` assets in the inventory is shown and not ranked.
    """

    fewest_assets: Annotated[int, Field(ge=1)] = 5
    floor: Annotated[Number, Field(gt=0, lt=1)] = 0.01
    ead_per_value: Goalpost | None = None
    exposed_share: Goalpost | None = None
    criticality: Goalpost | None = None
    condition: Goalpost | None = None

    @property
    def indicators(self) -> dict[str, Goalpost]:
        """Return the declared indicators, in the order of this model."""
        names = [name for name in type(self).model_fields if name not in ("fewest_assets", "floor")]
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for each indicator that scores the same at both ends."""
        for name, goalpost in self.indicators.items():
            if goalpost.worst is not None and goalpost.worst == goalpost.best:
                arguments = {"given": f"{goalpost.worst:.15g}"}
                yield f"scores, {name}", "fault.goalposts_equal", arguments


# Checked with the whole city, so that a wrong one is answered by a near name
Icon = Annotated[str, Field(json_schema_extra={"enum": sorted(ICONS)})]


# Of https alone, from a host by its name, so that the page can name and allow it
TILES = re.compile(r"https://([a-z0-9.-]+\.[a-z]+)/[^\s\"'<>;,\\]*")
_PLACES = ["{x}", "{y}", "{z}"]


class OnlineMap(Declared):
    """Pictures of a base map from a server, which the page loads only while its reader wants them.

    Examples
    --------
    >>> online = OnlineMap(tiles="https://tiles.example.org/{z}/{x}/{y}.png", attribution="Example")
    >>> online.host
    'tiles.example.org'
    """

    tiles: Text  # an address with {z}, {x} and {y}
    attribution: Text
    max_zoom: Annotated[int, Field(strict=True, ge=1, le=22)] = 18

    @property
    def host(self) -> str:
        """Return the server that the pictures come from; "" of an address that is none."""
        found = TILES.fullmatch(self.tiles)
        places = re.findall(r"\{.*?\}", self.tiles)
        return found[1] if found and sorted(places) == _PLACES else ""

    def faults(self) -> Iterator[Fault]:
        """Yield a fault for an address that is none of tiles."""
        if isinstance(self.tiles, str) and not self.host:  # anything else is a fault by itself
            yield "map, online, tiles", "fault.no_tiles", {"given": self.tiles}


class MapClasses(Declared):
    """Breaks between the classes of maps and legends; without them classes are rounded quantiles.

    `icons` are of asset types; without one a type has the icon that its name suggests, if any.
    """

    ead_breaks: Breaks | None = None  # currency/year, of a district
    icons: Annotated[Mapping[Text, Icon], AfterValidator(MappingProxyType)] = Field(
        default_factory=dict, validate_default=True
    )
    online: OnlineMap | None = None


def _pair(given: Any) -> Any:
    if (
        isinstance(given, (list, tuple))
        and len(given) == 2
        and all(isinstance(asset_id, str) and asset_id for asset_id in given)
    ):
        return given
    raise PydanticCustomError(NO_PAIR, "no pair of asset_id")


NO_PAIR = "no_pair"
AssetPair = Annotated[tuple[str, str], BeforeValidator(_pair)]


class Duplicates(Declared):
    """How assets that occur twice are counted: those in two layers, and pairs named by asset_id.

    A pair in `count_once` counts as its first asset, without the second; a pair in `keep` counts
    as two assets. Pairs in `count_once` that share an asset are all one asset.
    """

    in_two_layers: Literal["report", "count once"] = "report"
    count_once: tuple[AssetPair, ...] = ()
    keep: tuple[AssetPair, ...] = ()

    def faults(self) -> Iterator[Fault]:
        """Yield every fault of a pair of an asset with itself, a pair that occurs twice or in both."""
        same = joined(passing(self.count_once))
        for key, pairs in (("count_once", self.count_once), ("keep", self.keep)):
            seen: set[frozenset[str]] = set()
            for number, pair in enumerate(pairs):
                if pair is None:
                    continue
                where, (first, second) = f"duplicates, {key}[{number}]", pair
                arguments = {"first": first, "second": second}
                if first == second:
                    yield where, "fault.pair_with_itself", {"given": first}
                elif frozenset(pair) in seen:
                    yield where, "fault.pair_twice", arguments
                seen.add(frozenset(pair))
                if (
                    key == "keep"
                    and first != second
                    and first in same
                    and same[first] == same.get(second)
                ):
                    yield where, "fault.pair_in_both", arguments


def _of_duplicates(given: Any) -> str:
    return "with pairs" if isinstance(given, (Mapping, Duplicates)) else "alone"


class City(Declared):
    """Everything that differs between cities; paths are absolute.

    Pages are in `languages`, and open in `language`. A city that states no amount of money needs no
    `currency`; "XXX" is the code of ISO 4217 for none.
    Readers see hazards, layers and sources by their `label`, and by `labels` every name that has
    no table of its own: asset types, indicators of filled forms, and sources in one text.
    """

    name: Text
    crs: Text
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = NO_CURRENCY
    price_year: Year | None = None
    discount_rate: Annotated[Number, Field(ge=0, lt=1)] | None = None
    language: Literal["id", "en"] | None = None
    languages: Annotated[tuple[Literal["id", "en"], ...], Field(min_length=1)] = ("id", "en")
    register_path: Path | None = Field(default=None, alias="register")
    labels: Annotated[Mapping[Text, BothNames], AfterValidator(MappingProxyType)] = Field(
        default_factory=dict, validate_default=True
    )
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
    focus_areas: tuple[FocusArea, ...] = ()
    resilience: Resilience = Field(default_factory=Resilience)
    map: MapClasses = Field(default_factory=MapClasses)
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
        """Return the declaration on assets that occur twice, from a word or a table."""
        return (
            self.duplicates
            if isinstance(self.duplicates, Duplicates)
            else Duplicates(in_two_layers=self.duplicates)
        )

    @property
    def words(self) -> CityWords:
        """Return the words that sentences take from this city."""
        districts = self.districts
        languages: tuple[str, ...] = tuple(sorted({*self.languages}))
        alone = len(languages) == 1
        areas = (
            {code: districts.words(code, alone=alone) for code in languages} if districts else {}
        )
        labels: dict[str, dict[str, dict[str, str]]] = {}
        for kind, name, label in self.declared_labels():
            labels.setdefault(kind, {})[name] = label.by_language
        hazards = passing(self.hazards)
        plain = [("hazard", hazard.name) for hazard in hazards]
        plain += [("measure", one.measure) for one in passing(each.intensity for each in hazards)]
        for kind, name in plain:
            if name in labels.get(kind, ()) or not (usual := usual_label(kind, name)):
                continue
            labels.setdefault(kind, {})[name] = usual
        return CityWords(areas, labels, languages)

    def language_for(self, asked: str | None, *, otherwise: str = "en") -> str:
        """Return the language to write in: the one that is asked for, else the city's own.

        A city that declares no `language` is written about in `otherwise`, or in its only
        language. Raises CityError for a language that the city does not declare.
        """
        if asked is not None and asked not in self.languages:
            declared = ", ".join(self.languages)
            raise CityError("error.language_not_declared", given=asked, languages=declared)
        own = otherwise if otherwise in self.languages else self.languages[0]
        return asked or self.language or own

    def icon_of(self, asset_type: str) -> str | None:
        """Return the icon of a type: the one that is declared, else the one that its names suggest."""
        label = self.labels.get(asset_type)
        names = [asset_type, *(label.by_language.values() if label else ())]
        return self.map.icons.get(asset_type) or suggested_icon(names)

    def declared_labels(self) -> Iterator[tuple[str, str, BothNames]]:
        """Yield every declared label with its kind and its name.

        The city may come from a `LENIENT` validation, in which what failed is None.
        """
        indicators = self.resilience.indicators
        fields = indicators.fields if indicators else {}
        hazards, context = passing(self.hazards), passing(self.context)
        intensities = passing(hazard.intensity for hazard in hazards)
        tables: Iterable[tuple[str, Iterable[tuple[str | None, Any]]]] = (
            ("hazard", ((hazard.name, hazard) for hazard in hazards)),
            ("measure", ((intensity.measure, intensity) for intensity in intensities)),
            ("layer", ((layer.shown_name, layer) for layer in context)),
            ("layer", ((layer.name, layer) for layer in passing(self.assets))),
            ("indicator", fields.items()),
            ("criterion", self.resilience.criteria.items()),
            ("source", ((source.title, source) for source in self.sources)),
        )
        for kind, declared in tables:
            for name, item in declared:
                label = getattr(item, "label", None)
                if name is not None and isinstance(label, Name):
                    yield kind, name, label
        for pressure in passing(self.pressures):
            if pressure.id is not None and isinstance(pressure.name, Name):
                yield "pressure", pressure.id, pressure.name
        for name, label in self.labels.items():
            if isinstance(label, Name):
                yield ANY_KIND, name, label

    @property
    def placed_sources(self) -> tuple[tuple[str, Source], ...]:
        """Return the source of every file and rule that has one of its own, with its place in the
        file: `[[assets]] "schools"`.
        """
        layers: list[tuple[str, Any]] = [
            *((f'[[assets]] "{layer.name}"', layer) for layer in passing(self.assets)),
            *((f'[[hazards]] "{hazard.name}"', hazard) for hazard in passing(self.hazards)),
        ]
        if self.districts:
            layers.append(("[districts]", self.districts))
            layers.append(("[districts] population", self.districts.population))
        layers += [(f'[[context]] "{layer.shown_name}"', layer) for layer in passing(self.context)]
        layers += [(f'[[curves]] "{rule.hazard}"', rule) for rule in passing(self.curves)]
        if self.future:
            layers.append(("[future] subsidence_rate", self.future.subsidence_rate))
        found = ((place, getattr(layer, "source", None)) for place, layer in layers)
        return tuple((place, source) for place, source in found if isinstance(source, Source))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Return the source of every file and rule that has one of its own."""
        return tuple(source for _, source in self.placed_sources)

    def sources_without(self, key: str) -> tuple[str, ...]:
        """Return the places of the sources that do not state a `licence`, `publisher` or `date`.

        Examples
        --------
        >>> from asset_inventory.model.examples import city
        >>> city().sources_without("date")
        ('[[assets]] "houses"', '[[hazards]] "flood"')
        """
        places = (place for place, source in self.placed_sources if not getattr(source, key))
        return tuple(dict.fromkeys(places))

    def hazard(self, name: str) -> Hazard:
        """Return a hazard by its name; raises KeyError."""
        return {hazard.name: hazard for hazard in self.hazards}[name]

    @property
    def fewest_assets(self) -> int:
        """Return how many assets of a district its rank needs at least."""
        return (self.scores or Scores()).fewest_assets

    @property
    def incomplete_layers(self) -> tuple[str, ...]:
        """Return the asset layers that may lack assets of the city."""
        return tuple(layer.name for layer in self.assets if not layer.complete)

    @property
    def declares_resilience(self) -> bool:
        """Return whether the file has `[resilience]`, even an empty one."""
        return "resilience" in self.model_fields_set


def schema() -> dict[str, Any]:
    """Return the JSON schema of `city.toml`, so that an editor completes and checks the file."""
    document = City.model_json_schema(by_alias=True)
    document["properties"].pop("folder", None)
    _name_limits(document)
    return (
        {"$schema": "https://json-schema.org/draft/2020-12/schema"}
        | document
        | {"title": "city.toml"}
    )


def _name_limits(part: Any) -> None:
    """Name the least number of keys as such; pydantic 2.11 calls it a length, as of texts."""
    if isinstance(part, dict):
        if part.get("type") == "object" and "minLength" in part:
            part["minProperties"] = part.pop("minLength")
        for value in part.values():
            _name_limits(value)
    elif isinstance(part, list):
        for value in part:
            _name_limits(value)
