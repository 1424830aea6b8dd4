"""What stands beside a city's standings, through a whole town: BNPB's classes, burdens, people, and
who may know.

West (1) has 1,000 residents, East (2) 500; both are asked for their classes and East leaves one
out.
"""

from __future__ import annotations

import dataclasses
import math

import pandas as pd
import pytest

from asset_inventory.assessment.resilience import ResilienceAssessment, assess_resilience
from asset_inventory.assessment.run import assess
from asset_inventory.cli.resilience import print_part
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.model.reading import read_city

pytestmark = pytest.mark.slow

# fmt: off
CLASSES = ("kelas kepadatan penduduk", "kelas rasio jenis kelamin", "kelas rasio kemiskinan", "class of disabled ratio",
           "class of age ratio", "kelas rumah", "kelas fasilitas umum", "kelas fasilitas kritis",
           "kelas lahan produktif", "kelas PDRB", "kelas lingkungan")
# fmt: on
GIVEN = (2, 3, 2, 1, 3, 2, 3, 1, 1, 2, 1)


@pytest.fixture
def town_with_classes(town_with_voices):
    """The town with voices, with residents, BNPB's classes of both districts, and an IKD for
    West.
    """
    town = town_with_voices
    (town / "people.csv").write_text("CODE,POP\n1,1000\n2,500\n", encoding="utf-8")
    declared = (town / "city.toml").read_text(encoding="utf-8")
    people = (
        'population = { path = "people.csv", id = "CODE", field = "POP", dwellings = ["house"], '
        'source = { title = "Census", licence = "CC0-1.0" } }'
    )
    declared = declared.replace('name = "NAME"\n', f'name = "NAME"\n{people}\n', 1)
    declared = declared.replace(
        'water = "sea"', 'people = { displacement = "flood-wet-dry" }\nwater = "sea"', 1
    )
    (town / "city.toml").write_text(declared, encoding="utf-8")
    told = zip(CLASSES, GIVEN, strict=True)
    rows = [
        f"{place},{name},{one},kelas,2025,BPBD,lower"
        for name, one in told
        for place in ("West", "East")
    ]
    rows.remove("East,kelas lingkungan,1,kelas,2025,BPBD,lower")
    rows += ["West,IKD,0.43,index,2025,BPBD,higher", "East,lansia,60,orang,2025,BPS,lower"]
    with (town / "indicators.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n".join(rows) + "\n")
    return town


@pytest.fixture
def drawn(town_with_classes) -> ResilienceAssessment:
    return assess_resilience(assess(read_city(town_with_classes)))


def test_water_is_told_by_both_classes_and_adds_up_to_the_districts(drawn):
    areas = drawn.flood_classes.groupby(["return_period", "district"], observed=True)["area"].sum()
    assert areas.tolist() == pytest.approx([5000] * 6)
    west = drawn.district_floods.set_index(["return_period", "district"]).loc[(100, "1")]
    assert west[["worst_by_depth", "worst_by_index", "largest_by_depth"]].tolist() == ["high"] * 3
    assert set(drawn.flood_classes["hazard"].astype(str)) == {"flood"}  # a landslide has no depth


def test_vulnerability_and_products_stand_beside_and_in_no_score(drawn, town_with_voices):
    told = drawn.vulnerability.set_index(["district", "part"])
    # as in the printed example: 0.4·0.70 + 0.25·0.6667 + 0.25·0.4667 + 0.1·0.3333; East without the
    # last
    assert told.loc[("1", "whole"), "score"] == pytest.approx(0.5967, abs=5e-5)
    assert told.loc[("2", "whole"), ["score_low", "score_high"]].tolist() == pytest.approx(
        [0.5967, 0.6633], abs=5e-5
    )
    assert drawn.capacity["class"].tolist() == ["medium", "medium"]
    rows = drawn.products.set_index(["district", "return_period", "product"])
    # half of West is 0.5 m deep: h = 1/(1 + (0.5/1.125)^-1.75) = 0.19481; its mean with dry land
    # 0.0974
    assert rows.loc[("1", 10, "H·V"), "value"] == pytest.approx(0.0974 * 0.5967, abs=1e-4)
    assert math.isnan(rows.loc[("2", 10, "H·V/C"), "value_high"])  # East has no capacity
    assert not {"H·V", "vulnerability", "IKD"} & set(drawn.criteria["criterion"])


def test_people_are_told_with_their_limits(drawn):
    table = drawn.district_people.set_index(["district", "item"])
    assert table.loc[("1", "people"), "amount"] == 1000
    assert table.loc[("2", "over 60"), ["amount", "rule", "assumed"]].tolist() == [
        60,
        "indicator",
        False,
    ]
    # 0.111 of 1,000
    assert table.loc[("1", "over 60"), ["amount", "assumed"]].tolist() == [
        111,
        True,
    ]
    low, high = table.loc[("1", "displaced"), ["amount_low", "amount_high"]]
    assert 0 < low <= high <= 1000
    assert table.loc[("1", "rice"), "amount_low"] == pytest.approx(2.8 * low)
    assert set(table["data_status"]) == {"exercise"}  # for the flood is


def test_burdens_are_told_by_what_orders_wealth_and_nothing_of_bnpb(drawn):
    assert drawn.loss_distribution["indicator"].tolist() == ["poor people"]
    told = drawn.loss_distribution.set_index("indicator").loc["poor people"]
    ead = drawn.assessment.district_damage.set_index("district")["ead"]
    per_head = {"1": ead["1"] / 1000, "2": ead["2"] / 500}
    # West is the poorer third of ranks 0 to 2/3, East the rest: ranks 1/3 and 5/6, shares 2/3 and
    # 1/3
    mean = 2 / 3 * per_head["1"] + 1 / 3 * per_head["2"]
    cov = 2 / 3 * per_head["1"] / 3 + 1 / 3 * per_head["2"] * 5 / 6 - mean / 2
    assert told["concentration"] == pytest.approx(2 * cov / mean)
    assert told["districts"] == 2


def test_the_public_gets_no_people_of_districts_and_no_indices_that_offices_keep_inside(drawn):
    public = disclosed_resilience(drawn)
    assert (
        not len(public.district_people)
        and not len(public.vulnerability)
        and not len(public.products)
    )
    assert not len(public.capacity) and not len(public.loss_distribution)
    pd.testing.assert_frame_equal(public.flood_classes, drawn.flood_classes)


def test_what_was_decided_is_public_without_who_and_why(drawn, town_with_classes):
    from asset_inventory.register import decide, open_register

    figures = {
        "rank": 1.0,
        "top": 1.0,
        "top_share": 0.4,
        "robustness": "low",
        "non_dominated": True,
        "figures": "with",
    }
    day = pd.Timestamp("2026-03-02").date()
    decide(
        open_register(drawn.assessment.city),
        "1",
        "chosen",
        group="Forum",
        reason="kept inside",
        day=day,
        figures=figures,
    )
    inside = assess_resilience(drawn.assessment)
    (row,) = disclosed_resilience(inside).decisions.to_dict("records")
    assert (row["district"], row["choice"], row["day"], row["stands"]) == (
        "1",
        "chosen",
        "2026-03-02",
        True,
    )
    assert (row["group"], row["reason"], row["recorded_at"], row["non_dominated"]) == (
        "",
        "",
        "",
        False,
    )
    # the poor are counted in a table that is internal, so that the public sees other ranks: whether
    # it was with the figures stays inside too
    assert pd.isna(row["figures"]) and pd.isna(row["rank"])


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "en",
            {
                "floods": "1.669 m",
                "vulnerability": "Not included",
                "products": "None of them is the disaster risk according to BNPB",
                "burdens": "poorer districts bear more",
                "people": "under 5",
            },
        ),
        (
            "id",
            {
                "floods": "1,669 m",
                "vulnerability": "Tidak tersedia",
                "products": "Tidak satu pun merupakan risiko bencana menurut BNPB",
                "burdens": "yang lebih miskin menanggung",
                "people": "di bawah 5 tahun",
            },
        ),
    ],
)
def test_each_part_is_told_with_what_must_be_known_of_it(drawn, capsys, language, parts):
    for part, said in parts.items():
        print_part(part, drawn, language)
        assert said in capsys.readouterr().out, part


def test_needs_are_rounded_up_when_they_are_told_and_not_before(drawn, capsys):
    tables = drawn.district_people
    some = tables.assign(amount=1.5, amount_low=1.5, amount_high=1.5)[tables["item"] == "toilets"]
    print_part("people", dataclasses.replace(drawn, district_people=some), "en")
    assert capsys.readouterr().out.count(" 2 ") >= 3
