"""The glossary: every concept has its term in both languages, and what it forbids is found."""

from __future__ import annotations

import pytest

from asset_inventory.messages import LANGUAGES
from asset_inventory.messages.glossary import forbidden_in, forbidden_phrases, glossary

CONCEPTS = 81


def test_every_concept_has_one_term_in_each_language():
    terms = glossary()
    assert len(terms) == len({term.concept for term in terms}) == CONCEPTS
    for language in LANGUAGES:
        standards = [term.terms[language] for term in terms]
        assert all(standards) and len(set(standards)) == CONCEPTS


def test_a_standard_term_has_no_forbidden_phrase():
    for term in glossary():
        for language in LANGUAGES:
            assert not list(forbidden_in(term.terms[language])), term.concept


def test_forbidden_phrases_are_in_lower_case_and_listed_once():
    phrases = forbidden_phrases()
    assert all(phrase == " ".join(phrase.lower().split()) for phrase in phrases)
    assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize("phrase", forbidden_phrases())
def test_a_planted_phrase_is_found_across_lines_and_cases(phrase):
    planted = f"Kota:\n{phrase.upper().replace(' ', chr(10))}."
    assert phrase in forbidden_in(planted)
    assert phrase not in forbidden_in(f"x{phrase}x")
