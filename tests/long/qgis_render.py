"""A project of `write_project` as a real QGIS opens it: every layer, class and theme, and a picture
of each theme.

    /usr/bin/python3 tests/long/qgis_render.py results/semarang/results.qgz [--to FOLDER] [--size 1400x1000]

Asks the QGIS of Debian's own Python (`sudo apt install python3-qgis`), without a screen. The folder
is first copied elsewhere, so that nothing is found but by relative paths. It says each layer with
its classes, whether all layers are valid, drawn by the groups' order and known to the themes, and
writes `<theme>.png` for the first picture and for each hazard map. Exit code 1 where a layer is not
valid, a class has no symbol, or a theme shows less than it names.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402  (the platform must be said before Qt starts)
    QgsApplication,
    QgsExpression,
    QgsMapLayer,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsRuleBasedRenderer,
)
from qgis.PyQt.QtCore import QSize  # noqa: E402


def classes_of(layer: QgsMapLayer) -> list[tuple[str, str]]:
    """Colour and label of every class of a layer, as QGIS has them."""
    renderer = layer.renderer()
    if isinstance(layer, QgsRasterLayer):
        shader = renderer.shader().rasterShaderFunction()
        return [(item.color.name(), item.label) for item in shader.colorRampItemList()]
    if isinstance(renderer, QgsRuleBasedRenderer):
        return [
            (rule.symbol().color().name(), rule.label()) for rule in renderer.rootRule().children()
        ]
    return [(renderer.symbol().color().name(), "")]


def class_faults(layer: QgsMapLayer) -> Iterator[str]:
    """What is wrong with the classes of any of a layer's styles, a sentence each."""
    styles = layer.styleManager()
    usual = styles.currentStyle()
    for style in styles.styles():
        styles.setCurrentStyle(style)
        if not classes_of(layer):
            yield f"{layer.id()}, {style}: no classes"
        renderer = layer.renderer()
        for rule in (
            renderer.rootRule().children() if isinstance(renderer, QgsRuleBasedRenderer) else ()
        ):
            expression = QgsExpression(rule.filterExpression())
            unknown = expression.referencedColumns() - {field.name() for field in layer.fields()}
            if expression.hasParserError() or unknown or rule.symbol() is None:
                yield f"{layer.id()}, {style}: «{rule.label()}» cannot be asked for or drawn"
    styles.setCurrentStyle(usual)


def faults(project: QgsProject) -> Iterator[str]:
    """What is wrong with a project, a sentence each."""
    layers = project.mapLayers()
    for name, layer in layers.items():
        if not layer.isValid():
            yield f"{name}: not valid"
        elif not layer.crs().isValid():
            yield f"{name}: no system"
        else:
            yield from class_faults(layer)
    order = [layer.id() for layer in project.layerTreeRoot().layerOrder()]
    if sorted(order) != sorted(layers):
        yield "the order of drawing does not name every layer"
    themes = project.mapThemeCollection()
    for theme in themes.mapThemes():
        if not themes.mapThemeVisibleLayers(theme):
            yield f"{theme}: shows nothing"
    if project.title() == "" or not project.crs().isValid():
        yield "the project has no title or no system"


def draw(project: QgsProject, theme: str, to: Path, size: QSize) -> None:
    """Draw what a theme shows."""
    themes = project.mapThemeCollection()
    settings = QgsMapSettings()
    settings.setLayers(
        [
            layer
            for layer in project.layerTreeRoot().layerOrder()
            if layer in themes.mapThemeVisibleLayers(theme)
        ]
    )
    settings.setLayerStyleOverrides(themes.mapThemeStyleOverrides(theme))
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setBackgroundColor(project.backgroundColor())
    settings.setOutputSize(size)
    settings.setExtent(project.viewSettings().fullExtent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    for fault in job.errors():
        print(f"  {fault.layerID}: {fault.message}")
    job.renderedImage().save(str(to))


def run() -> int:
    """Do what the command line asks."""
    asking = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asking.add_argument("project", type=Path)
    asking.add_argument("--to", type=Path, default=Path("qgis-pictures"))
    asking.add_argument("--size", default="1400x1000")
    given = asking.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    program = QgsApplication([], False)
    program.initQgis()
    with tempfile.TemporaryDirectory(prefix="qgis-render-") as moved:
        folder = Path(shutil.copytree(given.project.parent, Path(moved) / "elsewhere"))
        project = QgsProject.instance()
        opened = project.read(str(folder / given.project.name))
        print(f"{project.title()}: {project.crs().authid()}, {len(project.mapLayers())} layers")
        for layer in project.layerTreeRoot().layerOrder():
            print(f"  {layer.name()}: {classes_of(layer) if layer.isValid() else 'not valid'}")
        found = [*([] if opened else ["not opened"]), *faults(project)]
        size = QSize(*map(int, given.size.split("x")))
        for place, theme in enumerate(project.mapThemeCollection().mapThemes()):
            draw(
                project,
                theme,
                given.to / f"{place:02}-{re.sub('[^0-9A-Za-z]+', '-', theme)[:60]}.png",
                size,
            )
        project.clear()
    program.exitQgis()
    print("\n".join(found) or "all is well")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(run())
