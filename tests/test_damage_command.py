"""`asset-inventory damage`: damage on each map and a year, as text and for machines."""

from __future__ import annotations

import json

import pytest

from tests.support.commands import run
from tests.support.paths import PROJECT
from tests.support.tidal_flooding import HOUSES, rob


def cells(out: list[str], *words: str) -> list[list[str]]:
    """The cells of each line of a table that holds all these words."""
    return [
        [cell.strip() for cell in line.split("  ") if cell.strip()]
        for line in out
        if all(word in line for word in words)
    ]


def test_houses_by_return_period_with_their_annual_damage_its_bounds_and_the_maps_that_contradict(
    capsys,
):
    code, out, _ = run(
        capsys,
        "damage",
        PROJECT / "data" / "canflood-bc",
        "--by",
        "type",
        "--json",
        "--language",
        "en",
    )
    said = json.loads("".join(out))
    assert (code, said["currency"], said["exercise"]) == (0, "CAD", ["houses", "river flood"])
    damage = {
        (row["part"], row["return_period"]): (row["exposed"], row["damage"])
        for row in said["damage"]
    }
    assert len(damage) == 3 * 4
    for period in (50, 100, 200, 1000):
        parts = [damage[kind, period] for kind in ("BA_S", "CA_S")]
        assert sum(count for count, _ in parts) == damage[None, period][0]
        assert sum(lost for _, lost in parts) == pytest.approx(damage[None, period][1])
    whole, without = [row for row in said["ead"] if row["by"] == "city"]
    assert (whole["rule"], whole["maps"], whole["ead_low"], whole["ead_high"]) == (
        "bounds void",
        4,
        None,
        None,
    )
    assert (without["left_out"], without["maps"]) == ("200", 3)
    # the trapezoids over the sums, from no damage at 2 years: 0.48·D50/2 + 0.01·(D50 + D100)/2 +
    # 0.009·(D100 + D1000)/2 + D1000/1000; at least 0.01·D50 + 0.009·D100 + 0.001·D1000
    at = {period: damage[None, period][1] for period in (50, 100, 1000)}
    ead = (
        0.24 * at[50]
        + 0.005 * (at[50] + at[100])
        + 0.0045 * (at[100] + at[1000])
        + 0.001 * at[1000]
    )
    assert without["ead"] == pytest.approx(ead)
    assert without["ead_low"] == pytest.approx(0.01 * at[50] + 0.009 * at[100] + 0.001 * at[1000])
    assert without["ead_low"] < without["ead"] < without["ead_high"]
    codes = [row["code"] for row in said["findings"]]
    assert (
        codes.count("rarer_map_smaller") == 3
        and "rarer_map_covers_less" in codes
        and "bounds_void" in codes
    )
    assert all(row["message"] for row in said["findings"])


@pytest.mark.parametrize(
    ("language", "flood", "heading", "total", "exercise"),
    [
        ("en", "flood", "Expected annual damage, and", "Total", "FICTITIOUS TRAINING DATA"),
        (
            "id",
            "banjir",
            "Kerusakan tahunan rata-rata dan",
            "Jumlah",
            "DATA REKAAN UNTUK PELATIHAN",
        ),
    ],
)
def test_a_town_by_district_in_either_language(
    capsys, town, language, flood, heading, total, exercise
):
    code, out, err = run(capsys, "damage", town, "--by", "district", "--language", language)
    assert (code, err) == (1, [])  # the depot has no geometry
    assert any(heading in line for line in out) and any(exercise in line for line in out)
    lost = cells(out, flood, total)
    # 375, 750, 1500; a year 90, between 52 (52.5 rounded down) and 222 (221.5 rounded up)
    comma = {"en": "1,500", "id": "1.500"}[language]
    assert [row[6] for row in lost[:3]] == ["375", "750", comma]
    assert lost[-1][3:5] == ["90", "52 – 222"] and lost[-1][-1] == "3"


def test_without_parts_there_is_a_line_a_map(capsys, town):
    code, out, _ = run(capsys, "damage", town, "--language", "en")
    assert code == 1 and len([line for line in out if line.startswith(" flood")]) == 4


def test_a_map_without_any_figure_has_the_row_of_the_city_alone(capsys, town):
    """Tidal flooding has an annual cost rate and no curve; the flood has a curve for each type."""
    rob(town, HOUSES)
    _, out, _ = run(capsys, "damage", town, "--by", "type", "--language", "en")
    first = out[: [place for place, line in enumerate(out) if not line.strip()][1]]
    assert [row[2] for row in cells(first, " rob ", "1 year")] == ["Total"]
    types = [row[2] for row in cells(first, " flood ", "10 years")]
    assert types == ["clinic", "depot", "house", "road", "Total"]


def test_the_public_gets_counts_where_values_are_internal(capsys, town):
    _, out, _ = run(capsys, "damage", town, "--audience", "public", "--json", "--by", "type")
    said = json.loads("".join(out))
    assert "ead" not in said and all("damage" not in row for row in said["damage"])


@pytest.mark.parametrize(
    ("language", "said", "not_said"),
    [
        (
            "en",
            "EAD of a stress is its annual cost rate on the affected share of each asset",
            "trapezoid",
        ),
        ("id", "EAD suatu tekanan adalah biaya tahunannya", "trapesium"),
    ],
)
def test_a_city_of_yearly_prices_alone_is_told_no_area_under_return_periods(
    capsys, town, language, said, not_said
):
    text = (town / "city.toml").read_text(encoding="utf-8")
    start, end = text.index("[[curves]]"), text.index("[scores]")
    text = text[:start] + text[end:]
    for _ in ("flood", "landslide"):
        first = text.index("[[hazards]]")
        after = min(
            place
            for place in (text.find("[[hazards]]", first + 1), text.index("[scores]"))
            if place > 0
        )
        text = text[:first] + text[after:]
    (town / "city.toml").write_text(text, encoding="utf-8")
    rob(town, HOUSES)
    _, out, _ = run(capsys, "damage", town, "--language", language)
    told = "\n".join(out)
    assert said in told, told
    assert not_said not in told
