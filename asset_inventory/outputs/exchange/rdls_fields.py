"""A city's assessment in the fields and closed lists of the Risk Data Library Standard 0.3.

Lists: hazard_type, process_type, IMT and exposure_category of https://github.com/GFDRR/rdl-standard
(CC-BY-SA-4.0). A word is looked for in Indonesian and English, in the name first. Where the
standard demands a code and the words name the kind of hazard only, the nearest code is taken and
marked as `nearest`; where no code is near there is none. Each function returns the fields of one
data set, and notes on what no field or code could hold.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import shapely
from babel.numbers import is_currency

from asset_inventory.assessment.ead_sentences import ead_sentence
from asset_inventory.messages import say
from asset_inventory.model.hazards import Hazard
from asset_inventory.outputs.exchange.data import (
    EXPOSURE,
    HAZARD,
    VULNERABILITY,
    Dataset,
    Package,
    ServedCurve,
)
from asset_inventory.vulnerability.curves import FRACTION


@dataclass(frozen=True)
class HazardTerms:
    """A hazard in the standard's codes.

    With `nearest` its process is not given and the nearest was taken; with `own_measure`
    `intensity` is the city's own words, since no code of the (open) list measures that.
    """

    type: str
    process: str
    intensity: str
    nearest: bool
    own_measure: bool


@dataclass(frozen=True)
class _Rule:
    type: str
    process: str
    words: str
    general: bool = False  # the words name the type only, not the process


# The first that fits wins, so that «coastal flood» is no flood of a river. A general rule comes
# after its own type's.
# fmt: off
_RULES = (
    _Rule("tsunami", "tsunami", r"tsunami"),
    _Rule("volcanic", "lahar", r"lahar"),
    _Rule("volcanic", "ashfall", r"ash ?fall|volcanic ash|hujan abu|abu vulkanik"),
    _Rule("volcanic", "pyroclastic_flow", r"pyroclastic|awan panas|wedhus gembel|piroklastik"),
    _Rule("volcanic", "lava", r"lava|aliran lava"),
    _Rule("volcanic", "volcano_ballistics", r"ballistics?|lontaran batu|batu pijar"),
    _Rule("coastal_flood", "storm_surge", r"storm surge|surge|gelombang badai"),
    _Rule("coastal_flood", "coastal_flood",
          r"rob|tidal flood\w*|tidal inundation|high tide|coastal flood\w*|coastal inundation|banjir pesisir|"
          r"banjir pasang|pasang (air )?laut|banjir laut|sea level rise|kenaikan (muka )?air laut"),
    _Rule("landslide", "landslide_rockfall", r"rock ?falls?|runtuhan batu|jatuhan batu"),
    _Rule("landslide", "landslide_mudflow", r"mud ?flows?|debris flows?|aliran (lumpur|bahan rombakan|debris)"),
    _Rule("landslide", "landslide_rockslide", r"rock ?slides?|longsoran batu"),
    _Rule("landslide", "snow_avalanche", r"(snow )?avalanches?|longsoran salju"),
    _Rule("landslide", "landslide_general", r"land ?slides?|tanah longsor|longsor\w*|gerakan tanah"),
    _Rule("flood", "groundwater_flood", r"ground ?water flood\w*|banjir air tanah"),
    _Rule("flood", "pluvial_flood",
          r"pluvial|surface water flood\w*|rain(fall)? flood\w*|urban flood\w*|cloudburst|banjir (air )?hujan|"
          r"genangan hujan|banjir genangan"),
    _Rule("flood", "fluvial_flood", r"fluvial|river\w*|riverine|banjir (luapan )?sungai|luapan sungai|sungai|luapan"),
    _Rule("flood", "fluvial_flood", r"floods?|flooded|flooding|banjir|genangan|inundation", general=True),
    _Rule("earthquake", "liquefaction", r"liquefaction|likuefaksi|likuifaksi"),
    _Rule("earthquake", "primary_rupture", r"(fault|surface) rupture|rekahan (sesar|permukaan)"),
    _Rule("earthquake", "ground_motion", r"earth ?quakes?|gempa( bumi)?|gempabumi|seismic|(ground )?shaking|guncangan"),
    _Rule("wildfire", "wildfire", r"wild ?fires?|forest fires?|bush ?fires?|kebakaran (hutan|lahan)\w*|karhutla"),
    _Rule("convective_storm", "tornado", r"tornado(es)?|puting beliung"),
    _Rule("strong_wind", "tropical_cyclone",
          r"tropical (cyclones?|storms?)|typhoons?|hurricanes?|siklon( tropis)?|topan"),
    _Rule("strong_wind", "extratropical_cyclone", r"extra-?tropical (cyclones?|storms?)"),
    _Rule("extreme_temperature", "extreme_heat",
          r"(extreme )?heat( ?waves?| stress)?|panas( ekstrem)?|gelombang panas"),
    _Rule("extreme_temperature", "extreme_cold", r"(extreme )?cold( ?waves?)?|frost|dingin( ekstrem)?"),
    _Rule("drought", "agricultural_drought", r"agricultural drought|kekeringan pertanian"),
    _Rule("drought", "hydrological_drought", r"hydrological drought|kekeringan hidrologi\w*"),
    _Rule("drought", "socioeconomic_drought", r"socio-?economic drought|kekeringan sosial ekonomi"),
    _Rule("drought", "meteorological_drought", r"meteorological drought|kekeringan meteorologi\w*"),
    _Rule("drought", "meteorological_drought", r"droughts?|kekeringan", general=True),
)
# fmt: on

# Measures: words of the measure, the program's unit, the code. Depth is the most frequent, so it
# comes first.
_MEASURES = (
    (r"floor", r"depth|kedalaman|tinggi", "m", "wd_f:m"),
    (
        r"",
        r"depth|kedalaman|tinggi (genangan|air|banjir|rob)|inundation height|genangan",
        "m",
        "wd:m",
    ),
    (r"", r"velocity|speed|kecepatan", "m/s", "wv:m/s"),
    (r"", r"mmi|mercalli|shaking|guncangan|intensi\w+", "mmi", "MMI:-"),
    (r"", r"pga|peak ground acceleration|percepatan", "g", "PGA:g"),
    (r"", r"pga|peak ground acceleration|percepatan", "m/s2", "PGA:m/s2"),
)
_DEPTH_OF = ("flood", "coastal_flood", "tsunami", "landslide", "volcanic")

# Asset types: the first that fits wins. A school at a road is a school: the type itself counts,
# not its name.
# fmt: off
_CATEGORIES = (
    ("buildings",
     r"buildings?|houses?|dwelling\w*|apartments?|homes?|schools?|universit\w+|campus|kindergarten|hospitals?|clinics?|"
     r"pharmac\w+|offices?|shops?|stores?|markets?|malls?|banks?|hotels?|church\w*|mosques?|temples?|worship|"
     r"fire stations?|police|warehouses?|factor\w+|depots?|museums?|librar\w+|residential|commercial|industrial|"
     r"bangunan|gedung|rumah(?! pompa)|hunian|sekolah|kampus|universitas|paud|sd|smp|sma|klinik|puskesmas|apotek|"
     r"kantor|toko|pasar|minimarket|masjid|gereja|pura|vihara|ibadah|pemadam|polisi|gudang|pabrik|perpustakaan"),
    ("infrastructure",
     r"roads?|streets?|highways?|paths?|bridges?|tunnels?|rail\w*|stations?|bus stops?|airports?|ports?|harbou?rs?|"
     r"power\w*|electric\w*|substations?|transformers?|pipes?|pipelines?|water supply|drain\w*|sewers?|sewage|"
     r"wastewater|pumps?|pumping|dams?|dikes?|levees?|canals?|telecom\w*|towers?|masts?|transport\w*|lifelines?|"
     r"jalan|jembatan|terowongan|rel|kereta|stasiun|halte|terminal|bandara|pelabuhan|dermaga|listrik|gardu|pipa|"
     r"air bersih|pdam|drainase|saluran|gorong\w*|pompa|bendung\w*|waduk|tanggul|kanal|menara|infrastruktur"),
    ("agriculture", r"agricultur\w*|farm\w*|crops?|paddy|livestock|sawah|ladang|kebun|tambak|ternak|pertanian"),
    ("natural_environment", r"forests?|mangroves?|wetlands?|nature|hutan|rawa|taman kota"),
)
# fmt: on
# A line of an unknown type is more likely a way or a pipe than a house
_OTHERWISE = {1: "infrastructure"}


# Currencies that are in use, or were, and are not in the standard's closed list.
# fmt: off
_MONEY_WITHOUT_CODE = frozenset(
    "ARL ARM BAN BGM BGO BOL BRZ CLE CNH CNX KRH KRO MAF MCF MDC MKN MVP SLE VED VNN XCG YUR ZWG".split())
# fmt: on


def currency_code(currency: str) -> str | None:
    """Return a currency in the standard's list, None where the list lacks it."""
    return currency if is_currency(currency) and currency not in _MONEY_WITHOUT_CODE else None


def hazard_terms(hazard: Hazard) -> HazardTerms | None:
    """Return a hazard in the standard's codes, None where none of its hazards is near."""
    texts = (hazard.name, hazard.intensity.measure, hazard.source.title)
    first = next((rule for text in texts for rule in _RULES if _mentions(rule.words, text)), None)
    if first is None:
        return None
    sure = [rule for rule in _RULES if rule.type == first.type and not rule.general]
    chosen = (
        first
        if not first.general
        else next(
            (rule for rule in sure if any(_mentions(rule.words, text) for text in texts)), first
        )
    )
    code = _measure(hazard, chosen.type)
    own = f"{hazard.intensity.measure}:{hazard.unit}"
    return HazardTerms(
        type=chosen.type,
        process=chosen.process,
        intensity=code or own,
        nearest=chosen.general,
        own_measure=code is None,
    )


def category_of(asset_type: str, dimension: int) -> tuple[str, bool]:
    """Return an asset type's category, and whether its words, not its shape (1 = line), decide."""
    category = next(
        (category for category, words in _CATEGORIES if _mentions(words, asset_type)), None
    )
    return category or _OTHERWISE.get(dimension, "buildings"), category is not None


def _measure(hazard: Hazard, hazard_type: str) -> str | None:
    measure, unit = hazard.intensity.measure, hazard.unit
    for context, words, of_unit, code in _MEASURES:
        if unit.casefold() != of_unit or not (
            _mentions(words, measure) and _mentions(context, measure)
        ):
            continue
        if not code.startswith("wd") or hazard_type in _DEPTH_OF:
            return code
    return None


def _mentions(words: str, text: str) -> bool:
    return (
        not words
        or re.search(rf"\b(?:{words})\b", text.replace("_", " "), re.IGNORECASE) is not None
    )


Fields = tuple[dict[str, object], list[str]]

_PROBABILISTIC, _SCENARIO = "probabilistic", "deterministic"
# How a curve came about: the sets that ship were gathered from literature; of a city's own curve
# nothing is known.
_FROM_LITERATURE, _NOT_SAID = "hybrid", "judgement"


def identity(package: Package, name: str) -> str:
    """Return a name that is the same whenever a city packs the same thing for the same readers."""
    city = package.assessment.city
    text = "\n".join(("asset_inventory", city.name, city.crs, package.audience, name))
    return uuid.uuid5(uuid.NAMESPACE_OID, text).urn


# Hazard


def hazard_fields(package: Package, dataset: Dataset) -> Fields | None:
    """Return a hazard as a set of events, one a map; None where the standard has no code for it."""
    terms = hazard_terms(dataset.hazard)
    if terms is None:
        return None
    periods = [period for resource in dataset.resources for period in resource.periods]
    years = sorted(period for period in periods if period is not None)
    events = [
        _event(package, dataset.hazard, terms, period)
        for period in [*years, *([None] if None in periods else [])]
    ]
    event_set = {
        "id": "event_set",
        "hazards": [_coded(terms)],
        "analysis_type": _analysis(dataset.hazard, years),
        "events": events,
    }
    if years:
        event_set["occurrence_range"] = say(
            "exchange.occurrence", package.language, least=f"{years[0]:g}", most=f"{years[-1]:g}"
        )
    notes = _term_notes(package, dataset.hazard, terms)
    notes += [say("exchange.scenario_note", package.language)] if None in periods else []
    orders = [enumerate(a_map.order, start=1) for a_map in dataset.hazard.maps if a_map.order]
    classes = "; ".join(
        dict.fromkeys(f"{place} = {word}" for order in orders for place, word in order)
    )
    notes += [say("exchange.classes", package.language, classes=classes)] if classes else []
    return {"hazard": {"event_sets": [event_set]}}, notes


def _event(
    package: Package, hazard: Hazard, terms: HazardTerms, period: float | None
) -> dict[str, object]:
    if period is None:
        occurrence = {
            "deterministic": {
                "index_criteria": say("exchange.scenario", package.language, name=hazard.name)
            }
        }
        return {
            "id": "scenario",
            "calculation_method": "inferred",
            "hazard": _coded(terms),
            "occurrence": occurrence,
        }
    years = int(period) if float(period).is_integer() else period
    return {
        "id": f"{period:g}-years",
        "calculation_method": "simulated",
        "hazard": _coded(terms),
        "occurrence": {"probabilistic": {"return_period": years}},
    }


def _coded(terms: HazardTerms) -> dict[str, str]:
    return {
        "id": "hazard",
        "type": terms.type,
        "hazard_process": terms.process,
        "intensity_measure": terms.intensity,
    }


def _analysis(hazard: Hazard, years: object = None) -> str:
    mapped = (
        years
        if years is not None
        else [a_map for a_map in hazard.maps if a_map.return_period or a_map.return_period_field]
    )
    return _PROBABILISTIC if mapped else _SCENARIO


def _term_notes(package: Package, hazard: Hazard, terms: HazardTerms) -> list[str]:
    language = package.language
    notes = (
        [say("exchange.process_nearest", language, name=hazard.name, code=terms.process)]
        if terms.nearest
        else []
    )
    if terms.own_measure:
        notes.append(
            say(
                "exchange.own_measure", language, measure=hazard.intensity.measure, unit=hazard.unit
            )
        )
    if hazard.kind == "stress":
        notes.append(say("exchange.stress", language, name=hazard.name))
    return notes


# Exposure


def exposure_fields(package: Package, dataset: Dataset) -> Fields:
    """Return an asset layer as what is exposed, one entry a category."""
    by_category, unsure = _categories(package, dataset.name)
    items = [
        {
            "id": category,
            "category": category,
            "taxonomy": "Custom",
            "metrics": _metrics(table, package.audience, category),
        }
        for category, table in by_category.items()
    ]
    return {"exposure": items}, _exposure_notes(package, by_category, unsure)


def _categories(package: Package, layer: str) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return the assets of a layer by the standard's category, and the types without a word."""
    assets = package.assessment.assets
    table = assets[(assets["layer"].astype(str) == layer).to_numpy()]
    types = table["asset_type"].astype(str)
    dimensions = (
        pd.Series(shapely.get_dimensions(table.geometry.to_numpy()), index=table.index)
        .groupby(types)
        .max()
    )
    by_type = {name: category_of(name, int(dimension)) for name, dimension in dimensions.items()}
    of_asset = types.map({name: category for name, (category, _) in by_type.items()})
    return {category: table[of_asset == category] for category in sorted(set(of_asset))}, [
        name for name, (_, sure) in by_type.items() if not sure
    ]


def _exposure_notes(
    package: Package, by_category: dict[str, pd.DataFrame], unsure: list[str]
) -> list[str]:
    listed = "; ".join(
        f"{category}: {', '.join(sorted(set(table['asset_type'].astype(str))))}"
        for category, table in by_category.items()
    )
    notes = [say("exchange.types", package.language, types=listed)]
    return notes + (
        [say("exchange.types_unsure", package.language, types=", ".join(unsure))] if unsure else []
    )


def _metrics(table: pd.DataFrame, audience: str, category: str) -> list[dict[str, str]]:
    dimension = shapely.get_dimensions(table.geometry.to_numpy())
    kinds = (
        ["count"]
        + ["length"] * bool((dimension == 1).any())
        + ["area"] * bool((dimension == 2).any())
    )
    kinds += ["monetary"] * bool(table["value"].notna().any())
    return [
        {"id": f"{category}_{quantity}", "dimension": "structure", "quantity_kind": quantity}
        for quantity in kinds
    ]


# Vulnerability


def vulnerability_fields(package: Package, dataset: Dataset) -> Fields:
    """Return damage curves as vulnerability functions."""
    functions = [function for curve in dataset.curves for function in _functions(package, curve)]
    notes = [say("exchange.curve_points", package.language)]
    notes += (
        []
        if all(curve.shipped for curve in dataset.curves)
        else [say("exchange.curve_unsaid", package.language)]
    )
    return {"vulnerability": {"functions": {"vulnerability": functions}}}, notes


def _functions(package: Package, served_curve: ServedCurve) -> Iterator[dict[str, object]]:
    """Yield a curve once for each category of the assets it serves."""
    terms, served = hazard_terms(served_curve.hazard), {}
    for asset_type in served_curve.asset_types:
        served.setdefault(category_of(asset_type, _dimension(package, asset_type))[0], []).append(
            asset_type
        )
    metric = (
        {"impact_metric": "damage_ratio"}
        if served_curve.curve.unit_of_damage == FRACTION
        else {"impact_metric": "economic_loss_value", "quantity_kind": "monetary"}
    )
    for category, types in served.items():
        details = say(
            "exchange.curve_serves",
            package.language,
            name=served_curve.name,
            hazard=served_curve.hazard.name,
            types=", ".join(types),
            unit=served_curve.curve.unit,
            damage=served_curve.curve.unit_of_damage,
        )
        function = {
            "id": f"{served_curve.name} | {served_curve.hazard.name} | {category}",
            "relationship": "discrete",
            "approach": (_FROM_LITERATURE if served_curve.shipped else _NOT_SAID),
            "category": category,
            "taxonomy": "Custom",
            "impact_type": "direct",
            "hazard_analysis_type": _analysis(served_curve.hazard),
            "analysis_details": details,
            **metric,
        }
        yield function | (
            {}
            if terms is None
            else {
                "hazard_primary": terms.type,
                "hazard_process_primary": terms.process,
                "intensity_measure": terms.intensity,
            }
        )


def _dimension(package: Package, asset_type: str) -> int:
    assets = package.assessment.assets
    of_type = (assets["asset_type"].astype(str) == asset_type).to_numpy()
    return int(shapely.get_dimensions(assets.geometry.to_numpy()[of_type]).max(initial=-1))


# Loss


def loss_fields(package: Package, dataset: Dataset) -> Fields | None:
    """Return the losses: exposed assets, damage and EAD by hazard, layer and category.

    None where the standard has no code for any hazard of it.
    """
    places = _places(package)
    losses = [
        loss
        for hazard in package.of(HAZARD)
        if (terms := hazard_terms(hazard.hazard)) is not None
        for layer, category in places.drop_duplicates().itertuples(index=False, name=None)
        for loss in _losses(package, hazard, terms, places, layer, category)
    ]
    if not losses:
        return None
    missing = [hazard.name for hazard in package.of(HAZARD) if hazard_terms(hazard.hazard) is None]
    convention = ead_sentence(package.assessment.city, package.language)
    notes = [say("exchange.computed", package.language, convention=convention)]
    notes += (
        [say("exchange.no_code", package.language, names=", ".join(missing))] if missing else []
    )
    currency = package.assessment.city.currency
    notes += (
        []
        if currency_code(currency)
        else [say("exchange.currency", package.language, currency=currency)]
    )
    return {"loss": {"losses": losses}}, notes


def _places(package: Package) -> pd.DataFrame:
    """Return the data set and the category of each asset, by its id."""
    parts = []
    for layer in package.of(EXPOSURE):
        for category, table in _categories(package, layer.name)[0].items():
            ids = pd.Index(table["asset_id"].astype(object), name="asset_id")
            parts.append(pd.DataFrame({"layer": layer.id, "category": category}, index=ids))
    return pd.concat(parts)


def _losses(
    package: Package,
    hazard: Dataset,
    terms: HazardTerms,
    places: pd.DataFrame,
    layer: str,
    category: str,
) -> Iterator[dict[str, object]]:
    assessment = package.assessment
    of_layer = (places["layer"] == layer) & (places["category"] == category)
    here = set(places.index[of_layer.to_numpy()])
    exposure, damage, ead = (
        table[((table["hazard"] == hazard.name) & table["asset_id"].isin(here)).to_numpy()]
        for table in (assessment.exposure, assessment.damage, assessment.ead)
    )
    frequency, currency = _analysis(hazard.hazard), currency_code(assessment.city.currency)
    money = {"quantity_kind": "monetary"} | ({"currency": currency} if currency else {})
    counted = {"quantity_kind": "count", "loss_type": "count", "loss_frequency_type": frequency}
    lost = money | {"loss_type": "ground_up", "loss_frequency_type": frequency}
    yearly = lost | {"loss_frequency_type": _PROBABILISTIC}
    sorts = (
        ("exposed", exposure["exposed_fraction"] > 0, "exposure_to_hazard", counted),
        ("damage", damage["damage"].notna(), "economic_loss_value", lost),
        ("ead", ead["ead"].notna(), "loss_annual_average_value", yearly),
    )
    curves, approach = _behind(package, hazard, here)
    for name, known, metric, fields in sorts:
        if not known.any():
            continue
        priced = name != "exposed"
        how = {
            "impact_type": "direct",
            "impact_modelling": "simulated",
            "impact_metric": metric,
            "loss_approach": approach if priced else "analytical",
        } | fields
        lineage = {
            "hazard_dataset": identity(package, hazard.id),
            "exposure_dataset": identity(package, layer),
        }
        lineage |= {"vulnerability_dataset": identity(package, curves)} if curves and priced else {}
        yield {
            "id": f"{hazard.id} | {layer} | {category} | {name}",
            "hazard_type": terms.type,
            "hazard_process": terms.process,
            "asset_category": category,
            "asset_dimension": "structure",
            "impact_and_losses": how,
            "lineage": lineage,
        }


def _behind(package: Package, hazard: Dataset, here: set[str]) -> tuple[str | None, str]:
    """Return the data set of the curves that serve assets, None for several, and their approach."""
    assets = package.assessment.assets
    types = set(assets["asset_type"][assets["asset_id"].isin(here)].astype(str))
    serving = [
        (dataset.id, curve)
        for dataset in package.of(VULNERABILITY)
        for curve in dataset.curves
        if curve.hazard.name == hazard.name and types & set(curve.asset_types)
    ]
    of = {name for name, _ in serving}
    sure = bool(serving) and all(curve.shipped for _, curve in serving)
    return (of.pop() if len(of) == 1 else None), (_FROM_LITERATURE if sure else _NOT_SAID)
