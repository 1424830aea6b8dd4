"""A QGIS project with the results: the layers, groups, colours and words of the interactive map.

Written as QGIS 3.22 reads it. The tree has the order of the page's controls, and layers are
drawn in the page's order. A theme for each hazard map shows what the page shows when that map is
chosen: the map, the districts' borders, and the assets coloured by how they are counted under it.
Layers have relative addresses, so that the folder may be carried anywhere.
"""

import datetime
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

import numpy as np
import pyproj

from asset_inventory.assessment.run import Assessment
from asset_inventory.io.atomic import together, whole
from asset_inventory.io.geometries import reference_system
from asset_inventory.io.table_files import write_package
from asset_inventory.messages import labelled, say
from asset_inventory.model.city import City
from asset_inventory.model.data_status import status_word
from asset_inventory.model.declarations import Source
from asset_inventory.outputs.exchange.qgis_layers import (
    PACKAGE,
    Drawn,
    Group,
    assets_group,
    box_of,
    context_group,
    districts_group,
    hazards_group,
    mark_layer,
    themes_of,
)
from asset_inventory.outputs.views.city import (
    credits_of,
    exercise_titles,
    format_licence,
    format_use,
    newest_date,
    sources_of,
)
from asset_inventory.outputs.views.city_words import in_city_words
from asset_inventory.outputs.views.qgis_styles import GEOMETRIES, VERSION, paint, xml_text
from asset_inventory.outputs.views.table_view import format_day

# What a source is for (a key of `words` and the name in it), and the source
Used = tuple[str, str, "Source"]
_LANGUAGES = {"id": "IND", "en": "ENG"}  # as QGIS writes them


def layer_metadata(
    identifier: str, title: str, used: Sequence[Used], notes: Iterable[str], language: str
) -> Element:
    """Return a layer's metadata; `notes` are keys of `words`. Exercise data is called so first."""
    sources = [source for _, _, source in used]
    lines = [say("map.exercise", language)] * any(source.exercise for source in sources)
    lines += [
        *(_written_metadata(use, language) for use in used),
        *(say(note, language) for note in notes),
    ]
    node = _described("resourceMetadata", identifier, title, lines, sources, language)
    for source in sources:
        SubElement(node, "license").text = format_licence(source.licence, language)
        SubElement(node, "rights").text = source.publisher or source.title
    return node


def project_metadata(title: str, notes: Iterable[str], city: City, language: str) -> Element:
    """Return a project's metadata with every source of the city; `notes` come first."""
    used = sources_of(city)
    newest = newest_date(city)
    lines = [*notes]
    if newest:
        lines.append(say("map.newest_source", language, date=datetime.date.fromisoformat(newest)))
    lines += [_written_metadata(use, language) for use in used]
    return _described(
        "projectMetadata", city.name, title, lines, [source for _, _, source in used], language
    )


def _written_metadata(used: Used, language: str) -> str:
    use, name, source = used
    date = format_day(source.date, language)
    status = [say("map.status.exercise", language)] * source.exercise
    title = labelled("source", source.title, language)
    licence = format_licence(source.licence, language)
    parts = (title, source.publisher, date, licence, source.url, *status)
    return f"{format_use(use, name, language)}: {' · '.join(filter(None, parts))}"


def _described(
    tag: str,
    identifier: str,
    title: str,
    lines: Iterable[str],
    sources: Sequence[Source],
    language: str,
) -> Element:
    node = Element(tag)
    SubElement(node, "identifier").text = identifier
    SubElement(node, "language").text = _LANGUAGES.get(language, language)
    SubElement(node, "type").text = "dataset"
    SubElement(node, "title").text = title
    SubElement(node, "abstract").text = "\n".join(lines)
    links = SubElement(node, "links")
    for source in {
        source.url: source for source in sources if re.match("https?://", source.url or "")
    }.values():
        name = labelled("source", source.title, language)
        SubElement(links, "link", name=name, type="WWW:LINK", url=source.url)
    dates = SubElement(node, "dates")
    newest = max((source.date for source in sources if source.date), default=None)
    if newest:
        SubElement(dates, "date", type="Published", value=f"{newest.isoformat()}T00:00:00Z")
    return node


PROJECT = "results.qgz"
_GROUND = "#e9eef3"  # the page's, behind everything
# the first date a zip can hold: the same project is the same bytes
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_TOP_LEFT, _BOTTOM_RIGHT = 1, 3  # where QGIS draws a decoration


@in_city_words
def write_project(assessment: Assessment, folder: Path, *, language: str) -> Path:
    """Write `results.qgz` next to the `results.gpkg` of the same assessment, with `map_layers/`;
    return its path.

    The hazard maps and what lies behind them are copied into `map_layers/`, grids in the program's
    unit. Raises SourceError where a file of the city cannot be read, or one of these not be
    written.
    """
    crs = reference_system(assessment.city.crs, source=assessment.city.name)
    box, exercise = box_of(assessment), bool(exercise_titles(assessment))
    mark = (mark_layer(box, crs, language=language),) if exercise and box is not None else ()
    hazards = hazards_group(assessment, language=language)
    districts = districts_group(assessment, crs, language=language)
    assets = assets_group(
        assessment, themes_of(assessment, language=language), crs, language=language
    )
    context = context_group(assessment.city, language=language)
    tree = Group("", (*mark, hazards, districts, assets, context))
    title, notes = (
        _title(assessment, exercise, language),
        _notes(exercise, assessment.audience, language),
    )
    root = Element("qgis", projectname=title, version=VERSION)
    _head(root, crs, box, title)
    _tree(root, tree)
    _order(root, (*mark, *assets.members), hazards, districts, context)
    SubElement(root, "projectlayers").extend(_map_layer(layer, language) for layer in tree.layers())
    _themes(
        root,
        tree,
        hazards,
        (*mark, *assets.members, *districts.members[-1:], *context.members),
        language,
    )
    _properties(
        root,
        crs,
        box,
        {
            "TitleLabel": (" · ".join(notes), _TOP_LEFT),
            "CopyrightLabel": (_credit(assessment.city, language), _BOTTOM_RIGHT),
        },
    )
    root.append(project_metadata(title, notes, assessment.city, language))
    with together(folder, last=PROJECT) as staging:
        _write_layers(tree.layers(), staging, status=status_word(exercise))
        _write_zip(staging / PROJECT, xml_text(root))
    return folder / PROJECT


def _write_layers(layers: Iterable[Drawn], folder: Path, *, status: str) -> None:
    tables = {layer.id: layer.table for layer in layers if layer.table is not None}
    if tables:
        write_package(folder / PACKAGE, tables, {}, {}, status=status)
    for layer in layers:
        if layer.write is not None:
            layer.write(folder / layer.address)


def _write_zip(path: Path, text: str) -> None:
    entry = zipfile.ZipInfo(f"{path.stem}.qgs", date_time=_EARLIEST)
    entry.compress_type, entry.external_attr, entry.create_system = (
        zipfile.ZIP_DEFLATED,
        0o644 << 16,
        3,
    )
    with whole(path) as temporary, zipfile.ZipFile(temporary, "w") as packed:
        packed.writestr(entry, text.encode())


def _title(assessment: Assessment, exercise: bool, language: str) -> str:
    title = say("map.title", language, city=assessment.city.name)
    return f"{title} · {say('map.exercise_mark', language)}" if exercise else title


def _credit(city: City, language: str) -> str:
    return " · ".join(
        f"{name} ({format_licence(licence, language)})" for name, licence in credits_of([city])
    )


def _notes(exercise: bool, audience: str, language: str) -> list[str]:
    """Return what a reader must know before anything else."""
    return [say("map.exercise", language)] * exercise + [say(f"map.{audience}", language)]


def _head(root: Element, crs: pyproj.CRS, box: np.ndarray | None, title: str) -> None:
    """Add the title and where the project lies: its system and what it shows first."""
    SubElement(root, "title").text = title
    _system(SubElement(root, "projectCrs"), crs)
    canvas = SubElement(root, "mapcanvas", name="theMapCanvas", annotationsVisible="1")
    SubElement(canvas, "units").text = "meters"
    if box is not None:
        canvas.append(_extent(_around(box)))
    _system(SubElement(canvas, "destinationsrs"), crs)


def _around(box: np.ndarray) -> np.ndarray:
    """Return a box with a twentieth of its size around it, at least a metre."""
    margin = max(*(box[2:] - box[:2]), 20.0) / 20
    return box + margin * np.array([-1, -1, 1, 1])


def _extent(box: np.ndarray, tag: str = "extent") -> Element:
    extent = Element(tag)
    for name, value in zip(("xmin", "ymin", "xmax", "ymax"), box.tolist(), strict=True):
        SubElement(extent, name).text = repr(value)
    return extent


def _system(parent: Element, crs: pyproj.CRS) -> None:
    system = SubElement(parent, "spatialrefsys", nativeFormat="Wkt")
    SubElement(system, "wkt").text = crs.to_wkt("WKT2_2019")
    authority = crs.to_authority()
    SubElement(system, "authid").text = ":".join(authority) if authority else ""
    SubElement(system, "description").text = crs.name
    SubElement(system, "geographicflag").text = "true" if crs.is_geographic else "false"


def _tree(parent: Element, group: Group) -> None:
    """Add a group's layers and groups to the tree, those that are not open at first folded."""
    node = SubElement(parent, "layer-tree-group")
    if group.name:
        node.attrib.update(
            name=group.name, checked=_checked(group.shown), expanded=str(int(group.shown))
        )
    if group.one_only:
        shown = [place for place, member in enumerate(group.members) if member.shown]
        node.attrib.update(
            {"mutually-exclusive": "1", "mutually-exclusive-child": str(shown[0] if shown else -1)}
        )
    for member in group.members:
        if isinstance(member, Group):
            _tree(node, member)
            continue
        layer = SubElement(
            node,
            "layer-tree-layer",
            {
                "id": member.id,
                "name": member.name,
                "source": member.address,
                "checked": _checked(member.shown),
                "providerKey": _provider(member),
                "expanded": str(int(member.shown)),
                "legend_exp": "",
            },
        )
        if member.counted:
            _options(SubElement(layer, "customproperties"), {"showFeatureCount": "1"})


def _order(
    root: Element, above: Iterable[Drawn], hazards: Group, districts: Group, context: Group
) -> None:
    """Add the order of drawing from the top: borders of districts, hazard map, district colours.

    The base map lies between them and below, by what its layers cover.
    """
    *coloured, outline = districts.members or (None,)

    def covering(what: str) -> list[Drawn]:
        return [layer for layer in context.layers() if layer.above == what]

    ordered = [
        *above,
        *([outline] if outline else []),
        *covering("hazards"),
        *hazards.layers(),
        *covering("districts"),
        *coloured,
        *covering(""),
    ]
    node = SubElement(root.find("layer-tree-group"), "custom-order", enabled="1")
    for layer in ordered:
        SubElement(node, "item").text = layer.id


def _map_layer(layer: Drawn, language: str) -> Element:
    if layer.kind == "grid":
        node = Element("maplayer", type="raster")
    else:
        node = Element("maplayer", type="vector", geometry=GEOMETRIES[layer.kind])
    SubElement(node, "id").text = layer.id
    SubElement(node, "datasource").text = layer.address
    SubElement(node, "layername").text = layer.name
    _system(SubElement(node, "srs"), layer.crs)
    SubElement(node, "provider", encoding="UTF-8").text = _provider(layer)
    node.append(layer_metadata(layer.id, layer.name, layer.sources, layer.notes, language))
    manager = SubElement(node, "map-layer-style-manager", current=say("map.no_hazard", language))
    SubElement(manager, "map-layer-style", name=say("map.no_hazard", language))
    for name, look in layer.looks.items():
        style = SubElement(
            SubElement(manager, "map-layer-style", name=name), "qgis", version=VERSION
        )
        style.extend(_symbology(layer, look))
    node.extend(_symbology(layer, layer.look))
    return node


def _symbology(layer: Drawn, look: Element) -> list[Element]:
    """Return how a layer looks and what its columns are called."""
    if layer.kind == "grid":
        pipe = Element("pipe")
        pipe.append(look)
        return [pipe]
    parts = [look, Element("layerOpacity"), Element("layerGeometryType"), Element("aliases")]
    parts[1].text, parts[2].text = "1", str(list(GEOMETRIES).index(layer.kind))
    for column, name in layer.fields.items():
        SubElement(parts[3], "alias", field=column, name=name)
    return parts


def _provider(layer: Drawn) -> str:
    return "gdal" if layer.kind == "grid" else "ogr"


def _checked(shown: bool) -> str:
    return "Qt::Checked" if shown else "Qt::Unchecked"


def _options(parent: Element, values: Mapping[str, str]) -> None:
    options = SubElement(parent, "Option", type="Map")
    for name, value in values.items():
        SubElement(options, "Option", type="QString", name=name, value=value)


def _themes(
    root: Element, tree: Group, hazards: Group, always: Sequence[Drawn], language: str
) -> None:
    """Add a theme without a hazard map, which opens, and one for each map, as the page shows it."""
    presets = SubElement(root, "visibility-presets")
    usual = say("map.no_hazard", language)
    known = {layer.id for layer in hazards.layers()}
    opened = [layer for layer in tree.layers() if layer.shown and layer.id not in known]
    folders = [(member.name,) for member in tree.members if isinstance(member, Group)]
    folders += [(hazards.name, member.name) for member in hazards.members]
    _theme(presets, usual, opened, folders, usual)
    for hazard in hazards.members:
        for member in hazard.members:
            name = member.members[-1].name
            _theme(
                presets,
                name,
                [*always, *member.members],
                [*folders, (hazards.name, hazard.name, member.name)],
                usual,
            )


def _theme(
    presets: Element,
    name: str,
    layers: Iterable[Drawn],
    folders: Iterable[Sequence[str]],
    usual: str,
) -> None:
    preset = SubElement(
        presets,
        "visibility-preset",
        {"name": name, "has-expanded-info": "0", "has-checked-group-info": "1"},
    )
    for layer in layers:
        SubElement(
            preset, "layer", id=layer.id, visible="1", style=name if name in layer.looks else usual
        )
    checked = SubElement(preset, "checked-group-nodes")
    for folder in folders:
        SubElement(checked, "checked-group-node", id="/".join(folder))


def _properties(
    root: Element, crs: pyproj.CRS, box: np.ndarray | None, labels: Mapping[str, tuple[str, int]]
) -> None:
    """Add relative paths, the page's ground, the marks in corners, and the full extent."""
    properties = SubElement(root, "properties")
    SubElement(SubElement(properties, "Paths"), "Absolute", type="bool").text = "false"
    SubElement(SubElement(properties, "SpatialRefSys"), "ProjectionsEnabled", type="int").text = "1"
    ground = SubElement(properties, "Gui")
    for part, value in zip(("Red", "Green", "Blue"), paint(_GROUND).split(","), strict=False):
        SubElement(ground, f"CanvasColor{part}Part", type="int").text = value
    for name, (text, corner) in labels.items():
        node = SubElement(properties, name)
        SubElement(node, "Enabled", type="bool").text = "true"
        SubElement(node, "Label", type="QString").text = text
        SubElement(node, "Placement", type="int").text = str(corner)
        SubElement(node, "BackgroundColor", type="QString").text = paint("#ffffff", 0.8)
    if box is not None:
        view = SubElement(root, "ProjectViewSettings", UseProjectScales="0")
        sides = zip(("xmin", "ymin", "xmax", "ymax"), map(repr, _around(box).tolist()), strict=True)
        _system(SubElement(view, "PresetFullExtent", dict(sides)), crs)
