"""Packages held against the standards' own schemas, without a network, and their files against
what is said of them.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import jsonschema
import pyproj
import pystac
from pystac.validation import set_validator
from pystac.validation.stac_validator import JsonSchemaSTACValidator

SCHEMAS = Path(__file__).parent / "schemas"
_PROJECTION = "https://stac-extensions.github.io/projection/v2.0.0/schema.json"
_FILE = "https://stac-extensions.github.io/file/v2.1.0/schema.json"
_PROJJSON = "https://proj.org/schemas/v0.7/projjson.schema.json"


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def rdls_datasets(folder: Path) -> list[dict]:
    """The data sets of a package, each valid by the schema of RDLS 0.3 and its formats."""
    document = read(folder / "rdls.json")
    assert list(document) == ["datasets"] and document["datasets"]
    schema = read(SCHEMAS / "rdls-0.3.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    for dataset in document["datasets"]:
        faults = [
            f"{list(fault.absolute_path)}: {fault.message[:200]}"
            for fault in validator.iter_errors(dataset)
        ]
        assert not faults, (dataset["title"][:80], faults)
        # what the schema says in words only
        assert {one["role"] for one in dataset["attributions"]} >= {
            "publisher",
            "creator",
            "contact_point",
        }
        for resource in dataset["resources"]:
            assert (folder / resource["download_url"]).is_file()
    assert len({one["id"] for one in document["datasets"]}) == len(document["datasets"])
    return document["datasets"]


def stac_catalog(folder: Path) -> pystac.Catalog:
    """The catalogue of a package, every document of it valid by STAC's schemas and those of its
    extensions.
    """
    validator = JsonSchemaSTACValidator()
    validator.schema_cache |= {
        _PROJECTION: read(SCHEMAS / "stac-projection-2.0.0.json"),
        _FILE: read(SCHEMAS / "stac-file-2.1.0.json"),
        _PROJJSON: read(Path(pyproj.datadir.get_data_dir()) / "projjson.schema.json"),
    }
    set_validator(validator)
    catalog = pystac.Catalog.from_file(str(folder / "stac" / "catalog.json"))
    assert catalog.validate_all() > 0
    assert len(list((folder / "stac").rglob("*.json"))) == 1 + len(
        list(catalog.get_children())
    ) + len(list(catalog.get_items(recursive=True)))
    for document in (folder / "stac").rglob("*.json"):
        for link in read(document)["links"]:
            if link["rel"] == "license":
                assert link["href"].startswith("https://spdx.org/licenses/")
                continue
            assert (
                link["href"].startswith((".", "..")) and (document.parent / link["href"]).is_file()
            )
    return catalog


def checksums_hold(folder: Path) -> set[str]:
    """The files of a package, each with the checksum that its list gives it, and no other file."""
    listed = dict(
        reversed(line.split("  ", 1))
        for line in (folder / "checksums.sha256").read_text(encoding="utf-8").splitlines()
    )
    for name, sha256 in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == {*listed, "checksums.sha256"}
    return set(listed)
