"""The cities and curves that ship: where they come from, what is in them, and that they can be
made again.
"""

from __future__ import annotations

import csv
import re
import runpy
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import rasterio

from asset_inventory.messages import LANGUAGES, labelled, with_city_words
from asset_inventory.model.hazards import CurveRule
from asset_inventory.model.library import shipped_curves
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.views.city import sources_of
from asset_inventory.vulnerability.curves import curves_for, damage_at, read_curve
from tests.support.paths import DATA

CITIES = ("semarang", "canflood-bc", "kampen")
SHIPPED = sorted(
    path
    for city in CITIES
    for path in (DATA / city).rglob("*")
    if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
)
PERSONAL = re.compile(
    r"phone|telp|telepon|e-?mail|contact|fax|addr|alamat|website|operator|user|uid|nik\b",
    re.IGNORECASE,
)

# Huizinga, De Moel, Szewczyk 2017, rounded to three decimals, at 0, 0.5, 1, 1.5, 2, 3, 4, 5 and 6
# m.
ASIA = {
    "residential": (0, 0.327, 0.494, 0.617, 0.721, 0.870, 0.931, 0.984, 1),
    "commercial": (0, 0.377, 0.538, 0.659, 0.763, 0.883, 0.942, 0.981, 1),
    "industrial": (0, 0.283, 0.482, 0.629, 0.717, 0.857, 0.909, 0.955, 1),
    "transport": (0, 0.358, 0.572, 0.733, 0.847, 1, 1, 1, 1),
    "infrastructure": (0, 0.214, 0.373, 0.604, 0.710, 0.808, 0.887, 0.969, 1),
    "agriculture": (0, 0.135, 0.370, 0.524, 0.558, 0.660, 0.834, 0.988, 1),
}
EUROPE = {
    "residential": (0.25, 0.4, 0.5, 0.6, 0.75, 0.85, 0.95, 1),
    "commercial": (0.15, 0.3, 0.45, 0.55, 0.75, 0.9, 1, 1),
    "industrial": (0.15, 0.27, 0.4, 0.52, 0.7, 0.85, 1, 1),
    "transport": (0.317, 0.542, 0.702, 0.832, 1, 1, 1, 1),
    "infrastructure": (0.25, 0.42, 0.55, 0.65, 0.8, 0.9, 1, 1),
    "agriculture": (0.3, 0.55, 0.65, 0.75, 0.85, 0.95, 1, 1),
}
# CanFlood's own results for these houses (tutorial 2, structure, after the cap): CAD at 200 and at
# 100 years.
CANFLOOD = {
    14879: (37470.44, 36812.88),
    14880: (46625.20, 44998.56),
    14926: (28753.92, 27294.47),
    14934: (91353.48, 42503.45),
    14941: (46600.00, 46600.00),
    14944: (100000.00, 100000.00),
    15152: (0, 0),
    17900: (50172.40, 35887.79),
    17907: (44233.20, 42374.55),
    71528: (0, 0),
    74651: (139515.36, 139212.68),
    14945: (0, 0),
    17873: (0, 0),
}


def shipped(name: str):
    return read_curve(CurveRule(hazard="flood", asset_types="*", curve=name))


# --- sources ---


def test_every_file_is_listed_with_its_licence():
    rows = [
        line.split("|")
        for line in (DATA / "SOURCES.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    listed = {name: row[4] for row in rows for name in re.findall(r"`([^`]+)`", row[1])}
    assert sorted(listed) == [path.relative_to(DATA).as_posix() for path in SHIPPED]
    assert all(re.search("MIT|ODbL 1.0|as the project", licence) for licence in listed.values())


def test_the_whole_is_small():
    assert sum(path.stat().st_size for path in SHIPPED) < 20_000_000
    assert all(
        path.stat().st_size < 300_000
        for path in SHIPPED
        if path.parts[-3:-1] == ("semarang", "hazards")
    )


def test_no_personal_data_is_shipped():
    for path in SHIPPED:
        if path.suffix in (".geojson", ".gpkg"):
            columns = set(pyogrio.read_info(path)["fields"])
        elif path.suffix == ".csv":
            lines = (
                line
                for line in path.read_text(encoding="utf-8").splitlines()
                if not line.startswith("#")
            )
            columns = set(next(csv.reader(lines)))
        else:
            continue
        assert not [name for name in columns if PERSONAL.search(name)], path


def test_the_map_of_kampen_has_lost_addresses_and_contacts():
    path = DATA / "kampen" / "assets" / "kampen.osm.pbf"
    for layer in ("points", "lines", "multilinestrings", "other_relations"):
        tags = pyogrio.read_dataframe(path, layer=layer, read_geometry=False)
        assert layer != "points" or len(tags) == 0
        told = " ".join(tags["other_tags"].dropna()) if "other_tags" in tags else ""
        assert not re.search(
            r'"(addr|contact|phone|email|fax|website|operator|note|description)[^"]*"=>', told
        ), layer


# --- the cities ---


@pytest.mark.parametrize("name", CITIES)
def test_each_city_can_be_read_and_its_curves_fit(name: str):
    city = read_city(DATA / name)
    served, without = curves_for(city)
    assert served
    # Kampen holds buildings of an unknown use, on purpose without a curve.
    assert {kind for _, kind in without} <= {"building", "other"}
    sources = [layer.source for layer in (*city.assets, *city.context)] + [
        hazard.source for hazard in city.hazards
    ]
    assert all(source.title and source.licence in ("MIT", "ODbL-1.0") for source in sources)


@pytest.mark.parametrize("name", CITIES)
def test_what_is_not_real_is_called_an_exercise(name: str):
    city = read_city(DATA / name)
    assert all(hazard.source.exercise for hazard in city.hazards)
    if name == "semarang":
        assert all(rule.exercise for rule in city.values.values())
        assert city.future.invented and "LATIHAN" in city.future.subsidence_rate.source.title
        assert all(
            "LATIHAN" in hazard.source.title and "exercise" in hazard.source.title
            for hazard in city.hazards
        )


def test_every_source_of_semarang_is_named_in_one_language_at_a_time():
    city = read_city(DATA / "semarang")
    declared = [source.title for _, _, source in sources_of(city)]
    declared += [rule.source for rule in (*city.values.values(), *city.yearly) if rule.source]
    declared += [hazard.occurrence.source for hazard in city.hazards if hazard.occurrence]
    declared += [city.future.sea_level_rise.source, city.future.gumbel.source]
    declared += [table.source for table in city.resilience.filled.values()]
    with with_city_words(city.words):
        named = {
            title: {one: labelled("source", title, one) for one in LANGUAGES} for title in declared
        }
    for title, names in named.items():
        # a publication keeps its title
        assert (
            len(set(names.values())) == len(LANGUAGES) or "Huizinga" in title or "InaSAFE" in title
        )
        if "latihan" in title.casefold():
            assert "fictitious training" in names["en"].casefold(), title
            assert "rekaan" not in names["en"] and "rekaan" in names["id"], title
            assert not {"exercise", "fictitious"} & set(re.findall(r"\w+", names["id"])), title


def test_semarang_has_a_stress_and_a_shock_of_four_return_periods_or_more():
    hazards = {hazard.name: hazard for hazard in read_city(DATA / "semarang").hazards}
    assert {name: hazard.kind for name, hazard in hazards.items()} == {
        "rob": "stress",
        "banjir": "shock",
    }
    assert all(
        len(hazard.maps) >= 4 and hazard.unit == "m" and hazard.factor == 0.01
        for hazard in hazards.values()
    )


def test_semarang_prices_every_type_it_declares():
    city = read_city(DATA / "semarang")
    served, _ = curves_for(city)
    assert {kind for _, kind in served} - {"lainnya"} == set(city.values)


def test_kampen_is_a_scenario():
    (hazard,) = read_city(DATA / "kampen").hazards
    assert [one.return_period for one in hazard.maps] == [None]


# --- the exercise maps ---


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exercise")
    runpy.run_path(str(DATA / "semarang" / "make_exercise.py"))["make"](folder)
    return folder


def depths(folder: Path, name: str) -> np.ma.MaskedArray:
    with rasterio.open(folder / name) as grid:
        return grid.read(1, masked=True)


@pytest.mark.slow
def test_the_script_makes_the_shipped_maps_again(made: Path):
    kept = DATA / "semarang" / "hazards"
    names = sorted(path.name for path in kept.glob("*.tif"))
    assert names == sorted(path.name for path in made.iterdir()) and len(names) == 11
    for name in names:
        with rasterio.open(made / name) as new, rasterio.open(kept / name) as old:
            assert (new.crs, new.transform, new.nodata, new.dtypes) == (
                old.crs,
                old.transform,
                old.nodata,
                old.dtypes,
            )
            np.testing.assert_array_equal(new.read(1), old.read(1), err_msg=name)
            assert "EXERCISE" in old.tags()["TITLE"] and "LATIHAN" in old.descriptions[0]


def test_a_rarer_event_is_nowhere_shallower_and_none_is_below_ground():
    for hazard in ("rob", "flood"):
        names = sorted(
            path.name for path in (DATA / "semarang" / "hazards").glob(f"{hazard}_*.tif")
        )
        grids = [depths(DATA / "semarang" / "hazards", name) for name in names]
        for common, rare in zip(grids, grids[1:], strict=False):
            assert (rare >= common).all() and (rare > common).any()
        assert grids[0].min() == 0


def test_the_water_stays_in_low_lying_kelurahan_and_the_maps_say_nothing_outside_the_city():
    kelurahan = gpd.read_file(DATA / "semarang" / "districts" / "kelurahan.geojson").to_crs(
        "EPSG:32749"
    )
    at = kelurahan.representative_point()
    with rasterio.open(DATA / "semarang" / "hazards" / "flood_100.tif") as grid:
        depth = np.array([cell[0] for cell in grid.sample(zip(at.x, at.y, strict=True))])
        corner = next(grid.sample([(grid.bounds.left + 1, grid.bounds.bottom + 1)]))[0]
    assert corner == grid.nodata
    assert (depth >= 0).all()  # every kelurahan is on the map
    wet = kelurahan[depth > 0]
    assert set(wet["kecamatan"]) >= {"Semarang Utara", "Genuk", "Tugu"}
    assert not set(wet["kecamatan"]) & {"Gunungpati", "Banyumanik", "Mijen"}  # the hills


def test_the_invented_ground_sinks_most_by_the_coast_and_in_the_east_and_nowhere_inland():
    rate = depths(DATA / "semarang" / "hazards", "subsidence.tif")
    assert rate.min() == 0
    assert rate.max() <= 60
    rows, columns = np.nonzero(~rate.mask)
    values = rate.data[rows, columns]
    assert np.corrcoef(rows, values)[0, 1] < -0.5  # rows count from the north
    assert (
        values[columns > np.median(columns)].mean() > values[columns <= np.median(columns)].mean()
    )


# --- the exercise people ---

VOICES = ("population.csv", "indicators.csv", "votes.csv", "statements.xlsx", "actions.xlsx")


def cells(path: Path) -> list[tuple]:
    """Every cell of a text table, or of every sheet of a workbook."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            return [tuple(row) for row in csv.reader(stream)]
    book = openpyxl.load_workbook(path)
    return [row for page in book for row in page.iter_rows(values_only=True)]


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two runs of the script, one after the other."""
    folders = [tmp_path_factory.mktemp("voices"), tmp_path_factory.mktemp("again")]
    for folder in folders:
        runpy.run_path(str(DATA / "semarang" / "make_example_voices.py"))["make"](folder)
    return folders


@pytest.mark.parametrize("name", VOICES)
def test_the_script_makes_the_shipped_voices_again(voices: list[Path], name: str):
    made, again = (folder / name for folder in voices)
    assert sorted(path.name for path in made.parent.iterdir()) == sorted(VOICES)
    assert made.read_bytes() == again.read_bytes()  # at another moment: no date is today's
    assert cells(made) == cells(DATA / "semarang" / "exercise" / name)


def test_the_exercise_people_are_small_and_add_up_to_the_city():
    folder = DATA / "semarang" / "exercise"
    assert sum((folder / name).stat().st_size for name in VOICES) < 100_000
    people = cells(folder / "population.csv")
    assert (
        people[0][-1] == "penduduk_latihan" and sum(int(row[-1]) for row in people[1:]) == 1_650_000
    )
    kelurahan = gpd.read_file(DATA / "semarang" / "districts" / "kelurahan.geojson")
    assert [row[0] for row in people[1:]] == kelurahan["kode"].tolist()


def test_nothing_that_was_invented_can_be_mistaken_for_real():
    folder = DATA / "semarang" / "exercise"
    for name in ("statements", "actions"):
        rows = cells(folder / f"{name}.xlsx")
        assert "LATIHAN" in rows[0][0] and "exercise" in rows[0][0]
        filled = [row for row in rows[4:] if row[0]]
        assert len(filled) >= 12
        assert all("contoh" in str(cell).casefold() for row in filled for cell in row[:2])
        assert (
            all("CONTOH" in cell for row in filled for cell in row[11:14] if cell)
            or name == "statements"
        )
    assert all(
        "contoh (latihan)" in row[0] and re.fullmatch(r"V\d\d", row[1])
        for row in cells(folder / "votes.csv")[1:]
    )
    assert {row[5] for row in cells(folder / "indicators.csv")[1:]} == {"LATIHAN aturan 2"}
    city = read_city(DATA / "semarang")
    settings = city.resilience
    assert all(
        one.exercise
        for one in (settings.statements, settings.votes, settings.indicators, settings.actions)
    )
    assert city.districts.population.source.exercise


def test_semarang_names_the_sixteen_shocks_and_stresses_of_its_strategy_and_the_sea():
    """100rcsemarang.org: six shocks, ten stresses."""
    city = read_city(DATA / "semarang")
    kinds = [one.kind for one in city.pressures if one.id != "muka-laut"]
    assert (kinds.count("shock"), kinds.count("stress")) == (6, 10)
    assert all(one.name.id and one.name.en and one.drivers for one in city.pressures)
    assert all(one.source and one.reason.id != one.reason.en for one in city.influences)


# --- the curves ---


@pytest.mark.parametrize("sector", ASIA)
def test_the_asian_curves_of_jrc_to_three_decimals(sector: str):
    curve = shipped(f"jrc/asia/{sector}")
    assert curve.intensities == (0, 0.5, 1, 1.5, 2, 3, 4, 5, 6)
    assert tuple(round(damage, 3) for damage in curve.damage) == ASIA[sector]


@pytest.mark.parametrize("sector", EUROPE)
def test_the_european_curves_of_jrc_to_three_decimals(sector: str):
    assert (
        tuple(round(damage, 3) for damage in shipped(f"jrc/europe/{sector}").damage[1:])
        == EUROPE[sector]
    )


def test_north_america_starts_above_zero_and_says_why():
    assert round(shipped("jrc/north-america/residential").damage[0], 3) == 0.202
    assert "basements" in shipped_curves()["jrc/north-america/residential"].notes


def test_the_power_plant_has_the_authors_numbers_not_ten_times_them():
    at = damage_at(shipped("nirandjan/F1.1"), np.array([0.05, 0.1, 0.2, 0.5]))
    np.testing.assert_allclose(at, [0.0041010, 0.0082021, 0.0164042, 0.0410105], atol=5e-8)


def test_the_prices_of_kampen_follow_the_rule_they_name():
    """Construction cost a x GDP^b, times 0.6 for age, times 0.6 for what water can damage."""
    values, gdp = read_city(DATA / "kampen").values, 50338.25
    for kind, a, b in (
        ("dwelling", 24.078, 0.3852),
        ("commercial building", 33.642, 0.3574),
        ("industrial building", 30.824, 0.3249),
    ):
        assert values[kind].amount == pytest.approx(a * gdp**b * 0.36, abs=0.006)


@pytest.mark.parametrize(("years", "column"), [(200, 0), (100, 1)])
def test_the_houses_lose_what_canflood_published(years: int, column: int):
    """Depth at the house, less its floor's height, through the curve, times the floor area, at
    most the cap.
    """
    city = read_city(DATA / "canflood-bc")
    curves, _ = curves_for(city, ["BA_S", "CA_S"])
    houses = gpd.read_file(city.assets[0].path).set_index("xid").loc[list(CANFLOOD)]
    with rasterio.open(DATA / "canflood-bc" / "hazards" / f"depth_rp{years:04d}.tif") as grid:
        depth = np.array(
            [
                cell[0]
                for cell in grid.sample(zip(houses.geometry.x, houses.geometry.y, strict=True))
            ]
        )
    per_m2 = np.array(
        [
            damage_at(curves["river flood", tag], above)
            for tag, above in zip(houses["f0_tag"], depth - houses["f0_elv"], strict=True)
        ]
    )
    damage = np.where(depth > 0, np.minimum(per_m2 * houses["f0_scale"], houses["f0_cap"]), 0)
    np.testing.assert_allclose(
        damage, [published[column] for published in CANFLOOD.values()], rtol=2e-3, atol=1e-9
    )
