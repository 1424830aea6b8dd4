"""Law: a figure of an asset rests on this asset and on what the city declares, never on which other
assets there are.

The varied town (`tests/support/varied_town.py`) is assessed whole. Whatever assets are taken away,
the rows of those that stay are the same in every table that is by asset.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from asset_inventory.assessment.delivery_impact import stored_impact
from asset_inventory.assessment.explain import explain
from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.model.reading import read_city
from asset_inventory.register import delivery, open_register
from tests.support.town import Y, write_layer
from tests.support.varied_town import VARIED_DISTRICTS, VARIED_TOML, draw_varied_town

TABLES = ("exposure", "damage", "ead", "joint_ead", "scores", "future_ead", "chronic_hazards")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """The varied town's folder."""
    return draw_varied_town(tmp_path_factory.mktemp("parts"))


@pytest.fixture(scope="module")
def whole(made) -> Assessment:
    return assess(read_city(made))


def _reduced(made: Path, folder: Path, kept: set[str]) -> Path:
    """A town whose layers hold only the assets kept."""
    shutil.copytree(made, folder)
    for name in ("buildings", "roads"):
        layer = gpd.read_file(made / f"{name}.gpkg")
        (folder / f"{name}.gpkg").unlink()
        layer[(name + ":" + layer["ID"]).isin(kept).to_numpy()].to_file(
            folder / f"{name}.gpkg", driver="GPKG"
        )
    return folder


def _rows(table: pd.DataFrame, ids: set[str]) -> pd.DataFrame:
    """Rows of some assets, words as text, in an order that does not depend on the others."""
    table = pd.DataFrame(
        table[table["asset_id"].astype(str).isin(ids).to_numpy()].drop(
            columns="geometry", errors="ignore"
        )
    )
    words = {
        name: object for name, kind in table.dtypes.items() if isinstance(kind, pd.CategoricalDtype)
    }
    keys = [name for name in ("asset_id", "hazard", "return_period", "year") if name in table]
    return table.astype(words).sort_values(keys, ignore_index=True)


def assert_the_same(part: Assessment, whole: Assessment, *, but: tuple[str, ...] = ()) -> None:
    ids = set(part.assets["asset_id"])
    for name in ("assets", *TABLES):
        here, there = (
            _rows(getattr(one, name), ids).drop(columns=[*but], errors="ignore")
            for one in (part, whole)
        )
        pd.testing.assert_frame_equal(
            here, there, rtol=1e-12, atol=1e-12, check_dtype=False, check_index_type=False, obj=name
        )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_the_figures_of_any_assets_are_those_of_the_whole_city(made, whole, tmp_path, seed):
    rng = np.random.default_rng(seed)
    ids = whole.assets["asset_id"].to_numpy()
    kept = set(rng.choice(ids, size=rng.integers(1, len(ids)), replace=False))
    assert_the_same(assess(read_city(_reduced(made, tmp_path / "part", kept))), whole)


@pytest.mark.parametrize("lost", ["hospital", "house", "road"])
def test_the_last_asset_of_a_type_takes_no_figure_of_others_with_it(made, whole, tmp_path, lost):
    kept = set(whole.assets["asset_id"][(whole.assets["asset_type"] != lost).to_numpy()])
    assert_the_same(assess(read_city(_reduced(made, tmp_path / "part", kept))), whole)


@pytest.mark.parametrize("layer", ["buildings", "roads"])
def test_a_layer_alone_has_the_figures_of_the_whole_city(made, whole, layer):
    part = assess(read_city(made), subset=layer)
    assert set(part.assets["layer"]) == {layer}
    assert_the_same(part, whole)


def test_the_people_of_a_district_are_those_of_the_whole_city(made, whole, tmp_path):
    """Residents are spread over the dwellings of their district, and over no other's."""
    assets = whole.assets
    west = set(assets["asset_id"][(assets["district"] == "1").to_numpy()])
    part = assess(read_city(_reduced(made, tmp_path / "part", west)))
    here, there = (
        one.people[(one.people["district"] == "1").to_numpy()]
        .reset_index(drop=True)
        .astype({"people": float})
        for one in (part, whole)
    )
    assert len(here)
    pd.testing.assert_frame_equal(here, there, rtol=1e-12, check_categorical=False)


def test_an_asset_on_the_edge_of_two_squares_lies_in_the_same_whatever_else_is_there(
    made, tmp_path
):
    folder = _reduced(made, tmp_path / "whole", set())
    (folder / "city.toml").write_text(VARIED_TOML, encoding="utf-8")
    edge = 437_000.0
    places = {"west": edge - 300, "edge": edge, "east": edge + 300}
    for name, there in (("both", ["west", "edge", "east"]), ("alone", ["edge"])):
        points = [shapely.Point(places[one], Y + 50) for one in there]
        columns = {
            "ID": there,
            "NAME": None,
            "KIND": "house",
            "VALUE": 1.0,
            "FLOOR": 0.0,
            "STATE": 1.0,
        }
        write_layer(folder / "buildings.gpkg", points, **columns)
        assets = assess(read_city(folder)).assets.set_index("asset_id")
        assert assets.loc["buildings:edge", "district"] == "1 km 437-9227", name


@pytest.mark.slow
def test_explain_gives_every_asset_the_figures_of_the_whole_city(made, whole):
    city = read_city(made)
    for asset_id in whole.assets["asset_id"][whole.assets["usable"].to_numpy()].iloc[::3]:
        found = explain(city, asset_id)
        for name in ("exposure", "damage", "ead", "future_ead"):
            expected = _rows(getattr(whole, name), {asset_id}).drop(columns="data_status")
            tables = [
                getattr(one, name).assign(hazard=one.hazard.name, asset_id=asset_id)
                for one in found.hazards
            ]
            tables = [table for table in tables if len(table)]
            if not tables:
                assert not len(expected), name
                continue
            laid = pd.concat([table.astype({"hazard": object}) for table in tables])
            pd.testing.assert_frame_equal(
                _rows(laid, {asset_id})[expected.columns],
                expected,
                rtol=1e-12,
                atol=1e-12,
                check_dtype=False,
                obj=f"{name} of {asset_id}",
            )
        joint = whole.joint_ead[(whole.joint_ead["asset_id"] == asset_id).to_numpy()].iloc[0]
        row = pd.Series(found.joined.row)
        for name in ("ead", "ead_least", "ead_most", "ead_low", "ead_high", "ead_scored"):
            assert row[name] == pytest.approx(joint[name], rel=1e-12, nan_ok=True), (asset_id, name)
        assert row["relation"] == joint["relation"], asset_id


@pytest.mark.slow
def test_a_delivery_that_takes_the_last_asset_with_a_curve_changes_no_other_figure(
    made, whole, tmp_path, ask
):
    """The hospitals alone have a curve for landslides; with them go the clinics, and the EAD
    falls by theirs alone.
    """
    folder = shutil.copytree(made, tmp_path / "town")
    declared = VARIED_TOML + VARIED_DISTRICTS
    complete = declared.replace(
        'path = "buildings.gpkg"', 'path = "buildings.gpkg"\ncomplete = true'
    )
    (folder / "city.toml").write_text(complete, encoding="utf-8")
    assert ask("start", folder)[0] == 1  # one building has no geometry
    out = tmp_path / "out.gpkg"
    assert ask("export", folder, "--layer", "buildings", "--to", out)[0] == 0
    layer = gpd.read_file(out)
    out.unlink()
    layer[~layer["KIND"].isin(["hospital", "clinic"]).to_numpy()].to_file(out, layer="buildings")
    ask("deliver", folder, out, "--layer", "buildings")
    register = open_register(read_city(folder))
    sums = stored_impact(register, delivery(register, 3)).delta.ead.set_index("by").loc["city"]
    lost = set(
        whole.assets["asset_id"][
            (whole.assets["asset_type"].isin(["hospital", "clinic"])).to_numpy()
        ]
    )
    assert (sums["assets_before"], sums["assets_after"]) == (len(lost), 0)
    of_lost = whole.joint_ead["asset_id"].isin(lost).to_numpy()
    rest = assess(
        read_city(_reduced(made, tmp_path / "rest", set(whole.assets["asset_id"]) - lost))
    )
    assert sums["difference"] == pytest.approx(-whole.joint_ead["ead"][of_lost].sum())
    assert sums["difference"] == pytest.approx(
        rest.joint_ead["ead"].sum() - whole.joint_ead["ead"].sum()
    )
