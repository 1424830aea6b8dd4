"""city.toml: every fault at once, in both languages, with what was meant."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from asset_inventory.messages import LANGUAGES, area_names, with_city_words
from asset_inventory.model import examples
from asset_inventory.model.city import City, schema
from asset_inventory.model.declarations import LENIENT
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import _model_in, declare_city, read_city
from tests.support.paths import PROJECT
from tests.support.town import NO_PRICES


def faults(folder: Path) -> list[str]:
    with pytest.raises(CityError) as caught:
        read_city(folder)
    return str(caught.value).splitlines()


def test_the_town_is_read_and_frozen(town):
    city = read_city(town)
    assert city == read_city(town / "city.toml")
    assert city.assets[0].path == town / "buildings.gpkg"
    assert [one.return_period for one in city.hazards[0].maps] == [100, 10, 50]
    with pytest.raises(Exception, match="frozen"):
        city.name = "Other"
    with pytest.raises(TypeError, match="item assignment"):
        city.values["road"] = None


def test_five_different_faults_are_five_lines(edit):
    folder = edit(
        ("return_period = 10, path", "return_period = 100, path"),
        ('path = "roads.gpkg"', 'path = "raods.gpkg"'),
        ('hazard = "flood"', 'hazard = "floods"'),
        ("no_damage_return_period = 5", "no_damage_return_period = 0"),
        ('kind = "shock"', 'kind = "schock"'),
    )
    lines = faults(folder)
    assert lines[0].endswith("city.toml has 5 errors:")
    assert lines[1:] == [
        f'  assets[1] "roads": the file {folder / "raods.gpkg"} does not exist; '
        "put it there, or correct `path`",
        '  curves[0]: hazard "floods" is not declared; did you mean "flood"?',
        '  hazards[0] "flood": return period 100 occurs 2 times; keep one',
        "  hazards[0] \"flood\", kind: \"schock\" is not one of 'shock', 'stress'; choose one",
        '  hazards[0] "flood", no_damage_return_period: "0" must be at least 0.001; correct it',
    ]


def test_a_fault_after_an_entry_that_is_no_table_has_its_own_number(town):
    document = tomllib.loads((town / "city.toml").read_text(encoding="utf-8"))
    document["curves"] = [3, document["curves"][0] | {"hazard": "floods"}]
    with pytest.raises(CityError) as caught:
        declare_city(document, town / "city.toml")
    first, second = str(caught.value).splitlines()[1:]
    assert first.startswith("  curves[0]: ")
    assert second == '  curves[1]: hazard "floods" is not declared; did you mean "flood"?'


@pytest.mark.parametrize(
    "gap",
    [
        "...",
        "…",
        " ... ",
        "World Bank, GDP per person 2010; ...",
        "Bank Dunia, PDB per orang 2010; ...",
    ],
)
def test_a_gap_of_the_form_is_no_title_of_a_source(edit, gap):
    (line,) = faults(edit(('title = "Roads"', f'title = "{gap}"')))[1:]
    assert line.startswith(
        '  assets[1] "roads", source, title: `title` is still a blank of the template'
    )


def test_a_date_that_nobody_filled_in_is_one_fault(edit):
    folder = edit(('title = "Roads", licence', 'title = "Roads", date = "YYYY-MM-DD", licence'))
    (line,) = faults(folder)[1:]
    assert line.startswith(
        '  assets[1] "roads", source, date: `date` is still a blank of the template ("YYYY-MM-DD")'
    )


@pytest.mark.parametrize(
    "text",
    [
        "Roads ... of 2020, and so on...",
        "see Deltares, ...",
        "Roads of 2020; ...",
        "Survei jalan, …",
    ],
)
def test_dots_in_a_text_of_ones_own_are_no_gap(edit, text):
    assert read_city(edit(('title = "Roads"', f'title = "{text}"'))).assets[1].source.title == text


def test_faults_are_said_in_indonesian_too(edit):
    folder = edit(('asset_types = "*"\n', ""), ("exposed_from = 0.1\n", ""))
    with pytest.raises(CityError) as caught:
        read_city(folder)
    lines = caught.value.say("id").splitlines()
    assert lines[0].endswith("memuat 4 kesalahan:")
    assert "  curves[0], asset_types: `asset_types` tidak ada; tambahkan" in lines
    assert any("grid memerlukan `exposed_from`" in line for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('crs = "EPSG:32749"', 'crs = "EPSG:4326"', 'crs: "EPSG:4326" is not projected in metres'),
        (
            'crs = "EPSG:32749"',
            'crs = "EPSG:1"',
            'crs: "EPSG:1" is not a coordinate reference system',
        ),
        ('currency = "IDR"', 'currency = "XQZ"', 'currency: "XQZ" is not a currency'),
        ('name = "roads"', 'name = "buildings"', 'the name "buildings" occurs 2 times'),
        ('asset_type = "road"\n', "", 'assets[1] "roads": `asset_type` is missing'),
        (
            'asset_type = "road"',
            'aset_type = "road"',
            "`aset_type` is not a key of this table; did you mean `asset_type`?",
        ),
        (
            'currency = "IDR"',
            'curency = "IDR"',
            "`curency` is not a key of this table; did you mean `currency`?",
        ),
        ('language = "en"', 'language = "fr"', "language: \"fr\" is not one of 'id', 'en'"),
        (
            "no_damage_return_period = 5",
            "no_damage_return_period = 20",
            "exceeds the shortest return period of the maps, 10",
        ),
        ("return_period = 10, path", "path", "one map has no return period and others have one"),
        (
            'order = ["low", "high"]',
            "intensity = 1",
            "zones need either `intensity` or `intensity_field`",
        ),
        ('path = "landslide.gpkg"', 'band = 2, path = "landslide.gpkg"', "`band` is for grids"),
        (
            'path = "straight.csv"',
            'curve = "jrc/asia/comercial"',
            'did you mean "jrc/asia/commercial"?',
        ),
        (
            'kind = "shock"',
            'kind = "stress"',
            'curves[0]: "flood" is a stress, which occurs many times a year',
        ),
        (
            "worst = 0.1, best = 0,",
            "worst = 0, best = 0,",
            "scores, ead_per_value: `worst` and `best` are both 0",
        ),
        ("amount = 10", 'amount = "ten"', '"ten" is not a number'),
        (
            "amount = 10,",
            "amount = 10, inflation = 2,",
            "values, road, inflation: `inflation` needs the year of this price",
        ),
        ("amount = 10,", "rule = 'jcr',", "values, road, rule: \"jcr\" is not one of 'jrc'"),
        (
            'asset_types = "*"',
            'asset_types = "*"\npart = "content"',
            'the price of "*" includes none',
        ),
        (
            'unit = "m" }',
            'unit = "m", breaks = [1, 0.5] }',
            "intensity, breaks: 0.5 follows 1 in `breaks`",
        ),
        (
            'unit = "m" }',
            'unit = "m", breaks = [0.1, 1] }',
            "the break 0.1 is not above exposed_from, 0.1",
        ),
        (
            'unit = "class" }\noutside',
            'unit = "class" }\nexposed_from = -1\noutside',
            'hazards[1] "landslide", exposed_from: -1 is below 0, but a map has zones',
        ),
        (
            'unit = "class" }\noutside',
            'unit = "class" }\nexposed_from = -1\noutside',
            "-1 is below 0, which is valid only for a water depth",
        ),
        (
            'unit = "m" }\nexposed_from = 0.1',
            'unit = "m", breaks = [-1, 0.5] }\nexposed_from = -0.5',
            "the break -1 is not above exposed_from, -0.5",
        ),
        (
            'unit = "m" }',
            'unit = "m", breaks = [1, 2, 3, 4, 5, 6, 7, 8] }',
            "`breaks` has too many entries",
        ),
        ('unit = "m" }', 'unit = "m", breaks = [] }', "`breaks` is empty"),
        (
            'unit = "class" }',
            'unit = "class", breaks = [1, 2] }',
            "`breaks` divide numbers, but the maps have words",
        ),
        (
            "[scores]",
            '[ead]\ntail = "long"\n[scores]',
            "ead, tail: \"long\" is not one of 'flat', 'none', 'log'",
        ),
        (
            "[scores]",
            '[ead]\nbetween = "simpson"\n[scores]',
            "\"simpson\" is not one of 'trapezoid', 'log-linear'",
        ),
        ("exposed_from = 0.1", "exposed_from = 0.1\nprotection = 0", '"0" must be at least 0.001'),
        (
            "exposed_from = 0.1",
            'exposed_from = 0.1\nprotection = { source = "a" }',
            "`return_period` is missing",
        ),
        (
            'outside = "not exposed"',
            'outside = "not exposed"\nprotection = 9',
            "no map has one",
        ),
        (
            "[scores]",
            "[map]\nead_breaks = [10, 10]\n[scores]",
            "map, ead_breaks: 10 follows 10 in `breaks`",
        ),
        ("[scores]", "[map]\nead_breaks = [0, 10]\n[scores]", '"0" must be greater than 0'),
        ("[scores]", '[map]\nead_breaks = ["a"]\n[scores]', '"a" is not a number'),
        (
            "[scores]",
            '[map.icons]\nhouse = "hospitl"\n[scores]',
            'map, icons, house: the map has no icon "hospitl"; did you mean "hospital"?',
        ),
        (
            "[scores]",
            '[map.icons]\nhouse = "x"\n[scores]',
            'the map has no icon "x"; choose from airport, bank, blood-bank',
        ),
        ("[scores]", "[map]\nicons = 3\n[scores]", "map, icons"),
        *(
            (
                "[scores]",
                f'[map.online]\ntiles = "{tiles}"\nattribution = "Office"\n[scores]',
                f'map, online, tiles: the address "{tiles}" is not of tiles: it begins with https://',
            )
            for tiles in (
                "http://tiles.example.org/{z}/{x}/{y}.png",
                "https://tiles.example.org/{z}/{x}.png",
                "https://tiles.example.org/{z}/{x}/{y}{retina}.png",
                "https://tiles.example.org; script-src */{z}/{x}/{y}",
                "https://name:word@tiles.example.org/{z}/{x}/{y}",
            )
        ),
        (
            'name = "flood"',
            'name = "flood"\nvisibility = "secret"',
            "\"secret\" is not one of 'public', 'internal'",
        ),
        (
            'source = { title = "Roads", licence = "CC0-1.0" }',
            'source = { title = "Roads", licence = "" }',
            "`licence` is empty",
        ),
        (
            'currency = "IDR"\n',
            "",
            'currency: amounts of money need a currency; add currency = "...", its three letters, such as '
            '"IDR" (amounts: values, road, assets[0] "buildings", fields, value)',
        ),
    ],
)
def test_each_fault_says_where_and_what_to_do(edit, old, new, says):
    lines = faults(edit((old, new)))
    assert any(says in line for line in lines[1:]), lines


@pytest.mark.parametrize("word", [None, "-", "Unknown", "tidak diketahui", " "])
def test_a_licence_that_nobody_knows_is_none(edit, word):
    stated = f', licence = "{word}"' if word else ""
    folder = edit(('title = "Roads", licence = "CC0-1.0"', f'title = "Roads"{stated}'))
    city = read_city(folder)
    assert city.assets[1].source.licence is None
    assert city.sources_without("licence") == ('[[assets]] "roads"',)


def test_a_city_without_amounts_needs_no_currency(edit):
    assert read_city(edit(*NO_PRICES)).currency == "XXX"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ((', value = "VALUE"', ', value = "VALUE"'), 'assets[0] "buildings", fields, value'),
        (('path = "straight.csv"', 'path = "straight.csv"\ndamage = "currency/m2"'), "curves[0], damage"),
        (("[scores]", "[map]\nead_breaks = [5]\n[scores]"), "map, ead_breaks"),
        (
            (
                "[scores]",
                '[[yearly]]\nhazard = "flood"\nasset_types = "*"\ncost = 1\nper = "m2"\neach = "year"\n'
                'source = "-"\n[scores]',
            ),
            "yearly[0], cost",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("stated", ["", 'currency = "XXX"\n'])
def test_each_amount_of_money_needs_a_currency(edit, change, place, stated):
    kept = [pair for pair in NO_PRICES if pair[0] != change[0]]
    lines = faults(edit(change, *kept, ('name = "Tiny Town"\n', f'name = "Tiny Town"\n{stated}')))
    assert any(line.endswith(f"(amounts: {place})") for line in lines), lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_file_no_toml_and_a_folder(tmp_path, language):
    for make, word in (
        (lambda path: None, "asset-inventory new"),
        (lambda path: path.write_text("name = ", "utf-8"), "TOML"),
        (lambda path: path.write_bytes(b"name = '\xff'"), "UTF-8"),
    ):
        make(tmp_path / "city.toml")
        with pytest.raises(CityError) as caught:
            read_city(tmp_path)
        assert word in caught.value.say(language)
        assert "\n" not in caught.value.say(language)


def test_the_schema_takes_what_we_take(town):
    written = schema()
    assert written["properties"]["register"]
    assert "folder" not in written["properties"]
    assert set(written["required"]) == {"name", "crs", "assets"}
    json.dumps(written)


# Every key there is, each once.
WHOLE = """
name = "Harbour Town"
crs = "EPSG:32633"
currency = "EUR"
price_year = 2024
discount_rate = 0.03
language = "en"
languages = ["en", "id"]
register = "register.gpkg"
duplicates = { in_two_layers = "count once", count_once = [["pumps:1", "pumps:2"]], keep = [["pumps:1", "pumps:3"]] }
damage_rule = "damage of the mean"
labels = { school = "School" }

[districts]
path = "districts.gpkg"
layer = "districts"
crs = "EPSG:4326"
id = "CODE"
name = "NAME"
parent = "PARENT"
called = { id = "kelurahan", en = "ward" }
called_plural = { id = "kelurahan", en = "wards" }
parent_called = "kecamatan"
parent_called_plural = "kecamatan"
visibility = "internal"
source = { title = "Districts", licence = "CC-BY-4.0", publisher = "City", date = 2024-03-01, url = "-" }
[districts.population]
path = "people.csv"
id = "CODE"
field = "POP"
dwellings = ["house", "flat"]
source = { title = "-", licence = "-" }

[[context]]
path = "coast.gpkg"
name = "Coast"
label = { id = "Pantai", en = "Coast" }
kind = "coast"
fields = { name = "NAME", importance = "CLASS" }
visibility = "internal"
source = { title = "-", licence = "-" }

[[assets]]
name = "schools"
path = "schools.shp"
layer = "schools"
crs = "EPSG:32633"
asset_type = "school"
owner = "Education"
complete = true
visibility = "public"
column_visibility = { value = "public" }
source = { title = "-", licence = "-", exercise = false }
[assets.fields]
asset_id = "ID"
name = "NAME"
owner = "OWNER"
value = "VALUE"
floor_height = "FLOOR"
area = "AREA"
levels = "LEVELS"
criticality = "CRIT"
condition = { field = "COND", map = { good = 1.0, poor = 0.3 } }

[[assets]]
name = "buildings"
path = "town.osm.pbf"
layer = "multipolygons"
where = { building = "*", STATUS = ["YES", "Yes"] }
ignore_case = true
asset_type = { tags = ["amenity=hospital > hospital", "building=* > building"], otherwise = "other" }
fields = { asset_id = ["osm_id", "osm_way_id"] }
source = { title = "OpenStreetMap", licence = "ODbL-1.0" }

[[assets]]
name = "pumps"
path = "pumps.csv"
x = "lon"
y = "lat"
fields = { asset_type = "KIND" }
source = { title = "-", licence = "-" }

[values]
school = { per = "m2", times = "levels", amount = 1200, content = 0.5, price_year = 2020, inflation = 1, source = "-" }
clinic = { per = "piece", amount = 400_000, source = "price list", exercise = true }

[values.house]
rule = "jrc"
sector = "residential"
gdp_per_capita = 50_338.25
times = "levels"
depreciated = 0.6
undamageable = 0.4
material = 1
content = 0.5
exchange_rate = 1
inflation = 1.3
source = "World Bank"
exercise = false

[[hazards]]
name = "river flood"
kind = "shock"
intensity = { measure = "water depth", unit = "cm", breaks = [30, 7.5e1], is_water_depth = true }
exposed_from = 5
visibility = "public"
nodata_means = "not exposed"
outside = "unknown"
no_damage_return_period = 2
protection = { return_period = 25, source = "-" }
water = "inland"
surveyed = 2019
maps = [
  { return_period = 10, path = "flood.tif", band = 2, terrain = "terrain.tif", crs = "EPSG:32633" },
  { return_period = 100, path = "flood.asc" },
]
source = { title = "-", licence = "-" }

[[hazards]]
name = "landslide"
kind = "stress"
occurrence = { events_per_year = 24, days_per_event = 0.5, service_lost = 0.5, source = "-", exercise = true }
reach = 9
intensity = { measure = "class", unit = "class" }
maps = [
  { path = "zones.gpkg", layer = "a", return_period_field = "RP", intensity_field="CLASS", order=["low"], unknown="-" },
  { path = "zones.gpkg", return_period = 9, intensity_field = "C", intensities = { low = 0.3 }, where = { A = "b" } },
{ path="l.csv", return_period=5, asset_layer = "pumps", asset_id_field = "I", intensity_field="H", ground_field = "G" },
]
source = { title = "-", licence = "-" }

[[relations]]
hazards = ["river flood", "landslide"]
relation = "unrelated"
reason = "-"

[[hazards]]
name = "shaking"
kind = "shock"
intensity = { measure = "shaking", unit = "MMI" }
people = { displacement = "earthquake-mmi", fatality = "itb-bayesian" }
maps = [ { path = "zones.gpkg", intensity_field = "MMI" } ]
source = { title = "-", licence = "-" }

[[hazards]]
name = "slope"
kind = "shock"
intensity = { measure = "class", unit = "class" }
people = { displacement = "generic" }
maps = [ { path = "zones.gpkg", intensity_field = "CLASS", order = ["low", "high"] } ]
source = { title = "-", licence = "-" }

[[curves]]
hazard = "shaking"
asset_types = "*"
fractions_above = { "5" = 0.01, "6.5" = 0.05 }
source = { title = "-", licence = "-" }

[[curves]]
hazard = "slope"
asset_types = "*"
fractions = { low = 0, high = 0.6 }
source = { title = "-", licence = "-" }

[[curves]]
hazard = "river flood"
asset_types = ["school"]
curve = "jrc/asia/commercial"
damage = "fraction"

[[curves]]
hazard = "river flood"
asset_types = "*"
path = "curve.csv"
damage = "currency/m2"
source = { title = "-", licence = "-" }

[[curves]]
hazard = "river flood"
asset_types = "*"
part = "content"
path = "curve.csv"
damage = "currency/m2"
source = { title = "-", licence = "-" }

[[yearly]]
hazard = "landslide"
asset_types = ["school"]
fraction = 0.001
each = "event"
service_lost = 1
source = "-"
exercise = false

[[yearly]]
hazard = "landslide"
asset_types = "*"
cost = 15
per = "m"
source = "-"

[[hazards]]
name = "surge"
kind = "shock"
intensity = { measure = "water depth", unit = "m" }
water = "sea"
surveyed = 2020
exposed_from = 0
nodata_means = "unknown"
maps = [{ return_period = 10, path = "flood.tif" }]
source = { title = "-", licence = "-" }

[future]
today = 2026
years = [10, 25]
source = "-"
sea_level_rise = 0.005
channel_subsidence_rate = { rate = 0.01, source = "-", exercise = true }
gumbel = { scale = 0.1, uncertainty = 0.05, source = "-" }
[future.subsidence_rate]
path = "zones.gpkg"
layer = "a"
field = "VLM"
unit = "mm"
positive = "rising"
source = { title = "-", licence = "-" }

[condition]
beta = 0.3
asset_types = ["school"]
unknown = 1
source = "-"

[ead]
between = "log-linear"
tail = "log"
frequency = "1 - exp(-1/T)"

[map]
ead_breaks = [1_000_000, 10_000_000]

[map.icons]
house = "home"

[map.online]
tiles = "https://tiles.example.org/{z}/{x}/{y}.png"
attribution = "Office of maps"
max_zoom = 17

[scores]
fewest_assets = 2
floor = 0.01
ead_per_value = { worst = 0.02, best = 0, weight = 0.5 }
exposed_share = { worst = 1, best = 0, weight = 0.3 }
criticality = { worst = 1, best = 0, weight = 0.2 }
condition = { worst = 0, best = 1, weight = 0.2 }

[[pressures]]
id = "rob"
name = { id = "Rob", en = "Tidal flooding" }
also = ["banjir rob"]
kind = "stress"
drivers = ["7"]
measured_by = { indicator = "wet days" }

[[pressures]]
id = "river"
name = "Flood"
kind = "shock"
measured_by = { hazard = "river flood" }

[[influences]]
stress = "rob"
shock = "river"
by = "rising sea"
reason = "the drains are full"
source = "-"

[resilience]
statements = { path = "people.csv", source = "-", exercise = true, visibility = "public" }
votes = { path = "people.csv", source = "-" }
actions = { path = "people.csv", source = "-" }
top = 5
draws = 10000
seed = 1
stated_weights = 8
floor = 0.01
firm = 0.9
likely = 0.5
goalpost_step = 0.1
correlated = 0.9
fewest_voters = 5
costliest = 2
[resilience.indicators]
path = "people.csv"
source = "-"
id = "CODE"
fields = { wet = { field = "WET", unit = "days", year = 2024, better = "lower" } }
[resilience.criteria]
need = { of = "ead_per_value", worst = 0.02, best = 0, weight = 2, front = true }
"""


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            'sector = "comercial", gdp_per_capita = 9',
            ', sector: the JRC rule has no sector "comercial"; did you mean',
        ),
        ('sector = "x", gdp_per_capita = 9', "choose from residential, commercial, industrial"),
        ('sector = "commercial"', ", gdp_per_capita: `gdp_per_capita` is missing; add it"),
        (
            'sector = "commercial", gdp_per_capita = 0',
            ', gdp_per_capita: "0" must be greater than 0',
        ),
        (
            'sector = "commercial", gdp_per_capita = 9, depreciated = 1.2',
            ', depreciated: "1.2" must be at most 1',
        ),
        (
            'sector = "commercial", gdp_per_capita = 9, undamageable = 1',
            ', undamageable: "1" must be less than 1',
        ),
        (
            'sector = "commercial", gdp_per_capita = 9, amount = 3',
            ", amount: `amount` is not a key of this table",
        ),
        (
            'sector = "commercial", gdp_per_capita = 9, inflation = 2',
            ", inflation: `inflation` needs the year of this price",
        ),
    ],
)
def test_each_fault_of_jrcs_rule(edit, given, says):
    rule = f'house = {{ rule = "jrc", source = "-", exchange_rate = 12_000, {given} }}'
    lines = faults(edit(("[values]", f"[values]\n{rule}")))
    assert len(lines) == 2 and lines[1].startswith("  values, house") and says in lines[1], lines


def test_jrcs_rule_in_other_money_than_its_own(edit):
    rule = 'house = { rule = "jrc", source = "-", sector = "industrial", gdp_per_capita = 2946.66 }'
    says = (
        "values, house: the JRC costs are in EUR of 2010, and the city uses IDR; add "
        "`exchange_rate`, IDR per EUR"
    )
    assert says in faults(edit(("[values]", f"[values]\n{rule}")))[1]


def test_inflation_within_one_year_is_a_fault(edit):
    stated = "price_year = 2020"
    folder = edit(
        ("amount = 10", f"amount = 10, {stated}, inflation = 1.2"),
        ('currency = "IDR"', f'currency = "IDR"\n{stated}'),
    )
    assert (
        "values, road, inflation: this price and the city's prices are both of 2020"
        in faults(folder)[1]
    )


@pytest.mark.parametrize(
    ("declared", "english", "indonesian"),
    [
        ({"called": "kelurahan"}, ("kelurahan", "kelurahan"), ("kelurahan", "kelurahan")),
        (
            {"called": {"id": "kelurahan", "en": "ward"}},
            ("ward", "wards"),
            ("kelurahan", "kelurahan"),
        ),
        (
            {
                "called": {"id": "kota", "en": "city"},
                "called_plural": {"id": "kota-kota", "en": "cities"},
            },
            ("city", "cities"),
            ("kota", "kota-kota"),
        ),
        ({}, ("district", "districts"), ("wilayah", "wilayah")),
    ],
)
def test_sentences_call_districts_as_the_city_does(declared, english, indonesian):
    city = examples.city(districts=examples.districts(**declared))
    with with_city_words(city.words):
        for language, expected in (("en", english), ("id", indonesian)):
            names = area_names(language)
            assert (names["called"], names["called_plural"]) == expected
            assert names["Called_plural"] == expected[1][0].upper() + expected[1][1:]


@pytest.mark.parametrize(
    ("word", "plural"), [("ward", "wards"), ("Kelurahan", "Kelurahan"), ("desa", "desa")]
)
def test_one_word_serves_a_city_of_one_language(word, plural):
    city = examples.city(districts=examples.districts(called=word), languages=("en",))
    with with_city_words(city.words):
        assert area_names("en")["called_plural"] == plural


def test_every_key_there_is(tmp_path):
    for name in (
        "districts.gpkg",
        "people.csv",
        "coast.gpkg",
        "schools.shp",
        "town.osm.pbf",
        "pumps.csv",
        "flood.tif",
        "flood.asc",
        "terrain.tif",
        "zones.gpkg",
        "l.csv",
        "curve.csv",
    ):
        (tmp_path / name).touch()
    (tmp_path / "city.toml").write_text(WHOLE, encoding="utf-8")
    city = read_city(tmp_path)
    assert city.hazards[0].factor == 0.01
    assert city.hazards[0].threshold == pytest.approx(0.05)
    assert city.hazards[0].unit == "m"
    assert (city.hazards[0].protected_to, city.hazards[1].protected_to) == (25, None)
    assert city.assets[1].where["building"] == ("*",)
    assert city.context[0].fields.asked == ("NAME", "CLASS")
    assert city.districts.population.dwellings == ("house", "flat")
    assert list(city.scores.indicators) == [
        "ead_per_value",
        "exposed_share",
        "criticality",
        "condition",
    ]
    used = set(re.findall(r"^(\w+) =|[{,] (\w+) =", WHOLE, re.MULTILINE))
    keys = {name for pair in used for name in pair if name}
    assert {name for name in _all_keys(City) if name not in keys} <= {
        "folder",
        "future",
        "subsidence_rate",
        "wkt",
        "days_per_year",
        "intensity",
        "tags",
        "field",
        "map",
        "assets",
        "hazards",
        "curves",
        "yearly",
        "values",
        "context",
        "scores",
        "ead",
        "districts",
        "maps",
        "icons",
        "online",
        "population",
        "relations",
        "pressures",
        "focus_areas",
        "influences",
        "resilience",
        "criteria",
        "indicators",
    }


@pytest.mark.slow
def test_whatever_stands_under_a_key_is_a_fault_and_never_an_error_of_ours(tmp_path):
    """A list, a table, a number, a text and true under every key and in every entry of a whole
    city, one at a time.
    """
    whole = tomllib.loads(WHOLE)
    whole["hazards"][0]["exposed_from"] = -1
    slipped = []
    for holder, key in list(_entries(whole)):
        kept = holder[key]
        for given in (["m"], [["m"]], {"m": 1}, -1, "m", True):
            holder[key] = given
            try:
                declare_city(whole, tmp_path / "city.toml", files=False)
            except CityError as fault:
                assert fault.say("en") and fault.say("id")
            except Exception as other:
                slipped.append((key, given, repr(other)))
        holder[key] = kept
    assert not slipped


def _entries(value):
    """Yield each list or table in a document with each key or number in it."""
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield value, key
            yield from _entries(inner)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = 0x" + "f" * 9000, "city.toml"),
        ("a = -0x" + "f" * 9000, "city.toml"),
        ("a = [1, 0o" + "7" * 9000 + "]", "city.toml"),
        ("a = " + "9" * 5000, "city.toml"),
    ],
    ids=["hex", "below 0", "octal in a list", "decimal"],
)
def test_an_integer_of_thousands_of_digits_is_one_sentence(ask, tmp_path, text, says):
    (tmp_path / "city.toml").write_text(text, encoding="utf-8")
    for language in LANGUAGES:
        code, said = ask("check", tmp_path, language=language)
        assert code == 1 and says in said and len(said) < 500 and len(said.splitlines()) == 1


@pytest.mark.parametrize("declared", ["exposed_from = -1", "exposed_from = 0.1"])
@pytest.mark.parametrize("unit", ['["m"]', "{ m = 1 }", "3", "true"])
def test_a_unit_that_is_no_text_is_a_fault_of_the_city(edit, declared, unit):
    lines = faults(
        edit(
            ("exposed_from = 0.1", declared),
            ('unit = "m" }', f"unit = {unit}, is_water_depth = true }}"),
        )
    )
    assert any(line.startswith('  hazards[0] "flood", intensity, unit: ') for line in lines), lines


def _all_keys(model) -> set[str]:
    found = set()
    for name, field in model.model_fields.items():
        found.add(field.alias or name)
        inner = _model_in(field.annotation)
        found |= _all_keys(inner) if inner else set()
    return found


def test_a_lenient_validation_keeps_all_that_is_right(town):
    whole = tomllib.loads(WHOLE)
    assert City.model_validate(whole, context=LENIENT) == City.model_validate(whole)


def test_the_schema_in_docs_is_todays():
    written = json.loads((PROJECT / "docs" / "city.schema.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(schema())), "write it anew: make docs"
