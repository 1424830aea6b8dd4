"""People of districts: the printed needs, what stands in for what nobody counted, and what is
not known.
"""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asset_inventory.messages import describe_finding
from asset_inventory.model.tables import check, empty, findings
from asset_inventory.resilience.equity import district_people, group_findings
from asset_inventory.risk.exposure import rounded_up

NAN = math.nan
# fmt: off
AREAS = pd.DataFrame({
    "district": ["1"], "people_exposed": [400.0], "people_rule": ["share of dwellings"], "ead": [5000.0],
    "ead_low": [4000.0], "ead_high": [NAN],
})
# fmt: on
POPULATION = pd.Series([1000.0], index=["1"])


def people(*rows: tuple[str, float, float]) -> pd.DataFrame:
    """PEOPLE of district 1: class, people, displaced, on one map."""
    return pd.DataFrame(
        [
            {
                "district": "1",
                "hazard": "flood",
                "return_period": 100.0,
                "class": name,
                "people": one,
                "displaced": displaced,
            }
            for name, one, displaced in rows
        ]
    )


def filled(name: str, value: float, unit: str) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "row": 2,
                "district": "1",
                "indicator": name,
                "value": value,
                "unit": unit,
                "year": 2024.0,
                "source": "BPS",
                "better": "lower",
                "counted": True,
            }
        ]
    )


def told(
    laid: pd.DataFrame, indicators: pd.DataFrame | None = None, population: pd.Series = POPULATION
):
    indicators = empty("DISTRICT_INDICATORS") if indicators is None else indicators
    table = district_people(AREAS, population, laid, indicators, currency="IDR")
    return check(table.assign(data_status="real"), "DISTRICT_PEOPLE").set_index("item")


def test_the_printed_needs():
    # 1,000 people at 1.2 m are of the medium class, 3 % of whom are displaced: 30
    table = told(people(("medium", 1000, 30)))
    assert table.loc["displaced", ["amount", "amount_low", "amount_high"]].tolist() == [30, 30, 30]
    # 30·2.8, 30·17.5, 30·67, 30·0.2, 30·0.05
    assert table.loc[
        ["rice", "drinking water", "clean water", "family kits", "toilets"], "amount"
    ].tolist() == (pytest.approx([84, 525, 2010, 6, 1.5]))
    assert rounded_up(table.loc["toilets", "amount"]) == 2  # at print only
    assert (
        table.loc["rice", ["unit", "every"]].tolist() == ["kg", "week"]
        and table.loc["toilets", "every"] == "once"
    )
    assert "Perka BNPB 7/2008" in table.loc["rice", "source"] and not table.loc["rice", "assumed"]
    assert table.loc["exposed", ["amount", "rule"]].tolist() == [400, "share of dwellings"]
    # 5,000 / 1,000; the upper bound of the district is not known
    assert table.loc["ead per head", ["amount", "amount_low"]].tolist() == [5, 4]
    assert (
        math.isnan(table.loc["ead per head", "amount_high"])
        and table.loc["ead per head", "unit"] == "IDR/year"
    )


def test_what_a_map_does_not_say_of_people_lies_within_limits():
    table = told(people(("medium", 900, 27), ("unknown", 100, NAN)))
    assert math.isnan(table.loc["displaced", "amount"])
    assert table.loc["displaced", ["amount_low", "amount_high"]].tolist() == [27, 127]
    assert table.loc["toilets", ["amount_low", "amount_high"]].tolist() == pytest.approx(
        [1.35, 6.35]
    )


def test_national_shares_stand_in_and_are_marked_as_assumed():
    table = told(people(("medium", 1000, 30)))
    # 0.093, 0.111 and 0.15 of 1,000; of the poor there is no national share
    assert table.loc[["under 5", "over 60", "disabled"], "amount"].tolist() == pytest.approx(
        [93, 111, 150]
    )
    assert table.loc[["under 5", "over 60", "disabled"], "assumed"].all()
    assert set(table.loc[["under 5", "over 60"], "rule"]) == {"default share"}
    poor = table.loc["poor"]
    assert math.isnan(poor["amount"]) and poor["rule"] == "not known" and not poor["assumed"]


@pytest.mark.parametrize(
    ("name", "value", "unit", "item", "amount"),
    [
        ("Kemiskinan", 12, "%", "poor", 120),  # 12 % of 1,000
        ("penduduk miskin", 77, "jiwa", "poor", 77),
        ("lansia", 90, "orang", "over 60", 90),
        ("under 5", 8, "percent", "under 5", 80),
        ("disabled", 5000, "people", "disabled", 1000),  # never more than there are
    ],
)
def test_what_an_office_counted_goes_before(name, value, unit, item, amount):
    row = told(people(), filled(name, value, unit)).loc[item]
    assert (row["amount"], row["rule"], row["source"], bool(row["assumed"])) == (
        amount,
        "indicator",
        "BPS",
        False,
    )
    assert not [*group_findings(filled(name, value, unit), source="x")]


def test_a_unit_that_counts_no_people_is_said():
    odd = filled("lansia", 3, "rumah tangga")
    assert told(people(), odd).loc["over 60", "rule"] == "default share"
    (row,) = findings(group_findings(odd, source="indikator.xlsx")).to_dict("records")
    for language in ("en", "id"):
        assert (
            '"rumah tangga"' in describe_finding(row, language)[0]
            and describe_finding(row, language)[1]
        )


def test_without_residents_nothing_is_known():
    none = pd.Series([NAN], index=["1"])
    assert not len(
        district_people(AREAS, none, people(), empty("DISTRICT_INDICATORS"), currency="IDR")
    )
    two = pd.Series([1000.0, NAN], index=["1", "2"])
    table = district_people(
        AREAS, two, people(("medium", 1000, 30)), filled("lansia", 90, "orang"), currency="IDR"
    )
    other = table[table["district"] == "2"]
    assert len(other) == 13 and other[["amount", "amount_low", "amount_high"]].isna().all(axis=None)
    assert set(other["rule"]) == {"not known"} and not other["assumed"].any()


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1)), max_size=5), st.floats(0, 1e5))
def test_the_displaced_lie_within_their_limits_and_needs_follow_them(classes, unknown):
    rows = [(f"c{place}", one, one * rate) for place, (one, rate) in enumerate(classes)]
    table = told(people(*rows, ("unknown", unknown, NAN)))
    low, high = table.loc["displaced", ["amount_low", "amount_high"]]
    assert low == pytest.approx(sum(one for _, _, one in rows)) and high == pytest.approx(
        low + unknown
    )
    assert table.loc["rice", "amount_high"] == pytest.approx(2.8 * high)
