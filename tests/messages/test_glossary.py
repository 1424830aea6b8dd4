"""The glossary: every concept has its term in both languages, and what it forbids is found."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping

import pytest

from asset_inventory.messages import FOLDER, LANGUAGES, catalogue
from asset_inventory.messages.glossary import forbidden_in, forbidden_phrases, glossary
from asset_inventory.model.tables import describe
from tests.support.paths import DATA

CONCEPTS = 81
ROOT = DATA.parent
SHIPPED = (
    *sorted(DATA.glob("*/city.toml")),
    *sorted(DATA.glob("*/*.py")),
    DATA / "SOURCES.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "bench" / "README.md",
)


def comments(toml: str) -> Iterator[str]:
    """The comments of a TOML text, and its labels, names and reasons in each language."""
    for line in toml.splitlines():
        yield line[line.index("#") :] if re.search(r"(^|\s)#", line) else ""
    document = tomllib.loads(toml)
    for influence in document.get("influences", ()):
        yield from influence["reason"].values()
    for pressure in document.get("pressures", ()):
        yield from pressure["name"].values()


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


def offending(sentences: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Each key with a forbidden phrase, and the phrase."""
    return [
        f"{key}: {phrase}"
        for key, forms in sentences.items()
        for phrase in dict.fromkeys(forbidden_in(" ".join(forms)))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_has_a_forbidden_phrase(language):
    assert offending(catalogue(language).sentences) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_comment_of_a_new_city_has_a_forbidden_phrase(language):
    template = (FOLDER / language / "city.toml").read_text(encoding="utf-8")
    assert not list(forbidden_in(template))


def test_no_description_of_a_table_has_a_forbidden_phrase():
    assert not list(forbidden_in(describe()))


def test_a_planted_phrase_is_found_in_a_catalogue():
    planted = dict(catalogue("en").sentences) | {"map.found": ("Look first at Kuningan.",)}
    assert offending(planted) == ["map.found: look first"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_comment_or_text_of_the_repository_has_a_forbidden_phrase(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".toml":
        text = "\n".join(comments(text))
    elif path.suffix == ".py":
        text = ast.get_docstring(ast.parse(text)) or ""
    # names in backquotes are those of the code
    assert not list(forbidden_in(re.sub(r"`[^`]*`", "", text)))
