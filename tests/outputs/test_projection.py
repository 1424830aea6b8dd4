"""The statements on EAD: its year, today's figure, how figures add up, and what they leave out."""

from __future__ import annotations

import dataclasses
import re

import pandas as pd
import pytest

from asset_inventory.assessment.price_sentences import chronic_hazard_sentences
from asset_inventory.messages import LANGUAGES, money, rounded_people
from asset_inventory.model.tables import known_sum
from asset_inventory.outputs.views.figures import figures_of
from asset_inventory.outputs.views.projection import (
    bridge_sentence,
    projection_figures,
    return_periods,
    terrain_of,
    today_sentences,
)
from asset_inventory.outputs.views.sentences import ten_sentences
from asset_inventory.outputs.views.summary import cost_line, five_lines, not_assessed


@pytest.fixture(scope="module")
def semarang(assessed_once):
    return assessed_once("semarang")


def numbers(sentence: str, language: str) -> list[float]:
    point = "." if language == "en" else ","
    found = re.findall(rf"\d+{re.escape(point)}\d", sentence)
    return [float(text.replace(point, ".")) for text in found]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_of_the_demo_city_add_up(semarang, language):
    (bridge,) = bridge_sentence(semarang, language)
    rob, flood, overlap, total, mapped = numbers(bridge, language)
    # tenths of a billion, as printed: no rounding remains
    assert round(10 * rob) + round(10 * flood) - round(10 * overlap) == round(10 * total)
    cost = cost_line(semarang, language)
    assert bridge in " ".join(ten_sentences(semarang, figures_of(semarang), language))
    assert money(known_sum(semarang.joint_ead["ead"]), "IDR", language) in cost
    assert total == round(known_sum(semarang.joint_ead["ead"]) / 1e9, 1)
    projected = semarang.future_ead[semarang.future_ead["year"] == 2051].dropna(subset=["ead"])
    flood_ead = semarang.ead[semarang.ead["hazard"] == "banjir"].set_index("asset_id")["ead"]
    assert mapped == round(flood_ead.reindex(projected["asset_id"]).sum() / 1e9, 1)


def test_one_hazard_needs_no_bridge(semarang):
    flood = semarang.ead["hazard"].astype(str) == "banjir"
    alone = dataclasses.replace(
        semarang, ead=semarang.ead[flood], future_ead=semarang.future_ead[:0]
    )
    assert bridge_sentence(alone, "en") == []


def test_the_year_of_the_terrain_and_todays_figure_stand_on_the_line_of_the_ead(semarang):
    today = semarang.future_ead[semarang.future_ead["year"] == 2026]["ead"]
    figure = money(known_sum(today), "IDR", "en")
    line = five_lines(semarang, "en")[2]
    assert line.startswith("Expected annual damage (EAD) as mapped (terrain of 2019): Rp")
    assert f"banjir: EAD {figure} or more today (2026)" in line
    assert "(permukaan tanah 2019)" in five_lines(semarang, "id")[2]
    (headline,) = projection_figures(semarang)
    assert headline["word"] == "map.found_future_least"
    assert headline["values"]["today"] == "2026" and headline["values"]["year"] == "2051"
    # a part of the assets has its own figure
    (of_part,) = today_sentences(semarang, "en", rows=semarang.assets.index.to_numpy()[:50])
    assert figure not in of_part


def test_without_a_year_of_the_terrain_the_maps_year_or_none_is_given(semarang):
    city = semarang.city
    bare = [hazard.model_copy(update={"surveyed": None}) for hazard in city.hazards]
    undated = dataclasses.replace(semarang, city=city.model_copy(update={"hazards": tuple(bare)}))
    assert terrain_of(undated, "en") == "survey year not stated"
    assert terrain_of(undated, "id") == "tahun survei tidak disebutkan"


def test_what_is_not_assessed_stands_on_page_one(semarang):
    empty = int((semarang.district_damage["assets"] == 0).sum())
    districts, missing = not_assessed(semarang, "en")
    assert districts.startswith(f"{empty} of 177 ")
    assert "Landslide" in missing and "Drought" in missing and "Flood," not in missing
    assert missing.endswith("No data does not mean safe.")
    exposed = ten_sentences(semarang, figures_of(semarang), "en")[3]
    assert districts in exposed and missing in exposed


def test_a_stress_is_costed_by_its_frequent_event_only(semarang):
    line = five_lines(semarang, "en")[1]
    counts = semarang.exposure_counts
    rarest = counts[(counts["hazard"] == "rob") & (counts["return_period"] == 25)]["exposed"].sum()
    assert "Frequent event only (103 assets): Rp2.3 billion a year." in line
    yearly = chronic_hazard_sentences(semarang.city, semarang.chronic_hazards, "en", counts=counts)
    assert f"Rarer events are not costed (25-year map: {rarest:,} assets exposed)." in yearly


def test_an_allowance_is_no_design_height(semarang):
    sentences = " ".join(return_periods(semarang, "en"))
    # Hunter: 0.005 × (2051 - 2019) + 0.05² / (2 × 0.1) = 0.16 + 0.0125, to a centimetre
    assert "Sea level rise allowance: 0.17 m" in sentences
    deeper = semarang.future_ead[semarang.future_ead["year"] == 2051]["added_depth"].mean()
    assert (
        f"This is not a design height: land subsidence (on average {deeper - 0.16:.2f} m by 2051)"
        in sentences
    )
    assert "BUKAN" not in sentences and "bukan elevasi rencana" in " ".join(
        return_periods(semarang, "id")
    )


def test_residents_are_written_to_three_digits(semarang):
    people = semarang.district_damage["people_exposed"]
    total = rounded_people(known_sum(people.round()))
    assert total % 1000 == 0  # of some hundred thousand
    said = ten_sentences(semarang, figures_of(semarang), "en")
    assert any(f"bout {total:,} residents live" in sentence for sentence in said)
    assert pd.Series([rounded_people(count) for count in (0, 1, 999, 1004, 99_951)]).tolist() == [
        0,
        1,
        999,
        1000,
        100_000,
    ]
