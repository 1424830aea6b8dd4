"""Several hazards on one asset: a city from its declaration to its figures, and what a figure is
made of, by pencil.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from asset_inventory.assessment.compare import comparison_findings
from asset_inventory.assessment.ead_sentences import format_relation
from asset_inventory.assessment.explain import explain
from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.messages import describe_finding
from asset_inventory.model.annual_damage import EadRule, Relation
from asset_inventory.model.data_status import with_data_status
from asset_inventory.model.hazards import Hazard
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.files.results import result_tables, totals_of
from asset_inventory.outputs.views.summary import five_lines
from asset_inventory.risk.dependence import is_known, joint_ead, possible_events
from tests.support.town import DECLARED, SURGE


def row_of(made, asset_id="buildings:B") -> pd.Series:
    return made.joint_ead[(made.joint_ead["asset_id"] == asset_id).to_numpy()].iloc[0]


# flood 0.1·62.5 + 0.08·187.5 + 0.01·375 + 0.01·500 = 30; surge, half of it, 15
@pytest.mark.slow
@pytest.mark.parametrize(
    ("relation", "ead", "low", "high"),
    [
        # 500·(1 − (1 − 30/500)·(1 − 15/500)) = 500·(1 − 0.94·0.97);
        # low 500·(1 − 0.965·0.9825), high 500·(1 − 0.915·0.9525)
        ("unrelated", 44.1, 25.94375, 64.23125),
        # 1 − 0.75·0.875 = 0.34375, 1 − 0.5·0.75 = 0.625, 1: 0.1·85.9375 + 0.08·242.1875 +
        # 0.01·406.25 + 5 low 0.08·171.875 + 0.01·312.5 + 5, high 0.1·171.875 + 0.08·312.5 +
        # 0.01·500 + 5
        ("one event", 37.03125, 21.875, 52.1875),
        # the flood, which is deeper everywhere; low 0.08·125 + 0.01·250 + 5, high 0.1·125 +
        # 0.08·250 + 5 + 5
        ("same water", 30.0, 17.5, 42.5),
    ],
)
def test_a_declared_relation_makes_the_figure(coast, relation, ead, low, high):
    made = assess(coast(relation))
    clinic = row_of(made)
    assert clinic[["ead", "ead_least", "ead_most", "ead_scored"]].tolist() == pytest.approx(
        [ead] * 4
    )
    assert clinic[["ead_low", "ead_high"]].tolist() == pytest.approx([low, high])
    assert (clinic["relation"], clinic["hazards"], clinic["data_status"]) == (
        relation,
        "flood, surge",
        "exercise",
    )
    assert not made.findings["code"].str.startswith("relation_").any()
    by_district = made.district_damage.set_index("district")["ead"]
    summed = (
        made.joint_ead["ead"]
        .groupby(made.assets["district"].astype(str).to_numpy())
        .sum(min_count=1)
    )
    assert by_district.to_dict() == pytest.approx(
        summed.reindex(by_district.index).to_dict(), nan_ok=True
    )
    assert totals_of(made)["ead"] == pytest.approx(by_district.sum())
    assert made.ownership["ead"].sum() == pytest.approx(by_district.sum())
    assert made.provenance["rules"]["relations"] == {
        "flood, surge": {
            "hazards": ["flood", "surge"],
            "relation": relation,
            "reason": "one storm brings both",
        }
    }


def test_what_is_not_declared_is_a_range_and_said(coast):
    made = assess(coast())
    clinic = row_of(made)
    assert clinic[["ead", "ead_least", "ead_most"]].tolist() == pytest.approx([44.1, 30, 44.1])
    assert clinic[["ead_low", "ead_high"]].tolist() == pytest.approx([17.5, 64.23125])
    assert clinic["relation"] == "not declared"
    found = made.findings[made.findings["code"] == "relation_undeclared_same_period"].to_dict(
        "records"
    )
    # A, B and C are under both. The least is the flood alone, 15 + 30 + 45, the most 1000·(1 −
    # 0.985·0.9925) + 44.1 + 1000·(1 − 0.955·0.9775) = 22.3875 + 44.1 + 66.4875
    assert [(one["count"], one["arguments"]["least"]) for one in found] == [(3, 90.0)]
    assert made.joint_ead["ead_most"].sum() == pytest.approx(132.975)
    says, remedy = describe_finding(found[0], "en")
    assert says.startswith('"flood" and "surge" both have a 10-year map and both damage 3 assets')
    assert "IDR 90 to 132.98" in says and "[[relations]]" in remedy
    cost = five_lines(made, "en")[2]
    assert cost.endswith(
        "Depending on how the hazards are related (not declared), it lies between Rp90 "
        "and Rp133 a year."
    )
    assert len(result_tables(made, language="en")["joint_ead"]) == len(made.assets)


@pytest.mark.slow
def test_an_asset_under_one_hazard_has_its_figure_to_the_bit(town, coast):
    alone = assess(read_city(town))
    made = assess(coast("one event"))
    dry = row_of(made, "buildings:D")  # half unknown, half dry, under both
    assert (dry["relation"], dry["ead"]) == ("no hazard", 0)
    assert row_of(made, "buildings:E")["relation"] == "not known"
    assert set(alone.joint_ead["relation"]) == {"one hazard", "no hazard", "not known"}
    ead = alone.ead.set_index("asset_id")
    for name in ("ead", "ead_low", "ead_high"):
        assert alone.joint_ead[name].equals(ead[name].reset_index(drop=True))
    assert alone.joint_ead["ead_least"].equals(alone.joint_ead["ead"]) and alone.joint_ead[
        "ead_most"
    ].equals(alone.joint_ead["ead"])


def test_the_arithmetic_is_told(coast):
    apart = "\n".join(explain(coast(), "buildings:B").lines("en"))
    assert "All hazards combined: flood, surge (not declared)" in apart
    assert "500 × (1 − (1 − 0.06)(1 − 0.03)) = 44.1" in apart
    assert (
        "range over the possible relationships (independent, one event, same water): "
        "Rp30 to Rp44 a year"
    ) in apart


@pytest.mark.slow
def test_the_arithmetic_of_one_event_is_told_in_indonesian(coast):
    lines = explain(coast("one event"), "buildings:B").lines("id")
    assert "  0,1 per tahun: 1 − (1 − 0,25)(1 − 0,125) = 0,34375" in lines
    assert "  dinyatakan: banjir, surge: satu kejadian (one storm brings both)" in lines
    assert any("satu kejadian, menurut aturan kota: EAD Rp37" in line for line in lines)
    assert not any("×(1 −" in line for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("relation", ["one event", "same water", "unrelated"])
def test_a_hazard_with_bounds_only_is_no_part_of_the_arithmetic(coast, edit, relation):
    """Of the tide there are two maps, so that its damage stands in no line, and the figure is
    that without it.
    """
    two = SURGE.replace('surge"', 'tide"').replace(
        '  { return_period = 10, path = "surge_10.tif" },\n', ""
    )
    declared = DECLARED.format(relation).replace('"surge"]', '"surge", "tide"]')
    lines = explain(coast(None, two + declared), "buildings:B").lines("en")
    alone = explain(
        read_city(edit((two + declared, DECLARED.format(relation)))), "buildings:B"
    ).lines("en")
    arithmetic = [
        line
        for line in alone[alone.index(next(one for one in alone if one.startswith("All haz"))) :]
        if " = " in line
    ]
    assert arithmetic and set(arithmetic) <= set(lines)
    assert f"All hazards combined: flood, surge, tide ({format_relation(relation, 'en')})" in lines
    assert any(line.startswith("  tide: bounds only") for line in lines)


def test_the_public_sees_nothing_of_a_hidden_hazard(coast, edit, town):
    coast("unrelated")
    city = read_city(
        edit(
            ('name = "surge"', 'name = "surge"\nvisibility = "internal"'),
            (
                'owner = "Works"',
                'owner = "Works"\nvisibility = "public"\ncolumn_visibility = { value = "public" }',
            ),
        )
    )
    public = disclosed(assess(city))
    clinic = row_of(public)
    assert (clinic["hazards"], clinic["relation"]) == ("flood", "one hazard")
    assert clinic[
        ["ead", "ead_least", "ead_most", "ead_low", "ead_high"]
    ].tolist() == pytest.approx([30, 30, 30, 17.5, 42.5])
    assert public.city.relations == () and not public.provenance["rules"].get("relations")
    assert "surge" not in str(public.provenance["rules"])


def test_a_value_that_is_internal_is_told_by_no_joint_figure(coast, edit):
    coast("one event")
    public = disclosed(
        assess(read_city(edit(('owner = "Works"', 'owner = "Works"\nvisibility = "public"'))))
    )
    assert (
        public.joint_ead[["ead", "ead_least", "ead_most", "ead_low", "ead_high", "ead_scored"]]
        .isna()
        .all(axis=None)
    )
    assert public.joint_ead["hazards"].isna().all() and set(public.joint_ead["relation"]) == {
        "not known"
    }
    assert "joint_ead" not in result_tables(disclosed(public), language="en")


@pytest.mark.slow
def test_two_assessments_differ_by_their_relations(coast, edit):
    first = assess(coast("one event"))
    second = assess(read_city(edit(('relation = "one event"', 'relation = "same water"'))))
    assert "compare.note.relations" in [one.key for one in comparison_findings(first, second)]
    assert "compare.note.relations" not in [one.key for one in comparison_findings(first, first)]


# What a figure is made of


def hazard(name: str, kind: str = "shock", unit: str = "m") -> Hazard:
    return Hazard.model_validate(
        {
            "name": name,
            "kind": kind,
            "intensity": {"measure": "what it measures", "unit": unit},
            "maps": [{"path": "none.tif"}],
            "source": {"title": "by pencil", "licence": "CC0-1.0"},
        }
    )


def joined(
    value: list[float],
    *parts: tuple[Hazard, str, int, list[float], list[float], list[float]],
    relations=(),
):
    """JOINT_EAD of assets of these values; a part is a hazard, the word of its rule, its maps,
    EAD, low and high.
    """
    ids = pd.Index([f"a:{place}" for place in range(len(value))])
    assets = gpd.GeoDataFrame(
        {"asset_id": ids, "value": value, "usable": True},
        geometry=[None] * len(value),
    )
    codes = pd.Categorical.from_codes(np.arange(len(value)), categories=ids)
    ead = pd.concat(
        [
            pd.DataFrame(
                {
                    "asset_id": codes,
                    "hazard": one.name,
                    "ead": figures,
                    "ead_low": low,
                    "ead_high": high,
                    "rule": rule,
                    "maps": maps,
                }
            )
            for one, rule, maps, figures, low, high in parts
        ],
        ignore_index=True,
    )
    nothing = {"asset_id": codes[:0], "hazard": [], "return_period": np.zeros(0)}
    exposure = pd.DataFrame(
        {**nothing, "exposed_fraction": np.zeros(0), "no_data_fraction": np.zeros(0)}
    )
    hazards = [(one, [10.0, 50.0, 100.0][:maps]) for one, _, maps, *_ in parts]
    damage = pd.DataFrame({**nothing, "damage": np.zeros(0)})
    joint = joint_ead(assets, exposure, damage, ead, hazards, rule=EadRule(), relations=relations)
    return with_data_status(joint, "JOINT_EAD", [])


def test_a_stress_with_a_price_of_its_own_comes_before_the_shock():
    """0.05 of 100 a year, then 0.029 of what is left: 5 + 0.95·2.9 = 7.755; nothing need be
    declared of it.
    """
    table = joined(
        [100.0],
        (hazard("rob", "stress"), "yearly price", 1, [5.0], [5.0], [5.0]),
        (hazard("flood"), "trapezoid", 3, [2.9], [1.0], [5.4]),
    )
    assert table[["ead", "ead_least", "ead_most"]].iloc[0].tolist() == pytest.approx([7.755] * 3)
    # 5 + 0.95·1, 5 + 0.95·5.4
    assert table[["ead_low", "ead_high"]].iloc[0].tolist() == pytest.approx([5.95, 10.13])
    assert (table["relation"][0], table["hazards"][0]) == ("unrelated", "rob, flood")


def test_a_hazard_with_bounds_only_is_in_the_bounds_and_by_its_middle_in_what_is_scored():
    table = joined(
        [100.0, 100.0],
        (hazard("flood"), "trapezoid", 3, [10.0, np.nan], [8.0, 0.0], [12.0, 50.0]),
        (
            hazard("quake", unit="MMI"),
            "bounds only",
            2,
            [np.nan, np.nan],
            [4.0, 4.0],
            [6.0, np.nan],
        ),
        relations=[Relation(hazards=("flood", "quake"), relation="unrelated", reason="by pencil")],
    )
    # 100·(1 − 0.9·0.95) = 14.5; 100·(1 − 0.92·0.96) = 11.68; 100·(1 − 0.88·0.94) = 17.28
    assert table["ead"].tolist() == pytest.approx([10, np.nan], nan_ok=True)
    assert table["ead_scored"].tolist() == pytest.approx([14.5, np.nan], nan_ok=True)
    assert table["ead_low"].tolist() == pytest.approx([11.68, 4.0])
    assert table["ead_high"].tolist() == pytest.approx([17.28, np.nan], nan_ok=True)
    alone = joined([100.0], (hazard("quake", unit="MMI"), "bounds only", 2, [np.nan], [4.0], [6.0]))
    assert alone["ead"].isna().all() and alone["ead_scored"].tolist() == [5.0]


@pytest.mark.parametrize(
    ("figures", "exposed", "known"),
    [
        ((0.0, np.nan), (), True),  # nothing is damaged, and of one asset the map says nothing
        ((np.nan, np.nan), (), False),
        # the asset under water has no value: the 0 of the other is no figure of a city
        ((0.0, np.nan), (1,), False),
        ((0.0, 5.0), (1,), True),
        ((np.nan, 0.0), (1,), True),  # water, and no damage from it
    ],
)
def test_a_city_has_damage_where_what_is_exposed_has_a_figure(figures, exposed, known):
    joint = pd.DataFrame(
        {"asset_id": ["a:0", "a:1"], "ead": figures, "ead_low": figures, "ead_high": figures}
    )
    exposure = pd.DataFrame(
        {"asset_id": [f"a:{one}" for one in exposed], "hazard": "flood", "exposed_fraction": 1.0}
    )
    assert is_known(joint, exposure, pd.DataFrame({"hazard": ["flood"]})) is known


def test_no_figure_is_above_the_value():
    table = joined([100.0], (hazard("rob", "stress"), "yearly price", 1, [130.0], [130.0], [130.0]))
    assert table[["ead", "ead_low", "ead_high", "ead_scored"]].iloc[0].tolist() == [100.0] * 4
    assert table["relation"][0] == "one hazard"


@pytest.mark.slow
def test_ead_above_the_value_is_a_finding_that_names_the_hazard(coast, edit):
    city = coast("unrelated")
    # many times a year: what 0.02, 0.05 and 0.1 years bring is lost 50, 20 and 10 times a year
    for old, new in (("5", "0.01"), ("100", "0.1"), ("10", "0.02"), ("50", "0.05")):
        edit((f"period = {old}", f"period = {new}"))
    made = assess(read_city(city.folder))
    found = made.findings[made.findings["code"] == "ead_above_value"].to_dict("records")
    assert [(one["source"], one["severity"]) for one in found][:1] == [("flood", "error")]
    assert "exceeds" in describe_finding(found[0], "en")[0]
    known = made.joint_ead["ead"].notna()
    assert (made.joint_ead["ead"] <= made.assets["value"].to_numpy())[known].all()
    assert row_of(made)["ead"] == 500.0


def test_hazards_hang_together_as_far_as_what_is_declared_leads():
    names = [
        hazard("river"),
        hazard("rain"),
        hazard("surge"),
        hazard("quake", unit="MMI"),
        hazard("rob", "stress"),
    ]
    same = Relation(
        hazards=("river", "rain"), relation="same water", reason="one is drawn within the other"
    )
    storm = Relation(
        hazards=("rain", "surge"), relation="one event", reason="one storm brings both"
    )
    apart = Relation(
        hazards=("quake", "river", "rain", "surge"), relation="unrelated", reason="no common cause"
    )
    whole = ((("river", "rain"), ("surge",)), (("quake",),), (("rob",),))
    with_quake = Relation(
        hazards=("river", "rain", "surge"), relation="one event", reason="nobody says"
    )
    declared = [
        same,
        storm,
        *(apart.model_copy(update={"hazards": ("quake", name)}) for name in ("river", "surge")),
    ]
    assert set(possible_events(names, declared)) == {whole}, (
        "what holds of the rain holds of the river"
    )
    undeclared = possible_events(names[:4], [same])
    assert undeclared == (
        ((("river", "rain"),), (("surge",),), (("quake",),)),
        ((("river", "rain"), ("surge",), ("quake",)),),
        # a quake is not measured as water is: at most one event
        ((("river", "rain", "surge"), ("quake",)),),
    )
    assert possible_events(names[:1], [with_quake]) == (((("river",),),),) * 3


@pytest.mark.slow
@given(
    some.lists(
        some.tuples(*[some.floats(0, 1).map(lambda one: round(one, 6))] * 3), min_size=1, max_size=4
    ),
    some.randoms(),
)
def test_the_order_of_hazards_is_irrelevant_and_each_counts(shares, order):
    parts = [
        (
            hazard(f"h{place}", unit=f"u{place}"),
            "trapezoid",
            3,
            *([100 * one] for one in sorted(three)),
        )
        for place, three in enumerate(shares)
    ]
    parts = [(one, rule, maps, middle, low, high) for one, rule, maps, low, middle, high in parts]
    told = [
        Relation(
            hazards=tuple(one[0].name for one in parts), relation="unrelated", reason="by pencil"
        )
    ]
    table = joined([100.0], *parts, relations=told)
    mixed = list(parts)
    order.shuffle(mixed)
    names = ["ead", "ead_least", "ead_most", "ead_low", "ead_high", "ead_scored"]
    assert joined([100.0], *mixed, relations=told)[names].equals(table[names])
    low, middle, high = (max(one[place][0] for one in parts) for place in (4, 3, 5))
    row = table.iloc[0]
    assert (
        low <= row["ead_low"] <= row["ead"] <= row["ead_high"] <= 100
        and middle <= row["ead"]
        and high <= 100
    )
    assert row["ead_high"] >= high
