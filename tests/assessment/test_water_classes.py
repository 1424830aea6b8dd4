"""The town's districts under its water: each square metre once, on grids and in zones, unknown kept
apart.

West (1) is dry but for its southern half (0.5, 1 and 2 m at 10, 50 and 100 years), of East (2) the
map says nothing in the north (nodata) and twice the depth in the south. Each half is 50 x 50 =
2,500 m2.
"""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from asset_inventory.assessment.context_indicators import (
    is_water_depth,
    not_recognised,
    water_classes,
)
from asset_inventory.cli import main
from asset_inventory.hazards.intersections import open_hazards
from asset_inventory.inventory.districts import read_districts
from asset_inventory.model.errors import CityError
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.reading import read_city
from tests.support.town import X, Y


def classes_of(folder):
    city = read_city(folder)
    return water_classes(city, read_districts(city)[0], open_hazards(city.hazards, city.crs)[0])


def test_grids_give_areas_by_class_and_map(town):
    found = classes_of(town)
    table = found.classes.set_index(
        ["district", "return_period", "class_by_depth", "class_by_index"]
    )["area"]
    assert table.to_dict() == pytest.approx(
        {
            ("1", 10, "dry", "dry"): 2500,
            ("1", 10, "low", "low"): 2500,  # 0.5 m
            ("1", 50, "dry", "dry"): 2500,
            ("1", 50, "medium", "medium"): 2500,  # 1 m
            ("1", 100, "dry", "dry"): 2500,
            ("1", 100, "high", "high"): 2500,  # 2 m
            ("2", 10, "unknown", "unknown"): 2500,
            ("2", 10, "medium", "medium"): 2500,  # 1 m
            ("2", 50, "unknown", "unknown"): 2500,
            ("2", 50, "high", "high"): 2500,  # 2 m
            ("2", 100, "unknown", "unknown"): 2500,
            ("2", 100, "high", "high"): 2500,  # 4 m
        }
    )
    assert set(found.classes["data_status"]) == {"exercise"}  # as the flood is
    floods = found.districts.set_index(["district", "return_period"])
    assert floods["at_least"].to_dict() == {
        (one, years): one == "2" for one in "12" for years in (10, 50, 100)
    }
    # (0.5/1.125)^-1.75 = 4.1332
    assert floods.loc[("1", 10), "index_mean"] == pytest.approx(0.19481 / 2, abs=1e-5)


def test_zones_with_depths_count_as_water_and_the_rest_outside_is_what_the_city_says(edit, town):
    south = gpd.GeoDataFrame(
        {"DEPTH": [160.0]}, geometry=[shapely.box(X, Y, X + 100, Y + 25)], crs="EPSG:32749"
    )
    south.to_file(town / "rob.gpkg", driver="GPKG")
    edit(
        (
            "[[hazards]]",
            """[[hazards]]
name = "rob"
kind = "shock"
intensity = { measure = "kedalaman air", unit = "cm" }
outside = "not exposed"
maps = [{ path = "rob.gpkg", intensity_field = "DEPTH" }]
source = { title = "Rob", licence = "CC0-1.0" }

[[hazards]]""",
        )
    )
    found = classes_of(town)
    rob = found.classes[found.classes["hazard"] == "rob"]
    assert rob[["district", "class_by_depth", "class_by_index", "area"]].values.tolist() == [
        ["1", "dry", "dry", 3750],
        ["1", "high", "medium", 1250],
        ["2", "dry", "dry", 3750],
        ["2", "high", "medium", 1250],
    ]
    assert rob["return_period"].isna().all()
    assert found.districts.loc[found.districts["hazard"] == "rob", "area_differing"].tolist() == [
        1250,
        1250,
    ]


def hazard(measure: str | dict, unit: str, **one_map: object) -> Hazard:
    intensity = measure if isinstance(measure, dict) else {"measure": measure}
    return Hazard(
        name="bahaya",
        kind="shock",
        intensity=intensity | {"unit": unit},
        exposed_from=0,
        nodata_means="unknown",
        maps=[{"path": "a.tif"} | one_map],
        source={"title": "x", "licence": "CC0-1.0"},
    )


@pytest.mark.parametrize(
    ("measure", "unit", "is_one"),
    [
        ("water depth", "m", True),
        ("kedalaman genangan", "cm", True),
        ("depth", "ft", True),
        ("kedalaman air", "class", False),
        ("ash thickness", "cm", False),
        ("peak ground deformation", "cm", False),
        ("wind speed", "m/s", False),
    ],
)
def test_only_a_length_of_water_is_a_depth(measure, unit, is_one):
    assert is_water_depth(hazard(measure, unit)) is is_one


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("luapan sungai", "ketinggian air"),
        ("sungai", "tinggi muka air"),
        ("air pasang", "tinggi"),
        ("river", "water level"),
        ("overflow of the river", "level"),
    ],
)
def test_water_is_known_by_the_words_that_offices_use_for_it(name, measure):
    assert is_water_depth(hazard(measure, "m").model_copy(update={"name": name}))


@pytest.mark.parametrize("measure", ["muka air tanah", "groundwater level"])
def test_the_water_table_is_no_flood(measure):
    assert not is_water_depth(hazard(measure, "m"))


@pytest.mark.parametrize(("declared", "is_one"), [(True, True), (False, False)])
def test_what_the_city_declares_of_its_depths_stands_above_all_words(declared, is_one):
    for measure in ("water depth", "limpahan", "peak ground deformation"):
        assert (
            is_water_depth(hazard({"measure": measure, "is_water_depth": declared}, "m")) is is_one
        )


@pytest.mark.parametrize(
    ("measure", "unit", "declared", "told"),
    [
        ("limpahan", "m", None, True),
        ("limpahan", "cm", None, True),
        ("kedalaman air longsor", "m", None, True),
        ("limpahan", "m", True, False),
        ("limpahan", "m", False, False),
        ("limpahan", "class", None, False),
        ("kedalaman air", "m", None, False),
        ("peak ground deformation", "cm", None, False),
    ],
)
def test_a_length_that_nothing_calls_water_or_not_is_found(measure, unit, declared, told):
    found = not_recognised([hazard({"measure": measure, "is_water_depth": declared}, unit)])
    assert [row["code"] for row in found] == ["water_depth_not_recognised"] * told


@pytest.mark.slow
def test_check_and_resilience_name_a_flood_without_classes_until_it_is_declared(
    town_with_voices, capsys
):
    def told() -> list[str]:
        main(["check", str(town_with_voices), "--language", "id"])
        main(["resilience", str(town_with_voices), "--only", "findings", "--language", "id"])
        said = capsys.readouterr()
        assert "kesalahan:" not in said.err
        return [
            line for line in said.out.splitlines() if '"tinggi" (m)' in line and "limpahan" in line
        ]

    city = town_with_voices / "city.toml"
    text = (
        city.read_text(encoding="utf-8")
        .replace('"flood"', '"limpahan"')
        .replace("water depth", "tinggi")
    )
    city.write_text(text, encoding="utf-8")
    assert len(told()) == 2 and not len(classes_of(town_with_voices).classes)
    city.write_text(
        text.replace('unit = "m" }', 'unit = "m", is_water_depth = true }'), encoding="utf-8"
    )
    assert not told() and len(classes_of(town_with_voices).classes) == 12


@pytest.mark.parametrize(
    "declared",
    [
        ('unit = "class"', 'unit = "class", is_water_depth = true'),
        ('unit = "m"', 'unit = "mmi", is_water_depth = true'),
    ],
)
def test_a_depth_of_water_that_is_no_length_is_a_fault(edit, declared):
    with pytest.raises(CityError, match="is_water_depth is true, but"):
        read_city(edit(declared))


def test_a_city_without_water_has_no_rows(town):
    city = read_city(town)
    opened = open_hazards([one for one in city.hazards if one.name == "landslide"], city.crs)[0]
    found = water_classes(city, read_districts(city)[0], opened)
    assert not len(found.classes) and not len(found.districts)
