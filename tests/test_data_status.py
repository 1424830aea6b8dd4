"""A table that rests on exercise data says so, and no other does: each single source of a town is made
exercise data, one at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import pytest
from pydantic import BaseModel

from asset_inventory.assessment.read import read_assets
from asset_inventory.assessment.resilience import assess_resilience, status_of_table
from asset_inventory.assessment.risk_delta import risk_delta
from asset_inventory.assessment.run import assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.model.data_status import has_exercise
from asset_inventory.model.reading import read_city
from tests.support.town import VOICES, VOICES_TOML
from tests.support.varied_town import draw_varied_town

BNPB = """1,class of population density,3,class,2025,Office,lower
2,class of population density,2,class,2025,Office,lower
1,IKD,0.5,-,2025,Office,higher
"""
# What an assessment as a whole rests on, and what compares its districts by their EAD.
WHOLE = "shocks_and_stresses influences criteria rank_acceptability rank_sensitivity correlations "
WHOLE += "loss_distribution themes decisions district_people district_ranking"
OF_ASSETS = f"exposure damage ead joint_ead future_ead chronic_hazards district_damage {WHOLE}"
OF_DAMAGE = f"ead joint_ead district_damage {WHOLE}"
ON_WATER = "flood_classes district_floods products"
OF_OFFICES = (
    "district_indicators criteria rank_acceptability rank_sensitivity correlations vulnerability "
    "capacity products loss_distribution district_people decisions district_ranking"
)
# The source by its keys in city.toml, and the tables with rows that rest on it.
CASES = {
    "assets 0 source": f"people_exposed assets people {OF_ASSETS}",
    "assets 1 source": f"assets {OF_ASSETS}",
    "values road": f"assets {OF_ASSETS}",
    "values *": f"assets {OF_ASSETS}",
    "hazards 0 source": f"people_exposed exposure damage future_ead {ON_WATER} {OF_DAMAGE}",
    "hazards 1 source": f"people_exposed exposure damage {ON_WATER} {OF_DAMAGE}",
    "hazards 3 source": f"people_exposed exposure damage chronic_hazards {ON_WATER} {OF_DAMAGE}",
    "hazards 3 occurrence": f"chronic_hazards {OF_DAMAGE}",
    "hazards 4 source": f"people_exposed exposure people district_damage {WHOLE}",
    "yearly 1": f"chronic_hazards {OF_DAMAGE}",
    "curves 0 source": f"damage future_ead {OF_DAMAGE}",
    "curves 1 source": f"damage {OF_DAMAGE}",
    "condition": f"damage future_ead {OF_DAMAGE}",
    "future": f"future_ead {WHOLE}",
    "future sea_level_rise": f"future_ead {WHOLE}",
    "districts source": f"people_exposed people district_damage {ON_WATER} {WHOLE}",
    "districts population source": f"people_exposed people district_damage {WHOLE.replace(' district_ranking', '')}",
    "resilience statements": "statements shocks_and_stresses themes",
    "resilience votes": "votes group_ranks agreement shocks_and_stresses themes",
    "resilience indicators": OF_OFFICES,
    "resilience actions": "programmes themes",
}
# The assets whose rows rest on it, where it is not all.
OF_ROWS = {
    "assets 1 source": ("layer", {"roads"}),
    "values road": ("asset_type", {"road"}),
    "yearly 1": ("asset_type", {"road"}),
    "curves 1 source": ("asset_type", {"house", "clinic"}),
    "condition": ("asset_type", {"house"}),
}


def with_exercise(declared, keys: list[str], *, exercise: bool):
    """What is declared, with `exercise` at these keys, or everywhere without any."""
    if isinstance(declared, BaseModel):
        parts = {name: getattr(declared, name) for name in type(declared).model_fields}
    elif isinstance(declared, tuple | Mapping):
        parts = dict(enumerate(declared)) if isinstance(declared, tuple) else dict(declared)
    else:
        return declared
    for name, part in parts.items():
        if name == "exercise" and not keys:
            parts[name] = exercise
        elif str(name) == keys[0] if keys else not exercise:
            parts[name] = with_exercise(part, keys[1:], exercise=exercise)
    if isinstance(declared, BaseModel):
        return declared.model_copy(update=parts)
    return tuple(parts.values()) if isinstance(declared, tuple) else MappingProxyType(parts)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The varied town with what its people say, and no exercise data."""
    folder = draw_varied_town(tmp_path_factory.mktemp("status"))
    toml = (folder / "city.toml").read_text(encoding="utf-8")
    survey = VOICES_TOML[VOICES_TOML.index("[[pressures]]") :]
    (folder / "city.toml").write_text(f"{toml}\n{survey}", encoding="utf-8")
    for name, text in VOICES.items():
        for district, code in (("West", "1"), ("East", "2"), ("east", "2")):
            text = text.replace(district, code)
        more = BNPB if name == "indicators.csv" else ""
        (folder / name).write_text(text + more, encoding="utf-8")
    return with_exercise(read_city(folder), [], exercise=False)


def resting_on_exercise(city) -> tuple[set[str], dict[str, pd.DataFrame]]:
    """The names of the tables with exercise data, and every table of the assessment."""
    assessment = assess(city)
    drawn = assess_resilience(assessment)
    own, tables = (
        vars(drawn),
        {
            name: table
            for name, table in (vars(assessment) | vars(drawn)).items()
            if isinstance(table, pd.DataFrame)
        },
    )
    names = {
        name
        for name, table in tables.items()
        if "exercise"
        in set(table.get("data_status", [name in own and status_of_table(drawn, name)]))
    }
    return names, tables


@pytest.mark.slow
@pytest.mark.parametrize("keys", CASES)
def test_a_table_that_rests_on_exercise_data_says_so_and_no_other_does(town, keys):
    names, tables = resting_on_exercise(with_exercise(town, keys.split(), exercise=True))
    assert names == {*CASES[keys].split()}
    if keys in OF_ROWS:
        column, values = OF_ROWS[keys]
        own = tables["assets"]["asset_id"][tables["assets"][column].isin(values)]
        for name in ("exposure", "damage", "ead", "joint_ead", "future_ead", "chronic_hazards"):
            marked = tables[name]["data_status"] == "exercise"
            of_own = tables[name]["asset_id"].isin(own)
            assert not (marked & ~of_own).any(), name
            assert (marked == of_own).all() or name not in names or keys[:6] != "assets", name


def test_the_public_edition_of_exercise_data_says_so_too(town):
    city = with_exercise(town, ["hazards", "1", "source"], exercise=True)
    shown = {
        name: tuple(one.model_copy(update={"visibility": "public"}) for one in getattr(city, name))
        for name in ("assets", "hazards")
    }
    public = disclosed(assess(city.model_copy(update=shown)))
    for name in ("exposure", "ead", "joint_ead", "district_damage"):
        assert has_exercise(getattr(public, name)), name
    assert not has_exercise(public.assets) and not has_exercise(public.future_ead)


def test_without_exercise_data_every_table_is_real(town):
    assert resting_on_exercise(town)[0] == set()


@pytest.mark.parametrize(("keys", "exercise"), [("curves 0 source", True), ("future", False)])
def test_the_risk_of_a_delivery_rests_on_what_its_figures_rest_on(town, keys, exercise):
    city = with_exercise(town, keys.split(), exercise=True)
    assets = read_assets(city).assets
    houses = assets[assets["asset_type"] == "house"].reset_index(drop=True)
    assert risk_delta(city, houses.iloc[:0], houses).exercise == exercise
