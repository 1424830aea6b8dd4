"""README and the documentation as a reader types them: commands, options, settings, snippets.

The tutorials are played whole where the documentation site is built.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib

import jsonschema
import pytest

from asset_inventory.cli import main
from asset_inventory.messages.glossary import forbidden_in
from tests.support.paths import PROJECT, TUTORIALS

DOCS = PROJECT / "docs"
README = PROJECT / "README.md"
PAGES = sorted(
    path
    for path in DOCS.rglob("*.md")
    if not {"_build", "generated"} & set(path.relative_to(DOCS).parts)
    and path.name != "findings.md"
)
LONGEST_README = 12_000  # bytes
# The city to which a page's part of a city.toml is added
SHORTEST = tomllib.loads(
    re.search(r"^```toml\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S)[1]
)


@pytest.fixture
def tutorials(monkeypatch):
    """The script that plays the commands of a page."""
    monkeypatch.syspath_prepend(str(PROJECT / "scripts"))
    import tutorials

    yield tutorials
    sys.modules.pop("tutorials")


def text_of(name: str) -> str:
    return (DOCS / "tutorials" / f"{name}.md").read_text(encoding="utf-8")


def named(pages: list) -> list[str]:
    return [str(path.relative_to(PROJECT)) for path in pages]


@pytest.mark.story
def test_the_snippet_of_readme_runs(tutorials, tmp_path):
    (tmp_path / "data").symlink_to(PROJECT / "data")
    assert README.read_text(encoding="utf-8").count("```python\n") == 1
    tutorials.played(README.read_text(encoding="utf-8"), tmp_path)


def test_every_block_of_a_tutorial_is_played():
    """Commands are in blocks of `console`, in Python or in cells; no other block has any."""
    for name in (*TUTORIALS, *TUTORIALS.values()):
        kinds = set(re.findall(r"^```(\S+)", text_of(name), re.M))
        assert kinds <= {"console", "python", "{code-cell}"}, name


def test_a_command_that_fails_is_an_error_unless_the_page_states_its_exit_code(tutorials, tmp_path):
    command = "$ asset-inventory fsck kota --language en"
    with pytest.raises(tutorials.CommandFailedError, match="there is no city.toml"):
        tutorials.played(f"```console\n{command}\n```\n", tmp_path)
    stated = f"```console\n{command} # exit code 1\n```\n"
    assert "there is no city.toml" in tutorials.played(stated, tmp_path)
    with pytest.raises(tutorials.CommandFailedError, match="not a command"):
        tutorials.played("```console\n$ rm -r kota\n```\n", tmp_path)


@pytest.mark.parametrize("page", named([README, *PAGES]))
def test_every_command_that_a_page_names_exists_with_its_options(tutorials, capsys, page):
    for words in tutorials.commands_in((PROJECT / page).read_text(encoding="utf-8")):
        if not words or words[0].startswith("--"):
            continue
        assert main([words[0], "--help", "--language", "en"]) == 0, words
        answer = " ".join(capsys.readouterr().out.split())
        for option in (word for word in words if word.startswith("--")):
            assert option in answer, f"{words[0]} {option}"
        for part in re.findall(r"--only (\S+)", " ".join(words)):
            assert words[0] != "resilience" or re.search(rf"\b{part}\b", answer), part


# Values of options that differ between the languages of a page
BY_LANGUAGE = ("--language", "--note", "--why")


@pytest.mark.parametrize("name", TUTORIALS)
def test_both_languages_of_a_tutorial_type_and_name_the_same(tutorials, name):
    pages = [text_of(name), text_of(TUTORIALS[name])]
    english, indonesian = (
        [
            [
                word
                for word, before in zip(words, ["", *words], strict=False)
                if before not in BY_LANGUAGE
            ]
            for words in tutorials.commands_in(page.replace("<kota>", "<city>"))
        ]
        for page in pages
    )
    assert english == indonesian
    cells = [re.findall(r"^```\{code-cell\}.*?^```$", page, re.M | re.S) for page in pages]
    assert [cell.replace('"en"', '"id"') for cell in cells[0]] == cells[1]


@pytest.mark.parametrize("page", named([README, *PAGES]))
def test_every_part_of_a_city_toml_that_a_page_shows_is_one(page):
    schema = json.loads((DOCS / "city.schema.json").read_text(encoding="utf-8"))
    blocks = re.findall(
        r"^```toml\n(.*?)^```", (PROJECT / page).read_text(encoding="utf-8"), re.M | re.S
    )
    for block in blocks:
        shown = tomllib.loads(block)
        if "called" in shown.get("districts", {}) and "path" not in shown["districts"]:
            shown["districts"] |= {
                "path": "d.gpkg",
                "id": "id",
                "source": {"title": "d", "licence": "d"},
            }
        jsonschema.validate(SHORTEST | shown, schema)


def test_readme_is_short_and_leads_to_every_tutorial_and_how_to():
    readme = README.read_text(encoding="utf-8")
    assert len(readme.encode()) <= LONGEST_README
    for name in (*TUTORIALS, *TUTORIALS.values()):
        assert f"(docs/tutorials/{name}.md)" in readme
    for path in (DOCS / "how-to").glob("*.md"):
        assert path.stem == "index" or f"(docs/how-to/{path.name})" in readme


@pytest.mark.parametrize("page", named([README, *PAGES]))
def test_no_page_has_a_forbidden_phrase(page):
    assert not list(forbidden_in((PROJECT / page).read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", named([README, *PAGES]))
def test_every_file_that_a_page_links_exists(page):
    """Pages that the site generates are checked where it is built."""
    folder = (PROJECT / page).parent
    for target in re.findall(
        r"\]\(([^)#\s]+)[^)]*\)", (PROJECT / page).read_text(encoding="utf-8")
    ):
        if "://" not in target and "generated/" not in target:
            assert (folder / target).exists(), target
