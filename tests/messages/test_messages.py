"""The catalogues: complete in every language, filled alike, used, and nothing said past them."""

from __future__ import annotations

import ast
import datetime
import math
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import assume, given
from hypothesis import strategies as st

from asset_inventory import messages as words
from asset_inventory.messages import (
    LANGUAGES,
    language_of_machine,
    money,
    number,
    percent,
    precise,
    rounded_share,
    say,
)

PACKAGE = Path(words.__file__).parents[1]
# Whole families of keys are chosen at run time: `f"finding.{code}"`.
FAMILIES = (
    "draft.role.",
    "usual.",
    "column.",
    "form.",
    "focus.",
    "ballot.written.",
    "sheet.",
    "unit.",
    "data_status.",
    "people_rule.",
    "people_class.",
    "people_group.",
    "not_ranked.",
    "need.",
    "report.head.",
    "report.by.",
    "report.rank.",
    "explained.",
    "preliminary.bears.",
    "preliminary.burden.",
    "preliminary.caption.",
    "preliminary.choice.",
    "preliminary.choice_of.",
    "preliminary.figures.",
    "preliminary.flood.",
    "preliminary.gap.",
    "preliminary.head.",
    "preliminary.here.",
    "preliminary.kind.",
    "preliminary.measured_by.",
    "preliminary.method.",
    "preliminary.person.",
    "preliminary.planning.",
    "preliminary.section.",
    "preliminary.groups_agree.",
    "preliminary.share_class.",
    "preliminary.robustness.",
    "preliminary.unit.",
    "preliminary.unknown.",
    "resilience.choice.",
    "resilience.figure.",
    "resilience.head.",
    "resilience.nothing.",
    "resilience.word.",
    "area.",
    "damage_rule.",
    "publish.file.",
    "report.method.",
    "report.section.",
    "report.term.",
    "report.card.",
    "finding.",
    "future.head.",
    "future.what.",
    "severity.",
    "kind.",
    "value_rule.",
    "ead_rule.",
    "check.",
    "curves.head.",
    "help.",
    "error.layer_without_crs.",
    "map.",
    "summary.",
    "stress.each.",
    "stress.per.",
    "ownership.head.",
    "plot.by.",
    "validate.head.",
    "review.added_",
    "review.doubt.",
    "review.edited_",
    "review.head.",
    "review.removed_",
    "review.sign.",
    "validate.where.",
)
KEY = re.compile(r"^[a-z_]+(\.[a-z0-9_]+)+$")


def messages(language: str) -> dict[str, object]:
    """Every message of a language by its key."""
    found = {}
    for path in sorted((words.FOLDER / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale=language):
                if message.id:
                    key = message.id[0] if isinstance(message.id, tuple) else message.id
                    assert key not in found, f"{key} twice, the second time in {path.name}"
                    found[key] = message
    return found


def forms(message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def places(sentence: str) -> set[str]:
    """What a caller fills in; what the city calls its districts fills itself in."""
    names = {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
    return names - words.area_names("en").keys()


def test_the_catalogues_are_read_as_babel_reads_them():
    plurals = {"en": [1, 0, 1, 1], "id": [0, 0, 0, 0]}
    for language in LANGUAGES:
        read = {key: forms(message) for key, message in messages(language).items()}
        assert words.catalogue(language).sentences == read
        assert [words.catalogue(language).plural(count) for count in (0, 1, 2, 5)] == plurals[
            language
        ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('msgid "a.b"\nmsgstr ""\n"one "\n"two"\n', {"a.b": ("one two",)}),
        ('msgid "a"\nmsgid_plural "a"\nmsgstr[0] "x"\nmsgstr[1] "y"\n', {"a": ("x", "y")}),
        (
            '# msgid "no"\nmsgid "a"\nmsgstr "say \\"x\\",\\tthen\\n{y}"\n',
            {"a": ('say "x",\tthen\n{y}',)},
        ),
    ],
)
def test_quotes_line_ends_and_plurals_of_a_catalogue_are_read(tmp_path, written, read):
    (tmp_path / "a.po").write_text(written, encoding="utf-8")
    assert {key: said for key, said in words._read(tmp_path / "a.po") if key} == read


def test_every_language_says_everything_and_nothing_is_fuzzy_or_empty():
    assert LANGUAGES == ("en", "id")
    by_language = {language: messages(language) for language in LANGUAGES}
    assert by_language["en"].keys() == by_language["id"].keys()
    for language, found in by_language.items():
        for key, message in found.items():
            assert not message.fuzzy, (language, key)
            assert all(form.strip() for form in forms(message)), (language, key)


def test_no_place_is_lost_in_translation():
    english, indonesian = messages("en"), messages("id")
    for key, message in english.items():
        wanted = set.union(*map(places, forms(message)))
        # a brace that is meant as itself fills nothing
        assert all(name.isidentifier() for name in wanted), key
        assert set.union(*map(places, forms(indonesian[key]))) == wanted, key


def test_plurals_have_the_forms_of_their_language():
    for language, count in (("en", 2), ("id", 1)):
        for key, message in messages(language).items():
            if isinstance(message.id, tuple):
                assert len(forms(message)) == count, (language, key)


def test_indonesian_is_not_english_left_standing():
    english, indonesian = messages("en"), messages("id")
    same = {key for key, message in english.items() if forms(message) == forms(indonesian[key])}
    # Formulas, and words that are the same in both languages.
    allowed = {"explain.trapezoid", "explain.value_rule", "map.total", "check.head.status"}
    assert {
        key
        for key in same - allowed
        if re.search(r"[a-z]{4}", re.sub(r"\{.*?\}", "", forms(english[key])[0]))
    } <= {"map.internet", "map.data", "map.score.short"}


def strings_in_code() -> set[str]:
    found = set()
    for file in [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.js"), *PACKAGE.rglob("*.html")]:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".py":
            found |= {
                node.value
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            }
        else:
            found |= set(re.findall(r"""["'`]([a-z_]+(?:\.[a-z0-9_]+)+)["'`]""", text))
    return found


def test_every_key_in_code_is_said_and_every_sentence_is_used():
    known, used = set(messages("en")), strings_in_code()
    areas = {key.partition(".")[0] for key in known}
    asked = {
        text
        for text in used
        if KEY.match(text) and text.partition(".")[0] in areas - {"map", "number"}
    }
    kinds = (".py", ".toml", ".csv", ".gpkg", ".html", ".css", ".js")
    files = {text for text in asked if Path(text).suffix in kinds}
    assert asked - files - known == set()
    unused = {
        key
        for key in known - used
        if not key.startswith(FAMILIES) and key.removesuffix("_near") not in used
    }
    assert sorted(unused) == []


def test_every_finding_made_is_said_with_its_remedy():
    made = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("finding", "on_rows", "_fix")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                made.add(node.args[0].value)
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in (
                "COVERS_LESS",
                "SHOWS_LESS",
            ):
                made.add(node.value.value)
    known = {key.removeprefix("finding.") for key in messages("en") if key.startswith("finding.")}
    codes = {code for code in known if not code.endswith(".remedy")}
    assert {code.removesuffix(".remedy") for code in known if code.endswith(".remedy")} == codes
    assert made <= codes
    assert codes <= strings_in_code()


def test_errors_are_raised_by_key_only():
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                name = getattr(node.exc.func, "id", "")
                if name in ("CityError", "SourceError", "RequestError", "TableError"):
                    texts = [
                        one.value
                        for one in ast.walk(node.exc.args[0])
                        if isinstance(one, ast.Constant) and isinstance(one.value, str)
                    ]
                    assert not any(" " in text for text in texts), ast.unparse(node)


# The calls that name a sentence by its first argument: what its key begins with, and which places they fill besides
# those given by keyword.
OF_A_ROW = {"source", "feature", "column", "count"}
CALLS = {
    "say": ("", set()),
    "answer.say": ("", {"city"}),
    "finding": ("finding.", OF_A_ROW),
    "on_rows": ("finding.", OF_A_ROW | {"rows"}),
    **dict.fromkeys(("option", "path", "flag", "day", "conflicts", "audience"), ("", set())),
    **dict.fromkeys(
        (
            "AssetInventoryError",
            "CityError",
            "SourceError",
            "RequestError",
            "TableError",
            "RegisterError",
        ),
        ("", {"rows", "faults"}),
    ),
}


def keys_meant(node: ast.expr) -> list[str]:
    """The keys that a first argument can be; none where it is composed."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return keys_meant(node.body) + keys_meant(node.orelse)
    return []


def calls_with_keys() -> list[tuple[str, str, set[str]]]:
    """Where a sentence is named, its key, and the places that the call fills by keyword."""
    found = []
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = ast.unparse(node.func)
            given = {keyword.arg for keyword in node.keywords}
            # the process that reads a file does not know what the sender calls it
            given |= {"path", "source"} if file.parent.name == "intake" else set()
            if name in CALLS and None not in given:  # `**arguments` are seen at run time only
                begins, always = CALLS[name]
                found += [
                    (
                        f"{file.name}:{node.lineno}",
                        key if key.startswith("error.") else begins + key,
                        given | always,
                    )
                    for key in keys_meant(node.args[0])
                ]
    return found


def test_every_place_of_a_sentence_is_filled_where_it_is_named():
    english = messages("en")
    wanted = {key: set.union(*map(places, forms(message))) for key, message in english.items()}
    called = [call for call in calls_with_keys() if call[1] in english]
    assert len(called) > 800  # of all; the others choose their key or fill its places at run time
    missing = [
        (where, key, sorted((wanted[key] | wanted.get(f"{key}.remedy", set())) - given))
        for where, key, given in called
        if not wanted[key] | wanted.get(f"{key}.remedy", set()) <= given
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("value", "english", "indonesian"),
    [
        (1234567.891, "1,234,567.891", "1.234.567,891"),
        (0.5, "0.5", "0,5"),
        (12, "12", "12"),
        (math.nan, "not available", "belum tersedia"),
    ],
)
def test_numbers_are_written_as_the_country_does(value, english, indonesian):
    assert number(value, "en") == english
    assert number(value, "id") == indonesian


@pytest.mark.parametrize(
    ("value", "english", "indonesian"),
    [
        (1.23e9, "Rp1.2 billion", "Rp1,2 miliar"),
        (2_500_000, "Rp2.5 million", "Rp2,5 juta"),
        (-3e12, "-Rp3 trillion", "-Rp3 triliun"),
        (999, "Rp999", "Rp999"),
        (math.nan, "not available", "belum tersedia"),
    ],
)
def test_money_is_written_out(value, english, indonesian):
    assert money(value, "IDR", "en") == english
    assert money(value, "IDR", "id") == indonesian


@pytest.mark.parametrize(
    ("share", "english", "indonesian"),
    [
        (0.4983, "49.8%", "49,8%"),
        (0.78564, "78.6%", "78,6%"),
        (0.4997, "49.9%", "49,9%"),  # nearest 50.0, a cut that it does not reach
        (0.50004, "50.0%", "50,0%"),
        (0.5, "50%", "50%"),
        (0.8996, "89.9%", "89,9%"),  # not «high from 90%»
        (0.29 + 1e-15, "29%", "29%"),  # the last bit of a sum is no share
        (0.0004, "<0.1%", "<0,1%"),
        (0.99999, "99.9%", "99,9%"),
        (0.0, "0%", "0%"),
        (1.0, "100%", "100%"),
        (-0.052, "-5.2%", "-5,2%"),
        (math.nan, "not available", "belum tersedia"),
    ],
)
def test_a_share_is_written_to_a_tenth_of_a_percent(share, english, indonesian):
    assert percent(share, "en") == english
    assert percent(share, "id") == indonesian


@pytest.mark.parametrize("day", [datetime.date(2026, 11, 30), datetime.datetime(2026, 11, 30, 23)])
def test_a_day_is_written_in_words(day):
    for language, sentence in (("en", "1 August 2025"), ("id", "1 Agustus 2025")):
        arguments = {"layer": "roads", "day": day, "first": datetime.date(2025, 8, 1)}
        said = say("error.layer_not_there_then", language, **arguments)
        assert "30 November 2026" in said and sentence in said


def test_a_number_of_percents_is_written_with_its_sign():
    arguments = {"source": "flood", "percent": 33.333}
    sentence = say("finding.hazard_misses_assets", "en", **arguments)
    assert "33.3% of the assets" in sentence


@given(
    st.floats(0, 1),
    st.one_of(
        st.integers(0, 100).map(lambda cut: cut / 100), st.sampled_from((0.05, 0.1, 0.5, 0.9))
    ),
)
def test_a_share_is_never_written_across_a_cut(share, cut):
    # what is written is not farther than a tenth, and on the side of the cut where the share is
    assume(share >= cut or cut - share > 1e-9)
    assert (rounded_share(share) >= cut) == (share >= cut)
    assert abs(rounded_share(share) - share) <= 0.001
    assert (percent(share, "en") in ("0%", "100%")) == (round(share, 11) in (0, 1))


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_larger_share_is_never_written_smaller(one, other):
    small, large = sorted((one, other))
    assert rounded_share(small) <= rounded_share(large)


def test_a_number_without_end_is_written_by_its_power_of_ten():
    assert [number(one, "id") for one in (1e308, -2.5e21, 1e20)] == [
        "1E308",
        "-2,5E21",
        "100.000.000.000.000.000.000",
    ]
    assert money(1e308, "IDR", "en") == "Rp1E308"
    assert precise(1e308, "en") == "1E308"


def test_singular_and_plural():
    assert say("error.city_faults", "en", path="a", count=1) == "a has 1 error:"
    assert say("error.city_faults", "en", path="a", count=1200) == "a has 1,200 errors:"
    assert say("error.city_faults", "id", path="a", count=1200) == "a memuat 1.200 kesalahan:"


def test_braces_in_data_are_text():
    assert "{path} {0}" in say("error.no_city_file", "en", path="{path} {0}")


def test_a_missing_sentence_is_a_key_error():
    with pytest.raises(KeyError, match="en: error.nothing"):
        say("error.nothing", "en")


@pytest.mark.parametrize(
    ("spoken", "language"),
    [
        (("id_ID", "UTF-8"), "id"),
        (("in_ID", "UTF-8"), "id"),
        (("Indonesian_Indonesia", "1252"), "id"),
        (("en_GB", "UTF-8"), "en"),
        (("tr_TR", "UTF-8"), "en"),
        ((None, None), "en"),
    ],
)
def test_the_machines_language(monkeypatch, spoken, language):
    monkeypatch.setattr("asset_inventory.messages.locale.getlocale", lambda: spoken)
    assert language_of_machine() == language


def test_every_finding_is_in_one_family():
    families = words.finding_families()
    codes = [code for family in families.values() for code in family]
    in_catalogue = words.messages("en", prefixes=("finding.",))
    assert sorted(codes) == sorted(
        key.removeprefix("finding.") for key in in_catalogue if not key.endswith(".remedy")
    )


def test_what_a_city_calls_its_districts_fills_itself_in(monkeypatch):
    catalogue = words.Catalogue(
        {
            "area.called": ("district",),
            "area.called_plural": ("districts",),
            "area.parent_called": ("county",),
            "area.parent_called_plural": ("counties",),
            "map.x": (
                "{count} {called} of {name}",
                "{count} {called_plural}. {Called_plural}: {name}",
            ),
        },
        lambda count: int(count != 1),
    )
    monkeypatch.setattr(words, "catalogue", lambda language: catalogue)
    assert words.say("map.x", "en", count=1, name="{called}") == "1 district of {called}"
    called = {"en": {"called_plural": "kelurahan"}, "id": {"called": "desa"}}
    with words.with_city_words(words.CityWords(called)):
        assert words.say("map.x", "en", count=2, name="A") == "2 kelurahan. Kelurahan: A"
        assert words.messages("en", prefixes=("map.",)) == {
            "map.x": ("{count} district of {name}", "{count} kelurahan. Kelurahan: {name}")
        }
    assert words.say("map.x", "en", count=2, name="A") == "2 districts. Districts: A"
    with pytest.raises(KeyError, match="name"):
        words.say("map.x", "en", count=1)


@pytest.mark.parametrize("year", [2051, 2051.0, "2051"])
def test_years_and_ids_have_no_separators_and_counts_have(year):
    for language, separator in (("en", ","), ("id", ".")):
        sentence = say("future.share", language, year=year, percent=78.2)
        assert "2051" in sentence and f"2{separator}051" not in sentence
        waiting = say("register.next_conflicts", language, number=1234, first="x", city="kota")
        assert "1234" in waiting and f"1{separator}234" not in waiting
        assert f"1{separator}234" in say("resilience.not_ranked", language, count=1234, fewest=5)
