"""Water that rises with the sea over a terrain, in a whole city: a basin behind a wall, a hill,
ground by the edge.

A grid of 10 m cells; the levels are -1 m once in 10 years, and 0 m in 50 and 100:

    9  9   9   9   9   9   9       W  a house over the sea's ground of -3 m
    9 -3   1  0.3  9   5   9       B  one in the basin, H one on the hill, E one by the grid's edge
    9  9   9   9   9   9  0.5

The town's curve is straight from (0 m, 0) to (4 m, 1); damage begins at 5 years, and each house is
worth 1000.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import asset_inventory
from asset_inventory.hazards import intersections
from asset_inventory.io.stored_runs import read_run
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.files.results import write_results
from asset_inventory.outputs.views.projection import projection_sentences
from asset_inventory.risk import flood_spread
from asset_inventory.verification import STANDS, verify
from tests.support.projections import TIED, assessed, future, of
from tests.support.town import X, Y, write_grid

pytestmark = pytest.mark.slow

# fmt: off
GROUND = np.array([
    [9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0],
    [9.0, -3., 1.0, 0.3, 9.0, 5.0, 9.0],
    [9.0, 9.0, 9.0, 9.0, 9.0, 9.0, 0.5],
])
# fmt: on
LEVELS = {10: -1.0, 50: 0.0, 100: 0.0}
PLACES = {"W": (1, 1), "B": (1, 3), "H": (1, 5), "E": (2, 6)}
W, B, H, E = (f"buildings:{one}" for one in PLACES)
RISE = 'sea_level_rise = { rate = 0.05, source = "gauge" }'
# fmt: off
LAYER = ('subsidence_rate = { path = "rates.tif", unit = "m", positive = "sinking", '
         'source = { title = "InSAR", licence = "CC0-1.0" } }')
# fmt: on


@pytest.fixture
def coast(town, edit):
    """A function that writes the drawing, what is to come with `rates`, and returns the city's
    folder.
    """

    def draw(
        rates: str = RISE,
        *,
        ground=GROUND,
        surface=None,
        scale: float = 1.0,
        years: str = "[10, 25]",
    ):
        write_grid(town / "terrain.tif", ground * scale, cell=10.0)
        for period, level in LEVELS.items():
            levels = (
                np.full(GROUND.shape, level)
                if surface is None
                else np.where(np.isnan(surface), o, level)
            )
            write_grid(
                town / f"flood_{period}.tif",
                np.where(np.isnan(levels), -9999.0, levels * scale),
                cell=10.0,
            )
        places = [
            shapely.Point(X + 10 * column + 5, Y + 10 * (len(GROUND) - row) - 5)
            for row, column in PLACES.values()
        ]
        houses = gpd.GeoDataFrame(
            {"ID": list(PLACES), "NAME": None, "KIND": "house", "VALUE": 1000.0},
            geometry=places,
            crs="EPSG:32749",
        )
        houses.to_file(town / "buildings.gpkg", driver="GPKG")
        terrain = [
            (
                f'path = "flood_{period}.tif"',
                f'path = "flood_{period}.tif", terrain = "terrain.tif"',
            )
            for period in LEVELS
        ]
        return edit(TIED, future(rates, years), *terrain)

    return draw


o = np.nan


def test_a_basin_is_flooded_as_soon_as_its_wall_is_topped_and_a_hill_never(coast):
    found = assessed(coast())
    # 2036: 20 x 0.05 = 1 m, as high as the wall and no higher
    for year in (2026, 2036):
        assert of(found, B, year)[["ead", "ead_low"]].tolist() == [0, 0]
        assert not of(found, B, year)["at_least"]
    # 2051: 35 x 0.05 = 1.75 m in 50 and 100 years: 1.75 - 0.3 = 1.45 m in the basin, 1000 x 1.45 /
    # 4 = 362.5
    row = of(found, B, 2051)
    # 0.08 x 362.5 / 2 + 0.01 x 362.5 + 0.01 x 362.5
    assert row["ead"] == pytest.approx(14.5 + 3.625 + 3.625)
    assert row["ead_sea"] == pytest.approx(21.75)
    assert row["ead_low"] == pytest.approx(0.02 * 362.5)
    # once in 10 years the wall stands 2 m above the water, so nothing begins earlier; beyond 100
    # years all can be lost
    assert row["ead_high"] == pytest.approx(0.08 * 362.5 + 0.01 * 362.5 + 0.01 * 1000)
    assert not row["at_least"]
    for year in (2026, 2036, 2051):
        hill = of(found, H, year)
        assert hill[["ead", "ead_low"]].tolist() == [0, 0]
        # the most that can be lost is beyond the rarest map: 0.01 x 1000, as today
        assert hill["ead_high"] == pytest.approx(10)
        assert not hill["at_least"]


@pytest.mark.parametrize(("over", "harmed"), [(0.5e-3, False), (2e-3, True)])
def test_ground_that_is_flooded_later_harms_nothing_that_only_touches_it(coast, town, over, harmed):
    folder = coast()
    # its end lies in the basin
    wall = shapely.LineString([(X + 45, Y + 15), (X + 40 - over, Y + 15)])
    walls = gpd.GeoDataFrame(
        {"ID": ["B"], "NAME": None, "KIND": "house", "VALUE": 1000.0},
        geometry=[wall],
        crs="EPSG:32749",
    )
    walls.to_file(town / "buildings.gpkg", driver="GPKG")
    row = of(assessed(folder), B, 2051)
    assert (row["ead"] > 0, row["ead_low"] > 0, row["at_least"]) == (harmed, harmed, False)


def test_over_ground_that_is_wet_today_figures_are_as_with_depths_alone_but_exact(coast):
    row = of(assessed(coast()), W, 2036)
    # 2, 3 and 3 m today, 1 m more: 750, 1000 and 1000
    assert row["ead"] == pytest.approx(0.1 * 750 / 2 + 0.08 * 875 + 0.01 * 1000 + 0.01 * 1000)
    assert not row["at_least"]
    # it is harmed once in 10 years, and that there is no damage up to 5 years is said of today's
    # water
    assert np.isnan(row["ead_high"])


def test_whether_water_comes_from_beyond_the_grid_is_not_known(coast):
    found = assessed(coast())
    # 0.5 m of freeboard: more is added in 2036, and not in 2026 (10 x 0.05 = 0.5)
    assert [bool(of(found, E, year)["at_least"]) for year in (2026, 2036, 2051)] == [
        False,
        True,
        True,
    ]
    assert of(found, E, 2051)["ead"] == 0
    assert np.isnan(of(found, E, 2051)["ead_high"])
    told = found.findings[found.findings["code"] == "spread_not_known"].iloc[0]
    assert (told["source"], told["count"]) == ("flood", 1)


def test_a_level_that_is_not_known_is_neither_a_wall_nor_a_way(coast):
    surface = np.zeros(GROUND.shape)
    surface[1, 2] = o  # over the wall; nodata means «unknown» in the town
    found = assessed(coast(surface=surface))
    for year in (2026, 2036, 2051):
        row = of(found, B, year)
        assert row["ead"] == 0
        assert row["at_least"]
        assert np.isnan(row["ead_high"])
        assert not of(found, H, year)["at_least"]


def test_dry_ground_without_a_level_is_at_least_where_the_city_says_it_is_not_exposed(coast, edit):
    surface = np.full(GROUND.shape, o)
    surface[1, 1] = 0.0  # only where it is wet, as many surfaces are
    coast(surface=surface)
    found = assessed(edit(('nodata_means = "unknown"', 'nodata_means = "not exposed"')))
    for one in (B, H, E):
        assert of(found, one, 2051)["ead"] == 0
        assert of(found, one, 2051)["at_least"]
    assert not of(found, W, 2051)["at_least"]


@pytest.mark.parametrize("rate", [-0.05, -0.2])
def test_ground_that_rises_is_not_flooded(coast, rate):
    found = assessed(coast(f'subsidence_rate = {rate}\nsource = "levelling"\n{RISE}'))
    for one in (B, H, E):
        row = of(found, one, 2051)
        assert row["ead"] == 0
        assert not row["at_least"]
        assert row["ead_high"] == pytest.approx(10)


def test_a_wall_that_sinks_at_a_rate_of_its_own_is_topped_in_its_own_time(coast, town):
    rates = np.full(GROUND.shape, 0.08)
    rates[1, 2] = 0.01  # the wall: 1 m takes 100 years
    write_grid(town / "rates.tif", rates, cell=10.0)
    slow = assessed(coast(LAYER))
    assert of(slow, B, 2051)["added_depth"] == pytest.approx(2.8)  # 35 x 0.08, above the wall's 1 m
    assert of(slow, B, 2051)["ead"] == 0
    assert not of(slow, B, 2051)["at_least"]
    rates[1, 2] = 0.1  # 1 m takes 10 years
    write_grid(town / "rates.tif", rates, cell=10.0)
    fast = assessed(town)
    assert of(fast, B, 2026)["ead"] == 0  # 10 years: as high as the wall
    # 20 x 0.08 - 0.3 = 1.3 m in 50 and 100 years, 1000 x 1.3 / 4 = 325: 0.08 x 325 / 2 + 0.02 x 325
    assert of(fast, B, 2036)["ead"] == pytest.approx(13 + 6.5)
    assert of(fast, B, 2036)["ead_sea"] == 0
    rates[1, 2] = -9999.0
    write_grid(town / "rates.tif", rates, cell=10.0)
    unknown = assessed(town)
    assert of(unknown, B, 2036)["ead"] == 0
    assert of(unknown, B, 2036)["at_least"]
    rates[:] = [[0.08], [o], [0.08]]
    write_grid(town / "rates.tif", np.where(np.isnan(rates), -9999.0, rates), cell=10.0)
    row = of(assessed(town), B, 2036)
    assert row[["added_depth", "ead", "ead_high"]].isna().all()
    assert row["rule"] == "not known"


def test_the_sea_alone_floods_what_it_would_flood_alone(coast, town):
    write_grid(town / "rates.tif", np.full(GROUND.shape, 0.05), cell=10.0)
    found = assessed(coast(f"{LAYER}\n{RISE.replace('0.05', '0.04')}"))
    # 2051: 35 x 0.09 = 3.15 m, of which the sea alone 1.4 m: 2.85 m and 1.1 m deep
    row = of(found, B, 2051)
    assert row["ead_sea"] == pytest.approx((0.04 + 0.02) * 1000 * 1.1 / 4)
    # once in 10 years the wall of 2 m is topped too: 3.15 - 1.3 = 1.85 m, 462.5; then 712.5 and
    # 712.5
    assert row["ead"] == pytest.approx(0.1 * 462.5 / 2 + 0.08 * 587.5 + 0.02 * 712.5)
    stated = assessed(
        coast_with(town, LAYER, 'subsidence_rate = { rate = 0.05, source = "levelling" }')
    )
    for year in (2026, 2036, 2051):
        figures = ["added_depth", "ead", "ead_low", "ead_sea"]
        assert of(stated, B, year)[figures].tolist() == pytest.approx(
            of(found, B, year)[figures].tolist()
        )


def test_the_sea_alone_floods_ground_whose_own_rate_is_not_known(coast, town):
    rates = np.zeros(GROUND.shape)
    rates[PLACES["B"]] = -9999.0
    write_grid(town / "rates.tif", rates, cell=10.0)
    row = of(assessed(coast(f"{LAYER}\n{RISE}")), B, 2051)
    # how the ground there moves is not known, but the sea alone tops the wall as in the first test
    assert np.isnan(row["ead"])
    assert row["ead_sea"] == pytest.approx(21.75)


def coast_with(town, old: str, new: str):
    text = (town / "city.toml").read_text()
    assert old in text
    (town / "city.toml").write_text(text.replace(old, new))
    return town


@pytest.mark.parametrize(("unit", "per_metre"), [("cm", 100.0), ("ft", 1 / 0.3048)])
def test_levels_in_other_units_give_the_same_money(coast, town, unit, per_metre):
    found = assessed(coast(years="[12, 25]"))
    for name in (*(f"flood_{period}.tif" for period in LEVELS), "terrain.tif"):
        values = GROUND if name == "terrain.tif" else np.full(GROUND.shape, LEVELS[int(name[6:-4])])
        write_grid(town / name, values * per_metre, cell=10.0)
    coast_with(
        town,
        'unit = "m" }\nexposed_from = 0.1',
        f'unit = "{unit}" }}\nexposed_from = {0.1 * per_metre}',
    )
    other = assessed(town)
    for name in ("ead", "ead_low", "ead_high", "ead_sea", "at_least"):
        expected = found.future_ead[name].to_numpy(dtype=float)
        assert other.future_ead[name].to_numpy(dtype=float) == pytest.approx(
            expected, rel=1e-6, abs=1e-4, nan_ok=True
        )


def test_what_is_flooded_is_the_same_however_the_assets_are_parted(coast, monkeypatch):
    folder = coast()
    whole = assessed(folder)
    monkeypatch.setattr(intersections, "PART", 1)
    pd.testing.assert_frame_equal(assessed(folder).future_ead, whole.future_ead)


def test_an_asset_is_flooded_by_the_share_of_it_that_water_gets_to(coast, town):
    folder = coast()
    # half in the basin, half on the ground of 9 m east of it
    house = shapely.box(X + 35, Y + 10, X + 45, Y + 20)
    gpd.GeoDataFrame(
        {"ID": ["B"], "NAME": None, "KIND": "house", "VALUE": 1000.0},
        geometry=[house],
        crs="EPSG:32749",
    ).to_file(town / "buildings.gpkg", driver="GPKG")
    assert of(assessed(folder), B, 2051)["ead"] == pytest.approx(21.75 / 2)


def test_a_grid_that_is_too_large_to_look_at_leaves_the_extent_as_mapped(coast, monkeypatch):
    folder = coast()
    monkeypatch.setattr(flood_spread, "MOST_CELLS", GROUND.size - 1)
    found = assessed(folder)
    assert of(found, B, 2051)["ead"] == 0
    assert of(found, H, 2051)["at_least"]
    told = found.findings[found.findings["code"] == "spread_not_looked_for"]
    assert told["source"].tolist() == [f"flood (flood_{period}.tif)" for period in LEVELS]
    assert set(told["count"]) == {GROUND.size}


def test_where_one_map_has_depths_alone_everything_that_deepens_is_at_least(coast, town):
    coast()
    write_grid(town / "flood_100.tif", np.maximum(0.0 - GROUND, 0.0), cell=10.0)
    found = assessed(
        coast_with(
            town, 'path = "flood_100.tif", terrain = "terrain.tif"', 'path = "flood_100.tif"'
        )
    )
    assert found.future_ead[(found.future_ead["year"] == 2051).to_numpy()]["at_least"].all()
    # in 50 years it is flooded all the same: 362.5, but not in 100: 0.08 x 362.5 / 2 + 0.01 x 362.5
    # / 2
    assert of(found, B, 2051)["ead"] == pytest.approx(14.5 + 1.8125)


def test_inland_water_stays_as_mapped(coast, town):
    rates = 'subsidence_rate = 0.08\nchannel_subsidence_rate = 0.01\nsource = "levelling"'
    coast(rates)
    found = assessed(coast_with(town, 'water = "sea"', 'water = "inland"'))
    assert of(found, B, 2051)["ead"] == 0
    assert of(found, H, 2051)["at_least"]


def test_todays_figures_and_without_rates_those_to_come_are_as_mapped(coast, town):
    found = assessed(coast(RISE.replace("0.05", "0.0")))
    assert not found.future_ead["at_least"].any()
    for year in (2026, 2051):
        then = found.future_ead[found.future_ead["year"] == year]
        mapped = found.ead.set_index("asset_id").loc[then["asset_id"].astype(str)]
        assert then["ead"].to_numpy().tobytes() == mapped["ead"].to_numpy().tobytes()
        assert then["ead_high"].to_numpy().tobytes() == mapped["ead_high"].to_numpy().tobytes()


# fmt: off
EXPLAINED = {
    "en": {
        B: ("dry on the map, return period 50 years: 0.3 m above the water; the lowest sill on the path, 1 m, "
            "is overtopped 20.0 years after the survey: then 1.45 m deep",
            "dry on the map, return period 50 years: 0.3 m above the water; the lowest sill on the path, 1 m, "
            "is overtopped only 20.0 years after the survey: still dry then",
            "Where the maps give a water level over a terrain model"),
        H: ("dry on the map, return period 50 years: 5 m above the water; no path is overtopped in the",),
        E: ("dry on the map, return period 50 years: 0.5 m above the water; whether water reaches it is unknown",
            "For 1 asset no data show how far the water spreads; its figure is a minimum."),
        W: ("EAD Rp128, lower bound Rp80, no upper bound",
            "No upper bound: the return period without damage is declared for today's water"),
    },
    "id": {
        B: ("kering pada peta, kala ulang 50 tahun: 0,3 m di atas muka air; ambang terendah pada jalurnya, 1 m, "
            "terlampaui 20,0 tahun setelah survei: saat itu sedalam 1,45 m",
            "Apabila peta memberikan muka air di atas model permukaan tanah"),
        H: ("kering pada peta, kala ulang 50 tahun: 5 m di atas muka air; tidak ada jalur",),
        E: ("belum diketahui apakah air mencapainya", "Untuk 1 aset tidak ada data sejauh mana air menyebar"),
        W: ("tanpa batas atas", "Tanpa batas atas: kala ulang tanpa kerusakan"),
    },
}
# fmt: on


@pytest.mark.parametrize("language", EXPLAINED)
def test_explain_tells_freeboard_sill_and_what_is_added(coast, language):
    city = read_city(coast())
    for asset, expected in EXPLAINED[language].items():
        told = "\n".join(asset_inventory.explain(city, asset).lines(language))
        for said in expected:
            assert said in told, told


def test_explain_says_where_nothing_is_known_of_dry_ground(coast, edit):
    surface = np.full(GROUND.shape, o)
    surface[1, 1] = 0.0
    coast(surface=surface)
    city = read_city(edit(('nodata_means = "unknown"', 'nodata_means = "not exposed"')))
    explained = asset_inventory.explain(city, H)
    expected = {
        "en": "the water level or ground height is unknown there",
        "id": "muka air atau ketinggian tanah di sana tidak diketahui",
    }
    for language, said in expected.items():
        assert said in "\n".join(explained.lines(language))


@pytest.mark.smoke
def test_explained_figures_are_those_of_the_assessment(coast):
    folder = coast()
    found, city = assessed(folder), read_city(folder)
    for one in (W, B, H, E):
        explained = asset_inventory.explain(city, one).hazards[0].future_ead
        told = found.future_ead[(found.future_ead["asset_id"] == one).to_numpy()]
        for name in ("ead", "ead_low", "ead_high", "ead_sea", "at_least"):
            assert explained[name].tolist() == pytest.approx(told[name].tolist(), nan_ok=True)


def test_sentences_tell_that_water_spreads_and_of_how_many_it_is_not_known(coast):
    found = assessed(coast())
    said = " ".join(projection_sentences(found, "en"))
    assert "water also reaches dry ground once it rises above the lowest path" in said
    assert "For 1 asset no data show how far the water spreads; its figure is a minimum." in said
    assert "only where the maps have it" not in said
    assert "air juga mencapai tanah kering" in " ".join(projection_sentences(found, "id"))
    sure = " ".join(
        projection_sentences(
            found, "en", rows=np.flatnonzero((found.assets["asset_id"] != E).to_numpy())
        )
    )
    assert "at least" not in sure.lower()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "whether rising water reaches"), ("id", "apakah air yang naik")]
)
def test_findings_speak_both_languages(coast, monkeypatch, language, said, tmp_path):
    folder = coast()
    written = write_results(assessed(folder), tmp_path / "out", language=language)
    assert said in (written / "findings.csv").read_text(encoding="utf-8")
    monkeypatch.setattr(flood_spread, "MOST_CELLS", 1)
    written = write_results(assessed(folder), tmp_path / "large", language=language)
    assert {"en": "more than the limit of 1", "id": "melebihi batas 1"}[language] in (
        written / "findings.csv"
    ).read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_stored_run_is_found_again(coast, tmp_path):
    folder = coast()
    written = write_results(assessed(folder), tmp_path / "out", language="en")
    assert verify(read_run(written), read_city(folder)).verdict == STANDS
    assert any(name.endswith("terrain.tif") for name in read_run(written).about["inputs"])
