"""A city in which a file is hostile or broken: that file's findings, the rest assessed, nothing
followed or run.
"""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from asset_inventory.assessment.explain import explain
from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.cli import main
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.hazards.intersections import intersections, open_hazard
from asset_inventory.io.rasters import open_grid
from asset_inventory.io.table_files import read_cells
from asset_inventory.messages import LANGUAGES
from asset_inventory.model.errors import SourceError
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.risk import pipeline
from asset_inventory.vulnerability.curves import read_curve
from tests.support.town import X, Y

CRS = "EPSG:32749"
SECRET = "id,x,y\n1,435010,9228010\n"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A host that nobody may ask."""
    with socket.socket() as heard:
        heard.bind(("127.0.0.1", 0))
        heard.listen()
        heard.settimeout(0.05)
        yield heard


def asked(listener: socket.socket) -> bool:
    try:
        listener.accept()
    except TimeoutError:
        return False
    return True


def layer_that_follows(town: Path, listener: socket.socket) -> str:
    """A virtual layer that names a file of this machine and a host."""
    (town / "secret.csv").write_text(SECRET, encoding="utf-8")
    host = f"http://127.0.0.1:{listener.getsockname()[1]}/x.geojson"
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="roads"><SrcDataSource>{town / "secret.csv"}</SrcDataSource>'
        f'<GeometryField encoding="PointFromColumns" x="x" y="y"/></OGRVRTLayer>'
        f'<OGRVRTLayer name="b"><SrcDataSource>/vsicurl/{host}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    )


def grid_that_follows(town: Path, listener: socket.socket) -> str:
    host = f"http://127.0.0.1:{listener.getsockname()[1]}/x.tif"
    return (
        f'<VRTDataset rasterXSize="4" rasterYSize="4"><SRS>{CRS}</SRS><GeoTransform>{X}, 25, 0, {Y + 100}, 0, -25'
        f'</GeoTransform><VRTRasterBand dataType="Float32" band="1"><SimpleSource><SourceFilename>/vsicurl/{host}'
        "</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
    )


def codes(found: Assessment, source: str) -> set[str]:
    return set(found.findings["code"][found.findings["source"].str.startswith(source)])


def said_left_out(page: Path) -> str | None:
    """What the head of a page says is in none of its figures."""
    told = re.search(
        r'class="left-out".*?</strong><span[^>]*>(.*?)</span>', page.read_text(encoding="utf-8")
    )
    return told and told[1]


def accounted(found: Assessment) -> None:
    parts = found.exposure_counts[["exposed", "not_exposed", "no_data", "unusable"]].sum(axis=1)
    assert (parts == found.exposure_counts["assets"]).all()


@pytest.mark.slow
def test_a_hostile_layer_is_left_out_and_the_rest_assessed(capsys, town, tmp_path, listener):
    sound = assess(read_city(town)).ead
    (town / "roads.gpkg").write_text(layer_that_follows(town, listener), encoding="utf-8")
    found = assess(read_city(town))
    accounted(found)
    assert codes(found, "roads") == {"not_read", "layer_unread"}
    assert set(found.assets["layer"]) == {"buildings"}
    of_buildings = sound[sound["asset_id"].astype(str).str.startswith("buildings:")]
    assert found.ead["ead"].tolist() == pytest.approx(of_buildings["ead"].tolist(), nan_ok=True)
    for language, said in (
        ("en", "this layer could not be read"),
        ("id", "lapisan ini tidak dapat dibaca"),
    ):
        for command in (
            ["check", town],
            ["assess", town, "--results", tmp_path / "r", "--map", tmp_path / "m.html"],
        ):
            assert main([*map(str, command), "--language", language]) == 1
            output = capsys.readouterr()
            assert said in output.out
            assert output.err == ""
    assert said_left_out(tmp_path / "m.html") == "roads"
    assert "435010" not in (tmp_path / "r" / "assets.csv").read_text(encoding="utf-8")
    assert not asked(listener)


def test_a_hostile_context_layer_is_not_drawn_and_told(capsys, edit, tmp_path, listener):
    town = edit(
        (
            '[[assets]]\nname = "buildings"',
            '[[context]]\nname = "Outline"\npath = "outline.gpkg"\n'
            'source = { title = "Outline", licence = "CC0-1.0" }\n\n[[assets]]\nname = "buildings"',
        )
    )
    (town / "outline.gpkg").write_text(layer_that_follows(town, listener), encoding="utf-8")
    for command in (
        ["check", town],
        ["assess", town, "--results", tmp_path / "r", "--map", tmp_path / "m.html"],
    ):
        assert main([*map(str, command), "--language", "en"]) == 1
        assert "Outline: this base map layer cannot be drawn" in capsys.readouterr().out
    found = assess(read_city(town))
    assert codes(found, "Outline") == {"not_read", "context_refused"}
    assert len(found.assets) == 5
    assert not asked(listener)


def test_features_of_a_layer_that_is_refused_are_counted_as_unusable(town):
    roads = gpd.read_file(town / "roads.gpkg").set_crs(None, allow_override=True)
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        pd.concat([roads] * 3).to_file(town / "roads.gpkg")
    found = assess(read_city(town))
    accounted(found)
    assert codes(found, "roads") >= {"crs_none_metres", "layer_refused"}
    ours = found.assets[(found.assets["layer"] == "roads").to_numpy()]
    assert (len(ours), ours["usable"].any()) == (3, False)
    assert found.provenance["layers"]["roads"] == {
        "read": 3,
        "not_selected": 0,
        "assets": 3,
        "unusable": 3,
    }


def test_hostile_districts_are_replaced_by_squares(town, listener):
    (town / "districts.gpkg").write_text(layer_that_follows(town, listener), encoding="utf-8")
    found = assess(read_city(town))
    accounted(found)
    assert codes(found, "districts") == {"not_read", "districts_refused"}
    assert found.city.districts is None
    assert found.districts["district"].str.startswith("1 km").all()
    assert not asked(listener)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "hazard"), [("landslide.gpkg", "landslide"), ("flood_50.tif", "flood")]
)
def test_a_hostile_map_takes_its_hazard_out_of_all_figures(
    capsys, town, tmp_path, listener, file, hazard
):
    made = grid_that_follows if file.endswith(".tif") else layer_that_follows
    (town / file).write_text(made(town, listener), encoding="utf-8")
    city = read_city(town)
    found = assess(city)
    accounted(found)
    assert "hazard_refused" in codes(found, hazard)
    rest = {"landslide", "flood"} - {hazard}
    assert set(found.exposure["hazard"].astype(str)) == rest
    assert {one.hazard.name for one in explain(city, "roads:C").hazards} == rest
    assert (
        main(
            [
                "assess",
                str(town),
                "--results",
                str(tmp_path / "r"),
                "--map",
                str(tmp_path / "m.html"),
            ]
        )
        == 1
    )
    assert hazard in capsys.readouterr().out
    assert said_left_out(tmp_path / "m.html") == hazard
    assert main(["check", str(town)]) == 1
    assert not asked(listener)


def test_a_public_page_names_nothing_internal_that_was_left_out(town, tmp_path):
    for file in ("landslide.gpkg", "flood_10.tif"):
        (town / file).write_text("nothing", encoding="utf-8")
    text = (town / "city.toml").read_text(encoding="utf-8")
    (town / "city.toml").write_text(
        text.replace('name = "landslide"', 'name = "landslide"\nvisibility = "internal"')
    )
    found = assess(read_city(town))
    assert found.provenance["left_out"] == {"flood": "public", "landslide": "internal"}
    assert (
        said_left_out(write_map(found, tmp_path / "internal.html", language="en"))
        == "flood, landslide"
    )
    public = write_map(disclosed(found), tmp_path / "public.html", language="en")
    assert said_left_out(public) == "flood"
    assert "landslide" not in public.read_text(encoding="utf-8")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
@pytest.mark.parametrize("pipe", [True, False])
def test_tables_and_grids_that_are_no_files_of_their_own_are_not_opened(town, pipe):
    city = read_city(town)
    for name in ("straight.csv", "people.csv", "flood_10.tif"):
        (town / name).unlink(missing_ok=True)
        os.mkfifo(town / name) if pipe else (town / name).symlink_to(town / "city.toml")
    with pytest.raises(SourceError, match="is a link, a folder or a device"):
        read_curve(city.curves[0])
    with pytest.raises(SourceError, match="is a link, a folder or a device"):
        read_cells(town / "people.csv", source="population")
    with pytest.raises(
        SourceError,
        match="is a link, a folder or a device" if pipe else "cannot be opened as a grid",
    ):
        open_grid(town / "flood_10.tif")


def test_a_grid_that_proves_damaged_on_the_way_takes_its_hazard_out(town):
    grid = town / "flood_50.tif"
    whole = grid.read_bytes()
    real = pipeline.run_pipeline

    def run(*given, **more):  # the file is cut after it was looked at
        grid.write_bytes(whole[:200])
        return real(*given, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "run_pipeline", run)
        found = assess(read_city(town))
    accounted(found)
    assert "hazard_refused" in codes(found, "flood")
    assert set(found.exposure["hazard"].astype(str)) == {"landslide"}


def test_what_lies_in_a_zone_that_is_not_fit_to_be_used_is_unknown(town):
    # a ring that winds twice around the western half: nobody can tell what it covers, so all in its
    # bounds is unknown
    ring = [(0, 0), (50, 0), (50, 100), (0, 100), (0, 1), (49, 1), (49, 99), (1, 99), (1, 0.5)]
    twice = shapely.Polygon([(X + x, Y + y) for x, y in ring])
    shapes = [twice, shapely.box(X + 80, Y, X + 100, Y + 20)]
    gpd.GeoDataFrame({"CLASS": ["low", "low"]}, geometry=shapes, crs=CRS).to_file(
        town / "landslide.gpkg"
    )
    city = read_city(town)
    landslide = city.hazard("landslide").model_copy(update={"outside": "not exposed"})
    places = np.array([shapely.Point(X + 10, Y + 50), shapely.Point(X + 60, Y + 50)])
    (table,) = intersections(places, open_hazard(landslide, city.crs))
    assert table.sort_values("asset")["intensity"].tolist() == pytest.approx(
        [np.nan, 0.0], nan_ok=True
    )


NINES = "9" * 5_000
DEEP = ".".join("a" for _ in range(20_000))
HOSTILE = {
    "amount = 10,": ("1e308", "1e19", "inf", "nan", "-1", NINES, "9" * 4_000),
    "return_period = 10,": ("1e308", "1e8", "inf", "nan", "0", "-10", "1e-9", NINES, "9" * 400),
    "no_damage_return_period = 5": ("1e308", "inf", "nan", "0", "-5", NINES),
    "exposed_from = 0.1": ("1e308", "inf", "nan", NINES),
}


@pytest.mark.parametrize(
    ("line", "given"), [(line, one) for line, several in HOSTILE.items() for one in several]
)
def test_numbers_without_end_are_a_fault_of_city_toml(edit, ask, line, given):
    key = line.partition(" =")[0]
    town = edit((line, f"{key} = {given}{',' if line.endswith(',') else ''}"))
    for language in LANGUAGES:
        code, said = ask("check", town, language=language)
        assert code == 1
        assert "city.toml" in said
        assert len(said) < 1_000


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{DEEP} = 1", "is nested too deeply"),
        (".".join('"a"' for _ in range(20_000)) + " = 1", "is nested too deeply"),
        (".".join("a" for _ in range(450_000)) + " = 1", "is nested too deeply"),
        (f"[{DEEP}]", "is nested too deeply"),
        ("x = " + "[" * 300 + "]" * 300, "is nested too deeply"),
        ("x = " + "[" * 20_000 + "]" * 20_000, "is nested too deeply"),
        (f"x = {NINES}", "larger than TOML allows"),
        ("x = -9223372036854775809", "larger than TOML allows"),
        ("#" + "x" * 2**20, "the limit is 1 MB"),
    ],
    ids=["dotted", "quoted", "long", "table", "lists", "many lists", "digits", "number", "size"],
)
def test_a_city_toml_that_would_take_for_ever_is_one_line(edit, ask, text, says):
    town = edit()
    with (town / "city.toml").open("a", encoding="utf-8") as stream:
        stream.write(f"\n{text}\n")
    began = time.process_time()
    for command in ("check", "assess", "start"):
        code, said = ask(command, town)
        assert (code, len(said.splitlines())) == (1, 1)
        assert says in said
    assert time.process_time() - began < 10


def test_a_dotted_text_is_no_deep_key(edit):
    read_city(edit(('title = "Roads"', f'title = "{DEEP[:60]} and {"x." * 40}"')))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
@pytest.mark.parametrize(
    "command", ["check", "assess", "map", "damage", "start", "history", "fsck"]
)
def test_a_city_toml_that_is_a_pipe_or_a_device_is_not_opened(town, ask, command):
    (town / "city.toml").unlink()
    os.mkfifo(town / "city.toml")
    code, said = ask(command, town)
    assert (code, "no regular file" in said or "is a link, a folder or a device" in said) == (
        1,
        True,
    )
    (town / "city.toml").unlink()
    (town / "city.toml").symlink_to("/dev/zero")
    assert ask(command, town)[0] == 1


@pytest.mark.parametrize("name", ["city.toml", "straight.csv"])
def test_a_file_of_three_gigabytes_is_not_read(town, ask, name):
    with (town / name).open("wb") as stream:
        stream.truncate(3_000_000_000)  # takes no room
    code, said = ask("check", town)
    most = "1 MB" if name == "city.toml" else "20 MB"
    assert (code, f"limit is {most}" in said) == (1, True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_in_place_of_a_file_that_the_register_holds_is_not_opened(started):
    (started / "roads.gpkg").unlink()
    os.mkfifo(started / "roads.gpkg")
    assert len(assess(read_city(started)).assets) == 5
