"""What a delivery does to the risk, as it is said, kept and looked back at; the numbers are the
drawing's.

The town's EAD is 90 (A 15, B 30, C 45). A clinic worth 500 at clinic B's place bears 30: a third of
it.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from asset_inventory import register as registers
from asset_inventory.assessment.delivery_impact import computed_impact, stored_impact
from asset_inventory.assessment.risk_delta import layer_delta
from asset_inventory.assessment.run import assess
from asset_inventory.io import geopackage
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import known_sum
from asset_inventory.outputs.report.review_tables import risk_lines
from tests.support.page_contents import page_text
from tests.support.town import X, Y

EAST = shapely.Point(X + 75, Y + 25)
WEST = shapely.Point(X + 25, Y + 25)  # half as deep, so half the damage
ADDS = "adds clinic 1; exposed assets +1; expected annual damage (EAD) +33.3% (+Rp30 a year)"


def buildings(path: Path, rows: dict[str, tuple[str, float, object]]) -> Path:
    ids = [*rows]
    kinds, values, places = zip(*rows.values(), strict=True)
    table = {"ID": ids, "NAME": ids, "KIND": kinds, "VALUE": values}
    gpd.GeoDataFrame(table, geometry=list(places), crs="EPSG:32749").to_file(path)
    return path


@pytest.fixture
def clinic(tmp_path) -> Path:
    return buildings(tmp_path / "clinic.gpkg", {"N": ("clinic", 500.0, EAST)})


def city_ead(town: Path) -> float:
    return known_sum(assess(read_city(town)).joint_ead["ead"])


@pytest.mark.slow
def test_it_is_said_when_handed_in_and_kept_whatever_becomes_of_the_maps(started, ask, clinic):
    code, said = ask("deliver", started, clinic, "--layer", "buildings")
    assert code == 0 and f"Effect: {ADDS}" in said and "FICTITIOUS TRAINING DATA" in said
    (started / "flood_50.tif").unlink()
    page = started / "review.html"
    assert ask("review", started, 3, "--html", page)[0] == 0
    english, indonesian = page_text(page, "en"), page_text(page, "id")
    assert (
        "+33.3% of the city" in english and "Read 1 Accepted 1 Repaired 0 Quarantined 0" in english
    )
    assert "+33,3% dari seluruh kota" in indonesian and "4 aset tidak ada di berkas" in indonesian
    for told in (ask("review", started)[1], ask("accept", started, 3, "--allow-doubts")[1]):
        assert f"Effect: {ADDS}" in told
    assert f"Data submission 3: Effect: {ADDS}" in ask("history", started)[1]
    said = ask("review", started, 3, language="id")[1]
    assert (
        "menambah clinic 1; aset terpapar +1; kerusakan tahunan rata-rata (EAD) +33,3% (+Rp30 per tahun)"
        in said
    )
    (told,) = json.loads(ask("history", started, "buildings:N", "--json")[1])["risks"]
    assert (
        told["delivery"] == 3
        and told["risk"]["city_ead"] == pytest.approx(90)
        and ADDS in told["risk"]["message"]
    )


@pytest.mark.slow
def test_it_is_the_delta_of_the_register_and_the_city_is_followed_from_delivery_to_delivery(
    started, ask, tmp_path
):
    """House A is worth twice as much: +15; in «1» it lies with the road, clinic B in «2» moves
    to «1»: -30 and +15.
    """
    register = registers.open_register(read_city(started))
    path = buildings(
        tmp_path / "more.gpkg",
        {
            "A": ("house", 2000.0, shapely.box(X + 10, Y + 40, X + 30, Y + 60)),
            "B": ("clinic", 500.0, WEST),
        },
    )
    code, said = ask("deliver", started, path, "--layer", "buildings", "--json")
    risk = json.loads(said)["delivery"]["risk"]
    assert (
        "edits clinic 1, house 1; exposed assets 0; expected annual damage (EAD) unchanged."
        in risk["message"]
    )
    made = registers.delivery(register, 3)
    told, whole = (
        stored_impact(register, made),
        layer_delta(read_city(started), "buildings", *registers.both_sides(register, 3)),
    )
    for name in ("exposure", "ead", "changed", "findings"):
        pd.testing.assert_frame_equal(getattr(told.delta, name), getattr(whole, name))
    assert told.city_ead == pytest.approx(90)
    path = buildings(
        tmp_path / "clinics.gpkg", {"M": ("clinic", 500.0, EAST), "N": ("clinic", 1000.0, WEST)}
    )
    assert (
        ask("deliver", started, path, "--layer", "buildings", "--accept", "--allow-doubts")[0] == 0
    )
    # what was reckoned once is added up: 90 + 30 + 30, and no layer is read for it
    assert (
        registers.city_risk(register)["ead"]
        == pytest.approx(150)
        == pytest.approx(city_ead(started))
    )
    assert registers.city_risk(register)["version"] == registers.version(register) == 3
    assert ask("accept", started, 3, "--allow-doubts")[0] == 0
    assert registers.city_risk(register)["ead"] == pytest.approx(150)
    code, said = ask("undo", started, 4)
    # 30 of 150 in either district
    assert (
        "removes clinic 2; exposed assets -2" in said
        and "(EAD) -40% (-Rp60 a year); largest change in 1: -20%." in said
    )
    assert stored_impact(register, registers.delivery(register, 5)).city_ead == pytest.approx(150)


@pytest.mark.slow
def test_what_was_accepted_is_reckoned_anew_where_it_is_not_what_was_handed_in(
    started, ask, tmp_path
):
    out = tmp_path / "out.gpkg"
    assert ask("export", started, "--layer", "buildings", "--to", out)[0] == 0
    table = gpd.read_file(out)
    table.loc[table["ID"] == "A", "VALUE"], table.loc[table["ID"] == "B", "VALUE"] = 2000.0, 1000.0
    out.unlink()
    table.to_file(out, layer="buildings")
    said = ask("deliver", started, out, "--layer", "buildings")[1]
    assert "(EAD) +50% (+Rp45 a year)" in said, said
    other = buildings(
        tmp_path / "other.gpkg",
        {"A": ("house", 3000.0, shapely.box(X + 10, Y + 40, X + 30, Y + 60))},
    )
    assert ask("deliver", started, other, "--layer", "buildings", "--accept")[0] == 0  # 90 + 30
    # A from 3000 to 2000, B twice
    assert "(EAD) +12.5% (+Rp15 a year)" in ask("review", started, 3)[1]
    code, said = ask("accept", started, 3, "--take", "ours")
    assert (
        code == 0
        and "edits clinic 1; exposed assets 0; expected annual damage (EAD) +25% (+Rp30 a year)"
        in said
    )
    register = registers.open_register(read_city(started))
    # A stays at 3000: 90 + 30 + 30
    assert registers.city_risk(register)["ead"] == pytest.approx(150)


@pytest.mark.slow
def test_numbers_written_as_text_are_read_as_in_the_whole_layer(town, ask):
    """1.500,5 elsewhere in the column tells that 2.000 is two thousand; of the changed row alone
    nobody could tell.
    """
    table = gpd.read_file(town / "buildings.gpkg")
    table["VALUE"] = ["1.000", "500", "800", "1.500,5"]
    (town / "buildings.gpkg").unlink()
    table.to_file(town / "buildings.gpkg")
    assert ask("start", town)[0] == 1
    out = town.parent / "out.gpkg"
    assert ask("export", town, "--layer", "buildings", "--to", out)[0] == 0
    edited = gpd.read_file(out)
    edited.loc[edited["ID"] == "A", "VALUE"] = "2.000"
    out.unlink()
    edited.to_file(out, layer="buildings")
    said = ask("deliver", town, out, "--layer", "buildings")[1]
    assert "(EAD) +16.7% (+Rp15 a year)" in said, said  # 15 of 90


@pytest.mark.smoke
def test_the_first_delivery_of_a_layer_has_none_and_starting_is_silent(town, ask, clinic):
    assert "Risk" not in ask("start", town)[1]
    register = registers.open_register(read_city(town))
    assert registers.city_risk(register) is None and registers.risk(register, 1) is None
    for path in (town / "register.gpkg", *(town / "register.copies").iterdir()):
        path.unlink()
    code, said = ask("deliver", town, clinic, "--layer", "buildings", "--json")
    assert code == 0 and json.loads(said)["delivery"]["risk"] is None
    assert 'this is the first data submission of "buildings"' in ask("review", town, 1)[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            "straight.csv",
            ["Effect: not calculated", "straight.csv", "The data submission is kept"],
        ),
        ("a broken grid", ["exposed assets +1", "EAD) not available", "flood_50.tif"]),
        (
            "no curves",
            [
                "exposed assets +1; expected annual damage (EAD) not available: city.toml has no damage"
            ],
        ),
        ("a broken layer", [f"Effect: {ADDS.partition('+33')[0]}+Rp30 a year."]),
    ],
)
def test_what_cannot_be_reckoned_is_told_and_the_delivery_kept(started, edit, clinic, spoil, words):
    if spoil == "a broken grid":
        (started / "flood_50.tif").write_bytes(b"II*\0nothing")
    elif spoil == "no curves":
        text = (started / "city.toml").read_text(encoding="utf-8")
        start = text.index("[[curves]]")
        (started / "city.toml").write_text(
            text[:start] + text[text.index("[scores]") :], encoding="utf-8"
        )
    elif spoil == "a broken layer":
        edit(('fields = { asset_id = "ID" }', 'fields = { asset_id = "NO" }'))
    else:
        (started / spoil).unlink()
    city = read_city(started, files=False)
    register = registers.open_register(city)
    made = registers.deliver(register, "buildings", gpd.read_file(clinic))
    told = computed_impact(register, made)
    assert math.isnan(told.city_ead) and (told.delta is None) == ("not calculated" in words[0])
    assert registers.delivery(register, made.id).state == registers.PENDING
    said = "\n".join(risk_lines(told, city, "en"))
    for word in words:
        assert word in said
    # a fault comes back too
    assert risk_lines(stored_impact(register, made), city, "id") == risk_lines(told, city, "id")
    assert registers.city_risk(register) is None or registers.city_risk(register)["ead"] is None


@pytest.mark.slow
def test_what_is_kept_is_sealed_and_of_another_form_reckoned_anew(started, clinic):
    path, register = started / "register.gpkg", registers.open_register(read_city(started))
    made = registers.deliver(register, "buildings", gpd.read_file(clinic))
    assert computed_impact(register, made).city_ead == pytest.approx(90) and not len(
        registers.fsck(register)
    )
    with geopackage.writing(path) as connection:
        connection.execute(
            "UPDATE register_risks SET risk = replace(risk, '\"form\": 1', '\"form\": 9')"
        )
    assert registers.fsck(register)["code"].tolist() == ["register_delivery_altered"]
    assert stored_impact(register, made) is None
    assert (
        computed_impact(register, made, keep=False).city_ead == pytest.approx(90)
        and stored_impact(register, made) is None
    )
    assert (
        computed_impact(register, made).city_ead == pytest.approx(90)
        and stored_impact(register, made) is not None
    )
    with geopackage.writing(path) as connection:
        connection.execute(
            "UPDATE register_about SET value = replace(value, '90', '91') WHERE key = 'city_risk'"
        )
    assert registers.city_risk(register) is None  # nobody takes it for the city's


@pytest.mark.slow
def test_assets_that_lose_their_figure_are_not_said_to_cost_as_before(started, ask, tmp_path):
    """Clinic B is worth twice as much, house A nothing that is known: 15 and 30 were known, 60
    is.
    """
    path = buildings(
        tmp_path / "more.gpkg",
        {
            "A": ("house", math.nan, shapely.box(X + 10, Y + 40, X + 30, Y + 60)),
            "B": ("clinic", 1000.0, EAST),
        },
    )
    page = tmp_path / "review.html"
    code, said = ask("deliver", started, path, "--layer", "buildings")
    assert (
        code == 0
        and "(EAD) not fully known: the known figures of the changed assets go from Rp45 to Rp60"
        in said
    )
    assert (
        "Excludes 1 changed asset without a figure" in said
        and ask("review", started, 3, "--html", page)[0] == 0
    )
    assert "not fully known, because some assets lose or gain an EAD" in page_text(page, "en")
    assert "Rp45 sebelum, Rp60 sesudah, per tahun" in page_text(page, "id")


@pytest.mark.slow
def test_what_is_counted_once_in_an_assessment_is_so_in_the_delta(started, ask, tmp_path):
    """Clinic B stands in a second layer too, which is not counted until B of the first has gone
    elsewhere.
    """
    toml = started / "city.toml"
    text = toml.read_text().replace('language = "en"', 'language = "en"\nduplicates = "count once"')
    first = text.index("[[assets]]")
    second = text.index("[[assets]]", first + 1)
    layer = (
        text[first:second].replace('"buildings"', '"posts"').replace("buildings.gpkg", "posts.gpkg")
    )
    toml.write_text(text[:second] + layer + text[second:])
    buildings(started / "posts.gpkg", {"B": ("clinic", 500.0, EAST)})
    assert ask("start", started)[0] == 0 and city_ead(started) == pytest.approx(90)
    path = buildings(
        tmp_path / "moved.gpkg",
        {"B": ("clinic", 500.0, shapely.Point(X - 400, Y + 25)), "N": ("clinic", 500.0, WEST)},
    )
    assert ask("deliver", started, path, "--layer", "buildings", "--accept")[0] == 0
    register = registers.open_register(read_city(started))
    # B and 15
    assert (
        registers.city_risk(register)["ead"]
        == pytest.approx(105)
        == pytest.approx(city_ead(started))
    )


@pytest.mark.slow
def test_a_layer_renamed_in_the_city_stops_no_decision(started, ask, clinic):
    assert ask("deliver", started, clinic, "--layer", "buildings")[0] == 0
    toml = started / "city.toml"
    toml.write_text(toml.read_text().replace('name = "buildings"', 'name = "houses"'))
    code, said = ask("undo", started, 1)
    assert code == 0 and "is not in city.toml" in said
    code, said = ask("accept", started, 3, "--allow-doubts")
    assert code == 0 and "version 3" in said
