"""Pressures of city.toml: names in both languages, and every fault at once."""

from __future__ import annotations

from typing import Any

import pytest

from asset_inventory.messages import say
from asset_inventory.model.city import City
from asset_inventory.model.crosschecks import crosscheck
from asset_inventory.model.declarations import LENIENT, with_near
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city
from asset_inventory.model.resilience import Pressure, Resilience

ROB = {
    "id": "rob",
    "name": {"id": "Rob", "en": "Tidal flooding"},
    "kind": "stress",
    "measured_by": {"hazard": "rob"},
}
FLOOD = {"id": "flood", "name": "Banjir", "kind": "shock"}
HAZARDS = [{"name": "rob", "kind": "stress"}, {"name": "banjir", "kind": "shock"}]


def faults(**document: Any) -> list[str]:
    city = City.model_validate({"hazards": HAZARDS, **document}, context=LENIENT)
    return [f"{where}: {key}" for where, key, _ in map(with_near, crosscheck(city))]


def test_one_name_serves_for_both_languages():
    flood = Pressure(**FLOOD, also=("Flood",))
    assert (flood.name.said("id"), flood.name.said("en"), flood.names) == (
        "Banjir",
        "Banjir",
        ("Banjir", "Flood"),
    )
    assert Pressure(**ROB).name.said("en") == "Tidal flooding"


def test_what_is_right_has_no_fault():
    influence = {"stress": "rob", "shock": "flood", "reason": "x"}
    criteria = {"ead": {"worst": 1, "best": 0}}
    assert (
        faults(pressures=[ROB, FLOOD], influences=[influence], resilience={"criteria": criteria})
        == []
    )


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"pressures": [ROB, {**FLOOD, "id": "rob"}]}, ["pressures: fault.name_twice"]),
        (
            {"pressures": [ROB, {**FLOOD, "also": ["ROB"]}]},
            ["pressures: fault.pressure_name_shared"],
        ),
        (
            {"pressures": [ROB, {**FLOOD, "also": [" tidal  Flooding "]}]},
            ["pressures: fault.pressure_name_shared"],
        ),
        (
            {"pressures": [{**FLOOD, "drivers": ["7", "13"]}]},
            ['pressures[0] "flood": fault.driver_not_known'],
        ),
        (
            {"pressures": [{**FLOOD, "measured_by": {"hazard": "banjr"}}]},
            ['pressures[0] "flood": fault.hazard_not_declared_near'],
        ),
        (
            {"pressures": [{**FLOOD, "measured_by": {"hazard": "rob"}}]},
            ['pressures[0] "flood": fault.shock_measured_by_other_kind'],
        ),
        (
            {"pressures": [{**FLOOD, "measured_by": {}}]},
            ['pressures[0] "flood": fault.measured_by_one'],
        ),
        (
            {"pressures": [ROB, FLOOD], "influences": [{"stress": "flood", "shock": "rop"}]},
            [
                "influences[0]: fault.stress_of_other_kind",
                "influences[0]: fault.pressure_not_declared",
            ],
        ),
        (
            {"pressures": [ROB, FLOOD], "influences": [{"stress": "rob", "shock": "flood"}] * 2},
            ["influences[1]: fault.influence_twice"],
        ),
        (
            {
                "resilience": {
                    "criteria": {name: {"worst": 1, "best": 0, "front": True} for name in "abcde"}
                }
            },
            ["resilience, criteria: fault.front_too_wide"],
        ),
        # six criteria in four groups are no more than four
        (
            {
                "resilience": {
                    "criteria": {
                        name: {"worst": 1, "best": 0, "front": group}
                        for name, group in zip(
                            "abcdef", ["m", "m", "m", "n", True, True], strict=True
                        )
                    }
                }
            },
            [],
        ),
        (
            {
                "resilience": {
                    "criteria": {
                        name: {"worst": 1, "best": 0, "front": name.upper()} for name in "abcde"
                    }
                }
            },
            ["resilience, criteria: fault.front_too_wide"],
        ),
        (
            {"resilience": {"criteria": {"ead": {"worst": 1, "best": 1}}, "firm": 0.4}},
            [
                "resilience, criteria, ead: fault.goalposts_equal",
                "resilience: fault.likely_above_firm",
            ],
        ),
        ({"pressures": "rob", "influences": 3, "resilience": []}, []),
    ],
)
def test_every_fault_is_told_at_once(document, told):
    assert faults(**document) == told


def test_a_city_says_where_its_faults_are(town):
    said = '\n[[pressures]]\nid = "rob"\nname = "Rob"\nkind = "stress"\nmeasured_by = { hazard = "rob" }\n'
    declared = town / "city.toml"
    declared.write_text(declared.read_text(encoding="utf-8") + said, encoding="utf-8")
    with pytest.raises(CityError) as told:
        read_city(town)
    assert 'pressures[0] "rob"' in told.value.say("en")


def test_what_nobody_states_has_a_default_that_is_seen():
    told = Resilience()
    assert (told.top, told.draws, told.firm, told.likely, told.fewest_voters) == (
        5,
        10_000,
        0.9,
        0.5,
        5,
    )


def test_a_pressure_of_the_other_kind_is_named_in_the_words_of_the_language():
    both = [
        {**FLOOD, "measured_by": {"hazard": "rob"}},
        {**ROB, "measured_by": {"hazard": "banjir"}},
    ]
    city = City.model_validate(
        {
            "hazards": HAZARDS,
            "pressures": both,
            "influences": [{"stress": "flood", "shock": "rob"}],
        },
        context=LENIENT,
    )
    found = [(key, arguments) for _, key, arguments in map(with_near, crosscheck(city))]
    said = {
        language: [say(key, language, **given) for key, given in found] for language in ("en", "id")
    }
    assert (
        said["en"][0]
        == 'the hazard "rob" is a stress, but this entry is a shock; make them the same'
    )
    assert said["id"][1] == (
        'bahaya "banjir" adalah guncangan, sedangkan entri ini tekanan; samakan keduanya'
    )
    assert '"flood" is a shock but is given as the stress' in said["en"][2]
    assert '"rob" adalah tekanan, tetapi ditulis sebagai guncangan (`shock`)' in said["id"][3]
