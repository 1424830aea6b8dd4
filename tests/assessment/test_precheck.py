"""Looking before reckoning: places, counts, what maps cover, and what to mend."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from asset_inventory.assessment.precheck import check_city
from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.reading import read_city
from tests.support.town import X, Y, write_grid


def codes(found) -> dict[str, int]:
    return dict(zip(found.findings["code"], found.findings["count"], strict=True))


def test_the_town_before_its_assessment(town):
    found = check_city(read_city(town))
    assert not found.faults
    assert found.sources[["source", "kind", "count", "unusable"]].to_numpy().tolist() == [
        ["buildings", "assets", 4, 1],
        ["roads", "assets", 1, 0],
        ["districts", "districts", 2, 0],
    ]
    assert found.sources["west"].between(110.42, 110.43).all()
    coverage = found.coverage.set_index(["source", "hazard", "return_period"])
    # at one point each: A on the edge of a dry and a wet cell, B wet, D on the edge of nodata; the
    # road's middle is wet
    assert coverage.loc[("roads", "flood", 10.0)].tolist() == [1, 1]
    assert coverage.loc[("buildings", "flood", 10.0), "known"] in (1, pytest.approx(2 / 3))
    assert codes(found) == {"geometry_null": 1, "hazard_without_curves": 1}


def test_all_sources_without_a_licence_are_one_warning(edit):
    found = check_city(
        read_city(
            edit(
                ('title = "Roads", licence = "CC0-1.0"', 'title = "Roads"'),
                ('title = "by pencil", licence = "CC0-1.0"', 'title = "by pencil"'),
            )
        )
    )
    (row,) = found.findings[found.findings["code"] == "licence_not_stated"].to_dict("records")
    assert (row["severity"], row["count"]) == ("warning", 2)
    sentence, remedy = describe_finding(row, "en")
    assert sentence == (
        '2 sources in city.toml state no licence: [[assets]] "roads", [[curves]] "flood".'
    )
    assert 'licence = "..."' in remedy


def test_all_that_cannot_be_read_is_told_at_once(edit):
    folder = edit(
        ('crs = "EPSG:32749"', 'crs = "EPSG:32749"'),
        ('fields = { asset_id = "ID" }', 'fields = { asset_id = "NO" }'),
    )
    gpd.GeoDataFrame({"X": [1]}, geometry=[shapely.Point(0, 0)], crs="EPSG:32749").to_file(
        folder / "landslide.gpkg"
    )
    (folder / "flood_50.tif").write_bytes(b"not a grid")
    found = check_city(read_city(folder))
    assert len(found.faults) == 3
    for fault in found.faults:
        for language in ("en", "id"):
            assert "\n" not in fault.say(language)
    assert found.sources["source"].tolist() == ["buildings", "districts"]


def test_a_layer_far_away_is_told_with_the_system_that_fits(town):
    away = gpd.GeoDataFrame(
        {"ID": ["C"]}, geometry=[shapely.LineString([(X, Y), (X + 50, Y + 50)])], crs="EPSG:32749"
    )
    # degrees, called metres
    away.to_crs(4326).set_crs(32749, allow_override=True).to_file(town / "roads.gpkg")
    found = check_city(read_city(town))
    assert {"crs_lies_degrees", "layer_refused", "crs_to_state"} < set(found.findings["code"])
    said = [
        describe_finding(row, "en")
        for row in found.findings.to_dict("records")
        if row["code"] == "crs_to_state"
    ]
    assert 'crs = "EPSG:4326"' in " ".join(said[0])
    # in metres, but 50 km away
    away.set_geometry(away.translate(50_000)).to_file(town / "roads.gpkg")
    found = check_city(read_city(town))
    said = [
        describe_finding(row, "en")
        for row in found.findings.to_dict("records")
        if row["code"] == "layer_elsewhere"
    ]
    assert said[0][0] == "roads: 1 asset lies outside the extent of the city."


def test_a_map_that_does_not_reach_a_layer_shows(town):
    for period in (10, 50, 100):
        # the lower left 20 m only
        write_grid(town / f"flood_{period}.tif", np.full((2, 2), 1.0), cell=10.0)
    coverage = check_city(read_city(town)).coverage
    assert (coverage[coverage["hazard"] == "flood"]["known"] == 0).all()


def test_types_without_a_curve_are_told(edit):
    found = check_city(read_city(edit(('asset_types = "*"', 'asset_types = ["house"]'))))
    missing = [
        row["source"]
        for row in found.findings.to_dict("records")
        if row["code"] == "type_without_curve" and row["arguments"]["hazard"] == "flood"
    ]
    assert sorted(missing) == ["clinic", "depot", "road"]


def test_a_check_of_very_many_findings_lists_two_hundred_and_counts_the_rest(edit, ask):
    kinds = [f"kind {place}" for place in range(500)]
    places = [shapely.Point(X + 1 + 0.1 * place, Y + 25) for place in range(500)]
    town = edit(('asset_types = "*"', 'asset_types = ["road"]'))
    given = {"ID": list(map(str, range(500))), "NAME": kinds, "KIND": kinds, "VALUE": 1.0}
    gpd.GeoDataFrame(given, geometry=places, crs="EPSG:32749").to_file(town / "buildings.gpkg")
    said = ask("check", town)[1]
    told = len(check_city(read_city(town)).findings)
    assert told > 500
    assert said.count("WARNING: ") + said.count("ERROR: ") == 200
    assert f"… and {told - 200} more." in said
    every = ask("check", town, "--all")[1]
    assert every.count("WARNING: ") + every.count("ERROR: ") == told and "… and" not in every


def test_faults_of_one_city_come_in_one_answer(edit, ask):
    """What a hazard must say, what a source must say, and which layer of a file of OpenStreetMap
    is meant.
    """
    town = edit(
        ('nodata_means = "unknown"\n', ""),
        ('title = "Roads", licence = "CC0-1.0"', 'licence = "CC0-1.0"'),
        ('path = "roads.gpkg"', 'path = "roads.osm.pbf"'),
    )
    (town / "roads.osm.pbf").write_bytes(b"")
    code, said = ask("check", town)
    assert code == 1
    for fault in (
        "a grid needs `nodata_means`",
        "`title` is missing",
        'choose one with layer = "...": points, lines',
    ):
        assert fault in said


def test_faults_of_context_layers_come_in_one_answer_too(edit):
    one = (
        '[[context]]\nname = "{name}"\npath = "roads.gpkg"\nlayer = "{name}"\n'
        'source = {{ title = "x", licence = "x" }}\n'
    )
    town = edit(("[[assets]]", one.format(name="first") + one.format(name="second") + "[[assets]]"))
    faults = [str(fault) for fault in check_city(read_city(town)).faults]
    assert [fault.split(":")[0] for fault in faults] == ["first", "second"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_states_a_system_is_a_line_of_city_toml(town, language):
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        gpd.read_file(town / "roads.gpkg").set_crs(None, allow_override=True).to_file(
            town / "roads.gpkg"
        )
    rows = check_city(read_city(town)).findings.to_dict("records")
    (row,) = [row for row in rows if row["code"] == "crs_none_metres"]
    remedy = describe_finding(row, language)[1]
    assert remedy.index("city.toml") < remedy.index("--crs")
    assert 'crs = "EPSG:' in remedy
