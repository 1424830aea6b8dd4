"""Write the reference pages that repeat what the code declares, before the site is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from asset_inventory.messages import LANGUAGES, finding_families, knows, messages, say
from asset_inventory.messages.glossary import glossary
from asset_inventory.model import city
from asset_inventory.model.tables import TABLES

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# The packages that compute: analysts may call their functions.
PACKAGES = ("assessment", "hazards", "vulnerability", "risk", "resilience")

# How a language is called in itself.
LANGUAGE_NAMES = {"en": "English", "id": "Bahasa Indonesia"}
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|$])")


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages when a build begins."""
    app.connect("builder-inited", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def pages() -> dict[str, str]:
    """Return every generated page by its name."""
    families = finding_families()
    return {
        "tables": tables_page(),
        "city-toml-keys": city_page(city.schema()),
        "glossary": glossary_page(),
        "findings": findings_index(families),
        **{f"api-{name}": package_page(name) for name in PACKAGES},
        **{f"findings-{_slug(name)}": family_page(name, codes) for name, codes in families.items()},
    }


def tables_page() -> str:
    """Return all tables: what a row is, its columns with their units and meaning, its key."""
    lines = ["# Tables", ""]
    lines += [
        "A table of an assessment is an attribute of it in Python (`assessment.ead`) and a file of a",
        "run (`results/<city>/ead.csv`). A table is long: a new hazard or return period is more rows.",
        "`asset-inventory schema --tables` prints this list; a workbook of `asset-inventory assess",
        "CITY --xlsx` explains the columns in the language of the reader.",
        "",
        "*Kolom terakhir memuat arti setiap kolom dalam bahasa Indonesia.*",
        "",
    ]
    for table in TABLES.values():
        lines += [f"## {table.name}", "", f"One row per {_plain(table.row)}.", ""]
        if table.key:
            lines += [f"Key: {', '.join(f'`{name}`' for name in table.key)}.", ""]
        lines += ["| column | unit | meaning | arti |", "|---|---|---|---|"]
        for column in table.columns:
            cells = [f"`{column.name}`", _plain(column.unit)]
            cells += [_plain(_meaning(table.name, column.name, name)) for name in ("en", "id")]
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def city_page(schema: Mapping[str, Any]) -> str:
    """Return every key of city.toml with its type, its default and whether it is required."""
    lines = ["# Keys of city.toml", "", "## The city", ""]
    lines += [*_keys(schema), ""]
    for name, model in sorted(schema["$defs"].items()):
        if "properties" in model:
            lines += [f"## {name}", "", _plain(model.get("description", "")), "", *_keys(model), ""]
    return "\n".join(lines)


def glossary_page() -> str:
    """Return the glossary: one row a concept, with the term and the source of each language."""
    lines = ["# Glossary · Glosarium", ""]
    lines += [
        "One term for each concept, in sentences, tables, pages and this site. A source names where",
        "the term is used.",
        "",
        "*Satu istilah untuk satu konsep. Sumber menyebut tempat istilah itu dipakai.*",
        "",
        "| English | Bahasa Indonesia | source | sumber |",
        "|---|---|---|---|",
    ]
    for term in sorted(glossary(), key=lambda term: term.terms["en"].casefold()):
        cells = (
            _plain(text)
            for texts in (term.terms, term.sources)
            for text in (texts["en"], texts["id"])
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def findings_index(families: Mapping[str, tuple[str, ...]]) -> str:
    """Return the list of families of findings, which leads to a page of each."""
    lines = ["# Findings", ""]
    lines += [
        "A finding is a data quality issue in a file or a table. `validate --json` gives its code.",
        "Each code has its meaning and its remedy in both languages; the search field finds codes",
        "and words. The program fills in the words in braces.",
        "",
        "*Temuan adalah masalah mutu data pada berkas atau tabel. Setiap kode disertai arti dan cara",
        "memperbaikinya dalam dua bahasa; kata dalam kurung kurawal diisi oleh program.*",
        "",
        "| family | codes |",
        "|---|---|",
    ]
    lines += [
        f"| [{_heading(name)}](findings-{_slug(name)}.md) | {len(codes)} |"
        for name, codes in families.items()
    ]
    listed = [f"findings-{_slug(name)}" for name in families]
    return "\n".join([*lines, "", "```{toctree}", ":hidden:", "", *listed, "```", ""])


def family_page(name: str, codes: tuple[str, ...]) -> str:
    """Return the findings of one family with meaning and remedy in all languages."""
    sentences = {language: messages(language, prefixes=("finding.",)) for language in LANGUAGES}
    lines = [f"# Findings: {name}", ""]
    for code in codes:
        lines += [f"## {code}", ""]
        for language in LANGUAGES:
            sentence, remedy = (
                _plain(sentences[language][f"finding.{code}{end}"][-1]) for end in ("", ".remedy")
            )
            lines += [LANGUAGE_NAMES[language], f": {sentence} *{remedy}*", ""]
    return "\n".join(lines)


def package_page(name: str) -> str:
    """Return the page of a package: the functions and classes of each of its modules."""
    package = import_module(f"asset_inventory.{name}")
    lines = [f"# asset_inventory.{name}", "", _plain((package.__doc__ or "").split("\n\n")[0]), ""]
    for module in sorted(info.name for info in iter_modules(package.__path__)):
        lines += [f"## {module}", "", "```{eval-rst}"]
        lines += [f".. automodule:: asset_inventory.{name}.{module}", "   :members:", "```", ""]
    return "\n".join(lines)


def _meaning(table: str, column: str, language: str) -> str:
    """Return what a column means in a table, else what it means in every table that has it."""
    own = f"column.{table.lower()}.{column}.about"
    return say(own if knows(own, language) else f"column.{column}.about", language)


def _keys(model: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| key | type | default |", "|---|---|---|")
    required = model.get("required", ())
    for name, key in model["properties"].items():
        default = "required" if name in required else _default(key.get("default"))
        yield f"| `{name}` | {_type(key)} | {default} |"


def _default(value: object) -> str:
    return "–" if value is None or isinstance(value, (list, dict)) else f"`{value}`"


def _type(key: Mapping[str, Any]) -> str:
    """Return the type of a key in words; a table has a link to its own keys."""
    if "$ref" in key:
        name = key["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in key:
        return " or ".join(f"`{word}`" for word in key["enum"])
    if "const" in key:
        return f"`{key['const']}`"
    choices = key.get("anyOf") or key.get("oneOf")
    if choices:
        kinds = (_type(part) for part in choices if part.get("type") != "null")
        return " or ".join(dict.fromkeys(kinds))
    if key.get("type") == "array":
        return f"list of {_type(key['items'])}" if key.get("items") else "list"
    if key.get("type") == "object":
        values = key.get("additionalProperties")
        return f"table of {_type(values)}" if isinstance(values, dict) and values else "table"
    bounds = [
        f"{sign} {key[bound]}"
        for bound, sign in (
            ("exclusiveMinimum", ">"),
            ("minimum", "≥"),
            ("maximum", "≤"),
            ("exclusiveMaximum", "<"),
            ("gt", ">"),
            ("ge", "≥"),
            ("le", "≤"),
            ("lt", "<"),
        )
        if bound in key
    ]
    return " ".join([str(key.get("format") or key.get("type", "any")), *bounds])


def _plain(text: str | None) -> str:
    """Return text of the code with no mark of Markdown in it."""
    return _MARKS.sub(r"\\\1", " ".join((text or "").split()))


def _heading(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}"


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _write(app: Sphinx) -> None:
    folder = Path(app.srcdir) / "reference" / "generated"
    folder.mkdir(exist_ok=True)
    current = pages()
    for name, text in current.items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in folder.glob("*.md"):
        if path.stem not in current:
            path.unlink()
