"""The audit of a city's curves: each slip as it circulates, made in a file here, and laws over
all that ships.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asset_inventory.assessment.precheck import check_curves_of
from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.city import City, UnitPrice
from asset_inventory.model.library import shipped_curves
from asset_inventory.vulnerability.curve_audit import audit_curves
from asset_inventory.vulnerability.curves import claimed_curves, curves_for, shipped_curve
from tests.support.damage_curves import ROAD_UNPAVED

SOURCE = {"title": "A table that circulates", "licence": "CC0-1.0"}
DEPTHS = (0, 0.5, 1, 1.5, 2, 3, 4, 5, 6)
# JRC's rows, Huizinga et al. 2017, in two decimals: roads of Europe, commerce of Asia, homes of
# Asia.
EUROPE_ROADS = (0, 0.25, 0.42, 0.55, 0.65, 0.80, 0.90, 1, 1)
ASIA_COMMERCE = (0, 0.38, 0.54, 0.66, 0.76, 0.88, 0.94, 0.98, 1)
ASIA_HOMES = (0, 0.33, 0.49, 0.62, 0.72, 0.87, 0.93, 0.98, 1)


def city(
    folder: Path,
    *rules: dict,
    unit: str = "m",
    exposed_from: float = 0.1,
    measure: str = "water depth",
) -> City:
    return City.model_validate(
        {
            "name": "Harbour Town",
            "crs": "EPSG:32749",
            "currency": "IDR",
            "folder": folder,
            "assets": [
                {"name": "roads", "path": "roads.gpkg", "asset_type": "road", "source": SOURCE}
            ],
            "hazards": [
                {
                    "name": "flood",
                    "kind": "shock",
                    "intensity": {"measure": measure, "unit": unit},
                    "exposed_from": exposed_from,
                    "source": SOURCE,
                    "maps": [{"path": "flood.tif"}],
                }
            ],
            "curves": [
                {"hazard": "flood", "asset_types": "*", "source": SOURCE} | rule for rule in rules
            ],
        }
    )


def written(depths=DEPTHS, damage=EUROPE_ROADS, *, column: str = "intensity_m") -> str:
    rows = (f"{at},{harm}\n" for at, harm in zip(depths, damage, strict=True))
    return f"{column},damage\n" + "".join(rows)


def audited(
    folder: Path, text: str, name: str = "curve.csv", *, types="*", title: str = "", **hazard
) -> pd.DataFrame:
    """What the audit finds in one file of a city, which can be read."""
    (folder / name).write_text(text, encoding="utf-8")
    rule = {
        "path": name,
        "asset_types": types,
        "source": SOURCE | ({"title": title} if title else {}),
    }
    town = city(folder, rule, **hazard)
    claims, faults = claimed_curves(town)
    assert not faults
    return audit_curves(claims, town)


def only(found: pd.DataFrame) -> dict:
    assert len(found) == 1, found["code"].tolist()
    return found.iloc[0].to_dict()


# --- another's row ---


def test_the_unpaved_road_that_is_called_asian_and_holds_europes_values(tmp_path):
    said = only(audited(tmp_path, ROAD_UNPAVED, "road_unpaved.csv"))
    assert (said["code"], said["source"], said["severity"]) == (
        "curve_is_another",
        "road_unpaved.csv",
        "error",
    )
    assert said["arguments"] == {
        "label": "jrc/asia/infrastructure",
        "cited": "jrc/europe/infrastructure",
    }


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("jalan_asia.csv", ""),
        ("curve.csv", "Kurva kerusakan jalan, Asia"),
        ("curve.csv", "Roads of Indonesia"),
    ],
)
def test_the_name_may_stand_in_the_file_name_or_the_title(tmp_path, name, title):
    said = only(audited(tmp_path, written(), name, title=title))
    assert (
        said["code"] == "curve_is_another"
        and said["arguments"]["label"] == "jrc/asia/infrastructure"
    )


@pytest.mark.parametrize(
    "title",
    [
        "Roads",
        "Roads, Europe",
        "Jalan (Eropa), dipakai di Indonesia",
        "European Commission, JRC: roads",
    ],
)
def test_who_names_europe_or_nobody_is_believed(tmp_path, title):
    assert not len(audited(tmp_path, written(), title=title))


def test_a_continent_without_such_a_row_is_named_itself(tmp_path):
    said = only(audited(tmp_path, written(), title="Jalan, Afrika"))  # no African roads ship
    assert said["severity"] == "warning"
    assert said["arguments"] == {"label": "africa", "cited": "jrc/europe/infrastructure"}


def test_the_industrial_row_that_holds_the_commercial_values(tmp_path):
    said = only(audited(tmp_path, written(damage=ASIA_COMMERCE), "industri_asia.csv"))
    assert said["arguments"] == {"label": "jrc/asia/industrial", "cited": "jrc/asia/commercial"}
    # schools have no row of their own in that set, so its commercial row may serve them
    assert not len(audited(tmp_path, written(damage=ASIA_COMMERCE), "sekolah_asia.csv"))


def test_a_value_beyond_rounding_makes_it_a_curve_of_its_own(tmp_path):
    other = (0, 0.25, 0.42, 0.55, 0.66, 0.80, 0.90, 1, 1)  # 0.66 for 0.65: 0.01 is more than 0.005
    assert not len(audited(tmp_path, written(damage=other), "road_asia.csv"))


# --- a shifted decimal point ---


def test_the_power_plant_that_a_readme_prints_ten_times_too_high(tmp_path):
    # F1.1 is 0.0041010, 0.0082021, 0.0164042, 0.0410105 and 0.0820210 there
    tenfold = written(
        (0, 0.05, 0.1, 0.2, 0.5, 1), (0, 0.041010, 0.082021, 0.164042, 0.410105, 0.820210)
    )
    said = only(audited(tmp_path, tenfold, "pembangkit.csv"))
    assert (said["code"], said["severity"]) == ("curve_tenfold", "error")
    assert said["arguments"] == {"cited": "nirandjan/F1.1"}
    # for houses the likeness may be chance
    assert only(audited(tmp_path, tenfold, types="house"))["severity"] == "warning"


def test_a_tenth_of_asias_homes(tmp_path):
    tenth = tuple(harm / 10 for harm in ASIA_HOMES)  # 0.33 for 0.32656 was within rounding before
    said = only(audited(tmp_path, written(damage=tenth), types=["rumah"]))
    assert (said["code"], said["severity"]) == ("curve_tenth", "error")
    assert said["arguments"] == {"cited": "jrc/asia/residential"}


def test_nine_times_is_no_slip_of_the_point(tmp_path):
    assert not len(
        audited(
            tmp_path,
            written((0, 0.05, 0.1, 0.2), (0, 0.0369, 0.0738, 0.1476)),
            types=["power plant"],
        )
    )


# --- the hazard that it serves ---


@pytest.mark.parametrize(("exposed_from", "codes"), [(0, ["curve_above_zero"]), (0.05, [])])
def test_basements_count_where_the_hazard_counts_from_zero(tmp_path, exposed_from, codes):
    town = city(tmp_path, {"curve": "jrc/north-america/residential"}, exposed_from=exposed_from)
    found = audit_curves(claimed_curves(town)[0], town)
    assert found["code"].tolist() == codes
    if codes:
        assert (
            round(found.loc[0, "arguments"]["damage"], 3) == 0.202
            and found.loc[0, "severity"] == "warning"
        )


def test_a_curve_of_classes_does_not_begin_at_zero(tmp_path):
    classes = written((1, 2, 3), (0.1, 0.3, 0.6), column="intensity_class")
    assert not len(
        audited(tmp_path, classes, unit="class", exposed_from=0, measure="susceptibility")
    )


def test_a_curve_that_falls_is_told_with_the_others(tmp_path):
    fallen = (0, 0.25, 0.42, 0.55, 0.50, 0.80, 0.90, 1, 1)
    assert audited(tmp_path, written(damage=fallen))["code"].tolist() == ["curve_falls"]


def test_what_cannot_serve_is_a_fault_and_every_one_is_told(tmp_path):
    (tmp_path / "percent.csv").write_text("intensity_m,damage\n0,0\n1,42\n", encoding="utf-8")
    (tmp_path / "shaking.csv").write_text("intensity_g,damage\n0,0\n1,0.5\n", encoding="utf-8")
    (tmp_path / "feet.csv").write_text("intensity_ft,damage\n0,0\n10,0.5\n", encoding="utf-8")
    town = city(
        tmp_path,
        {"path": "percent.csv", "asset_types": "a"},
        {"path": "shaking.csv", "asset_types": "b"},
        {"path": "feet.csv", "asset_types": "c"},
        {"path": "feet.csv", "asset_types": "c"},
    )
    claims, faults = claimed_curves(town)
    assert list(claims) == [("flood", "c")]  # feet are metres by declaration
    assert [fault.key for fault in faults] == [
        "error.curve_not_a_fraction",
        "error.curve_unit_differs",
        "error.curve_twice",
    ]


def test_a_unit_in_which_nothing_ships_is_compared_with_nothing(tmp_path):
    assert not len(
        audited(tmp_path, written((5, 7, 9), (0, 0.3, 0.9), column="intensity_MMI"), unit="MMI")
    )


def test_a_curve_for_content_is_audited_by_itself(tmp_path):
    (tmp_path / "road_unpaved.csv").write_text(ROAD_UNPAVED, encoding="utf-8")
    town = city(
        tmp_path, {"curve": "jrc/asia/residential"}, {"path": "road_unpaved.csv", "part": "content"}
    )
    town = town.model_copy(
        update={"values": {"*": UnitPrice(per="m2", amount=1, content=1, source="-")}}
    )
    assert audit_curves(claimed_curves(town)[0], town).empty
    found = only(audit_curves(curves_for(town, ["road"])[0], town))
    assert (found["code"], found["source"]) == ("curve_is_another", "road_unpaved.csv")
    gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=town.crs).to_file(tmp_path / "roads.gpkg")
    town = town.model_copy(
        update={"assets": (town.assets[0].model_copy(update={"path": tmp_path / "roads.gpkg"}),)}
    )
    checked = check_curves_of(town)
    assert checked.findings["source"].tolist() == ["road_unpaved.csv"]
    assert checked.serving["curve"].tolist() == [
        "0.5 × jrc/asia/residential + 0.5 × road_unpaved.csv"
    ]


# --- by law ---


@pytest.mark.parametrize("name", shipped_curves())
def test_no_curve_that_ships_is_at_odds_with_the_library_under_its_own_name(tmp_path, name):
    about = shipped_curves()[name]
    own = replace(
        shipped_curve(about, "flood"), id="own.csv", source=about.title, notes=about.notes
    )
    town = city(tmp_path, unit=own.unit, measure=about.measure)
    found = audit_curves({("flood", "*"): own}, town)
    assert set(found["code"]) <= {"curve_falls"}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([("cm", 100), ("mm", 1000), ("ft", 1 / 0.3048)]),
    st.sampled_from([EUROPE_ROADS, ASIA_COMMERCE, tuple(harm / 10 for harm in ASIA_HOMES)]),
    st.sampled_from(["jalan_asia.csv", "rumah.csv", "eropa.csv"]),
)
def test_another_unit_of_the_same_depths_changes_nothing(tmp_path, unit, damage, name):
    there = written(
        tuple(depth * unit[1] for depth in DEPTHS), damage, column=f"intensity_{unit[0]}"
    )
    here = audited(tmp_path, written(damage=damage), name)
    pd.testing.assert_frame_equal(audited(tmp_path, there, name), here)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.floats(0, 1), min_size=9, max_size=9).map(sorted))
def test_any_curve_can_be_audited_and_says_nothing_of_itself_twice(tmp_path, damage):
    found = audited(tmp_path, written(damage=damage), "road_asia.csv")
    assert found["code"].is_unique


# --- by message ---


def test_every_finding_names_both_curves_in_either_language(tmp_path):
    found = [
        only(audited(tmp_path, ROAD_UNPAVED, "road_unpaved.csv")),
        only(audited(tmp_path, written(damage=tuple(harm / 10 for harm in ASIA_HOMES)))),
    ]
    for row in found:
        said = {language: " ".join(describe_finding(row, language)) for language in LANGUAGES}
        assert said["en"] != said["id"]
        for sentence in said.values():
            assert row["source"] in sentence and "\n" not in sentence
            assert all(name in sentence for name in row["arguments"].values())
    assert describe_finding(found[0], "en")[0] == (
        "damage curve road_unpaved.csv is called «jrc/asia/infrastructure», but its numbers are those of "
        "«jrc/europe/infrastructure»."
    )
