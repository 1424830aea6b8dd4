"""What a city's own words are in the closed lists of the Risk Data Library Standard 0.3, and where they are nothing.

Lists: hazard_type, process_type, IMT and exposure_category of https://github.com/GFDRR/rdl-standard (CC-BY-SA-4.0).
A word is looked for in Indonesian and English, in the name first. Where the standard demands a code and the words name
the kind of hazard only, the nearest code is taken and `nearest` says so; where no code is near there is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from babel.numbers import is_currency

from asset_inventory.sources.city import Hazard


@dataclass(frozen=True)
class HazardTerms:
    """A hazard in the standard's codes. `nearest` tells that its process is not said and the nearest was taken;
    `own_measure` that `intensity` is the city's own words, since no code of the (open) list measures that."""

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
    general: bool = False  # the words name the type only: of the process they say nothing


# The first that fits wins, so that «coastal flood» is no flood of a river. A general rule stands behind its own type's.
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
)  # fmt: skip

# Measures: words of the measure, the program's unit, the code. Depth is what is asked for most, so it comes first.
_MEASURES = (
    (r"floor", r"depth|kedalaman|tinggi", "m", "wd_f:m"),
    (r"", r"depth|kedalaman|tinggi (genangan|air|banjir|rob)|inundation height|genangan", "m", "wd:m"),
    (r"", r"velocity|speed|kecepatan", "m/s", "wv:m/s"),
    (r"", r"mmi|mercalli|shaking|guncangan|intensi\w+", "mmi", "MMI:-"),
    (r"", r"pga|peak ground acceleration|percepatan", "g", "PGA:g"),
    (r"", r"pga|peak ground acceleration|percepatan", "m/s2", "PGA:m/s2"),
)
_DEPTH_OF = ("flood", "coastal_flood", "tsunami", "landslide", "volcanic")

# Asset types: the first that fits wins. A school at a road is a school: the type itself is asked, not its name.
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
)  # fmt: skip
_OTHERWISE = {1: "infrastructure"}  # a line of an unknown type is more likely a way or a pipe than a house


# Currencies that are in use, or were, and are not in the standard's closed list.
_MONEY_WITHOUT_CODE = frozenset(
    "ARL ARM BAN BGM BGO BOL BRZ CLE CNH CNX KRH KRO MAF MCF MDC MKN MVP SLE VED VNN XCG YUR ZWG".split())  # fmt: skip


def currency_code(currency: str) -> str | None:
    """Return a currency in the standard's list, None where that has it not."""
    return currency if is_currency(currency) and currency not in _MONEY_WITHOUT_CODE else None


def hazard_terms(hazard: Hazard) -> HazardTerms | None:
    """Return a hazard in the standard's codes, None where its list of hazards has none that is near."""
    texts = (hazard.name, hazard.intensity.measure, hazard.source.title)
    first = next((rule for text in texts for rule in _RULES if _says(rule.words, text)), None)
    if first is None:
        return None
    sure = [rule for rule in _RULES if rule.type == first.type and not rule.general]
    said = first if not first.general else next(
        (rule for rule in sure if any(_says(rule.words, text) for text in texts)), first)  # fmt: skip
    code = _measure(hazard, said.type)
    own = f"{hazard.intensity.measure}:{hazard.unit}"
    return HazardTerms(said.type, said.process, code or own, said.general, code is None)


def category_of(asset_type: str, dimension: int) -> tuple[str, bool]:
    """Return the category of an asset type, and whether its words say so; else the shape's kind (1 = line) decides."""
    found = next((category for category, words in _CATEGORIES if _says(words, asset_type)), None)
    return found or _OTHERWISE.get(dimension, "buildings"), found is not None


def _measure(hazard: Hazard, hazard_type: str) -> str | None:
    measure, unit = hazard.intensity.measure, hazard.unit
    for beside, words, of_unit, code in _MEASURES:
        if unit.casefold() != of_unit or not (_says(words, measure) and _says(beside, measure)):
            continue
        if not code.startswith("wd") or hazard_type in _DEPTH_OF:
            return code
    return None


def _says(words: str, text: str) -> bool:
    return not words or re.search(rf"\b(?:{words})\b", text.replace("_", " "), re.IGNORECASE) is not None
