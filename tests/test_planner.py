"""What a planner would say of the demo city stands in README as the tool says it, in both
languages.
"""

from __future__ import annotations

import pytest

from asset_inventory import assess, read_city
from asset_inventory.outputs.views.summary import projection_sentences, return_periods
from tests.support.paths import PROJECT

pytestmark = pytest.mark.story


def told(assessment) -> str:
    """The block of README, made anew; `python -m tests.test_planner` prints it."""
    lines = [
        " ".join(said(assessment, language))
        for language in ("en", "id")
        for said in (projection_sentences, return_periods)
    ]
    return "\n\n".join(f"> {line}" for line in lines)


@pytest.fixture(scope="module")
def semarang(assessed_once):
    return assessed_once("semarang")


def test_readme_says_what_sinking_ground_does_to_the_flood(semarang):
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("<!-- future -->")[2].partition("<!-- /future -->")[0]
    assert told(semarang) in block, told(semarang)
    assert "exercise" in block


def test_the_flood_of_the_demo_city_is_told_now_and_in_ten_and_twenty_five_years(semarang):
    assert sorted(semarang.future_ead["year"].unique()) == [2026, 2036, 2051]
    assert set(semarang.future_ead["hazard"].astype(str)) == {"banjir"}
    assert set(semarang.future_ead["data_status"]) == {"exercise"}
    known = semarang.future_ead.dropna(subset="ead")
    by_year = known.pivot(index="asset_id", columns="year", values="ead")
    assert (by_year[2026] <= by_year[2036] * (1 + 1e-9)).all()
    assert (by_year[2036] <= by_year[2051] * (1 + 1e-9)).all()


if __name__ == "__main__":
    print(told(assess(read_city(PROJECT / "data" / "semarang"))))
