"""Sinking ground and a rising sea on the town drawn in conftest.py: every figure follows from the
drawing.

Its curve is straight from (0 m, 0) to (4 m, 1), so that a metre more water costs a quarter of what
is wet.
"""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import asset_inventory
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.model.errors import CityError
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.files.results import write_results
from asset_inventory.outputs.files.workbooks import sheets_of
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.report.write import write_report
from asset_inventory.outputs.views.projection import projection_sentences, return_periods
from asset_inventory.risk.projection import by_year
from tests.support.projections import RATES, TIED, assessed, future, of
from tests.support.town import DEPTHS, X, Y, write_grid

A, B, C, D = "buildings:A", "buildings:B", "roads:C", "buildings:D"


OPEN = 'visibility = "public"\ncolumn_visibility = { value = "public" }'


def test_damage_now_and_in_years_to_come_by_the_drawing(edit):
    found = assessed(edit(TIED, future()))
    # A metre more costs A 1000 x 0.5 (its wet half) / 4 = 125 under each map; EAD integrates over
    # 0.2 to 0, of which the part between no damage at 1/5 and the first map at 1/10 counts half:
    # (0.1 / 2 + 0.1) x 125 = 18.75 a metre.
    for year, years in ((2026, 10), (2036, 20), (2051, 35)):
        row = of(found, A, year)
        added = (0.04 + 0.01) * years
        assert row["added_depth"] == pytest.approx(added)
        # of 1 and 2 m in 50 and 100 years nothing passes 4 m until 2051: 2 + 1.75 = 3.75
        assert row["ead"] == pytest.approx(15 + 18.75 * added), f"15 + 18.75 x {added}"
        assert row["ead_sea"] == pytest.approx(15 + 18.75 * 0.01 * years)
        assert row["ead_low"] == pytest.approx(8.75 + 0.1 * 125 * added)  # 0.08 + 0.01 + 0.01
        assert np.isnan(row["ead_high"])
        assert row["at_least"]
    # B stands in 1, 2 and 4 m: the third is beyond the curve, which stays at its end. 35 years:
    # 2.75, 3.75, 5.75 m 500 x (0.6875, 0.9375, 1): 0.1 x 343.75/2 + 0.08 x (343.75 + 468.75)/2 +
    # 0.01 x (468.75 + 500)/2 + 0.01 x 500
    assert of(found, B, 2051)["ead"] == pytest.approx(17.1875 + 32.5 + 4.84375 + 5)
    # D is dry where it is known: no water is added to dry ground of which the freeboard is not
    # known
    assert of(found, D, 2051)["ead"] == 0
    assert of(found, D, 2051)["at_least"]


def test_ground_that_rises_with_the_sea_leaves_figures_and_bounds_as_mapped(edit):
    """The road's ground rises by 0.1 and 0.2 m a year, 0.15 on the mean as the sea does, but for
    the last bits.
    """
    town = edit(TIED, future(RATES.replace("0.04", "-0.3").replace("0.01", "0.15")))
    write_grid(town / "rates.tif", np.array([[-0.1, -0.1], [-0.1, -0.2]]))
    layer = '{ path = "rates.tif", unit = "m", positive = "sinking", source = { title = "T", licence = "CC0-1.0" } }'
    found = assessed(edit(('{ rate = -0.3, source = "levelling" }', layer)))
    road, mapped = of(found, C, 2051), found.ead[(found.ead["asset_id"] == C).to_numpy()].iloc[0]
    assert road[["added_depth", "ead", "ead_high"]].tolist() == [
        0,
        mapped["ead"],
        mapped["ead_high"],
    ]
    assert not road["at_least"]


def test_the_share_of_what_grew_that_is_due_to_sinking(edit):
    found = assessed(
        edit(TIED, future("subsidence_rate = 0.04\nsea_level_rise = 0.01\nsource = 'both'"))
    )
    table = by_year(found.future_ead[found.future_ead["asset_id"] == A], found.ead).set_index(
        "year"
    )
    # straight curve: 0.04 of 0.05 m a year
    assert table["share"].tolist() == pytest.approx([0.8, 0.8, 0.8])
    assert table.loc[2036, "mapped"] == pytest.approx(15)
    assert table["at_least"].all()


@pytest.mark.parametrize(
    "rates",
    ["subsidence_rate = 0.0", "sea_level_rise = 0", "subsidence_rate = 0.0\nsea_level_rise = 0.0"],
)
def test_without_rates_the_future_is_as_mapped_to_the_bit(edit, rates):
    found = assessed(edit(TIED, future(f"{rates}\nsource = 'nobody'")))
    for year in (2026, 2036, 2051):
        then = found.future_ead[found.future_ead["year"] == year]
        mapped = found.ead.set_index("asset_id").loc[then["asset_id"].astype(str)]
        for name in ("ead", "ead_low", "ead_high"):
            assert then[name].to_numpy().tobytes() == mapped[name].to_numpy().tobytes(), name
        assert then["ead_sea"].to_numpy().tobytes() == mapped["ead"].to_numpy().tobytes()
        assert not then["at_least"].any()
    assert "future_adds_nothing" in set(found.findings["code"])


def test_at_the_year_of_the_survey_nothing_is_added(edit):
    found = assessed(edit((TIED[0], TIED[1].replace("2016", "2026")), future()))
    now = found.future_ead[found.future_ead["year"] == 2026]
    assert (now["added_depth"] == 0).all()
    mapped = found.ead.set_index("asset_id").loc[now["asset_id"].astype(str)]
    assert now["ead"].to_numpy().tobytes() == mapped["ead"].to_numpy().tobytes()


def test_the_future_leaves_todays_figures_alone(edit, town):
    plain = assessed(town)
    found = assessed(edit(TIED, future()))
    for name in ("exposure", "damage", "ead"):
        pd.testing.assert_frame_equal(getattr(plain, name), getattr(found, name))
    assert not len(plain.future_ead)


@pytest.mark.parametrize(("unit", "per_metre"), [("cm", 100), ("mm", 1000), ("ft", 1 / 0.3048)])
def test_other_units_of_maps_give_the_same_money(edit, unit, per_metre):
    folder = edit(TIED, future())
    found = assessed(folder)
    for period, (west, east) in DEPTHS.items():
        write_grid(
            folder / f"flood_{period}.tif",
            np.array([[0.0, -9999.0], [west * per_metre, east * per_metre]]),
        )
    text = (folder / "city.toml").read_text()
    text = text.replace(
        'unit = "m" }\nexposed_from = 0.1', f'unit = "{unit}" }}\nexposed_from = {0.1 * per_metre}'
    )
    (folder / "city.toml").write_text(text)
    other = assessed(folder)
    for name in ("ead", "ead_low", "ead_sea", "added_depth"):
        assert other.future_ead[name].to_numpy() == pytest.approx(
            found.future_ead[name].to_numpy(), rel=1e-6, nan_ok=True
        )


def test_floor_heights_are_subtracted_once(edit, town):
    buildings = gpd.read_file(town / "buildings.gpkg").assign(FLOOR=[1.0, 0.0, 0.0, 0.0])
    buildings.to_file(town / "buildings.gpkg", driver="GPKG")
    fields = ('value = "VALUE" }', 'value = "VALUE", floor_height = "FLOOR" }')
    found = assessed(edit(TIED, future("sea_level_rise = 0.1\nsource = 'gauge'", "[10]"), fields))
    # 2036: 20 years x 0.1 = 2 m more; above A's floor of 1 m: 0.5 + 2 - 1 = 1.5, 1 + 2 - 1 = 2, 2 +
    # 2 - 1 = 3 m 1000 x 0.5 / 4 x (1.5, 2, 3) = 187.5, 250, 375: 0.1 x 187.5/2 + 0.08 x 437.5/2 +
    # 0.01 x 625/2 + 0.01 x 375
    assert of(found, A, 2036)["ead"] == pytest.approx(9.375 + 17.5 + 3.125 + 3.75)


def test_rates_of_a_layer_are_averaged_over_each_asset_by_exact_shares(edit, town):
    # mm a year, positive upwards: the west sinks 40, the east 80 mm
    zones = [shapely.box(X, Y, X + 50, Y + 100), shapely.box(X + 50, Y, X + 100, Y + 100)]
    gpd.GeoDataFrame({"VLM": [-40.0, -80.0]}, geometry=zones, crs="EPSG:32749").to_file(
        town / "rates.gpkg"
    )
    layer = (
        'subsidence_rate = { path = "rates.gpkg", field = "VLM", unit = "mm", positive = "rising", '
        'source = { title = "InSAR", licence = "CC0-1.0", exercise = true } }'
    )
    by_zones = assessed(edit(TIED, future(layer)))
    for asset, rate in ((A, 0.04), (B, 0.08), (C, 0.06), (D, 0.06)):  # C and D lie half in each
        assert of(by_zones, asset, 2036)["added_depth"] == pytest.approx(rate * 20)
    assert set(by_zones.future_ead["data_status"]) == {"exercise"}
    assert "future" in by_zones.provenance["exercise"]
    assert "rates.gpkg" in by_zones.provenance["inputs"]
    write_grid(town / "rates.tif", np.array([[0.04, 0.08], [0.04, 0.08]]))
    grid = (
        layer.replace("rates.gpkg", "rates.tif")
        .replace('field = "VLM", ', "")
        .replace('"mm"', '"m"')
    )
    by_grid = assessed(edit((layer, grid.replace("rising", "sinking"))))
    assert by_grid.future_ead["ead"].to_numpy() == pytest.approx(
        by_zones.future_ead["ead"].to_numpy(), nan_ok=True
    )


def test_where_a_layer_says_nothing_the_future_is_not_known(edit, town):
    write_grid(town / "rates.tif", np.array([[0.04, -9999.0], [0.04, 0.08]]))
    layer = (
        'subsidence_rate = { path = "rates.tif", unit = "m", positive = "sinking", '
        'source = { title = "InSAR", licence = "CC0-1.0" } }\nsea_level_rise = 0.01\nsource = "gauge"'
    )
    found = assessed(edit(TIED, future(layer)))
    row = of(found, D, 2036)  # half of it lies where the layer says nothing
    assert row[["added_depth", "ead", "ead_low", "ead_high"]].isna().all()
    assert row["rule"] == "not known"
    assert row["ead_sea"] == 0  # the sea alone needs no layer
    assert of(found, A, 2036)["ead"] == pytest.approx(15 + 18.75 * 1.0)
    told = found.findings[found.findings["code"] == "rate_not_known"].iloc[0]
    assert told["count"] == 1


def test_a_damaged_layer_leaves_the_rest_of_the_assessment(edit, town):
    (town / "rates.tif").write_bytes(b"no grid")
    layer = (
        'subsidence_rate = { path = "rates.tif", unit = "m", positive = "sinking", '
        'source = { title = "InSAR", licence = "CC0-1.0" } }'
    )
    found = assessed(edit(TIED, future(layer)))
    assert not len(found.future_ead)
    assert {"error.not_a_grid", "future_refused"} <= set(found.findings["code"])
    assert of_ead(found, A) == pytest.approx(15)


def of_ead(found, asset: str) -> float:
    return float(found.ead.set_index("asset_id").loc[asset, "ead"])


def test_rising_ground_lowers_the_water(edit):
    found = assessed(edit(TIED, future("subsidence_rate = -0.04\nsource = 'levelling'")))
    # 20 years: 0.8 m less: 0, 0.2 and 1.2 m; the map of 10 years leaves A dry
    # 125 x (0, 0.2, 1.2): 0.08 x 25/2 + 0.01 x 175/2 + 0.01 x 150
    assert of(found, A, 2036)["ead"] == pytest.approx(1 + 0.875 + 1.5)
    assert not of(found, A, 2036)["at_least"]
    assert of(found, A, 2036)["ead_high"] >= of(found, A, 2036)["ead"]


def test_inland_water_deepens_by_what_the_ground_sinks_more_than_its_channels(edit):
    inland = (TIED[0], TIED[1].replace('"sea"', '"inland"'))
    rates = "subsidence_rate = 0.05\nchannel_subsidence_rate = 0.03\nsource = 'levelling'"
    found = assessed(edit(inland, future(rates)))
    row = of(found, A, 2036)
    assert row["added_depth"] == pytest.approx(0.02 * 20)
    assert row["ead"] == pytest.approx(15 + 18.75 * 0.4)
    assert row["ead_sea"] == pytest.approx(15)


def test_worn_assets_are_harmed_more(edit, town):
    buildings = gpd.read_file(town / "buildings.gpkg").assign(COND=[0.5, 1.0, np.nan, np.nan])
    buildings.to_file(town / "buildings.gpkg", driver="GPKG")
    fields = ('value = "VALUE" }', 'value = "VALUE", condition = "COND" }')
    rule = (
        "[scores]",
        '[condition]\nbeta = 0.4\nasset_types = ["house", "clinic"]\nsource = "engineers"\n\n[scores]',
    )
    found = assessed(edit(fields, rule))
    # A: 1 + 0.4 (1 - 0.5) = 1.2 x 15; B is in good condition; C, a road, is of no type that wears
    assert of_ead(found, A) == pytest.approx(1.2 * 15)
    assert of_ead(found, B) == pytest.approx(30)
    assert of_ead(found, C) == pytest.approx(45)
    unknown = assessed(edit(('asset_types = ["house", "clinic"]\n', "")))
    assert np.isnan(of_ead(unknown, C))
    told = unknown.findings[unknown.findings["code"] == "condition_not_known"].iloc[0]
    assert told["count"] == 1
    stated = assessed(edit(("beta = 0.4", "beta = 0.4\nunknown = 0.0")))
    # C: 1.4 times its fractions 0.1875, 0.375, 0.75 -> 0.2625, 0.525; east of 100 years at 1, so
    # 0.5 x 0.7 + 0.5 = 0.85 1000 x: 0.1 x 262.5/2 + 0.08 x (262.5 + 525)/2 + 0.01 x (525 + 850)/2 +
    # 0.01 x 850
    assert of_ead(stated, C) == pytest.approx(13.125 + 31.5 + 6.875 + 8.5)


def test_figures_of_an_invented_wear_are_no_real_data(edit, town):
    """The flood of the drawing is an exercise; here it is none, so that nothing else is."""
    buildings = gpd.read_file(town / "buildings.gpkg").assign(COND=[0.5, 1.0, 1.0, np.nan])
    buildings.to_file(town / "buildings.gpkg", driver="GPKG")
    fields = ('value = "VALUE" }', 'value = "VALUE", condition = "COND" }')
    rule = '[condition]\nbeta = 0.4\nasset_types = ["house"]\nsource = "a guess"\nexercise = true\n\n[scores]'
    real = ('"Flood", licence = "CC0-1.0", exercise = true', '"Flood", licence = "CC0-1.0"')
    found = assessed(edit(TIED, future(), fields, real, ("[scores]", rule)))
    for table in (found.damage, found.ead, found.joint_ead, found.future_ead):
        ids, told = table["asset_id"].astype(str), table["data_status"].astype(str)
        assert [set(told[ids == one]) for one in (A, B, C)] == [{"exercise"}, {"real"}, {"real"}]


def test_the_public_gets_no_damage_that_tells_a_condition(edit, town):
    buildings = gpd.read_file(town / "buildings.gpkg").assign(COND=[0.5, 1.0, 1.0, np.nan])
    buildings.to_file(town / "buildings.gpkg", driver="GPKG")
    fields = ('value = "VALUE" }', f'value = "VALUE", condition = "COND" }}\n{OPEN}')
    rule = ("[scores]", '[condition]\nbeta = 0.4\nunknown = 1\nsource = "engineers"\n\n[scores]')
    found = assessed(edit(fields, rule))
    assert of_ead(found, A) == pytest.approx(18)
    assert np.isnan(of_ead(disclosed(found), A))


LAYER = """[future.subsidence_rate]
path = "landslide.gpkg"
field = "CLASS"
unit = "mm"
positive = "rising"
source = { title = "-", licence = "-" }
"""
# fmt: off
FAULTS = {
    "not a depth": ((('unit = "class" }', 'unit = "class" }\nwater = "sea"\nsurveyed = 2016'),), "in m, cm, mm or ft"),
    "no survey": ((("exposed_from = 0.1", 'exposed_from = 0.1\nwater = "sea"'),), "`water` needs `surveyed`"),
    "survey in the future": (((TIED[0], TIED[1].replace("2016", "2030")), future()), "is of 2030, after"),
    "nothing tied": ((future(),), "no hazard is connected to the sea"),
    "no rate": ((TIED, future("source = 'nobody'")), "[future] has no rate"),
    "no source": ((TIED, future("subsidence_rate = 0.1")), "this rate has no source"),
    "years": ((TIED, future(years="[25, 10]")), "10 follows 25"),
    "inland": (((TIED[0], TIED[1].replace('"sea"', '"inland"')), future("subsidence_rate = 0.1\nsource = 'x'")),
               "add `channel_subsidence_rate`"),
    "sea level for inland water": (((TIED[0], TIED[1].replace('"sea"', '"inland"')), future()),
                                   "`sea_level_rise` affects only"),
    "a stress": ((('kind = "shock"', 'kind = "stress"'), TIED), "a stress has an annual cost rate"),
    "polygons of rates": ((TIED, future(LAYER.replace("field", "#field"))), "polygons of rates need `field`"),
    "grid of rates": ((TIED, future(LAYER.replace("landslide.gpkg", "flood_10.tif"))), "field"),
    "condition without a source": ((("[scores]", "[condition]\nbeta = 0.3\n\n[scores]"),), "source"),
    "a text for a rate": ((TIED, future('subsidence_rate = "fast"\nsource = "x"')), "number"),
}
# fmt: on


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_says_what_to_do(edit, name):
    pairs, said = FAULTS[name]
    with pytest.raises(CityError) as caught:
        read_city(edit(*pairs))
    assert said in caught.value.say("en"), caught.value.say("en")


def test_the_results_hold_the_future_and_its_rules(edit, tmp_path):
    found = assessed(edit(TIED, future()))
    folder = write_results(found, tmp_path / "out", language="en")
    written = pd.read_csv(folder / "future_ead.csv")
    assert len(written) == 3 * 4  # years, assets with a place
    rules = json.loads((folder / "run.json").read_text())["rules"]
    assert rules["future"]["subsidence_rate"] == {
        "rate": 0.04,
        "source": "levelling",
        "exercise": False,
    }
    assert rules["hazards"]["flood"]["surveyed"] == 2016


def test_explain_tells_the_added_depth_its_years_rates_and_sources(edit):
    lines = asset_inventory.explain(read_city(edit(TIED, future())), A).lines("en")
    told = "\n".join(lines)
    assert (
        "2036: 20 years after the terrain survey of 2016, 1 m deeper inside the mapped flood extent "
        "(subsidence 0.04 m a year" in told
    )
    # the deepest of A: 2 m once in 100 years, a metre more then
    assert "deepest part, return period 100 years: 2 m on the map, 3 m then" in told
    assert "Rate of land subsidence: levelling" in told
    assert "Rate of sea level rise: gauge" in told
    assert "EAD Rp34 or more, lower bound " in told  # 15 + 18.75 = 33.75
    assert "to not available" not in told and "and not available" not in told
    assert "Newly inundated areas are not included" in told


def test_explain_tells_how_much_more_a_worn_asset_is_harmed(edit, town):
    buildings = gpd.read_file(town / "buildings.gpkg").assign(COND=[0.5, 1.0, 1.0, np.nan])
    buildings.to_file(town / "buildings.gpkg", driver="GPKG")
    fields = ('value = "VALUE" }', 'value = "VALUE", condition = "COND" }')
    rule = ("[scores]", '[condition]\nbeta = 0.4\nunknown = 1\nsource = "engineers"\n\n[scores]')
    explained = asset_inventory.explain(read_city(edit(fields, rule)), A)
    assert (
        "Condition 0.5: damage × 1.2 (beta 0.4), at most the full value; engineers"
        in explained.lines("en")
    )
    assert explained.hazards[0].ead["ead"].iloc[0] == pytest.approx(18)


def test_the_sentences_tell_years_share_and_that_it_is_at_least(edit):
    found = assessed(edit(TIED, future()))
    said = projection_sentences(found, "en")
    # A, B, C and D: 15 + 30 + 45 + 0 as mapped
    assert said[0].startswith(
        "flood under the assumed rates of subsidence and sea level rise: EAD Rp"
    )
    assert "or more today (2026)" in said[0]
    assert said[0].endswith("as mapped (terrain of 2016), for the same assets: Rp90.")
    assert "in 10 years (2036)" in said[0]
    assert "in 25 years (2051)" in said[0]
    assert "attributed to land subsidence, including its interaction with sea level" in said[1]
    assert said[2].startswith("Newly inundated areas are not included")
    invented = assessed(edit(("[future]", "[future]\nexercise = true")))
    assert (
        projection_sentences(invented, "id")[-1] == "Laju rekaan untuk pelatihan, bukan proyeksi."
    )


def test_return_periods_are_told_and_never_priced(edit):
    gumbel = RATES + '\ngumbel = { scale = 0.1, uncertainty = 0.05, source = "gauge" }'
    without = assessed(edit(TIED, future()))
    found = assessed(edit(("[future]", "[future]\n" + gumbel.rpartition("\n")[2])))
    pd.testing.assert_frame_equal(without.future_ead, found.future_ead)  # words alone
    said = return_periods(found, "en")
    # 35 years x 0.05 = 1.75 m: 100 / e^17.5, far more than once a year
    assert said[0] == (
        "A water level with a return period of 100 years in 2016 occurs every year in 2051."
    )
    assert said[-1].startswith("These return periods are for information only")
    assert return_periods(without, "en") == []


def test_reports_and_workbook_hold_the_future(edit, tmp_path):
    found = assessed(edit(TIED, future()))
    write_report(found, tmp_path / "report", languages=["en"], per=["district"])
    pages = {
        path.name: path.read_text(encoding="utf-8")
        for path in (tmp_path / "report").rglob("*.html")
    }
    # the city, its two districts
    assert sum('id="to-come"' in page for page in pages.values()) >= 3
    sheet = next(one for one in sheets_of(found, "en") if one.name == "future_ead")
    assert [one.values["unit"] for one in sheet.columns if one.label == "added_depth"] == ["m"]


def test_the_public_part_holds_no_internal_hazards_future(edit):
    found = assessed(edit(TIED, future(), ('owner = "Works"', f'owner = "Works"\n{OPEN}')))
    part = disclosed(found)
    assert set(part.future_ead["asset_id"].astype(str)) == {A, B, D}
    assert part.future_ead["ead"].notna().all()
    assert part.provenance["rules"]["future"]["today"] == 2026
    hidden = disclosed(
        assessed(edit(('name = "flood"', 'name = "flood"\nvisibility = "internal"')))
    )
    assert not len(hidden.future_ead)
    assert hidden.city.future is None
    assert "future" not in hidden.provenance["rules"]
    closed = disclosed(
        assessed(edit((OPEN.partition("\n")[2], ""), ('visibility = "internal"', "")))
    )
    assert closed.future_ead[["ead", "ead_low", "ead_high", "ead_sea"]].isna().all(axis=None)


def test_the_page_tells_the_last_of_the_years_and_each_of_them(edit, tmp_path):
    found = assessed(edit(TIED, future()))
    page = write_map(found, tmp_path / "map.html", language="en").read_text(encoding="utf-8")
    assert "Under the assumed rates of land subsidence and sea level rise, flood: EAD Rp" in page
    assert "or more today (2026), Rp" in page
    assert "or more in 2051 (newly inundated land not included)." in page
    for year in ("2026", "2036", "2051"):
        assert f"flood in {year}, " in page
    assert "since the terrain survey (flood 2016). This applies to today" in page
