"""A QGIS project as its XML says it: every layer is there, and groups, names, colours and
classes are the page's.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely

from asset_inventory.assessment.run import Assessment, assess
from asset_inventory.disclosure.assessment import disclosed
from asset_inventory.messages import labelled, say, with_city_words
from asset_inventory.model.reading import read_city
from asset_inventory.outputs.exchange.qgis import write_project
from asset_inventory.outputs.files.results import write_results
from asset_inventory.outputs.map.city_layer import LETTERS
from asset_inventory.outputs.map.city_map import write_map
from asset_inventory.outputs.map.hazard_layers import hazards_on_map
from asset_inventory.outputs.map.page import STATIC
from asset_inventory.outputs.views.city import counts_of_maps, maps_of
from asset_inventory.outputs.views.style import (
    Classes,
    classify,
    ead_classes,
    exposure_classes,
    intensity_classes,
    label,
    score_classes,
)
from asset_inventory.outputs.views.table_view import years
from tests.support.town import X, Y, write_grid

# fmt: off
CONTEXT = ('[[assets]]\nname = "buildings"', '[[context]]\nname = "Coast & river"\npath = "coast.geojson"\n'
           'source = { title = "Coast", licence = "ODbL-1.0", date = 2024-03-01, url = "https://example.org/coast" }\n'
           '[[assets]]\nname = "buildings"')
# fmt: on
# What XML would read as markup, QGIS as an expression or a path, and what XML cannot hold at all
HOSTILE = "]]><script>alert('1')</script> & [% 1 + 1 %] a/b|layername=x \\\" \x01\x0b\x7f\ufffe"
IN_TOML = HOSTILE.encode("unicode_escape").decode().replace("\\x", "\\u00").replace('"', '\\"')
# What steers a terminal is refused in the name of a hazard
NAMED = IN_TOML.partition(" \\u0001")[0]


@pytest.fixture
def assessment(edit) -> Assessment:
    """The town, with a coastline of one line and one area behind it."""
    town = edit(CONTEXT)
    shapes = [
        shapely.LineString([(X, Y), (X + 100, Y + 90)]),
        shapely.box(X + 90, Y + 90, X + 100, Y + 100),
    ]
    gpd.GeoDataFrame(geometry=shapes, crs="EPSG:32749").to_crs(4326).to_file(
        town / "coast.geojson", driver="GeoJSON"
    )
    return assess(read_city(town))


def written(
    assessment: Assessment, folder: Path, language: str = "en", **options: str
) -> ElementTree.Element:
    """The project of an assessment beside its results, as XML."""
    write_results(assessment, folder, language=language)
    path = write_project(assessment, folder, language=language, **options)
    assert path == folder / "results.qgz"
    with zipfile.ZipFile(path) as packed:
        assert packed.namelist() == ["results.qgs"]
        return ElementTree.fromstring(packed.read("results.qgs").decode().split("\n", 1)[1])


def layer(root: ElementTree.Element, name: str) -> ElementTree.Element:
    return next(one for one in root.iter("maplayer") if one.findtext("layername") == name)


def group(root: ElementTree.Element, *names: str) -> ElementTree.Element:
    found = root.find("layer-tree-group")
    for name in names:
        found = next(one for one in found.findall("layer-tree-group") if one.get("name") == name)
    return found


def names_in(node: ElementTree.Element) -> list[str]:
    return [one.get("name") for one in node if one.tag in ("layer-tree-group", "layer-tree-layer")]


def classes_in(node: ElementTree.Element) -> list[tuple[str, str]]:
    """Colour and label of each class of a renderer: of a symbol, the colour of the one part that
    is not locked.
    """
    items = [
        (item.get("color"), item.get("label"))
        for item in node.findall("./pipe//colorrampshader/item")
    ]
    symbols = {}
    for symbol in node.findall("./renderer-v2/symbols/symbol"):
        (own,) = symbol.findall("layer[@locked='0']")
        options = {
            option.get("name"): option.get("value") for option in own.findall("Option/Option")
        }
        paint = options.get("color") or options["line_color"]
        symbols[symbol.get("name")] = "#" + "".join(
            f"{int(part):02x}" for part in paint.split(",")[:3]
        )
    rules = node.findall("./renderer-v2/rules/rule")
    return items + [(symbols[rule.get("symbol")], rule.get("label")) for rule in rules]


def classes_of(table: Classes, language: str, *, currency: str = "IDR") -> list[tuple[str, str]]:
    return [(one.colour, label(one, table, language, currency=currency)) for one in table.classes]


def test_every_layer_lies_where_the_project_says(assessment, tmp_path):
    root = written(assessment, tmp_path / "out")
    for one in root.iter("maplayer"):
        file, _, name = one.findtext("datasource").partition("|layername=")
        assert file.startswith("./")
        if one.get("type") == "raster":
            with rasterio.open(tmp_path / "out" / file) as grid:
                assert grid.crs.to_epsg() == 32749
            assert one.findtext("provider") == "gdal"
            continue
        found = pyogrio.read_info(tmp_path / "out" / file, layer=name)
        assert {"Point": "Point", "Line": "MultiLineString", "Polygon": "MultiPolygon"}[
            one.get("geometry")
        ] == found["geometry_type"]
        assert one.findtext("srs/spatialrefsys/authid") == "EPSG:32749" == found["crs"]
        assert {alias.get("field") for alias in one.findall("aliases/alias")} <= set(
            found["fields"]
        )
    assert root.findtext("projectCrs/spatialrefsys/authid") == "EPSG:32749"


def test_the_folder_may_be_carried_anywhere(assessment, tmp_path):
    root = written(assessment, tmp_path / "out")
    assert str(tmp_path) not in ElementTree.tostring(root, encoding="unicode")
    assert root.findtext("properties/Paths/Absolute") == "false"


def test_tree_order_and_themes_name_layers_that_are_there(assessment, tmp_path):
    root = written(assessment, tmp_path / "out")
    ids = [one.findtext("id") for one in root.iter("maplayer")]
    assert len(ids) == len(set(ids))
    assert all(len(one) > 10 for one in ids)  # QGIS gives a layer of a shorter id another
    assert [one.get("id") for one in root.iter("layer-tree-layer")] == ids
    assert sorted(one.text for one in root.findall("layer-tree-group/custom-order/item")) == sorted(
        ids
    )
    styles = {
        one.findtext("id"): {style.get("name") for style in one.iter("map-layer-style")}
        for one in root.iter("maplayer")
    }
    for theme in root.iter("visibility-preset"):
        shown = theme.findall("layer")
        assert len(shown) > 4
        assert all(one.get("style") in styles[one.get("id")] for one in shown)


def test_what_lies_above_on_the_page_lies_above_here(assessment, tmp_path):
    root = written(assessment, tmp_path / "out")
    drawn = [one.text for one in root.findall("layer-tree-group/custom-order/item")]
    hazards = [one for one in drawn if one.startswith("hazard-map-")]
    assert drawn == [
        "exercise-mark",
        "assets_points",
        "assets_lines",
        "assets_polygons",
        "districts-outline",
        *hazards,
        "districts-ead",
        "districts-score",
        "context-1-coast-river-line",
        "context-1-coast-river-polygon",
    ]


def test_a_base_map_has_the_colours_and_the_order_of_the_page(edit, tmp_path):
    line, area = shapely.LineString([(X, Y), (X + 100, Y + 90)]), shapely.box(X, Y, X + 9, Y + 9)
    # in the order of city.toml, which is not that of drawing
    shapes = {"built_up": area, "water": area, "river": line, "coast": line, "road": line}
    shapes |= {"boundary": area, "place": shapely.Point(X, Y)}
    entry = '[[context]]\nkind = "{0}"\npath = "{0}.gpkg"\nsource = {{ title = "T", licence = "MIT" }}\n'
    first = '[[assets]]\nname = "buildings"'
    town = edit((first, "".join(map(entry.format, shapes)) + first))
    for kind, shape in shapes.items():
        gpd.GeoDataFrame(geometry=[shape], crs="EPSG:32749").to_file(town / f"{kind}.gpkg")
    root = written(assess(read_city(town)), tmp_path / "out")
    symbols = {kind: layer(root, kind).find("renderer-v2/symbols/symbol") for kind in shapes}
    colours = {}
    for kind, symbol in symbols.items():
        (own,) = symbol.findall("layer[@locked='0']")
        values = {one.get("name"): one.get("value") for one in own.findall("Option/Option")}
        parts = (values.get("line_color") or values["color"]).split(",")
        colours[kind] = "#" + "".join(f"{int(part):02x}" for part in parts[:3])
        assert ("dash" in values.values()) == (kind == "boundary")
    script = (STATIC / "src" / "base_map.js").read_text(encoding="utf-8")
    for kind, painter in (
        ("built_up", r"built_up: filled\("),
        ("water", r"water: filled\("),
        ("river", r"paintRivers\(.*?line\(.*?\), "),
        ("coast", r"paintCoast\(.*?line\(.*?\), "),
        ("road", r"paintRoads\(.*line\(brush, paths, (?=.#ffffff)"),
        ("boundary", r"paintBorder\(.*?line\(.*?\), "),
    ):
        assert colours[kind] == re.search(f'{painter}"(#[0-9a-f]+)"', script, re.S)[1], kind
    drawn = [one.text for one in root.findall("layer-tree-group/custom-order/item")]
    of_base_map = [re.sub(r"context-\d-(.*)-(point|line|polygon)", r"\1", one) for one in drawn]
    kept = {"districts-outline", "hazard-map-1-flood-10", "districts-ead", "built-up", *shapes}
    assert [one for one in of_base_map if one in kept] == [
        "districts-outline",
        "place",
        "boundary",
        "road",
        "hazard-map-1-flood-10",
        "coast",
        "water",
        "river",
        "districts-ead",
        "built-up",
    ]


@pytest.mark.chromium
@pytest.mark.parametrize("language", ["en", "id"])
def test_groups_and_layers_are_called_as_the_pages_controls_are(
    assessment, tmp_path, open_page, language
):
    root = written(assessment, tmp_path / "out", language)
    page = open_page(write_map(assessment, tmp_path / "map.html", language=language)).page

    def said(selector: str) -> list[str]:
        return page.eval_on_selector_all(selector, "all => all.map(one => one.textContent.trim())")

    # Without the mark of exercise data, which nobody can take off the page
    groups = names_in(group(root))[1:]
    hazards, districts, assets, context = groups
    assert hazards == page.get_attribute("#hazard", "aria-label")
    assert [districts, assets, context] == said("#panel-layers fieldset legend")
    assert names_in(group(root, hazards)) == said("#hazard option")[1:]
    # the page alone colours districts by damage relative to value, which its list is sorted by
    radios = said("label:has(input[name=districts]:not([value=ead_per_value]))")
    assert [re.sub(r"\s*\d*$", "", one) for one in radios] == names_in(group(root, districts))
    states = said("label:has([id^=show-]:not([id^=show-context], #show-names)) [data-word]")
    for name in names_in(group(root, assets)):
        assert name.startswith(f"{assets}: ")
        assert [text for _, text in classes_in(layer(root, name))] == states
    for name in names_in(group(root, context)):
        assert said("label:has(#show-context-0)")[0].startswith(name.rpartition(": ")[0])


@pytest.mark.chromium
@pytest.mark.parametrize("language", ["en", "id"])
def test_hazard_maps_are_called_as_in_the_pages_slider_and_legend(
    assessment, tmp_path, open_page, language
):
    root = written(assessment, tmp_path / "out", language)
    page = open_page(write_map(assessment, tmp_path / "map.html", language=language)).page
    texts = "all => all.map(one => one.textContent.replaceAll('\\u00a0', ' '))"
    hazards = say("map.hazard", language)
    for number, hazard in enumerate(names_in(group(root, hazards))):
        page.select_option("#hazard", str(number))
        for place, period in enumerate(names_in(group(root, hazards, hazard))):
            if page.is_visible("#period"):  # one map alone needs no slider
                page.fill("#period", str(place))
            assert page.text_content("#period-text") == period
            *above, title = names_in(group(root, hazards, hazard, period))
            assert page.text_content("#legend-body h2") == title
            labels = [text for _, text in classes_in(layer(root, title))]
            # what a grid does not say is a layer of its own
            labels += [classes_in(layer(root, one))[0][1] for one in above]
            assert labels[-1] == say("map.class.no_data", language)
            # the page lists it where it is drawn: the zones of the landslide leave nothing open
            on_page = labels if above else labels[:-1]
            assert on_page == page.eval_on_selector_all("#legend-body ul:first-of-type li", texts)


@pytest.mark.parametrize("language", ["en", "id"])
def test_colours_and_labels_are_those_of_the_class_tables(assessment, tmp_path, language):
    root = written(assessment, tmp_path / "out", language)
    states = [
        one
        for one in classes_of(exposure_classes(), language)
        if one[1] != say("map.class.unusable", language)
    ]
    for name in names_in(group(root, say("map.assets", language))):
        assert classes_in(layer(root, name)) == states
    ead = ead_classes(assessment.district_damage["ead"])
    assert classes_in(layer(root, say("map.layer.ead", language))) == classes_of(ead, language)
    assert classes_in(layer(root, say("map.layer.score", language))) == classes_of(
        score_classes(), language
    )
    flood, landslide = hazards_on_map(assessment)
    with with_city_words(assessment.city.words):
        words = {name: labelled("hazard", name, language) for name in ("flood", "landslide")}
        words |= {
            one.hazard.name + " of": labelled("measure", one.hazard.intensity.measure, language)
            for one in (flood, landslide)
        }
    *known, unknown = classes_of(flood.classes, language)
    for period in flood.periods:
        title = f"{words['flood']}, {years(period, language)}: "
        assert classes_in(layer(root, title + words["flood of"])) == known
        inside, edge = classes_in(layer(root, title + say("map.class.no_data", language)))
        assert (inside, edge[1]) == (unknown, say("map.legend.beyond", language))
    title = f"{words['landslide']}, {say('map.scenario', language)}: {words['landslide of']}"
    assert classes_in(layer(root, title)) == classes_of(landslide.classes, language)


def test_at_first_it_shows_what_the_page_shows(assessment, tmp_path):
    root = written(assessment, tmp_path / "out")
    groups = {one.get("name"): one for one in root.iter("layer-tree-group") if one.get("name")}
    assert {name for name, one in groups.items() if one.get("checked") == "Qt::Unchecked"} == {
        "10 years",
        "50 years",
        "100 years",
        "scenario (no return period)",
    }
    assert [
        one.get("name")
        for one in root.iter("layer-tree-layer")
        if one.get("checked") == "Qt::Unchecked"
    ] == ["asset priority score", "boundaries only"]
    assert groups["Districts"].get("mutually-exclusive-child") == "0"
    assert groups["flood (shock), 3 maps"].get("mutually-exclusive-child") == "-1"


def test_assets_are_coloured_under_each_map_as_the_page_counts_them(assessment, tmp_path):
    root = written(assessment, tmp_path / "out")
    assets = [one for one in root.iter("maplayer") if one.findtext("id").startswith("assets_")]
    letters = np.concatenate(
        [
            pyogrio.read_dataframe(tmp_path / "out" / "results.gpkg", layer=one.findtext("id"))[
                "state_by_map"
            ]
            for one in assets
        ]
    )
    counts, place = counts_of_maps(assessment.exposure_counts), 0
    known = {(name, years(period, "en")): row for (name, period), row in counts.items()}
    for hazard, periods in maps_of(assessment):
        for period in periods:
            found = {
                state: sum(one[place] == letter for one in letters)
                for state, letter in LETTERS.items()
            }
            assert found == {state: known[hazard, years(period, "en")][state] for state in LETTERS}
            title = f"{hazard}, {years(period, 'en')}: "
            style = next(
                one
                for one in assets[0].iter("map-layer-style")
                if one.get("name").startswith(title)
            )
            place += 1
            assert [rule.get("filter") for rule in style.iter("rule")] == [
                f"substr(\"state_by_map\", {place}, 1) = '{letter}'" for letter in "eun"
            ]


def test_a_theme_shows_a_map_as_the_page_does(assessment, tmp_path):
    root = written(assessment, tmp_path / "out")
    themes = {one.get("name"): one for one in root.iter("visibility-preset")}
    assert list(themes) == [
        "no hazard map",
        "flood, 10 years: water depth",
        "flood, 50 years: water depth",
        "flood, 100 years: water depth",
        "landslide, scenario (no return period): susceptibility class",
    ]
    flood = themes["flood, 10 years: water depth"]
    assert {one.get("id") for one in flood.findall("layer")} == {
        "exercise-mark",
        "assets_points",
        "assets_lines",
        "assets_polygons",
        "districts-outline",
        "hazard-map-1-flood-10",
        "hazard-map-1-flood-10-unknown",
        "context-1-coast-river-line",
        "context-1-coast-river-polygon",
    }
    assert "Hazard/flood (shock), 3 maps/10 years" in [
        one.get("id") for one in flood.iter("checked-group-node")
    ]
    assert {
        one.get("style") for one in flood.findall("layer") if one.get("id").startswith("assets")
    } == {"flood, 10 years: water depth"}


def test_a_cell_has_the_class_that_the_page_gives_it(edit, tmp_path):
    # centimetres on and beside the breaks at 0.1 (where exposure begins), 0.3, 0.7 and 1.5 m
    centimetres = np.array(
        [[-5.0, 0.0, 9.99, 10.0], [29.99, 30.0, 69.99, 70.0], [149.0, 150.0, 400.0, -9999.0]]
    )
    town = edit(
        (
            'intensity = { measure = "water depth", unit = "m" }\nexposed_from = 0.1',
            'intensity = { measure = "water depth", unit = "cm", breaks = [30, 70, 150] }\nexposed_from = 10',
        )
    )
    for period in (10, 50, 100):
        write_grid(town / f"flood_{period}.tif", centimetres, cell=25.0)
    root = written(assess(read_city(town)), tmp_path / "out")
    one = layer(root, "flood, 10 years: water depth")
    with rasterio.open(tmp_path / "out" / one.findtext("datasource")) as grid:
        metres, mask = grid.read(1), grid.read_masks(1)
    assert (
        np.isnan(metres).ravel().tolist() == (mask == 0).ravel().tolist() == [False] * 11 + [True]
    )
    table = intensity_classes([], unit="m", threshold=0.1, breaks=(0.3, 0.7, 1.5))
    # as QGIS reads it: nothing up to the clear entry, else the first item that is not less
    clear = one.find(".//pixelListEntry")
    tops = np.array([float(item.get("value")) for item in one.iter("item")])
    known = metres[~np.isnan(metres)]
    found = np.where(
        known <= float(clear.get("max")), 255, np.searchsorted(tops, known, side="left")
    )
    assert float(clear.get("min")) < known.min()
    assert (
        found.tolist() == classify(known, table).tolist() == [255, 255, 255, 0, 0, 1, 1, 2, 2, 3, 3]
    )


def test_what_a_grid_does_not_say_is_an_area_and_its_end_a_line(assessment, tmp_path):
    written(assessment, tmp_path / "out")
    package = tmp_path / "out" / "map_layers" / "map_layers.gpkg"
    parts = (
        pyogrio.read_dataframe(package, layer="hazard-map-1-flood-10-unknown")
        .set_index("part")
        .geometry
    )
    # the north-eastern cell, and the outline of all four
    assert parts["inside"].equals(
        shapely.MultiPolygon([shapely.box(X + 50, Y + 50, X + 100, Y + 100)])
    )
    assert parts["edge"].equals(shapely.MultiPolygon([shapely.box(X, Y, X + 100, Y + 100)]))


def test_a_grid_that_says_everything_has_no_such_layer(edit, tmp_path):
    town = edit(
        ('nodata_means = "unknown"', 'nodata_means = "not exposed"\noutside = "not exposed"')
    )
    root = written(assess(read_city(town)), tmp_path / "out")
    assert not [
        one for one in root.iter("maplayer") if one.findtext("layername").endswith("no data")
    ]


def test_exercise_data_says_so_everywhere(assessment, tmp_path):
    root = written(assessment, tmp_path / "out", "id")
    assert root.findtext("title") == "Peta keterpaparan dan kerusakan aset Tiny Town · DATA REKAAN"
    assert root.findtext("properties/TitleLabel/Label").startswith(
        "DATA REKAAN UNTUK PELATIHAN, bukan dasar pengambilan keputusan · "
    )
    mark = layer(root, "DATA REKAAN")
    assert mark.find(".//Option[@name='chr']").get("value") == "DATA REKAAN"
    flood = layer(root, "banjir, 10 tahun: kedalaman air").findtext("resourceMetadata/abstract")
    assert flood.startswith("DATA REKAAN UNTUK PELATIHAN, bukan dasar pengambilan keputusan\n")
    assert "LATIHAN" not in layer(
        root, "tanah longsor, skenario (tanpa kala ulang): kelas kerawanan"
    ).findtext("resourceMetadata/abstract")


@pytest.mark.slow
def test_real_data_does_not(edit, tmp_path):
    root = written(assess(read_city(edit((", exercise = true", "")))), tmp_path / "out")
    assert "EXERCISE" not in ElementTree.tostring(root, encoding="unicode")


@pytest.mark.slow
def test_layers_say_who_made_them_when_and_under_which_licence(assessment, tmp_path):
    root = written(assessment, tmp_path / "out")
    coast = layer(root, "Coast & river: lines").find("resourceMetadata")
    assert coast.findtext("abstract") == (
        "Base map: Coast & river: Coast · 1 March 2024 · ODbL-1.0 · https://example.org/coast"
    )
    assert (coast.findtext("license"), coast.findtext("rights")) == ("ODbL-1.0", "Coast")
    assert coast.find("dates/date").get("value") == "2024-03-01T00:00:00Z"
    assert coast.find("links/link").get("url") == "https://example.org/coast"
    whole = root.findtext("projectMetadata/abstract").splitlines()
    assert whole[:3] == [
        say("map.exercise", "en"),
        say("map.internal", "en"),
        "Most recent source: 1 March 2024",
    ]
    assert whole[3:] == [
        "Districts: Districts · undated · CC0-1.0",
        "Assets: buildings: Buildings · undated · CC0-1.0",
        "Assets: roads: Roads · undated · CC0-1.0",
        "Hazard: flood: Flood · undated · CC0-1.0 · fictitious",
        "Hazard: landslide: Landslide · undated · CC0-1.0",
        "Damage curve: flood: by pencil · undated · CC0-1.0",
        "Base map: Coast & river: Coast · 1 March 2024 · ODbL-1.0 · https://example.org/coast",
    ]


def test_hostile_words_are_text(edit, tmp_path):
    town = edit(
        ('name = "Tiny Town"', f'name = "{IN_TOML}"'),
        ('name = "flood"', f'name = "{NAMED}"'),
        ('hazard = "flood"', f'hazard = "{NAMED}"'),
        ('measure = "water depth"', f'measure = "{IN_TOML}"'),
        ('order = ["low", "high"]', f'order = ["{IN_TOML}", "high"]'),
        ('title = "Flood", licence = "CC0-1.0"', f'title = "{IN_TOML}", licence = "{IN_TOML}"'),
    )
    root = written(assess(read_city(town)), tmp_path / "out")
    seen = [text for one in root.iter() for text in (one.text or "", *one.attrib.values())]
    assert not [
        text
        for text in seen
        if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", text)
    ]
    assert not [text for text in seen if "[%" in text]
    assert not list(root.iter("script"))
    text = "]]><script>alert('1')</script> & [\u200b% 1 + 1 %] a/b|layername=x \\\" \ufffd\ufffd\ufffd\ufffd"
    hazard = text.partition(" \ufffd")[0] + " (shock), 3 maps"
    assert names_in(group(root, "Hazard"))[0] == hazard
    assert root.findtext("title").startswith("Asset exposure and damage map of " + text[:40])
    high = next(one for one in root.iter("rule") if one.get("label") == "high")
    assert high.get("filter") == '"intensity" >= 2.0'
    files = {path.name for path in (tmp_path / "out" / "map_layers").iterdir()}
    assert all(re.fullmatch("[0-9a-z._-]{1,80}", name) for name in files)
    for theme in root.iter("visibility-preset"):
        known = {f"Hazard/{hazard}/{name}" for name in names_in(group(root, "Hazard", hazard))}
        opened = {one.get("id") for one in theme.iter("checked-group-node")}
        assert {name for name in opened if name.startswith(f"Hazard/{hazard}/")} <= known


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "id"])
def test_the_same_assessment_is_the_same_bytes(assessment, tmp_path, language):
    for name in ("one", "two"):
        written(assessment, tmp_path / name, language)
    files = sorted((tmp_path / "one" / "map_layers").glob("*.tif"))
    assert len(files) == 3
    for file in [tmp_path / "one" / "results.qgz", *files]:
        other = tmp_path / "two" / file.relative_to(tmp_path / "one")
        assert file.read_bytes() == other.read_bytes()


def test_a_public_project_holds_what_is_public(edit, tmp_path):
    town = edit(
        ('name = "landslide"', 'name = "landslide"\nvisibility = "internal"'),
        ('name = "roads"', 'name = "roads"\nvisibility = "public"'),
    )
    root = written(disclosed(assess(read_city(town))), tmp_path / "out")
    text = ElementTree.tostring(root, encoding="unicode")
    assert "landslide" not in text
    assert "buildings" not in text
    assert "INTERNAL" not in text
    assert say("map.public", "en") in root.findtext("properties/TitleLabel/Label")
    assert [
        name
        for name, _ in pyogrio.list_layers(tmp_path / "out" / "map_layers" / "map_layers.gpkg")
        if name.startswith("hazard")
    ] == [f"hazard-map-1-flood-{period}-unknown" for period in (10, 50, 100)]


def test_a_city_without_places_still_has_a_project(edit, tmp_path):
    town = edit(
        (
            '[districts]\npath = "districts.gpkg"\nid = "CODE"\n'
            'source = { title = "Districts", licence = "CC0-1.0" }\n',
            "",
        )
    )
    for name in ("buildings", "roads"):
        table = pyogrio.read_dataframe(town / f"{name}.gpkg")
        (town / f"{name}.gpkg").unlink()
        table.set_geometry([None] * len(table)).to_file(town / f"{name}.gpkg", driver="GPKG")
    root = written(assess(read_city(town)), tmp_path / "out")
    assert names_in(group(root)) == ["Hazard", "Districts", "Assets", "Base map"]
    assert root.find("mapcanvas/extent") is None
