"""A city with one or two hazard maps, or one without a return period: bounds, and how little that
tells, everywhere.

The town under its 100-year map alone, no damage up to 5 years: A, B and C lose 250, 500 and 750; of
D, worth 800, half is unknown. At least 0.01·(250 + 500 + 750) = 15; at most 0.19·(250 + 500 + 750 +
400) + 0.01·(1000 + 500 + 1000 + 800) = 361 + 33 = 394.
"""

from __future__ import annotations

import html
import re

import numpy as np
import pandas as pd
import pytest

from asset_inventory.assessment.explain import explain
from asset_inventory.assessment.precheck import check_city
from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.messages import LANGUAGES, describe_finding, say, with_city_words
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.files.results import write_results
from asset_inventory.outputs.report.write import write_report
from asset_inventory.outputs.views.summary import five_lines
from asset_inventory.risk.annual_damage import bounded_by
from asset_inventory.risk.pipeline import bounds_findings
from tests.support.town import FIFTY, HOW_LITTLE, START, TEN

NO_END = {"en": "There is no upper bound", "id": "Batas atas tidak ada"}


@pytest.fixture
def one_map(edit):
    """The folder of the town under its 100-year map alone."""
    return edit((TEN, ""), (FIFTY, ""))


def plain(page: str) -> str:
    """The text of a page."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_prints_bounds_and_how_little_one_map_tells(one_map, language):
    cost = five_lines(assess(read_city(one_map)), language)[2]
    assert "Rp15" in cost and "Rp394" in cost
    assert all(said in cost for said in HOW_LITTLE[language])


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_start_of_damage_there_is_no_upper_bound_and_that_is_said(edit, language):
    found = assess(read_city(edit((TEN, ""), (FIFTY, ""), (START, ""))))
    cost = five_lines(found, language)[2]
    assert "Rp15" in cost and "394" not in cost
    assert NO_END[language] in cost
    # what GIS staff do about it stands in the findings, and check has them too
    assert "no_damage_return_period" not in cost
    for table in (found.findings, check_city(found.city).findings):
        (row,) = [one for one in table.to_dict("records") if one["code"] == "no_upper_bound"]
        assert "no_damage_return_period" in describe_finding(row, language)[1]
    said = "\n".join(explain(found.city, "roads:C").lines(language))
    assert NO_END[language] in said and say("map.few_maps", language, count=1) in said


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_explanation_adds_the_bounds_up(one_map, language):
    # C: 0.01·750 = 7.5; 0.19·750 + 0.01·1000 = 152.5. D: at most 0.19·400 + 0.01·800 = 84
    city = read_city(one_map)
    lines = [line.strip() for line in explain(city, "roads:C").lines(language)]
    thousand = {"en": "1,000", "id": "1.000"}[language]
    assert any(line.endswith("1/100 × Rp750 = Rp8") for line in lines)
    assert any(
        line.endswith(f"(1/5 − 1/100) × Rp750 + 1/100 × Rp{thousand} = Rp152") for line in lines
    )
    assert say("map.few_maps", language, count=1) in lines
    of_d = [line.strip() for line in explain(city, "buildings:D").lines(language)]
    assert any(line.endswith("(1/5 − 1/100) × Rp400 + 1/100 × Rp800 = Rp84") for line in of_d)


@pytest.mark.slow
def test_two_maps_are_told_as_two_and_three_give_a_figure(edit):
    folder = edit((FIFTY, ""))
    found = assess(read_city(folder))
    assert bounded_by(found.ead) == 2
    # low 48.75; high 0.1·(375 + 400) + 0.09·(1500 + 400) + 33 = 77.5 + 171 + 33
    assert "interpolation bounds Rp49 to Rp282" in five_lines(found, "en")[2]
    assert say("map.few_maps", "en", count=2) in five_lines(found, "en")[2]
    lines = [line.strip() for line in explain(found.city, "roads:C").lines("en")]
    assert "at least (1/10 − 1/100) × Rp188 + 1/100 × Rp750 = Rp24" in lines
    assert "at most (1/5 − 1/10) × Rp188 + (1/10 − 1/100) × Rp750 + 1/100 × Rp1,000 = Rp96" in lines
    (folder / "city.toml").write_text(
        (folder / "city.toml").read_text("utf-8").replace("maps = [\n", f"maps = [\n{FIFTY}", 1),
        encoding="utf-8",
    )
    whole = assess(read_city(folder))
    assert bounded_by(whole.ead) == 0 and "open" not in five_lines(whole, "en")[2]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_protection_level_and_another_frequency_are_in_the_arithmetic(edit, language):
    rule = '[ead]\nfrequency = "1 - exp(-1/T)"\ntail = "none"\n[scores]'
    city = read_city(edit((TEN, ""), (START, "protection = 60\n"), ("[scores]", rule)))
    lines = [line.strip() for line in explain(city, "roads:C").lines(language)]
    comma = {"en": ".", "id": ","}[language]
    # 1 - e^(-1/60) = 0.016529, 1 - e^(-1/100) = 0.009950: 0.006578·375 = 2.47; 0.006578·750 +
    # 0.009950·1000 = 14.88
    often, rare = f"0{comma}016529", f"0{comma}009950"
    assert any(line.endswith(f"({often} − {rare}) × Rp375 = Rp2") for line in lines)
    assert any(
        f"({often} − {rare}) × Rp750 + {rare} × Rp1" in line and line.endswith("= Rp15")
        for line in lines
    )
    bounds = assess(city).ead.set_index("asset_id").loc["roads:C", ["ead_low", "ead_high"]].tolist()
    assert bounds == pytest.approx([2.4668, 14.8838], abs=1e-3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_map_without_return_period_says_what_it_costs_if_it_happens_and_not_how_often(
    edit, language
):
    folder = edit((TEN, ""), (FIFTY, ""), (START, ""), ("{ return_period = 100, path", "{ path"))
    found = assess(read_city(folder))
    assert found.ead.empty
    cost = five_lines(found, language)[2]
    said = {
        "en": "the hazard maps have no return period",
        "id": "peta bahaya tidak memiliki kala ulang",
    }
    assert said[language] in cost and {"en": "Rp1,500", "id": "Rp1.500"}[language] in cost
    row = next(
        one for one in found.findings.to_dict("records") if one["code"] == "hazard_is_scenario"
    )
    assert all(describe_finding(row, language))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_finding_the_report_and_the_results_say_it_too(one_map, tmp_path, language):
    found = assess(read_city(one_map))
    (row,) = [one for one in found.findings.to_dict("records") if one["code"] == "bounds_only"]
    with with_city_words(found.city.words):
        sentence, remedy = describe_finding(row, language)
    assert (
        row["count"] == 1
        and {"en": "interpolation bounds", "id": "batas interpolasi"}[language] in sentence
    )
    assert {"en": "three return periods", "id": "tiga kala ulang"}[language] in remedy
    written = write_results(found, tmp_path / "results", language=language)
    assert sentence in (written / "findings.csv").read_text(encoding="utf-8-sig")
    pages = write_report(found, tmp_path / "report", languages=[language])
    text = plain(pages.reports[language].read_text(encoding="utf-8"))
    assert all(one in text for one in HOW_LITTLE[language]) and sentence in text
    # where a figure would stand in the table of a year
    assert say("report.bounds_only", language) in text
    # the page of two in short as well
    assert HOW_LITTLE[language][0] in plain(pages.summaries[language].read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_assets_that_no_map_reaches_do_not_bound_the_others(edit, language):
    """D is dry on the one map that is left: its upper bound of 0 is none of the city's."""
    made = assess(read_city(edit((TEN, ""), (FIFTY, ""), (START, ""))))
    joint = made.joint_ead.copy()
    place = joint.index[0]
    joint.loc[place, ["ead_low", "ead_high"]] = 0.0
    town = Assessment(**{**vars(made), "joint_ead": joint})
    cost = five_lines(town, language)[2]
    assert NO_END[language] in cost and "Rp0" not in cost


def test_the_check_says_what_is_missing_for_an_upper_bound_where_some_assets_are_dry(edit):
    (flood, *_) = read_city(edit((START, ""))).hazards
    few = pd.DataFrame(
        {"rule": "bounds only", "maps": 1, "ead_low": [2.5, 0.0], "ead_high": [np.nan, 0.0]}
    )
    assert [one["code"] for one in bounds_findings(flood, few)] == ["bounds_only", "no_upper_bound"]
    assert [one["code"] for one in bounds_findings(flood, few.fillna(9.0))] == ["bounds_only"]


def test_with_maps_enough_for_a_figure_the_check_says_it_too(edit):
    """A is damaged on the most frequent of three maps already: how often it is, nothing tells."""
    assert "no_upper_bound" not in set(check_city(read_city(edit())).findings["code"])
    city = read_city(edit((START, "")))
    for found in (check_city(city).findings, assess(city).findings):
        said = [
            row["source"] for row in found.to_dict("records") if row["code"] == "no_upper_bound"
        ]
        assert said == ["flood"]
