"""The convention of annual damage in words: every declaration is named, in both languages, and
no other.
"""

from __future__ import annotations

import itertools

import pytest

from asset_inventory.assessment.ead_sentences import ead_sentence, ead_sentences
from asset_inventory.messages import LANGUAGES
from asset_inventory.model.annual_damage import EadRule
from asset_inventory.model.reading import read_city

# fmt: off
NAMED = {
    "en": {"trapezoid": "trapezoidal", "log-linear": "log-linear", "flat": "flat tail", "none": "no tail",
           "log": "log tail", "1/T": "1 / return period", "1 - exp(-1/T)": "peaks over a threshold"},
    "id": {"trapezoid": "trapesium", "log-linear": "log-linear", "flat": "ekor datar", "none": "tanpa ekor",
           "log": "ekor logaritmis", "1/T": "1 / kala ulang", "1 - exp(-1/T)": "puncak di atas ambang"},
}
# fmt: on


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_rule_is_named_and_no_other(town, language):
    city, named = read_city(town), NAMED[language]
    for between, tail, frequency in itertools.product(
        ("trapezoid", "log-linear"), ("flat", "none", "log"), ("1/T", "1 - exp(-1/T)")
    ):
        rule = EadRule(between=between, tail=tail, frequency=frequency)
        text = ead_sentence(city.model_copy(update={"ead": rule}), language)
        assert all(named[one] in text for one in (between, tail))
        others = {"trapezoid", "log-linear", "flat", "none", "log"} - {between, tail}
        assert not [one for one in others if named[one] in text]
        assert (named["1 - exp(-1/T)"] in text) == (frequency != "1/T")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_protection_level_is_told_with_who_says_so(edit, language):
    city = read_city(edit(("no_damage_return_period = 5", "protection = 20")))
    assert len(ead_sentences(city)) == 2
    assert "flood" in ead_sentence(city, language) and "20" in ead_sentence(city, language)
    sourced = read_city(
        edit(("protection = 20", 'protection = { return_period = 20, source = "Dike book 2021" }'))
    )
    assert "Dike book 2021" in ead_sentence(sourced, language)
