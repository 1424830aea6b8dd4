"""What city.toml says of stresses: each fault by its message, and what its rules keep."""

from __future__ import annotations

import pytest

from asset_inventory.assessment.provenance import rules_of
from asset_inventory.assessment.run import assess
from asset_inventory.messages import LANGUAGES
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city
from asset_inventory.verification import changed_keys
from tests.support.tidal_flooding import CURVE, FIRST, HOUSES, ROADS, ROB, rob


def declare(folder, *more: str, often: str = "days_per_year = 40", maps: str = FIRST) -> list[str]:
    """The faults of the town with a rob, a line each; none where there is none."""
    (folder / "rob_1.tif").touch()
    with (folder / "city.toml").open("a", encoding="utf-8") as toml:
        toml.write(ROB.replace("OFTEN", often).replace("MAPS", maps) + "\n".join(more))
    try:
        read_city(folder)
    except CityError as fault:
        return fault.say("en").splitlines()[1:]
    return []


def test_what_is_declared_whole_has_no_fault(town):
    assert (
        declare(town, HOUSES, ROADS, CURVE, often="events_per_year = 24, days_per_event = 0.5")
        == []
    )


@pytest.mark.parametrize(
    ("often", "says"),
    [
        (
            "days_per_year = 40, events_per_year = 24",
            "give either `days_per_year` or `events_per_year`",
        ),
        ("exercise = false", "give either `days_per_year` or `events_per_year`"),
        ("days_per_year = 40, days_per_event = 2", "`days_per_event` is for `events_per_year`"),
        (
            "events_per_year = 400, days_per_event = 1.5",
            "are 600 days, more than the 366 of a year",
        ),
        ("days_per_year = 367", '"367" must be at most 366'),
        ("days_per_year = 0", '"0" must be greater than 0'),
        ("events_per_year = -1", '"-1" must be greater than 0'),
        ("days_per_year = 4, service_lost = 1.5", '"1.5" must be at most 1'),
        ('days_per_year = "many"', '"many" is not a number'),
    ],
)
def test_each_fault_of_how_often_a_stress_comes(town, often, says):
    lines = declare(town, often=often)
    assert any('hazards[2] "rob", occurrence' in line and says in line for line in lines), lines


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("fraction = 0.02", "", "give either `fraction` (of the value) or `cost`"),
        ("fraction = 0.02", 'fraction = 0.02\ncost = 3\nper = "m2"', "give either `fraction`"),
        (
            "fraction = 0.02",
            'fraction = 0.02\nper = "m2"',
            "`cost` needs `per` (m2, m or piece)",
        ),
        ("fraction = 0.02", "cost = 3", "`cost` needs `per` (m2, m or piece)"),
        ("fraction = 0.02", 'cost = 3\nper = "mile"', "\"mile\" is not one of 'm2', 'm', 'piece'"),
        ("fraction = 0.02", "fraction = 1.02", '"1.02" must be at most 1'),
        (
            "fraction = 0.02",
            'fraction = 0.02\neach = "event"',
            'each = "event" needs `events_per_year`',
        ),
        ("service_lost = 0.5", "service_lost = 2", '"2" must be at most 1'),
        ('hazard = "rob"', 'hazard = "rop"', 'hazard "rop" is not declared; did you mean "rob"?'),
        (
            'hazard = "rob"',
            'hazard = "flood"',
            '"flood" is a shock, costed by damage curves and return periods',
        ),
        ('["house", "clinic"]', '["house", "house"]', ""),
        ('source = "by pencil"', "", "`source` is missing"),
    ],
)
def test_each_fault_of_a_yearly_price(town, old, new, says):
    lines = declare(town, HOUSES.replace(old, new))
    assert (
        any(line.startswith("  yearly[0]") and says in line for line in lines)
        if says
        else not lines
    ), lines


def test_a_type_priced_twice(town):
    assert '"rob" has two annual cost rates for "house"; keep one' in "\n".join(
        declare(town, HOUSES, HOUSES)
    )


def test_a_price_of_a_stress_that_does_not_say_how_often_it_comes(town):
    lines = declare(town, HOUSES, often='days_per_year = 1, source = "-" }\n#')
    assert lines == []
    text = (town / "city.toml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("occurrence")]
    (town / "city.toml").write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(CityError, match='"rob" has no frequency; add `occurrence` to it'):
        read_city(town)


@pytest.mark.parametrize(
    "given", ['occurrence = { days_per_year = 3, source = "-" }', "reach = 10"]
)
def test_only_a_stress_says_how_often_it_comes(edit, given):
    folder = edit(("no_damage_return_period = 5", f"no_damage_return_period = 5\n{given}"))
    with pytest.raises(CityError, match=f"`{given.split()[0]}` is for stresses only"):
        read_city(folder)


def test_reach_is_one_of_the_maps(town):
    lines = declare(town, maps=f"{FIRST} ]\nreach = 5\n#")
    assert "`reach` gives the return period 5, but the maps have 1; give one of these" in lines[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_event_curve_on_a_stress_is_refused_with_the_reason_and_what_to_declare(town, language):
    declare(town, CURVE, ROADS)
    with pytest.raises(CityError) as caught:
        read_city(town)
    told = caught.value.say(language)
    why = {
        "en": (
            "would take about a third of the value of a house each year at a depth of half a metre"
        ),
        "id": (
            "kerusakannya sekitar sepertiga nilai rumah per tahun pada kedalaman setengah meter"
        ),
    }
    assert (
        why[language] in told
        and "`occurrence`" in told
        and "house" in told
        and "[[yearly]]" in told
    )
    assert 'curves[1]: "rob"' in told


def test_a_curve_for_every_type_needs_a_price_for_every_type(town):
    lines = declare(town, CURVE.replace('"house"', '"*"'), HOUSES)
    assert lines and "an annual cost rate for * under [[yearly]]" in lines[0]


def test_rules_of_a_stress_are_kept_and_a_change_is_named(town):
    made = rob(town, HOUSES, ROADS)
    rules = made.provenance["rules"]
    assert rules["hazards"]["rob"]["occurrence"] == {
        "days_per_year": 40.0,
        "source": "tide gauge",
        "exercise": False,
    }
    assert (
        rules["yearly"]["rob"]["house"]["fraction"] == 0.02
        and rules["yearly"]["rob"]["road"]["per"] == "m"
    )
    assert made.provenance["exercise"][-1] == "yearly"
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(
        text.replace("fraction = 0.02", "fraction = 0.03"), encoding="utf-8"
    )
    after = rules_of(read_city(town), {})
    assert ("yearly", "rob", "house", "fraction") in {one[0] for one in changed_keys(rules, after)}
    assert (
        assess(read_city(town)).provenance["rules"]["yearly"]["rob"]["clinic"]["fraction"] == 0.03
    )
