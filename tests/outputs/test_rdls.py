"""The package of the Risk Data Library Standard: valid by its schema, honest in its terms, equal
in its bytes.
"""

from __future__ import annotations

import csv
import datetime
import shutil
import sqlite3
import subprocess
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from babel.numbers import list_currencies

from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.model.errors import SourceError
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.exchange.catalogues import KINDS, write_catalogues
from asset_inventory.outputs.exchange.data import (
    Basis,
    licence_of,
    safe_name,
    stated,
    united,
)
from asset_inventory.outputs.exchange.rdls_fields import (
    _CATEGORIES,
    _MEASURES,
    _RULES,
    category_of,
    currency_code,
    hazard_terms,
)
from tests.support.hostile_text import ARMED, STEERING, hostile_assessment
from tests.support.jakarta import JAKARTA, TOML
from tests.support.paths import DATA
from tests.support.programs import find_gdal
from tests.support.validators import SCHEMAS, checksums_hold, rdls_datasets, read, stac_catalog

pytestmark = pytest.mark.slow

DAY = datetime.date(2026, 11, 24)
PUBLIC = ('[[assets]]\nname = "buildings"', '[[assets]]\nname = "buildings"\nvisibility = "public"')
SAYS_VALUE = (PUBLIC[0], PUBLIC[1] + '\ncolumn_visibility = { value = "public" }')
INTERNAL_FLOOD = ('name = "flood"\n', 'name = "flood"\nvisibility = "internal"\n')


@pytest.fixture
def pack(edit, tmp_path):
    """A function that packs the town, some texts of its city.toml replaced, and returns the
    folder.
    """

    def packed(
        *pairs,
        audience="internal",
        language="en",
        kinds=tuple(KINDS),
        to="package",
        on_notice=lambda _: None,
    ):
        assessment = assess(read_city(edit(*pairs)), day=DAY)
        folder = tmp_path / to
        write_catalogues(
            disclosed(assessment, audience), folder, kinds, language=language, on_notice=on_notice
        )
        return folder

    return packed


@pytest.fixture(scope="module", params=["semarang", "canflood-bc", "kampen"])
def city(assessed_once, request, tmp_path_factory):
    """The package of a city that ships: its name, its folder and its assessment."""
    assessment = assessed_once(request.param, DAY)
    folder = tmp_path_factory.mktemp("exchange") / request.param
    write_catalogues(assessment, folder, KINDS, language="en")
    return request.param, folder, assessment


def of(folder: Path, part: str) -> list[dict]:
    return [one for one in rdls_datasets(folder) if one["risk_data_type"] == [part]]


def everything(folder: Path) -> str:
    """All that a package holds, opened: documents, tables, and each layer and table of each
    GeoPackage.
    """
    told = []
    for path in sorted(folder.rglob("*")):
        told.append(path.relative_to(folder).as_posix())
        if path.is_file():
            told.append(path.read_bytes().decode("utf-8", "replace"))
        if path.suffix == ".gpkg":
            with sqlite3.connect(path) as store:
                told += store.iterdump()
            store.close()
    return "\n".join(told)


# Real cities


@pytest.mark.slow
def test_each_shipped_city_is_valid_and_every_part_is_there(city):
    name, folder, assessment = city
    parts = [one["risk_data_type"][0] for one in rdls_datasets(folder)]
    assert [parts.count(part) for part in ("hazard", "exposure", "vulnerability", "loss")] == {
        "semarang": [2, 3, 1, 1],
        "canflood-bc": [1, 1, 2, 1],
        "kampen": [1, 1, 1, 1],
    }[name]
    checksums_hold(folder)
    for dataset in rdls_datasets(folder):
        west, south, east, north = dataset["spatial"]["bbox"]
        assert west < east and south < north
        assert dataset["version"] == "2026-11-24"


@pytest.mark.slow
def test_the_files_hold_what_the_assessment_reckoned(city):
    _, folder, assessment = city
    layers = [
        resource["download_url"] for one in of(folder, "exposure") for resource in one["resources"]
    ]
    assert sum(
        len(gpd.read_file(folder / url, layer=name))
        for url in layers
        for name in gpd.list_layers(folder / url)["name"]
    ) == len(assessment.assets)
    urls = {one["id"]: folder / one["download_url"] for one in of(folder, "loss")[0]["resources"]}
    with urls["loss-exposure"].open(encoding="utf-8", newline="") as stream:
        assert sum(1 for _ in csv.DictReader(stream)) == len(assessment.exposure)
    assert len(gpd.read_file(urls["loss-district_damage"])) == len(assessment.district_damage)
    for hazard, dataset in zip(assessment.city.hazards, of(folder, "hazard"), strict=True):
        for one, resource in zip(hazard.maps, dataset["resources"], strict=True):
            with (
                rasterio.open(one.path) as source,
                rasterio.open(folder / resource["download_url"]) as written,
            ):
                given = source.read(1, masked=True).astype(float).filled(np.nan) * hazard.factor
                np.testing.assert_allclose(written.read(1), given, rtol=1e-6)
                assert (written.crs, written.transform) == (source.crs, source.transform)
                assert resource["coordinate_system"] == f"EPSG:{source.crs.to_epsg()}"
                assert resource["spatial_resolution"] == pytest.approx(source.res[0], rel=1e-2)


@pytest.mark.gdal
def test_gdal_finds_its_geopackages_sound(city):
    _, folder, _ = city
    for path in folder.rglob("*.gpkg"):
        ran = subprocess.run(
            [find_gdal(), "-m", "osgeo_utils.samples.validate_gpkg", path], capture_output=True
        )
        assert ran.returncode == 0, (path.name, ran.stderr)


def test_exercise_data_is_called_so_and_real_data_is_not(city):
    name, folder, _ = city
    called = {
        one["title"]: "FICTITIOUS TRAINING DATA" in one["title"]
        and "Fictitious training data" in one["description"]
        for one in rdls_datasets(folder)
    }
    real = {title for title, exercise in called.items() if not exercise}
    jrc, ibi = (
        "Damage curves: Global flood depth-damage functions",
        "Damage curves: IBI 2015 damage curves",
    )
    assert (
        real
        == {
            "semarang": {jrc},
            "kampen": {jrc, "Assets: Buildings, Kampen"},
            "canflood-bc": {f"{ibi}, {one} (Calgary and Edmonton)" for one in ("BA_S", "CA_S")},
        }[name]
    )


@pytest.mark.slow
def test_a_second_run_gives_equal_bytes(city, tmp_path):
    name, folder, _ = city
    write_catalogues(
        assess(read_city(DATA / name), day=DAY), tmp_path / "again", KINDS, language="en"
    )
    assert (tmp_path / "again" / "checksums.sha256").read_bytes() == (
        folder / "checksums.sha256"
    ).read_bytes()


@pytest.mark.skipif(
    not JAKARTA.is_dir(), reason="the Jakarta layers (not ours to ship) are not beside the project"
)
def test_jakarta_is_valid_and_its_licence_is_in_the_words_of_its_source(tmp_path):
    (tmp_path / "city.toml").write_text(TOML, encoding="utf-8")
    write_catalogues(
        assess(read_city(tmp_path), day=DAY), tmp_path / "package", KINDS, language="en"
    )
    found = {one["title"]: one for one in rdls_datasets(tmp_path / "package")}
    assert (
        stac_catalog(tmp_path / "package").get_child("hazard-03-earthquake").to_dict()["license"]
        == "other"
    )
    shaking = found["Hazard maps: earthquake, Jakarta"]
    assert (
        shaking["license"] == "see .lic"
        and "The licence is quoted from its source: see .lic" in shaking["details"]
    )
    [event_set] = shaking["hazard"]["event_sets"]
    assert event_set["analysis_type"] == "deterministic"
    assert event_set["hazards"][0]["intensity_measure"] == "MMI:-"
    assert (
        found["Exposure, damage and expected annual damage (EAD): Jakarta"]["license"]
        == "see .lic; ODbL-1.0"
    )


# The town, by pencil


def test_return_periods_are_events_and_a_scenario_is_none_of_them(pack):
    flood, landslide = of(pack(), "hazard")
    [event_set] = flood["hazard"]["event_sets"]
    assert event_set["analysis_type"] == "probabilistic"
    assert event_set["occurrence_range"] == "Return periods from 10 to 100 years"
    assert [one["occurrence"] for one in event_set["events"]] == [
        {"probabilistic": {"return_period": years}} for years in (10, 50, 100)
    ]
    assert event_set["hazards"][0] | {"id": ""} == {
        "id": "",
        "type": "flood",
        "hazard_process": "fluvial_flood",
        "intensity_measure": "wd:m",
    }
    assert "fluvial_flood is the closest" in flood["details"]
    [scenario] = landslide["hazard"]["event_sets"]
    assert scenario["analysis_type"] == "deterministic" and "occurrence_range" not in scenario
    assert scenario["events"][0]["hazard"]["intensity_measure"] == "susceptibility class:class"
    assert "1 = low; 2 = high" in landslide["details"]


def test_zones_keep_their_words_and_their_years(pack, town):
    zones = gpd.read_file(town / "landslide.gpkg")
    zones.assign(CLASS="low", RP=[20]).to_file(town / "years.gpkg")
    folder = pack(
        (
            'maps = [ { path = "landslide.gpkg", intensity_field = "CLASS"',
            'maps = [ { path = "years.gpkg", return_period_field = "RP", intensity_field = "CLASS"',
        )
    )
    dataset = of(folder, "hazard")[1]
    written = gpd.read_file(folder / dataset["resources"][0]["download_url"])
    assert written[["intensity", "word", "return_period"]].to_numpy().tolist() == [
        [1.0, "low", 20.0]
    ]
    assert dataset["hazard"]["event_sets"][0]["events"][0]["occurrence"] == {
        "probabilistic": {"return_period": 20}
    }


def test_losses_name_what_they_rest_on(pack):
    folder = pack()
    ids = {one["title"]: one["id"] for one in rdls_datasets(folder)}
    losses = {one["id"]: one for one in of(folder, "loss")[0]["loss"]["losses"]}
    ead = losses["hazard-01-flood | exposure-02-roads | infrastructure | ead"]
    assert ead["impact_and_losses"] == {
        "impact_type": "direct",
        "impact_modelling": "simulated",
        "impact_metric": "loss_annual_average_value",
        "quantity_kind": "monetary",
        "currency": "IDR",
        "loss_type": "ground_up",
        "loss_approach": "judgement",
        "loss_frequency_type": "probabilistic",
    }
    assert ead["lineage"] == {
        "hazard_dataset": ids[
            "FICTITIOUS TRAINING DATA, not for decisions – Hazard maps: flood, Tiny Town"
        ],
        "exposure_dataset": ids["Assets: roads, Tiny Town"],
        "vulnerability_dataset": ids["Damage curves: by pencil"],
    }
    # no damage of a landslide is reckoned: it has neither curve nor return period
    assert {name.rpartition(" | ")[2] for name in losses if "landslide" in name} == {"exposed"}


def test_curves_are_points_in_the_programs_unit(pack):
    [dataset] = of(pack(), "vulnerability")
    functions = dataset["vulnerability"]["functions"]["vulnerability"]
    assert {one["category"] for one in functions} == {"buildings", "infrastructure"}
    assert {
        (one["approach"], one["relationship"], one["intensity_measure"]) for one in functions
    } == {("judgement", "discrete", "wd:m")}
    assert "The origin of a curve is not stated" in dataset["details"]


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Depths, fictitious"), ("id", "Kedalaman rekaan")]
)
def test_a_source_has_the_label_of_the_language(pack, language, name):
    label = 'label = { id = "Kedalaman rekaan", en = "Depths, fictitious" }'
    folder = pack(('title = "Flood",', f'title = "Flood", {label},'), language=language)
    assert name in {one["name"] for hazard in of(folder, "hazard") for one in hazard["sources"]}


def test_a_curve_for_content_is_named_so_and_jrcs_rule_is_a_source(pack):
    rule = 'rule = "jrc", sector = "industrial", gdp_per_capita = 2946.66, exchange_rate = 12_000, times = "levels"'
    folder = pack(
        ("[values]", f'[values]\nhouse = {{ {rule}, source = "World Bank" }}'),
        (
            "[scores]",
            '[[curves]]\nhazard = "flood"\nasset_types = ["house"]\npart = "content"\n'
            'curve = "jrc/asia/industrial"\n\n[scores]',
        ),
    )
    names = {
        one["id"].partition(" | ")[0]
        for dataset in of(folder, "vulnerability")
        for one in dataset["vulnerability"]["functions"]["vulnerability"]
    }
    assert names == {"straight.csv", "jrc/asia/industrial (content)"}
    sources = [
        (one["name"], one.get("license"))
        for dataset in of(folder, "exposure")
        for one in dataset["sources"]
    ]
    assert any("Huizinga" in name and licence == "CC-BY-4.0" for name, licence in sources)


def test_zero_hazards_known_to_the_standard_is_told_and_leaves_the_rest(pack):
    told = []
    folder = pack(
        ('name = "landslide"', 'name = "amblesan"'),
        ('"susceptibility class"', '"kelas"'),
        ('title = "Landslide"', 'title = "Turun"'),
        on_notice=told.append,
    )
    assert [one["title"].rpartition(" – ")[2] for one in of(folder, "hazard")] == [
        "Hazard maps: flood, Tiny Town"
    ]
    assert told == [
        "The Risk Data Library Standard has no code close to amblesan: not included in rdls.json."
    ]
    assert told[0] in of(folder, "loss")[0]["details"]
    assert (folder / "stac" / "hazard-02-amblesan" / "collection.json").is_file()


@pytest.mark.parametrize("stated", [', licence = "tidak diketahui"', ""])
def test_a_licence_that_nobody_states_is_not_stated(pack, stated):
    folder = pack(
        ('title = "Flood", licence = "CC0-1.0"', f'title = "Flood"{stated}'),
        ('title = "by pencil", licence = "CC0-1.0"', f'title = "by pencil"{stated}'),
    )
    flood = of(folder, "hazard")[0]
    assert (flood["license"], flood["sources"][0]["license"]) == ("not stated", "not stated")
    assert "states no licence" in flood["details"]
    assert of(folder, "loss")[0]["license"] == "not stated; CC0-1.0"
    curve = of(folder, "vulnerability")[0]
    assert curve["license"] == "not stated"
    points = pd.read_csv(folder / curve["resources"][0]["download_url"])
    assert set(points["licence"]) == {"not stated"}
    collection = stac_catalog(folder).get_child("hazard-01-flood").to_dict()
    assert collection["license"] == "other" and "states no licence" in collection["description"]


def test_who_has_no_address_is_given_none(pack):
    flood = of(
        pack(
            (
                'title = "Flood", licence',
                'title = "Flood", publisher = "Water Board", url = "ftp x", licence',
            )
        ),
        "hazard",
    )[0]
    assert {one["entity"]["name"] for one in flood["attributions"]} == {"Water Board"}
    assert {one["entity"]["url"] for one in flood["attributions"]} == {flood["id"]}
    assert "A publisher has no address" in flood["details"]


# Terms


def hazard(name: str, measure: str = "class", unit: str = "class", title: str = "Map") -> Hazard:
    return Hazard.model_validate(
        {
            "name": name,
            "kind": "shock",
            "intensity": {"measure": measure, "unit": unit},
            "maps": [{"path": "a.tif"}],
            "source": {"title": title, "licence": "CC0-1.0"},
        }
    )


@pytest.mark.parametrize(
    ("name", "measure", "unit", "coded"),
    [
        ("banjir", "kedalaman air", "cm", ("flood", "fluvial_flood", "wd:m", True, False)),
        (
            "banjir luapan sungai",
            "tinggi genangan",
            "m",
            ("flood", "fluvial_flood", "wd:m", False, False),
        ),
        (
            "pluvial flood",
            "flow velocity",
            "m/s",
            ("flood", "pluvial_flood", "wv:m/s", False, False),
        ),
        ("rob", "kedalaman air", "cm", ("coastal_flood", "coastal_flood", "wd:m", False, False)),
        (
            "storm surge",
            "water depth",
            "ft",
            ("coastal_flood", "storm_surge", "wd:m", False, False),
        ),
        (
            "tanah longsor",
            "kelas",
            "class",
            ("landslide", "landslide_general", "kelas:class", False, True),
        ),
        ("Gempa bumi", "PGA", "g", ("earthquake", "ground_motion", "PGA:g", False, False)),
        ("tsunami", "inundation height", "m", ("tsunami", "tsunami", "wd:m", False, False)),
        ("kekeringan", "SPI", "1", ("drought", "meteorological_drought", "SPI:1", True, True)),
        ("hujan abu gunung api", "tebal", "mm", ("volcanic", "ashfall", "tebal:m", False, True)),
    ],
)
def test_hazards_have_the_nearest_code(name, measure, unit, coded):
    found = hazard_terms(hazard(name, measure, unit))
    assert (found.type, found.process, found.intensity, found.nearest, found.own_measure) == coded


@pytest.mark.parametrize(
    "name", ["land subsidence", "robustness", "amblesan", "kebakaran gedung", "eruption", "%"]
)
def test_what_is_near_to_no_code_has_none(name):
    assert hazard_terms(hazard(name)) is None


def test_a_title_tells_the_process_that_a_name_leaves_open():
    found = hazard_terms(hazard("flood", "water depth", "m", title="Pluvial flood maps 2024"))
    assert (found.process, found.nearest) == ("pluvial_flood", False)


@pytest.mark.parametrize(
    ("asset_type", "dimension", "category"),
    [
        ("rumah sakit", 0, ("buildings", True)),
        ("rumah pompa", 2, ("infrastructure", True)),
        ("jalan utama", 1, ("infrastructure", True)),
        ("sawah", 2, ("agriculture", True)),
        ("mangrove", 2, ("natural_environment", True)),
        ("BA_S", 0, ("buildings", False)),
        ("x", 1, ("infrastructure", False)),
        ("school", 2, ("buildings", True)),
    ],
)
def test_asset_types_have_a_category(asset_type, dimension, category):
    assert category_of(asset_type, dimension) == category


def test_every_code_is_in_the_standards_lists():
    schema = read(SCHEMAS / "rdls-0.3.json")
    pairs = {
        (one, process)
        for one, processes in schema["hazard_process_mappings"].items()
        for process in processes
    }
    assert {(rule.type, rule.process) for rule in _RULES} <= pairs
    assert {code for *_, code in _MEASURES} <= set(schema["intensity_measure_definitions"])
    assert {name for name, _ in _CATEGORIES} <= set(
        schema["$defs"]["codelist_exposure_category"]["enum"]
    )


def test_every_currency_that_is_named_is_in_the_standards_list(pack):
    codes = read(SCHEMAS / "rdls-0.3.json")["$defs"]["Losses"]["properties"]["impact_and_losses"][
        "properties"
    ]
    named = {one for one in map(currency_code, [*list_currencies(), "ABC"]) if one}
    assert "IDR" in named and named <= set(codes["currency"]["enum"])
    [dataset] = of(pack(('currency = "IDR"', 'currency = "SLE"')), "loss")
    assert all("currency" not in one["impact_and_losses"] for one in dataset["loss"]["losses"])
    assert "no code for the currency SLE" in dataset["details"]


def test_licences_are_written_as_spdx_does_and_all_count():
    assert [stated(one) for one in ("odbl-1.0", "CC BY 4.0", "see .lic", "MIT OR ISC", "\x00")] == [
        "ODbL-1.0",
        "CC-BY-4.0",
        "see .lic",
        "MIT OR ISC",
        "\x00",
    ]
    joined = licence_of(
        [
            Basis("a", "hazard", "MIT OR ISC"),
            Basis("b", "exposure", "ODbL-1.0"),
            Basis("c", "exposure", "odbl-1.0"),
            Basis("d", "exposure", None),
        ]
    )
    assert joined == "(MIT OR ISC) AND ODbL-1.0"
    assert licence_of([Basis("a", "hazard", None)]) == licence_of([]) == "not stated"


def test_bounds_across_the_line_of_dates_stay_small():
    assert united([(179.0, -1.0, -179.0, 1.0), (-178.0, 0.0, -177.0, 2.0)]) == (
        179.0,
        -1.0,
        -177.0,
        2.0,
    )
    assert united([(1.0, 1.0, 2.0, 2.0), None, (0.0, 3.0, 1.0, 4.0)]) == (0.0, 1.0, 2.0, 4.0)
    assert united([None]) is None


# Readers


@pytest.mark.slow
def test_a_public_package_holds_no_internal_layer_column_or_hazard(pack):
    internal = everything(pack(to="internal"))
    for word in ("roads", "Works", "value_rule", "straight.csv", "by pencil", "flood"):
        assert word in internal, word
    text = everything(pack(PUBLIC, INTERNAL_FLOOD, audience="public"))
    for word in (
        "roads",
        "Works",
        "owner",
        '"value"',
        "value,",
        "value_rule",
        "condition,",
        '"condition"',
        "ead_low",
        "flood_10",
        "straight.csv",
        "by pencil",
        "water depth",
        '"ead"',
        "Hazard maps: flood",
    ):
        assert word not in text, word
    assert "flood" not in text.replace("Risk Data Library", "")
    assert "PUBLIC: restricted layers" in text and "House A" in text and "landslide" in text


@pytest.mark.slow
def test_what_the_city_calls_public_is_there(pack):
    folder = pack(SAYS_VALUE, audience="public")
    metrics = of(folder, "exposure")[0]["exposure"][0]["metrics"]
    assert "monetary" in {one["quantity_kind"] for one in metrics}
    text = everything(folder)
    assert (
        "ead_low" in text and "straight.csv" in text and "Works" not in text and "roads" not in text
    )


def test_with_nothing_public_it_says_so_and_writes_nothing(pack, tmp_path):
    hidden = (
        INTERNAL_FLOOD,
        ('name = "landslide"\n', 'name = "landslide"\nvisibility = "internal"\n'),
    )
    with pytest.raises(SourceError, match="Tiny Town has no public hazard or asset layer"):
        pack(*hidden, audience="public")
    assert not (tmp_path / "package").exists()


@pytest.mark.slow
def test_a_public_package_takes_the_place_of_an_internal_one_whole(pack):
    pack(to="same")
    folder = pack(PUBLIC, audience="public", kinds=["stac"], to="same")
    checksums_hold(folder)
    assert "roads" not in everything(folder) and not (folder / "rdls.json").exists()


@pytest.mark.slow
def test_what_is_not_a_packages_own_is_neither_taken_away_nor_mixed_in(pack, tmp_path):
    own = tmp_path / "package" / "data" / "mine.csv"
    own.parent.mkdir(parents=True)
    own.write_text("mine", encoding="utf-8")
    (tmp_path / "package" / "checksums.sha256").write_text(
        f"{'0' * 64}  ../secret.txt\n", encoding="utf-8"
    )
    (tmp_path / "secret.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(SourceError, match=r"mine\.csv is not part of an earlier package"):
        pack()
    assert own.read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "secret.txt").is_file()


def test_a_package_that_cannot_be_finished_leaves_nothing(pack, tmp_path):
    unknown = (
        ('name = "landslide"', 'name = "d"'),
        ('"susceptibility class"', '"e"'),
        ('"Landslide"', '"f"'),
    )
    with pytest.raises(SourceError, match=r"no matching code for d"):
        pack(INTERNAL_FLOOD, *unknown, audience="public")
    assert not [path for path in (tmp_path / "package").rglob("*") if path.is_file()]


# Hostile text


@pytest.mark.slow
def test_hostile_text_is_text_and_names_no_file(town, tmp_path):
    assessment = hostile_assessment(town)
    named = [f"flood {name}" for name in ARMED]
    rename = dict(zip(ARMED, named, strict=True))
    hazards = tuple(
        one.model_copy(update={"name": rename[one.name]}) for one in assessment.city.hazards
    )
    tables = {
        name: getattr(assessment, name) for name in ("exposure", "damage", "ead", "exposure_counts")
    }
    assessment = replace(
        assessment,
        city=assessment.city.model_copy(update={"hazards": hazards}),
        provenance={**assessment.provenance, "day": DAY.isoformat()},
        **{
            name: table.assign(hazard=table["hazard"].map(rename)) for name, table in tables.items()
        },
    )
    folder = tmp_path / "package"
    write_catalogues(assessment, folder, KINDS, language="en")
    datasets = rdls_datasets(folder)
    titles = "".join(one["title"] for one in datasets)
    assert all(STEERING.sub("\ufffd", name) in titles for name in ARMED)
    assert stac_catalog(folder) and len(checksums_hold(folder)) > 200
    for path in folder.rglob("*"):
        assert (
            path.name.replace("-", "").replace("_", "").replace(".", "").isalnum()
            and path.name.isascii()
        )
        assert len(path.name) < 120
    with (folder / "data" / "loss-exposure.csv").open(encoding="utf-8", newline="") as stream:
        assert not [
            cell
            for row in csv.reader(stream)
            for cell in row
            if cell[:1] in "=+-@" and cell[1:2].isalpha()
        ]


def test_names_of_files_are_safe_and_never_the_same():
    names = [
        safe_name(place, "hazard", name)
        for place, name in enumerate([*ARMED, "CON", "../../etc", "a/b", "A b"])
    ]
    assert len({name.lower() for name in names}) == len(names)
    assert all(name.replace("-", "").isalnum() and name.isascii() for name in names)


def test_it_copies_out_and_can_be_checked_by_others(pack, tmp_path):
    if shutil.which("sha256sum") is None:
        pytest.skip("no sha256sum here")
    shutil.copytree(pack(), tmp_path / "elsewhere")
    ran = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "checksums.sha256"],
        cwd=tmp_path / "elsewhere",
        capture_output=True,
    )
    assert ran.returncode == 0, ran.stdout
    stac_catalog(tmp_path / "elsewhere")
