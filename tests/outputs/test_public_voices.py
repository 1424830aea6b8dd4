"""What the public holds of a preliminary assessment: nobody's vote, nobody's words, no rank that
rests on a secret.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from asset_inventory.assessment.resilience import ResilienceAssessment, assess_resilience
from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.model.reading import read_city
from asset_inventory.model.tables import CHOSEN, TABLES, check
from asset_inventory.outputs.report.resilience_tables import statements_table
from asset_inventory.outputs.views.ranking import resilience_summary
from asset_inventory.outputs.views.resilience import unknown_sentences
from tests.support.public_data import PUBLIC_LAYERS, PUBLIC_TABLES, PUBLIC_VALUES

pytestmark = pytest.mark.slow


def drawn(folder: Path, *pairs: tuple[str, str]) -> ResilienceAssessment:
    text = (folder / "city.toml").read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "city.toml").write_text(text, encoding="utf-8")
    return assess_resilience(assess(read_city(folder)))


def test_of_people_no_more_is_left_than_counts_of_groups_that_are_shown(town_with_voices):
    inside = drawn(town_with_voices)
    public = disclosed_resilience(inside)
    assert disclosed_resilience(public) is public
    assert (
        not len(public.votes) and not len(public.programmes) and not len(public.district_indicators)
    )
    assert set(public.group_ranks["group"]) == {"PKK", "Pedagang"}
    assert public.statements["pressure"].fillna("-").tolist() == ["flood", "sinking", "-", "-"]
    untold = ["group", "statement", "place", "district", "merged_by", "reason"]
    assert public.statements[untold].isna().all(axis=None)
    assert (
        public.shocks_and_stresses["statements"].sum()
        == inside.shocks_and_stresses["statements"].sum()
    )
    for table in TABLES:
        name = {"DISTRICT_INDICATORS": "indicators"}.get(table, table.lower())
        if hasattr(public, name) and name not in ("district_damage", "findings", "people"):
            check(getattr(public, name), table)


def test_what_is_measured_by_a_secret_is_not_said_to_be_unmeasured(town_with_voices):
    public = disclosed_resilience(
        drawn(
            town_with_voices,
            (
                'kind = "shock"\nintensity = { measure = "water',
                'kind = "shock"\nvisibility = "internal"\nintensity = { measure = "water',
            ),
        )
    )
    told = public.shocks_and_stresses.set_index("pressure")
    assert told.loc[["flood", "poverty"], ["hazard", "indicator", "mismatch"]].isna().all(axis=None)
    assert told.loc["power", "mismatch"] == "felt, not measured"
    assert told["cost"].isna().all()
    assert not len(public.influences)  # both are of the flood
    assert {one.id for one in public.assessment.city.pressures} == set(told.index)
    assert all(
        one.measured_by is None or one.measured_by.hazard != "flood"
        for one in public.assessment.city.pressures
    )


def test_districts_are_compared_by_what_is_public_alone(town_with_voices):
    public = disclosed_resilience(drawn(town_with_voices, PUBLIC_LAYERS))
    # Values, and the office's table, are internal
    assert set(public.criteria["criterion"]) == {"exposed_share"}
    assert set(public.assessment.city.resilience.criteria) == {"exposed_share"}
    # of which no more is told than that it is invented
    votes = public.assessment.city.resilience.votes
    assert (str(votes.path), votes.source, votes.exercise) == (".", "", True)
    # exposed_share is left of three, and the page and the terminal say that the order may be
    # another than inside
    said = (
        "2 of the city's 3 criteria are restricted: "
        "without them the ranking here may differ from the city's own."
    )
    assert unknown_sentences(public, "en")[0] == said
    assert said in resilience_summary(public, "en")


def test_a_criterion_of_which_nobody_knows_anything_is_not_called_internal(town_with_voices):
    inside = drawn(
        town_with_voices,
        PUBLIC_LAYERS,
        PUBLIC_VALUES,
        *PUBLIC_TABLES,
        ('of = "poor people"', 'of = "nobody counted this"'),
    )
    assert disclosed_resilience(inside).criteria_withheld == 0


def test_a_city_that_says_all_is_public_tells_it(town_with_voices):
    inside = drawn(town_with_voices, PUBLIC_LAYERS, PUBLIC_VALUES, *PUBLIC_TABLES)
    public = disclosed_resilience(inside)
    assert not len(public.votes)  # but who voted how is never told
    assert not public.criteria_withheld
    assert set(public.criteria["criterion"]) == set(inside.criteria["criterion"])
    for name in ("programmes", "district_indicators", "group_ranks", "agreement"):
        assert getattr(public, name).equals(getattr(inside, name)), name
    assert list(inside.statements["merged_by"].dropna()) == ["Forum", "Forum"]
    assert public.statements["merged_by"].isna().all()  # which may be the name of a person
    untouched = [name for name in public.statements if name != "merged_by"]
    assert public.statements[untouched].equals(inside.statements[untouched])
    (_, _, _, _, merged), *_ = (
        row
        for row in statements_table(public, lambda kind, key: "", "en").texts
        if "airnya" in row[-1]
    )
    assert merged == "Flood (airnya sama)"


PEOPLE = """
[districts.population]
path = "people.csv"
id = "CODE"
field = "POP"
source = { title = "Census", licence = "CC0-1.0" }
"""


def test_few_people_are_told_within_limits(town_with_voices):
    (town_with_voices / "people.csv").write_text("CODE,POP\n1,8\n2,400\n", encoding="utf-8")
    inside = drawn(
        town_with_voices,
        ('[[assets]]\nname = "buildings"', f'{PEOPLE}[[assets]]\nname = "buildings"'),
        (
            "[resilience.criteria]",
            "[resilience.criteria]\npeople_exposed = { worst = 500, best = 0 }",
        ),
    )
    rows = inside.criteria.set_index(["criterion", "district"])
    assert 0 < rows.loc[("people_exposed", "1"), "value"] < 10
    public = disclosed_resilience(inside).criteria.set_index(["criterion", "district"])
    few = public.loc[("people_exposed", "1"), ["value", "value_least", "value_most"]].tolist()
    assert few == pytest.approx([float("nan"), 0, 10], nan_ok=True)
    other = public.loc[("people_exposed", "2"), ["value", "value_least", "value_most"]]
    assert other.isna().all()  # so that no sum gives the first one back


def test_decisions_go_without_reasons_and_without_the_figures_of_their_time(town_with_voices):
    inside = drawn(town_with_voices)
    row = {
        "decision": 1,
        "day": "2026-11-26",
        "group": "Forum",
        "district": "1",
        "theme": None,
        "choice": CHOSEN,
        "reason": "because of Mrs Sari",
        "rank": 1.0,
        "top": 1.0,
        "top_share": 0.7,
        "robustness": "medium",
        "non_dominated": True,
        "figures": "with",
        "recorded_at": "2026-11-26T10:00:00",
        "stands": True,
    }
    told = disclosed_resilience(
        dataclasses.replace(inside, decisions=pd.DataFrame([row]))
    ).decisions
    assert told[["day", "district", "choice", "stands"]].iloc[0].tolist() == [
        "2026-11-26",
        "1",
        CHOSEN,
        True,
    ]
    assert not {"Sari", "Forum"} & set(told.to_csv().replace(",", " ").split())
    assert told[["rank", "top_share", "figures"]].isna().all(axis=None)
    check(told, "DECISIONS")


def test_a_group_of_two_is_no_group_for_the_public_whatever_the_city_says(town_with_voices):
    inside = drawn(town_with_voices, ("top = 1", "top = 1\nfewest_voters = 1"), *PUBLIC_TABLES)
    assert set(inside.group_ranks["group"]) == {"PKK", "Pedagang", "Dinas PU"}
    public = disclosed_resilience(inside)
    assert (
        set(public.group_ranks["group"])
        == set(public.agreement["group"].dropna())
        == {"PKK", "Pedagang"}
    )
    # (1 + 3) / 2 of the two groups that are shown; the office of two would make it 2
    mean = public.shocks_and_stresses.set_index("pressure")["mean_rank"]
    assert mean["flood"] == 2.0 and public.shocks_and_stresses["groups"].unique().tolist() == [2]


def test_what_a_small_group_raised_is_told_without_its_name(town_with_voices):
    path = town_with_voices / "statements.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Pedagang", "DINAS PU"), encoding="utf-8"
    )
    public = disclosed_resilience(drawn(town_with_voices, *PUBLIC_TABLES))
    assert public.statements["group"].fillna("-").tolist() == ["PKK", "PKK", "-", "-"]
    assert public.statements["statement"].notna().all()
