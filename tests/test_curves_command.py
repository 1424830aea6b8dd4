"""`asset-inventory curves`: what ships, and which curve serves whom in a city, with what is
wrong.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

import pytest

from asset_inventory.assessment.precheck import check_city
from asset_inventory.assessment.run import assess
from asset_inventory.model.reading import read_city
from tests.support.commands import run
from tests.support.damage_curves import ROAD_UNPAVED

RULE = """
[[curves]]
hazard = "flood"
asset_types = "{types}"
path = "{path}"
source = {{ title = "A table that circulates", licence = "CC0-1.0" }}
"""


@pytest.fixture
def slipped(town):
    """The town with two more curves: Europe's values under Asia's name for roads, a tenfold
    power plant for clinics.
    """
    (town / "road_unpaved.csv").write_text(ROAD_UNPAVED, encoding="utf-8")
    (town / "plant.csv").write_text(
        "intensity_m,damage\n0,0\n0.05,0.041010\n0.1,0.082021\n0.2,0.164042\n0.5,0.410105\n",
        encoding="utf-8",
    )
    told = (town / "city.toml").read_text(encoding="utf-8")
    told += RULE.format(types="road", path="road_unpaved.csv") + RULE.format(
        types="clinic", path="plant.csv"
    )
    (town / "city.toml").write_text(told, encoding="utf-8")
    return town


def test_the_library_is_listed_whole_or_by_hazard_and_class_in_either_language(capsys):
    code, out, err = run(capsys, "curves", "--json", "--language", "en")
    assert (code, err) == (0, [])
    assert len(json.loads(out[0])["curves"]) == 282
    for hazard, asset_class in (("flood", "health"), ("banjir", "puskesmas")):
        code, out, _ = run(capsys, "curves", "--hazard", hazard, "--class", asset_class, "--json")
        named = [row["id"] for row in json.loads(out[0])["curves"]]
        assert (
            code == 0
            and {"nirandjan/F21.4", "nirandjan/F21.12"} < set(named)
            and "nirandjan/F21.7" not in named
        )
    code, out, _ = run(
        capsys, "curves", "--hazard", "landslide", "--class", "road", "--language", "id"
    )
    assert code == 0 and out[-1] == "7 kurva"
    assert any(
        "open-gira/landslide-road" in line and "0/1" in line and "MIT" in line for line in out
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--hazard", "flod"), '--hazard "flod": unknown hazard; did you mean "flood"?'),
        (
            ("--hazard", "?"),
            '--hazard "?": unknown hazard; choose from earthquake, flood, landslide, wind',
        ),
        (
            ("--class", "heatlh"),
            '--class "heatlh": unknown class or asset type; did you mean "health"?',
        ),
        (
            ("--plot", "a.svg"),
            "282 curves do not fit in one figure; choose 1 to 28 with --hazard and --class",
        ),
        (
            ("--hazard", "wind", "--class", "road", "--plot", "a.pdf"),
            "a.pdf: a figure is written as .svg or .png; use one of these extensions",
        ),
    ],
)
def test_a_slip_of_the_pen_is_one_line_with_what_was_meant(capsys, arguments, says):
    code, _, err = run(capsys, "curves", *arguments, "--language", "en")
    assert (code, err) == (1, [says])


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "en",
            'ERROR: damage curve road_unpaved.csv has the label "jrc/asia/infrastructure" but the numbers of '
            '"jrc/europe/infrastructure".',
        ),
        (
            "id",
            'KESALAHAN: kurva kerusakan road_unpaved.csv berlabel "jrc/asia/infrastructure", tetapi angkanya sama '
            'dengan "jrc/europe/infrastructure".',
        ),
    ],
)
def test_a_citys_curves_with_what_is_wrong(capsys, slipped, language, says):
    code, out, err = run(capsys, "curves", slipped, "--language", language)
    assert (code, err) == (1, [])
    assert any(line.startswith(says) for line in out)
    assert any("house" in line and "straight.csv" in line for line in out)
    assert any("plant.csv" in line and "nirandjan/F1.1" in line for line in out)


@pytest.mark.parametrize(
    ("rows", "severity", "says"),
    [
        (
            "m,damage\n0,0\n0.5,0.25\n1,0.42\n1.5,0.55\n2,0.65\n3,0.8\n4,0.9\n5,1\n6,1\n",
            "ERROR",
            'has the label "jrc/asia/infrastructure" but the numbers of "jrc/europe/infrastructure"',
        ),
        (
            "m,damage\n0,0\n0.05,0.041010\n0.1,0.082021\n0.2,0.164042\n0.5,0.410105\n",
            "WARNING",
            "nirandjan/F1.1",
        ),
        ("m,damage\n0,0\n1,0.5\n2,0.4\n3,1\n", "WARNING", "decreases"),
        ("m,damage\n0,0\n1,1.2\n", "ERROR", "not between 0 and 1"),
        ("g,damage\n0,0\n1,1\n", "ERROR", 'is in g, but hazard "flood" is in m'),
    ],
)
def test_each_slip_of_a_curve_is_said_by_its_own_sentence(capsys, town, rows, severity, says):
    (town / "jalan_asia.csv").write_text(f"intensity_{rows}", encoding="utf-8")
    with (town / "city.toml").open("a", encoding="utf-8") as told:
        told.write(RULE.format(types="road", path="jalan_asia.csv"))
    code, out, err = run(capsys, "curves", town, "--language", "en")
    said = [line for line in out if line.startswith(severity) and "jalan_asia.csv" in line]
    assert (code, err) == (int(severity == "ERROR"), []) and len(said) == 1 and says in said[0], out


def test_the_same_for_machines_and_for_one_type_alone(capsys, slipped):
    code, out, _ = run(capsys, "curves", slipped, "--json")
    said = json.loads(out[0])
    assert (code, said["city"], said["faults"]) == (1, "Tiny Town", [])
    serving = {
        (row["hazard"], row["asset_type"]): (row["curve"], row["assets"]) for row in said["curves"]
    }
    assert serving["flood", "road"] == ("road_unpaved.csv", 1) and serving["flood", "house"] == (
        "straight.csv",
        2,
    )
    assert serving["landslide", "road"] == (None, 1)
    codes = [(row["code"], row["severity"], row["source"]) for row in said["findings"]]
    assert codes[:2] == [
        ("curve_is_another", "error", "road_unpaved.csv"),
        ("curve_tenfold", "warning", "plant.csv"),
    ]
    without = {source for code, _, source in codes if code.startswith("type_without_curve")}
    assert without == {"house", "clinic", "road", "depot"}
    # the clinic's curve alone is a warning; under the landslide roads have none, and the library
    # only in other units
    assert run(capsys, "curves", slipped, "--class", "klinik", "--hazard", "flood")[0] == 0
    code, out, _ = run(
        capsys, "curves", slipped, "--hazard", "landslide", "--class", "road", "--json"
    )
    assert code == 0 and [row["code"] for row in json.loads(out[0])["findings"]] == [
        "type_without_curve_unit"
    ]
    code, _, err = run(capsys, "curves", slipped, "--hazard", "flod", "--language", "en")
    assert (code, err) == (1, ['--hazard "flod": unknown hazard; did you mean "flood"?'])


def test_what_cannot_be_read_is_told_with_the_rest(capsys, slipped):
    (slipped / "plant.csv").write_text("intensity_g,damage\n0,0\n1,0.4\n", encoding="utf-8")
    (slipped / "straight.csv").write_text("intensity_m,damage\n0,0\n4,40\n", encoding="utf-8")
    code, out, err = run(capsys, "curves", slipped, "--language", "en")
    assert (code, err) == (1, [])
    told = [line for line in out if line.startswith("ERROR")]
    assert (
        len(told) == 3
        and 'is in g, but hazard "flood" is in m' in told[1]
        and "not between 0 and 1" in told[0]
    )
    assert len(check_city(read_city(slipped)).faults) == 2


def test_a_curve_that_serves_nobody_any_more_is_audited_too(capsys, edit, tmp_path):
    folder = edit(('asset_types = "*"', 'asset_types = ["house", "clinic", "road", "depot"]'))
    (folder / "asia.csv").write_text(ROAD_UNPAVED, encoding="utf-8")
    with (folder / "city.toml").open("a", encoding="utf-8") as told:
        told.write(RULE.format(types="*", path="asia.csv"))
    code, out, _ = run(capsys, "curves", folder, "--json")
    said = json.loads(out[0])
    assert code == 1 and "asia.csv" not in {row["curve"] for row in said["curves"]}
    assert said["findings"][0]["source"] == "asia.csv"


def test_check_and_assess_find_the_same(slipped):
    city = read_city(slipped)
    for found in (check_city(city).findings, assess(city).findings):
        codes = dict(zip(found["code"], found["source"], strict=True))
        assert (
            codes["curve_is_another"] == "road_unpaved.csv"
            and codes["curve_tenfold"] == "plant.csv"
        )


@pytest.mark.parametrize("arguments", [("--hazard", "flood"), ()])
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_curves_are_drawn(capsys, slipped, tmp_path, ending, arguments):
    target = tmp_path / f"curves.{ending}"
    code, out, _ = run(capsys, "curves", slipped, *arguments, "--plot", target, "--language", "en")
    assert code == 1 and out[-1] == f"Figure: {target}"
    if ending == "svg":
        assert ElementTree.parse(target).getroot().tag.endswith("svg")
    else:
        assert target.read_bytes().startswith(b"\x89PNG")
