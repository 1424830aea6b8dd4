"""What people filled in is judged before anything is reckoned: by `check` as by the assessment."""

from __future__ import annotations

import geopandas
import pytest
import shapely

from asset_inventory.assessment.resilience import assess_resilience
from asset_inventory.assessment.run import assess
from asset_inventory.assessment.survey_forms import FORMS, headings, read_office_table
from asset_inventory.messages import LANGUAGES
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_check_judges_the_tables_that_people_filled_in(town_with_voices, ask, language):
    (town_with_voices / "votes.csv").write_text(
        "group,voter,pressure,rank\nPKK,1,floood,1\n", encoding="utf-8"
    )
    (town_with_voices / "statements.csv").write_bytes(b"\x00\x01 no table")
    said = ask("check", town_with_voices, language=language)[1].splitlines()
    alone = ask("resilience", town_with_voices, "--only", "findings", language=language)[
        1
    ].splitlines()
    told = [
        line
        for line in alone
        if any(f" {name}.csv:" in line for name in ("votes", "statements", "indicators"))
    ]
    assert any("floood" in line for line in told) and any("statements.csv" in line for line in told)
    assert [line for line in told if line not in said] == []


def test_a_city_without_districts_or_without_the_declaration_is_checked_too(town_with_voices, ask):
    text = (town_with_voices / "city.toml").read_text(encoding="utf-8")
    without = text[: text.index("[districts]")] + text[text.index("[[assets]]") :]
    (town_with_voices / "city.toml").write_text(without, encoding="utf-8")
    assert '"West"' in ask("check", town_with_voices)[1]
    (town_with_voices / "city.toml").write_text(
        text[: text.index("[resilience]")], encoding="utf-8"
    )
    assert "votes" not in ask("check", town_with_voices)[1]


FIELDS = """{ path = "NAME", source = "Social office", id = "district", fields = {
    "poor people" = { field = "MISKIN", unit = "%", year = 2025, better = "lower" },
    "wells" = { field = "SUMUR", year = 2024, better = "higher", source = "Water office" } } }"""


def with_fields(town, name, fields=FIELDS):
    declared = town / "city.toml"
    text = declared.read_text(encoding="utf-8")
    old = 'indicators = { path = "indicators.csv", source = "Social office" }'
    assert old in text
    table = fields.replace("NAME", name)
    text = text.replace(old + "\n", "").replace(
        "[resilience.criteria]", f"{toml_of(table)}\n[resilience.criteria]"
    )
    declared.write_text(text, encoding="utf-8")
    return town


def toml_of(table: str) -> str:
    """An inline table stands in one line."""
    return "indicators = " + " ".join(table.split())


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "csv"])
def test_indicators_are_read_from_fields_of_a_layer_too(town_with_voices, ending):
    town = with_fields(town_with_voices, f"offices.{ending}")
    if ending == "csv":
        (town / "offices.csv").write_text(
            "district,MISKIN,SUMUR\nWest,30.125,1200\nEast,10,\n", encoding="utf-8"
        )
    else:
        table = {"district": ["West", "East"], "MISKIN": [30.125, 10.0], "SUMUR": [1200, None]}
        layer = geopandas.GeoDataFrame(
            table, geometry=[None, shapely.Point(110.4, -7)], crs="EPSG:4326"
        )
        layer.to_file(town / f"offices.{ending}")
    drawn = assess_resilience(assess(read_city(town)))
    told = drawn.district_indicators.set_index(["indicator", "place"])
    # where a text table says 30.125 nobody can tell whether thousands are meant
    if ending != "csv":
        assert told.loc[("poor people", "West"), "value"] == 30.125
    assert told.loc[("poor people", "East"), "value"] == 10
    assert told.loc[("wells", "West"), ["value", "year", "source"]].tolist() == [
        1200,
        2024,
        "Water office",
    ]
    assert not told.loc[("wells", "East"), "counted"]
    assert drawn.unread == ()


def test_a_layer_of_indicators_that_cannot_be_read_is_said_to_be_so(town_with_voices):
    town = with_fields(town_with_voices, "offices.gpkg")
    (town / "offices.gpkg").write_bytes(b"SQLite format 3\x00 and no more")
    assert assess_resilience(assess(read_city(town))).unread == ("indicators",)


def test_a_field_that_is_not_there_is_said_with_those_that_are(town_with_voices):
    town = with_fields(town_with_voices, "offices.csv")
    (town / "offices.csv").write_text("district,POOR,SUMUR\nWest,30,1200\n", encoding="utf-8")
    drawn = assess_resilience(assess(read_city(town)))
    assert drawn.unread == ("indicators",)
    (row,) = drawn.findings[drawn.findings["code"].str.startswith("error.no_such_field")].to_dict(
        "records"
    )
    assert row["arguments"]["field"] == "MISKIN" and "POOR" in row["arguments"]["fields"]


def test_an_id_without_fields_is_a_fault_of_the_declaration(town_with_voices):
    alone = '{ path = "NAME", source = "-", id = "district" }'
    with pytest.raises(CityError, match="fields"):
        read_city(with_fields(town_with_voices, "indicators.csv", alone))


def test_tables_with_the_headings_of_earlier_forms_are_read(tmp_path):
    path = tmp_path / "actions.csv"
    path.write_text(
        "Program atau kegiatan / Programme or measure,Dinas (SKPD) / Department (SKPD),Sampai di mana\n"
        "Pompa,Dinas PU,rencana\n",
        encoding="utf-8",
    )
    (form,) = (form for form in FORMS if form.name == "actions")
    table, rows = read_office_table(path, headings(form), source="x", needed=form.needed)
    cells = table[["action", "owner", "status"]].to_numpy().tolist()
    assert cells == [["Pompa", "Dinas PU", "rencana"]] and not len(rows)
