"""The cities that ship: every asset accounted for, one asset each reckoned again by hand, and
tables kept to be read.

The tables of the demo city stand in `tests/golden/`; after a change of method they are written anew
with `python -m pytest tests/test_cities.py --rewrite-golden`, and the difference is read.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import geopandas.testing
import numpy as np
import pandas as pd
import pytest
import rasterio

from asset_inventory.assessment.explain import explain
from asset_inventory.assessment.price_sentences import chronic_hazard_sentences
from asset_inventory.assessment.resilience import assess_resilience, gaps, priority_districts_of
from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.cli import main
from asset_inventory.disclosure.resilience import disclosed_resilience
from asset_inventory.hazards.intersections import intersections, open_hazard
from asset_inventory.messages import LANGUAGES
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.views.summary import five_lines
from tests.support.paths import DATA

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent / "golden"
CITIES = ("semarang", "canflood-bc", "kampen")


@pytest.fixture(scope="module")
def assessments(assessed_once) -> dict[str, Assessment]:
    return {name: assessed_once(name) for name in CITIES}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "assets", "unusable"),
    [("semarang", 3186, 0), ("canflood-bc", 32, 0), ("kampen", 29673, 3)],
)
def test_every_asset_is_accounted_for(assessments, name, assets, unusable):
    found = assessments[name]
    assert len(found.assets) == assets
    assert (~found.assets["usable"]).sum() == unusable
    states = found.exposure_counts[["exposed", "not_exposed", "no_data", "unusable"]].sum(axis=1)
    assert (states == found.exposure_counts["assets"]).all()
    per_map = found.exposure_counts.groupby(
        ["hazard", "return_period"], dropna=False, observed=True
    )["assets"].sum()
    assert (per_map == assets).all()
    assert found.district_damage["assets"].sum() == assets
    total, parts = found.joint_ead["ead"].sum(), found.district_damage["ead"].sum()
    assert parts == pytest.approx(total, rel=1e-12)
    assert total <= found.ead["ead"].sum() * (1 + 1e-12)  # what two hazards take is lost once


def test_the_demo_city_out_of_its_register_is_the_same(assessments, tmp_path, capsys):
    folder = tmp_path / "semarang"
    shutil.copytree(DATA / "semarang", folder)
    assert main(["start", str(folder), "--language", "en"]) == 0, capsys.readouterr()
    before, after = assessments["semarang"], assess(read_city(folder))
    for name in (
        "exposure",
        "damage",
        "ead",
        "joint_ead",
        "future_ead",
        "chronic_hazards",
        "exposure_counts",
        "scores",
        "findings",
    ):
        pd.testing.assert_frame_equal(getattr(after, name), getattr(before, name), check_exact=True)
    for name in ("assets", "district_damage"):
        gpd.testing.assert_geodataframe_equal(getattr(after, name), getattr(before, name))
    assert after.provenance["layers"] == before.provenance["layers"]
    assert {one["from"] for one in after.provenance["origins"].values()} == {"register"}


def by_type(found: Assessment) -> pd.DataFrame:
    columns = ["assets", "exposed", "not_exposed", "no_data", "unusable"]
    keys = ["hazard", "return_period", "asset_type"]
    return (
        found.exposure_counts.astype({"hazard": "str", "asset_type": "str"})
        .groupby(keys, dropna=False)[columns]
        .sum()
        .reset_index()
    )


def tables(found: Assessment) -> dict[str, pd.DataFrame]:
    areas = pd.DataFrame(found.district_damage.drop(columns="geometry"))
    return {
        "district_damage": areas[areas["assets"] > 0].reset_index(drop=True),
        "exposed_by_type": by_type(found),
        "findings": found.findings.drop(columns="arguments"),
    }


def resilience_tables(found: Assessment) -> dict[str, pd.DataFrame]:
    drawn = assess_resilience(found)
    return {
        "district_ranking": drawn.district_ranking[
            drawn.district_ranking["top_share"] > 0
        ].reset_index(drop=True),
        "shocks_and_stresses": drawn.shocks_and_stresses,
        "influences": drawn.influences,
        "group_ranks": drawn.group_ranks,
        "resilience_findings": drawn.findings.drop(columns="arguments"),
    }


@pytest.fixture(scope="module")
def demo_tables(assessments) -> dict[str, pd.DataFrame]:
    return tables(assessments["semarang"]) | resilience_tables(assessments["semarang"])


@pytest.mark.parametrize(
    "name",
    [
        "district_damage",
        "exposed_by_type",
        "findings",
        "district_ranking",
        "shocks_and_stresses",
        "influences",
        "group_ranks",
        "resilience_findings",
    ],
)
def test_the_demo_citys_tables_are_as_they_were(demo_tables, name, request):
    table = demo_tables[name]
    path = GOLDEN / f"semarang_{name}.csv"
    if request.config.getoption("--rewrite-golden"):
        table.to_csv(path, index=False, float_format="%.6g", lineterminator="\n")
    text = {
        column: "str"
        for column in table.columns
        if not pd.api.types.is_numeric_dtype(table[column])
    }
    kept = pd.read_csv(path, dtype=text)
    pd.testing.assert_frame_equal(table.astype(text), kept, check_dtype=False, rtol=1e-5)


def test_the_people_of_semarang_are_an_exercise_everywhere(assessments):
    made = assessments["semarang"]
    assert (
        set(made.people["data_status"]) == {"exercise"}
        and "population" in made.provenance["exercise"]
    )
    on_one_map = made.people[made.people["return_period"] == 100]["people"].sum()
    assert on_one_map == pytest.approx(1_650_000)  # everybody counts once
    there = (made.people["district"] == "33.74.02.1001") & (made.people["return_period"] == 100)
    people = made.people[there].set_index("class")
    # Bandarharjo: InaSAFE displaces 1, 3 and 5 in 100 of those in low, medium and high water
    displaced = 0.01 * people.loc["low", "people"] + 0.03 * people.loc["medium", "people"]
    displaced += 0.05 * people.loc["high", "people"]
    assert people["displaced"].sum() == pytest.approx(displaced) and displaced > 400


def test_the_preliminary_assessment_of_semarang_tells_districts_apart(assessments):
    drawn = assess_resilience(assessments["semarang"])
    table = drawn.district_ranking
    assert set(table["data_status"]) == {"exercise"}
    assert table["top_share"].sum() == pytest.approx(5)
    first = table.sort_values("top_share", ascending=False)["top_share"].head(10)
    # neither all at 0 nor all at 1
    assert first.iloc[0] > 0.5 and first.nunique() == 10 and first.iloc[-1] < 0.3
    assert 5 <= table["non_dominated"].sum() <= 20
    scores = drawn.criteria.pivot(index="district", columns="criterion", values="score")
    assert ((scores > 0) & (scores < 1)).mean().min() > 0.2  # no criterion is all at its goalposts
    assert set(priority_districts_of(drawn).districts) == set(
        table.nlargest(5, "top_share")["district"]
    )
    missing = gaps(drawn)
    assert (
        missing.priority_districts and missing.drivers and missing.pressures
    )  # gaps were left, and show
    # none of those whose money is not known is said to be beaten, or to be safe, for that
    assert table.loc[table["criteria_known"] < 5, "score"].isna().all()


@pytest.mark.slow
def test_the_public_of_semarang_reads_the_same_order_and_no_word_of_people(assessments):
    drawn = assess_resilience(assessments["semarang"])
    public = disclosed_resilience(drawn)
    pd.testing.assert_frame_equal(public.district_ranking, drawn.district_ranking)
    assert len(public.programmes) == len(drawn.programmes) and len(public.votes) == 0
    assert not public.statements["statement"].notna().any()


def test_a_clinic_of_semarang_by_hand(assessments):
    """Puskesmas Pandanaran: 23 cm at 50 years, 53 cm at 100, dry before; 4 billion rupiah; JRC
    Asia commercial.
    """
    city = read_city(DATA / "semarang")
    found = explain(city, "health:5430983478")
    point = gpd.GeoSeries([found.asset["geometry"]], crs=city.crs).iloc[0]
    depths = {}
    for one in city.hazard("banjir").maps:
        with rasterio.open(one.path) as grid:
            depths[one.return_period] = next(grid.sample([(point.x, point.y)]))[0] / 100
    assert depths == {5: 0, 10: 0, 25: 0, 50: 0.23, 100: 0.53}
    # the curve between its points: 0.376789623·0.23/0.5; 0.376789623 + 0.06·(0.537681619 -
    # 0.376789623)
    at_50, at_100 = 0.376789623 * 0.46, 0.376789623 + 0.06 * (0.537681619 - 0.376789623)
    damage = found.hazards[1].damage.set_index("return_period")["damage"]
    assert damage.to_dict() == pytest.approx({50: 4e9 * at_50, 100: 4e9 * at_100})
    # EAD (1/25 - 1/50)·D50/2 + (1/50 - 1/100)·(D50 + D100)/2 + D100/100
    ead = 4e9 * (0.02 * at_50 / 2 + 0.01 * (at_50 + at_100) / 2 + 0.01 * at_100)
    low = 4e9 * (0.01 * at_50 + 0.01 * at_100)
    high = 4e9 * (0.02 * at_50 + 0.01 * at_100 + 0.01)
    assert found.hazards[1].ead[["ead", "ead_low", "ead_high"]].iloc[0].tolist() == pytest.approx(
        [ead, low, high]
    )
    whole = (
        assessments["semarang"]
        .ead.set_index(["hazard", "asset_id"])
        .loc[("banjir", "health:5430983478")]
    )
    assert whole[["ead", "ead_low", "ead_high"]].tolist() == pytest.approx([ead, low, high])
    assert len(found.hazards[0].damage) == 0  # rob is a stress: no damage of one event
    for language, word in (("en", "Rp693,292,906"), ("id", "Rp693.292.906")):
        assert any(word in line for line in found.lines(language))


def test_a_house_of_british_columbia_by_hand(assessments):
    """House 17900: floor 0.61 m below ground is a basement house; its damage follows its own
    curve per m2.
    """
    city = read_city(DATA / "canflood-bc")
    found = explain(city, "houses:14879")
    asset = found.asset
    assert (asset["value"], asset["area"], asset["floor_height"]) == (91_300, 117.99, 3.0)
    # curve BA_S: 281.847 at -1.5, 311.968 at -1.2 and -0.9, 322.008 at -0.6 CAD a m2
    depth = found.hazards[0].exposure.set_index("return_period")["intensity_max"]
    at = {}
    for period, (low, high) in {
        50: ((-1.7, 231.647), (-1.5, 281.847)),
        200: ((-0.9, 311.968), (-0.6, 322.008)),
    }.items():
        step = (depth[period] - 3 - low[0]) / (high[0] - low[0])
        at[period] = (low[1] + step * (high[1] - low[1])) * 117.99
    damage = found.hazards[0].damage.set_index("return_period")["damage"]
    assert damage[50] == pytest.approx(at[50], rel=1e-4)
    # 1.97 - 3 lies between -1.2 and -0.9: level
    assert damage[100] == pytest.approx(311.968 * 117.99, rel=1e-5)
    assert damage[200] == pytest.approx(at[200], rel=1e-4)
    assert damage[1000] == 91_300  # 835 a m2 would be 98,500: no more than its value
    ead = (
        (0.5 - 0.02) * damage[50] / 2
        + 0.01 * (damage[50] + damage[100]) / 2
        + 0.005 * (damage[100] + damage[200]) / 2
    )
    ead += 0.004 * (damage[200] + 91_300) / 2 + 91.3
    assert found.hazards[0].ead["ead"].iloc[0] == pytest.approx(ead)


@pytest.mark.smoke
def test_a_building_of_kampen_by_hand(assessments):
    """A dwelling under a scenario: its exposed share is the area of its cells above 0, cut by
    shapely.
    """
    import shapely

    city = read_city(DATA / "kampen")
    whole = assessments["kampen"]
    wet = whole.damage[whole.damage["damage"].notna() & (whole.damage["damage_ratio"] < 0.9)].iloc[
        7
    ]
    found = explain(city, str(wet["asset_id"]))
    laid, shape = found.hazards[0].pieces, found.asset["geometry"]
    with rasterio.open(city.hazards[0].maps[0].path) as grid:
        values, transform = grid.read(1), grid.transform
    west, south, east, north = shape.bounds
    (left, top), (right, bottom) = ~transform @ (west, north), ~transform @ (east, south)
    rows, columns = np.meshgrid(
        np.arange(int(top), int(bottom) + 1), np.arange(int(left), int(right) + 1), indexing="ij"
    )
    x, y = transform.c + columns.ravel() * transform.a, transform.f + rows.ravel() * transform.e
    cells = shapely.box(x, y + transform.e, x + transform.a, y)
    share = shapely.area(shapely.intersection(shape, cells)) / shape.area
    depth = values[rows.ravel(), columns.ravel()]
    assert laid["share"].sum() == pytest.approx(1)
    exposed = share[depth > 0].sum()
    assert found.hazards[0].exposure["exposed_fraction"].iloc[0] == pytest.approx(exposed, rel=1e-6)
    curve = found.hazards[0].curve
    fraction = (
        share * np.where(depth > 0, np.interp(depth, curve.intensities, curve.damage), 0)
    ).sum()
    assert wet["damage_ratio"] == pytest.approx(fraction, rel=1e-6)
    assert wet["damage"] == pytest.approx(fraction * found.asset["value"], rel=1e-6)
    assert len(found.hazards[0].ead) == 0  # no return period, no EAD


def test_kampens_buildings_at_their_representative_points():
    """29,673 buildings as they stand in the file; 19,974 have water at their representative
    point.
    """
    city = read_city(DATA / "kampen")
    with pytest.warns(RuntimeWarning):  # the file has rings that do not close
        buildings = gpd.read_file(city.assets[0].path, layer="multipolygons", on_invalid="ignore")
    buildings = buildings[buildings["building"].notna()].to_crs(city.crs)
    points = buildings.representative_point().to_numpy()
    assert len(points) == 29_673
    laid = next(intersections(points, open_hazard(city.hazards[0], city.crs)))
    assert (laid["intensity"] > 0).sum() == 19_974
    with rasterio.open(city.hazards[0].maps[0].path) as grid:
        sampled = np.array(
            [value[0] for value in grid.sample([(point.x, point.y) for point in points])]
        )
    assert np.array_equal(laid.sort_values("asset")["intensity"], sampled)


def test_the_200_year_map_that_covers_less_voids_the_bounds(assessments):
    found = assessments["canflood-bc"]
    rarer = found.findings[found.findings["code"] == "rarer_map_covers_less"]
    assert [row["rarer"] for row in rarer["arguments"]] == ["200"]
    assert found.ead[["ead_low", "ead_high"]].isna().all(axis=None)
    assert set(found.ead["rule"]) == {"bounds void"}
    assert found.ead["ead"].notna().all()
    codes = dict(zip(found.findings["code"], found.findings["count"], strict=True))
    assert codes["bounds_void"] == 32 and "damage_falls" not in codes


def test_the_results_show_where_the_200_year_map_is_dry(assessments):
    found = assessments["canflood-bc"]
    rows = [row for row in found.findings.to_dict("records") if row["code"] == "rarer_map_smaller"]
    told = {row["arguments"]["rarer"]: row for row in rows}
    # 610 × 523 cells are their own sample: all that the findings count lie in the squares
    by_map = found.non_monotonic.groupby("rarer")[["cells", "dry"]].sum()
    assert by_map["cells"].to_dict() == {float(rarer): row["count"] for rarer, row in told.items()}
    assert by_map["dry"].to_dict() == {
        float(rarer): row["arguments"]["dry"] for rarer, row in told.items()
    }
    # 7,340 of the 151,572 cells that the 100-year map floods
    assert told["200"]["count"] == 7_340
    assert told["200"]["arguments"]["percent"] == pytest.approx(100 * 7_340 / 151_572)
    assert found.non_monotonic.crs == found.city.crs
    assert len(found.non_monotonic) <= 3 * 20_000


def test_the_summary_has_the_sentences_on_rob(assessments):
    made = assessments["semarang"]
    for language in LANGUAGES:
        said = chronic_hazard_sentences(
            made.city, made.chronic_hazards, language, counts=made.exposure_counts
        )
        # the rarer events of the terminal are on the pages only
        assert len(said) == 4
        assert chronic_hazard_sentences(made.city, made.chronic_hazards, language) == said[:3]
        assert " ".join(said[:3]) in five_lines(made, language)[1]


def test_rob_of_semarang_by_hand(assessments):
    """RSI Sultan Agung, 120 billion, wet at high tide: 0.01 of it a year; 40 days x 0.2 without
    service.
    """
    made = assessments["semarang"]
    hospital = made.chronic_hazards.set_index("asset_id").loc["health:576146819"]
    assert hospital[
        ["exposed_fraction", "annual_damage", "disruption_days"]
    ].tolist() == pytest.approx([1, 1.2e9, 8])
    rob = made.ead[(made.ead["hazard"] == "rob").to_numpy()]
    assert rob.set_index("asset_id").loc["health:576146819", "ead"] == pytest.approx(1.2e9)
    assert set(rob["rule"]) == {"yearly price"} and set(rob["data_status"]) == set(
        made.chronic_hazards["data_status"]
    ) == {"exercise"}
    assert {"rob", "yearly"} <= set(made.provenance["exercise"])
    assert not {"stress_not_priced", "type_without_yearly_price", "yearly_above_value"} & set(
        made.findings["code"]
    )
    said = explain(made.city, "health:576146819").lines("id")
    assert any("Rp120.000.000.000 × 0,01 × bagian 1 = Rp1.200.000.000" in line for line in said)
    assert any("40 × 0,2 × bagian 1 = 8" in line for line in said)
