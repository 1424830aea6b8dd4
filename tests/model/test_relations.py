"""How hazards hang together, declared: every fault at once, with what to do."""

from __future__ import annotations

import time
import tomllib

import pytest

from asset_inventory.model.annual_damage import Relation, among
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import declare_city, read_city

HAZARD = """
[[hazards]]
name = "{name}"
kind = "{kind}"
intensity = {{ measure = "water depth", unit = "{unit}" }}
maps = [{{ path = "landslide.gpkg", intensity_field = "CLASS"{period} }}]
source = {{ title = "by pencil", licence = "CC0-1.0" }}
"""
# fmt: off
OTHERS = "".join(HAZARD.format(name=name, kind=kind, unit=unit, period=period) for name, kind, unit, period in (
    ("rain", "shock", "cm", ", return_period = 10"), ("surge", "shock", "m", ", return_period = 10"),
    ("quake", "shock", "MMI", ", return_period = 475"), ("rob", "stress", "m", ", return_period = 1")))
# fmt: on


def relation(hazards: list[str], word: str, reason: str = 'reason = "by pencil"') -> str:
    return f'[[relations]]\nhazards = {hazards}\nrelation = "{word}"\n{reason}\n'.replace("'", '"')


def faults(edit, *relations: str) -> list[str]:
    with pytest.raises(CityError) as caught:
        read_city(edit(("[scores]", OTHERS + "".join(relations) + "[scores]")))
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def test_relations_are_read(edit):
    told = (
        relation(["flood", "rain"], "same water"),
        relation(["flood", "surge", "rain"][:2], "one event"),
    )
    # the rain is in cm, the flood in m
    city = read_city(edit(("[scores]", OTHERS + "".join(told) + "[scores]")))
    assert [(one.hazards, one.relation, one.reason) for one in city.relations] == [
        (("flood", "rain"), "same water", "by pencil"),
        (("flood", "surge"), "one event", "by pencil"),
    ]


def test_every_fault_of_a_relation_is_told_at_once(edit):
    assert faults(
        edit,
        relation(["flod", "surge"], "one event"),
        relation(["flood", "flood", "tsunami"], "unrelated"),
        relation(["flood", "landslide"], "one event"),
        relation(["rob", "flood"], "same water"),
        relation(["quake", "flood"], "same water"),
        relation(["flood", "rain"], "one event", ""),
        relation(["rain"], "unrelated"),
        relation(["surge", "rain"], "same event"),
    ) == [
        'relations[0]: hazard "flod" is not declared; did you mean "flood"?',
        'relations[1]: hazard "tsunami" is not declared; declare it under [[hazards]]',
        'relations[1]: "flood" is named 2 times; name each hazard once',
        'relations[2]: "landslide" is a scenario without a return period, so it cannot '
        'be "one event"; give its maps return periods, or remove it',
        'relations[3]: "rob" is a stress, which acts all year and not in events, so it '
        'cannot be "same water"; remove it: stresses and shocks are combined without a '
        "relation",
        'relations[4]: "quake" (MMI) and "flood" (m) have different units, so they '
        'cannot be "same water"; declare "one event", or correct the unit',
        "relations[5], reason: `reason` is missing; add it",
        (
            'relations[6]: a relation needs at least two hazards, but only "rain" is '
            "named; name the others"
        ),
        (
            "relations[7], relation: \"same event\" is not one of 'unrelated', 'one event', "
            "'same water'; choose one"
        ),
    ]


def test_a_pair_is_declared_once_and_relations_do_not_contradict(edit):
    assert faults(
        edit,
        relation(["flood", "rain"], "same water"),
        relation(["rain", "surge"], "same water"),
        relation(["flood", "surge"], "one event"),
        relation(["quake", "flood"], "unrelated"),
        relation(["flood", "quake"], "one event"),
    ) == [
        'relations[2]: "flood" and "surge" are declared "one event", but the other '
        'relations make them "same water"; correct one of them',
        (
            'relations[4]: "flood" and "quake" are "one event" here and "unrelated" in '
            "relations[3]; keep one"
        ),
    ]


def test_what_holds_of_one_water_holds_of_all_its_maps(edit):
    assert faults(
        edit,
        relation(["flood", "rain"], "same water"),
        relation(["rain", "quake"], "one event"),
        relation(["flood", "quake"], "unrelated"),
    ) == [
        'relations[2]: "flood" and "quake" are declared "unrelated", but the other '
        'relations make them "one event"; correct one of them'
    ]


def test_what_held_by_a_hazard_that_is_left_out_is_kept():
    """The river and the surge hang together by the rain; without the rain they still do, for the
    reasons of both.
    """
    same = Relation(
        hazards=("river", "rain"), relation="same water", reason="one is drawn within the other"
    )
    storm = Relation(
        hazards=("rain", "surge"), relation="one event", reason="one storm brings both"
    )
    apart = Relation(hazards=("quake", "river"), relation="unrelated", reason="no common cause")
    (quake, chain) = among((same, storm, apart), ["river", "surge", "quake"])
    assert quake == apart
    assert (chain.hazards, chain.relation) == (("river", "surge"), "one event")
    assert chain.reason == "one is drawn within the other; one storm brings both"
    assert among((same, storm), ["river", "rain", "surge"]) == (same, storm)
    assert among((same, storm), ["river", "quake"]) == ()
    every = Relation(hazards=("river", "rain", "surge"), relation="same water", reason="one model")
    assert among((every,), ["river", "surge"]) == (
        every.model_copy(update={"hazards": ("river", "surge")}),
    )


def of(number: int, *relations: str) -> str:
    many = "".join(
        HAZARD.format(name=f"h{one}", kind="shock", unit="m", period=", return_period = 10")
        for one in range(number)
    )
    return many + "".join(relations)


@pytest.mark.slow
def test_ten_thousand_hazards_and_their_relations_are_checked_in_seconds(edit, town):
    """Each hazard with the next, all with the first, and as many relations of hazards that
    nobody declared.
    """
    chain = [relation([f"h{one}", f"h{one + 1}"], "one event") for one in range(9_999)]
    star = [relation(["h0", f"h{one + 2}"], "unrelated") for one in range(100)]
    strange = [relation([f"g{one}", f"g{one + 1}"], "one event") for one in range(9_999)]
    document = tomllib.loads(
        (town / "city.toml").read_text(encoding="utf-8") + of(10_000, *chain, *star, *strange)
    )
    began = time.process_time()
    with pytest.raises(CityError) as caught:
        declare_city(document, town / "city.toml")
    said = caught.value.say("en").splitlines()
    assert time.process_time() - began < 30  # it was more than two minutes
    assert caught.value.arguments["count"] == 20_098
    assert len(said) == 102
    assert said[1].startswith(
        '  relations[9999]: "h0" and "h2" are declared "unrelated", but the other relations'
    )
    assert said[101] == "  … and 19,998 more errors, shown once these are corrected"


def test_a_relation_of_too_many_hazards_is_one_line(edit):
    names = [f"h{one}" for one in range(500)]
    assert faults(edit, of(500, relation(names, "one event"))) == [
        "relations: `relations` declare 124,750 pairs of hazards, more than the limit "
        "of 100,000; name fewer hazards in each relation"
    ]


@pytest.mark.slow
def test_thirty_thousand_faults_are_a_hundred_lines_in_every_command(edit, ask):
    unknown = "".join(f"x{one} = 1\n" for one in range(30_000))
    edit(("[scores]", unknown + "[scores]"))
    town = edit()
    for command in (["check", town], ["assess", town], ["map", town]):
        code, said = ask(*command, language="id")
        assert (code, len(said.splitlines())) == (1, 102), command
        assert "dan 29.900 kesalahan lagi" in said
