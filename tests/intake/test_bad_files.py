"""182 broken and hostile files, where the collection lies beside the project: each ends as a
good tool would end it.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from asset_inventory.intake import validate_file
from asset_inventory.intake.reading import examine
from tests.support.paths import SHARED

COLLECTION = SHARED / "badfiles"
NOT_HERE = "the collection of bad files is not beside the project"
# Where we differ from what the collection expects, and why.
EXCEPTIONS = {
    "geojson/fiona-bang-name/!test.geojson": "a sound file under an odd name: it is copied to a plain one, and read"
}


def expected() -> list[dict[str, str]]:
    if not COLLECTION.exists():
        return []
    with (COLLECTION / "expected.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def ended(path: Path, work: Path) -> tuple[str, int]:
    """How the reading of a file ended, in the words of the collection, and how many features
    were read.
    """
    judged = validate_file(path, examine(path, work))
    assert judged.read == judged.kept + judged.quarantined
    assert judged.status == "accepted" or judged.problems or judged.all_problems
    if judged.status == "rejected":
        return "clear error, nothing lost", judged.read
    if judged.quarantined:
        return "features quarantined", judged.read
    return ("loads with repair" if judged.repaired else "loads clean"), judged.read


@pytest.mark.slow
@pytest.mark.skipif(not COLLECTION.exists(), reason=NOT_HERE)
def test_every_bad_file_ends_well(tmp_path):
    wrong = {}
    for number, row in enumerate(expected()):
        given = tmp_path / str(number)
        shutil.copytree((COLLECTION / row["path"]).parent, given)
        (given / "work").mkdir()
        how, read = ended(given / Path(row["path"]).name, given / "work")
        allowed = {row["expected"], *filter(None, row["also_ok"].split("|"))}
        counted = row["n_features"] in ("", str(read)) or how.startswith("clear error")
        if how not in allowed or not counted:
            wrong[row["path"]] = (how, read)
    assert set(wrong) == set(EXCEPTIONS), wrong
