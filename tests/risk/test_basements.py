"""Water below ground, which houses with basements meet: four houses by pencil, and the houses of
CanFlood's tutorial.

Cells of 50 m. The ground is 10 m high, but 14 m in the north-east; the water's level is 9, 10.5 and
12 m once in 10, 50 and 100 years, so that it stands 1 m below most ground in the frequent event.
Houses are worth 1000 each:

    +-------+-------+      A  on the ground          C  floor 0.6 m above it
    |   D   |   B   |      B  on the hill            D  floor 2 m above it
    +-------+-------+
    |   A   |   C   |      Curve: (-2.4 m, 0.1), (0 m, 0.3), (2 m, 0.9); damage begins at 5 years
    +-------+-------+

          once in 10 years                once in 50                     once in 100
    A     -1    0.1 + 1.4/12 = 0.21667    0.5   0.45                     2     0.9
    B     -5    not exposed               -3.5  not exposed              -2    0.1 + 0.4/12 = 0.13333
    C     -1.6  0.1 + 0.8/12 = 0.16667    -0.1  0.1 + 2.3/12 = 0.29167   1.4   0.72
    D     -3    below the curve: 0        -1.5  0.1 + 0.9/12 = 0.175     0     0.3

EAD = 0.1 x1/2 + 0.08 (x1 + x2)/2 + 0.01 (x2 + x3)/2 + 0.01 x3
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import rasterio
import shapely

from asset_inventory.assessment.ead_sentences import ead_sentence
from asset_inventory.assessment.explain import explain
from asset_inventory.assessment.precheck import check_city
from asset_inventory.assessment.run import assess
from asset_inventory.cli import main
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.io.stored_runs import read_run
from asset_inventory.messages import LANGUAGES, describe_finding
from asset_inventory.model.errors import AssetInventoryError
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.exchange.qgis import write_project
from asset_inventory.outputs.files.results import write_results
from asset_inventory.outputs.map.hazard_layers import codes_of_hazard, hazards_on_map
from asset_inventory.outputs.report.write import write_report
from asset_inventory.outputs.views.style import label
from asset_inventory.outputs.views.summary import five_lines
from asset_inventory.resilience.bnpb import flood_classes
from asset_inventory.verification import STANDS, verify
from asset_inventory.vulnerability.curves import DamageCurve, damage_at, of_both
from asset_inventory.vulnerability.prices import Price
from tests.support.paths import SHARED
from tests.support.town import X, Y, write_grid

CANFLOOD = SHARED / "data" / "canflood-bc"
PLACES = {"A": (25, 25), "B": (75, 75), "C": (75, 25), "D": (25, 75)}
FLOORS = {"A": 0.0, "B": 0.0, "C": 0.6, "D": 2.0}
LEVELS = {10: 9.0, 50: 10.5, 100: 12.0}
GROUND = np.array([[10.0, 14.0], [10.0, 10.0]])
BY_PENCIL = {"A": 53.25, "B": 2.0, "C": 38.925, "D": 12.375}
FROM_THE_GROUND = {"A": 33.75, "B": 0.0, "C": 23.925, "D": 12.375}
CURVE = "intensity_m,damage\n-2.4,0.1\n0,0.3\n2,0.9\n"
TOML = """
name = "Basement Town"
crs = "EPSG:32749"
currency = "CAD"
language = "en"

[[assets]]
name = "houses"
path = "houses.gpkg"
asset_type = "house"
source = {{ title = "Houses", licence = "CC0-1.0" }}
fields = {{ asset_id = "ID", value = "VALUE", floor_height = "FLOOR" }}

[[hazards]]
name = "river flood"
kind = "shock"
intensity = {{ measure = "water depth", unit = "{unit}" }}
exposed_from = {limit}
nodata_means = "{nodata}"
outside = "{nodata}"
no_damage_return_period = 5
maps = [
{maps}
]
source = {{ title = "Flood", licence = "CC0-1.0" }}

[[curves]]
hazard = "river flood"
asset_types = "*"
path = "curve.csv"
source = {{ title = "by pencil", licence = "CC0-1.0" }}
"""
TERRAIN, SIGNED, CLIPPED = (
    "levels over a terrain",
    "depths below 0",
    "depths with 0 for dry",
)


@pytest.fixture
def basements(tmp_path):
    """A function that writes the drawing and returns the city's folder."""

    def draw(
        limit: float | str = -2.4,
        *,
        maps: str = TERRAIN,
        unit: str = "m",
        scale: float = 1.0,
        nodata: str = "unknown",
        curve: str = CURVE,
        floors: dict = FLOORS,
        more: str = "",
    ) -> Path:
        lines = []
        for period, level in LEVELS.items():
            path, terrain = (
                f"water_{period}.tif",
                ', terrain = "terrain.tif"' if maps == TERRAIN else "",
            )
            depth = np.full(GROUND.shape, level) if maps == TERRAIN else level - GROUND
            write_grid(
                tmp_path / path, (np.maximum(depth, 0.0) if maps == CLIPPED else depth) * scale
            )
            lines.append(f'  {{ return_period = {period}, path = "{path}"{terrain} }},')
        write_grid(tmp_path / "terrain.tif", GROUND * scale)
        (tmp_path / "curve.csv").write_text(curve, encoding="utf-8")
        houses = gpd.GeoDataFrame(
            {"ID": list(PLACES), "VALUE": 1000.0, "FLOOR": list(floors.values())},
            geometry=[shapely.Point(X + x, Y + y) for x, y in PLACES.values()],
            crs="EPSG:32749",
        )
        houses.to_file(tmp_path / "houses.gpkg", driver="GPKG")
        text = TOML.format(limit=limit, unit=unit, nodata=nodata, maps="\n".join(lines)) + more
        (tmp_path / "city.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return draw


def ead_of(folder: Path) -> dict[str, float]:
    found = assess(read_city(folder)).ead
    return {
        str(one).partition(":")[2]: ead
        for one, ead in zip(found["asset_id"], found["ead"], strict=True)
    }


# --- by pencil ---


@pytest.mark.parametrize("maps", [TERRAIN, SIGNED])
def test_houses_with_basements_are_harmed_by_water_below_ground(basements, maps):
    assert ead_of(basements(maps=maps)) == pytest.approx(BY_PENCIL, rel=1e-6)


@pytest.mark.parametrize("maps", [TERRAIN, SIGNED, CLIPPED])
def test_water_below_ground_counts_only_where_the_city_says_so(basements, maps):
    assert ead_of(basements(0, maps=maps)) == pytest.approx(FROM_THE_GROUND, rel=1e-6)


def test_a_limit_in_another_unit_is_the_same_limit(basements):
    assert ead_of(basements(-240, unit="cm", scale=100)) == pytest.approx(BY_PENCIL, rel=1e-5)


def test_water_below_the_limit_exposes_nothing_and_water_above_it_everything(basements):
    found = assess(read_city(basements()))
    exposed = found.exposure_counts.set_index("return_period")["exposed"].to_dict()
    assert exposed == {10: 3, 50: 3, 100: 4}  # the hill stands 5, 3.5 and 2 m above the water
    deepest = found.exposure.set_index(["asset_id", "return_period"])["intensity_max"]
    assert deepest["houses:A", 10] == pytest.approx(-1) and deepest[
        "houses:B", 100
    ] == pytest.approx(-2)


@pytest.mark.parametrize(
    ("nodata", "state"), [("not exposed", "not_exposed"), ("unknown", "no_data")]
)
def test_what_a_map_does_not_say_is_no_water_at_the_height_of_the_ground(basements, nodata, state):
    folder = basements(nodata=nodata)
    for period in LEVELS:
        # nodata at A; B and D lie beyond the grid
        write_grid(folder / f"water_{period}.tif", np.array([[-9999.0, LEVELS[period]]]))
    found = assess(read_city(folder)).exposure_counts.set_index("return_period")
    assert found["exposed"].tolist() == [1, 1, 1]
    assert found[state].tolist() == [3, 3, 3]


# --- in every picture and sentence ---


def test_the_legend_parts_what_stands_below_the_ground(basements):
    found = assess(read_city(basements()))
    (hazard,) = hazards_on_map(found)
    lows = [one.low for one in hazard.classes.classes if one.has_range]
    assert lows == [-2.4, 0.0, 0.3, 0.75, 1.5, 3.0]
    below = [label(hazard.classes.classes[0], hazard.classes, language) for language in LANGUAGES]
    assert sorted(below) == ["-2,4 m – 0 m, di bawah permukaan tanah", "-2.4 m – 0 m, below ground"]
    # the hill is dry until 100 years, all other cells are drawn on every map
    coded = codes_of_hazard(hazard.hazard, hazard.classes)
    assert coded(np.array([-5.0, -2.4, -1.0, 0.0, np.nan])).tolist() == [0, 2, 2, 3, 1]


def test_breaks_below_ground_are_the_citys_own(basements):
    folder = basements()
    text = (folder / "city.toml").read_text(encoding="utf-8")
    text = text.replace('unit = "m" }', 'unit = "m", breaks = [-1, 0.5] }')
    (folder / "city.toml").write_text(text, encoding="utf-8")
    (hazard,) = hazards_on_map(assess(read_city(folder)))
    assert [one.low for one in hazard.classes.classes if one.has_range] == [-2.4, -1.0, 0.0, 0.5]


@pytest.mark.parametrize("nodata", ["not exposed", "unknown"])
def test_grids_for_a_gis_hold_depths_below_ground_and_nothing_infinite(basements, tmp_path, nodata):
    folder = basements(nodata=nodata)
    write_grid(folder / "water_10.tif", np.array([[-9999.0, LEVELS[10]]]))
    made = assess(read_city(folder))
    write_results(made, tmp_path / "gis", language="en")
    write_project(made, tmp_path / "gis", language="en")
    with rasterio.open(next((tmp_path / "gis").rglob("*10*.tif"))) as grid:
        values = grid.read(1)
    assert values[1, 1] == pytest.approx(-1) and not np.isinf(values).any()
    assert (values[0] < -2.4).all() if nodata == "not exposed" else np.isnan(values[0]).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_report_check_and_explanation_say_from_which_depth_water_below_ground_counts(
    basements, capsys, language
):
    city = read_city(basements())
    told = {
        "en": "river flood: water below ground counts from 2.4 m below ground level, because assets may have",
        "id": "river flood: air di bawah permukaan tanah ikut dihitung mulai 2,4 m di bawahnya, karena",
    }
    made = assess(city)
    assert told[language] in five_lines(made, language)[1]
    assert told[language] in ead_sentence(city, language)  # of page, report, tables and exchange
    assert any(told[language] in line for line in explain(city, "houses:A").lines(language))
    assert main(["check", str(city.folder), "--language", language]) == 0
    assert told[language] in capsys.readouterr().out
    write_report(disclosed(made), city.folder / "report", languages=(language,))
    pages = [path.read_text(encoding="utf-8") for path in (city.folder / "report").glob("*.html")]
    assert any(told[language] in page for page in pages)


def test_an_explanation_asks_the_curve_below_ground_and_ends_it_at_its_first_point(basements):
    city = read_city(basements())
    house = explain(city, "houses:A").hazards[0]
    assert house.pieces["curve"].tolist() == pytest.approx([0.1 + 1.4 / 12, 0.45, 0.9])
    assert explain(city, "houses:D").hazards[0].pieces["curve"].tolist() == pytest.approx(
        [0.0, 0.175, 0.3]
    )
    hill = explain(city, "houses:B")
    assert hill.hazards[0].pieces["exposed"].tolist() == [False, False, True]
    assert any("share 1.000000 at -5 m, not exposed" in line for line in hill.lines("en"))


def test_where_a_map_says_nothing_an_explanation_names_no_depth(basements):
    folder = basements(nodata="not exposed")
    write_grid(folder / "water_10.tif", np.array([[-9999.0, LEVELS[10]]]))
    lines = explain(read_city(folder), "houses:A").lines("en")
    assert "∞" not in "".join(lines) and any(
        "rule of the city for places without map data" in one for one in lines
    )


# --- curves ---


def test_check_names_the_points_of_a_curve_that_water_above_ground_never_reaches(basements):
    def found(folder: Path):
        table = check_city(read_city(folder)).findings
        return table[table["code"] == "curve_points_not_reached"].to_dict("records")

    assert found(basements()) == []
    # the floor of D is 2 m high, so the curve is asked at -1.5 m, but not at -2.4 m
    (row,) = found(basements(0))
    assert row["arguments"]["points"] == "-2.4"
    assert found(basements(-0.4)) == []  # 0.4 m below ground it is 2.4 m below that floor
    (row,) = found(
        basements(
            0, floors=dict.fromkeys(PLACES, 0.0), curve=CURVE.replace("0,0.3", "-1,0.2\n0,0.3")
        )
    )
    told = row["arguments"]
    assert (row["severity"], row["count"], told["points"], told["first"]) == (
        "warning",
        2,
        "-2.4, -1",
        -2.4,
    )
    assert "never reaches: its exposure threshold is 0 m" in describe_finding(row, "en")[0]


def test_check_names_the_points_just_below_a_threshold_below_ground(basements):
    """From -1.2 m on the point at -1.8 m is not reached, though the next one is; damage begins
    above -2.4 m.
    """
    curve = CURVE.replace("-2.4,0.1", "-2.4,0\n-1.8,0.08\n-1,0.12")
    folder = basements(-1.2, floors=dict.fromkeys(PLACES, 0.0), curve=curve)
    table = check_city(read_city(folder)).findings
    (row,) = table[table["code"] == "curve_points_not_reached"].to_dict("records")
    assert (row["count"], row["arguments"]["points"], row["arguments"]["first"]) == (
        1,
        "-1.8",
        -2.4,
    )


def test_structure_and_content_begin_at_the_first_points_of_their_own_curves(basements):
    """Content -1 m, 0.5: at -1.5 m only the structure is harmed."""
    structure = DamageCurve(
        "s", "river flood", (-2.4, 0.0), (0.1, 0.3), "m", "fraction", "", "", "", none_below=True
    )
    content = replace(structure, id="c", intensities=(-1.0, 0.0), damage=(0.5, 0.5))
    price = Price("piece", "piece", None, 100.0, 100.0, None, None, (), "by pencil", exercise=False)
    both = of_both(structure, content, price)
    at = damage_at(both, np.array([-3.0, -1.5, -1.0, 0.0]))
    assert at == pytest.approx([0, (0.1 + 0.9 / 12) / 2, (0.1 + 1.4 / 12 + 0.5) / 2, 0.4])


@pytest.mark.parametrize(
    ("bounds", "fault"),
    [('"-2.4" = 0.1, "0" = 0.4', ""), ('"-3" = 0.1, "0" = 0.4', "bound -3 is below")],
)
def test_damage_by_class_begins_no_lower_than_water_counts(basements, bounds, fault):
    folder = basements()
    text = (folder / "city.toml").read_text(encoding="utf-8")
    text = text.replace('path = "curve.csv"', f"fractions_above = {{ {bounds} }}")
    (folder / "city.toml").write_text(text, encoding="utf-8")
    if fault:
        with pytest.raises(AssetInventoryError, match=fault):
            read_city(folder)
    else:  # 0.1 * 0.1/2 + 0.08 * 0.5/2 + 0.01 * 0.8/2 + 0.01 * 0.4
        assert ead_of(folder)["A"] == pytest.approx(33)


# --- what is to come, classes of districts, maps that are not nested ---

AHEAD = """
[future]
today = 2026
years = [10, 25]
sea_level_rise = { rate = 0.05, source = "gauge" }
"""


def test_water_below_ground_rises_with_the_sea_as_water_above_it_does(basements):
    """1 m deeper in 2036: A stands in 0, 1.5 and 3 m, 0.3, 0.75, 0.9; B in -1 m once in 100 years,
    0.1 + 1.4/12.

    In 2051 it is 1.75 m, and once in 50 years B meets water 1.75 m below its ground, 0.1 + 0.65/12:
    it rose past the limit, over ground that it counted on before. Once in 10 years B is 5 - 1.75 m
    above it still.
    """
    folder = basements(more=AHEAD)
    text = (folder / "city.toml").read_text(encoding="utf-8")
    text = text.replace(
        "no_damage_return_period = 5", 'no_damage_return_period = 5\nwater = "sea"\nsurveyed = 2016'
    )
    (folder / "city.toml").write_text(text, encoding="utf-8")
    found = assess(read_city(folder)).future_ead.set_index(["year", "asset_id"])
    then = {name: found.loc[(2036, f"houses:{name}"), "ead"] for name in PLACES}
    assert then == pytest.approx({"A": 74.25, "B": 3.25, "C": 61.65, "D": 32.625}, rel=1e-6)
    assert found.loc[(2051, "houses:B"), "ead"] == pytest.approx(11.125, rel=1e-6)
    assert not found.loc[(2051, "houses:B"), "at_least"]
    lines = explain(read_city(folder), "houses:B").lines("en")
    assert any("Water below ground counts from 2.4 m below the surface" in line for line in lines)
    # 3.5 - 2.4 = 1.1 m, which 0.05 m a year takes 22 years for
    assert any(
        "return period 50 years: 1.1 m above the water" in line
        and "1.1 m, is overtopped 22.0 years" in line
        and "then -1.75 m deep" in line
        for line in lines
    ), lines


def test_water_below_ground_is_in_the_lowest_of_bnpbs_classes_and_deeper_water_dry(basements):
    hazard = read_city(basements()).hazards[0]
    depth = np.array([-5.0, -2.4, -1.0, 0.5, 2.0, np.nan])
    pieces = pd.DataFrame({"asset": 0, "share": 1 / 6, "intensity": depth})
    found = flood_classes(
        pieces, pd.DataFrame({"district": ["1"], "area": [600.0]}), hazard, 10
    ).classes
    assert found.groupby("class_by_depth")["area"].sum().to_dict() == pytest.approx(
        {"dry": 100, "low": 300, "high": 100, "unknown": 100}
    )


def test_a_rarer_map_with_less_water_below_ground_is_found(basements):
    folder = basements()
    assert "rarer_map_smaller" not in set(assess(read_city(folder)).findings["code"])
    # 3 m below ground, where it was 1 m
    write_grid(folder / "water_50.tif", np.full(GROUND.shape, 7.0))
    found = assess(read_city(folder))
    (row,) = found.findings[found.findings["code"] == "rarer_map_smaller"].to_dict("records")
    assert (row["count"], row["arguments"]["dry"]) == (3, 3)
    # down to the limit, where nothing counts
    assert found.non_monotonic["lower_by"].tolist() == pytest.approx([1.4] * 3)


def test_what_was_assessed_below_ground_verifies(basements, tmp_path):
    city = read_city(basements())
    write_results(assess(city), tmp_path / "run", language="en")
    assert verify(read_run(tmp_path / "run"), city).verdict == STANDS


# --- what cannot be said ---


def test_depths_with_0_for_dry_ground_are_refused_below_ground(basements):
    """All dry land would count as exposed at a depth of 0."""
    with pytest.raises(AssetInventoryError) as refused:
        assess(read_city(basements(maps=CLIPPED)))
    assert refused.value.key == "error.no_depth_below_ground"


# --- CanFlood's tutorial ---

# structure, content: each has a curve, a floor area, a greatest damage and a height of its own
PARTS = ("f0", "f1")
AEP = (0.5, 1 / 50, 1 / 100, 1 / 200, 1 / 1000)
HOUSES_TOML = """
name = "Chilliwack"
crs = "EPSG:3005"
currency = "CAD"
language = "en"
{assets}
[[hazards]]
name = "river flood"
kind = "shock"
intensity = {{ measure = "water depth", unit = "m" }}
exposed_from = {limit}
nodata_means = "unknown"
no_damage_return_period = 2
maps = [
{maps}
]
source = {{ title = "CanFlood tutorial 2", licence = "MIT", exercise = true }}
{curves}
"""
ASSETS_TOML = """
[[assets]]
name = "{part}"
path = "finv_tut2.gpkg"
asset_type = {{ field = "{part}_tag" }}
source = {{ title = "CanFlood tutorial 2", licence = "MIT", exercise = true }}
fields = {{ asset_id = "xid", value = "{part}_cap", area = "{part}_scale", floor_height = "{part}_elv" }}
"""
CURVE_TOML = """
[[curves]]
hazard = "river flood"
asset_types = "{tag}"
path = "{tag}.csv"
damage = "currency/m2"
source = {{ title = "IBI 2015", licence = "MIT" }}
"""


def canflood_curves() -> dict[str, np.ndarray]:
    """The curves that the houses name, as their file has them: depth above the floor (m), damage
    (CAD a m2).
    """
    with (CANFLOOD / "curves" / "IBI2015_DamageCurves.xls").open("rb") as stream:
        book = openpyxl.load_workbook(stream, read_only=True)
        sheets = {
            tag: [row[:2] for row in book[tag].iter_rows(values_only=True)]
            for tag in ("BA_S", "BA_C", "CA_S", "CA_C")
        }
    return {
        tag: np.array(
            [
                row
                for row in rows[[row[0] for row in rows].index("exposure") + 1 :]
                if None not in row
            ],
            dtype=float,
        )
        for tag, rows in sheets.items()
    }


def canflood_levels(houses: gpd.GeoDataFrame, lowered: float) -> tuple[np.ndarray, np.ndarray]:
    """The levels of the water in the middle of the ground's cells that houses lie in, and the
    ground there (m).
    """
    with rasterio.open(CANFLOOD / "hazard" / "dtm_ct2.tif") as ground:
        places = [
            ground.xy(*ground.index(x, y))
            for x, y in zip(houses.geometry.x, houses.geometry.y, strict=True)
        ]

    def read(name: str) -> np.ndarray:
        with rasterio.open(CANFLOOD / "hazard" / name) as grid:
            values = np.array([cell[0] for cell in grid.sample(places)], dtype=float)
        return np.where((np.abs(values) > 1e30) | (values == -9999), np.nan, values)

    levels = np.column_stack([read(f"haz_{period:04d}.tif") for period in (50, 100, 200, 1000)])
    return levels - [lowered, 0, 0, 0], read("dtm_ct2.tif")[:, None]


def canflood_ead(lowered: float, *, below_ground: bool) -> float:
    """EAD of structure and content by the tutorial's own rule, straight from its files with
    numpy.
    """
    houses, curves, ead = (
        gpd.read_file(CANFLOOD / "exposure" / "finv_tut2.gpkg"),
        canflood_curves(),
        0.0,
    )
    levels, ground = canflood_levels(houses, lowered)
    depth = levels - ground
    for part in PARTS:
        tag, scale, cap, height = (
            houses[f"{part}_{name}"].to_numpy() for name in ("tag", "scale", "cap", "elv")
        )
        per_m2 = np.array(
            [
                np.interp(row, *curves[one].T, left=0.0)
                for row, one in zip(depth - height[:, None], tag, strict=True)
            ]
        )
        damage = np.minimum(per_m2 * scale[:, None], cap[:, None])
        damage = damage if below_ground else np.where(depth > 0, damage, 0.0)
        # two houses lie where some map or the terrain says nothing: their EAD is not known
        damage = np.column_stack([np.zeros(len(houses)), damage])[~np.isnan(depth).any(axis=1)]
        ead += float(
            (-np.diff(AEP) * (damage[:, :-1] + damage[:, 1:]) / 2).sum()
            + AEP[-1] * damage[:, -1].sum()
        )
    return ead


def canflood_city(folder: Path, limit: float, lowered: float) -> Path:
    with rasterio.open(CANFLOOD / "hazard" / "haz_0050.tif") as grid:
        values, profile = grid.read(1), grid.profile
    with rasterio.open(folder / "haz_0050.tif", "w", **profile) as written:
        written.write(np.where(np.abs(values) > 1e30, values, values - np.float32(lowered)), 1)
    (folder / "finv_tut2.gpkg").write_bytes((CANFLOOD / "exposure" / "finv_tut2.gpkg").read_bytes())
    for tag, points in canflood_curves().items():
        # under a hazard that counts from the ground on a curve is level below its first point,
        # unless it says otherwise
        points = np.vstack([[points[0, 0] - 0.001, 0.0], points]) if limit == 0 else points
        rows = "".join(f"{depth!r},{damage!r}\n" for depth, damage in points.tolist())
        (folder / f"{tag}.csv").write_text(f"intensity_m,damage\n{rows}", encoding="utf-8")
    terrain = (CANFLOOD / "hazard" / "dtm_ct2.tif").as_posix()
    paths = {50: "haz_0050.tif"} | {
        p: (CANFLOOD / "hazard" / f"haz_{p:04d}.tif").as_posix() for p in (100, 200, 1000)
    }
    maps = "\n".join(
        f'  {{ return_period = {period}, path = "{path}", terrain = "{terrain}" }},'
        for period, path in paths.items()
    )
    text = HOUSES_TOML.format(
        limit=limit,
        maps=maps,
        assets="".join(ASSETS_TOML.format(part=part) for part in PARTS),
        curves="".join(CURVE_TOML.format(tag=tag) for tag in canflood_curves()),
    )
    (folder / "city.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.skipif(not CANFLOOD.exists(), reason="CanFlood's tutorial is not at hand")
@pytest.mark.parametrize(("limit", "told"), [(0, 87_633), (-2.4, 153_716)])
def test_the_houses_of_canfloods_tutorial_with_the_water_below_their_ground(tmp_path, limit, told):
    """The tutorial's own 50-year level is 1.5 m lower than the one at hand: it stands below the
    ground of most houses.

    Counted from the ground on, as CanFlood does not (`ground_water = True`), EAD is 43 % too low.
    """
    reference = canflood_ead(1.5, below_ground=limit < 0)
    assert round(reference) == told
    found = assess(read_city(canflood_city(tmp_path, limit, lowered=1.5)))
    assert found.ead["ead"].sum() == pytest.approx(reference, rel=1e-4)


@pytest.mark.skipif(not CANFLOOD.exists(), reason="CanFlood's tutorial is not at hand")
def test_the_maps_that_ship_meet_no_water_below_the_ground_of_any_house():
    assert canflood_ead(0, below_ground=True) == canflood_ead(0, below_ground=False)
