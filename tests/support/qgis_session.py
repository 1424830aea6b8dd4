"""One headless QGIS for many checks: started by /usr/bin/python3, it prints what came as JSON.

It imports nothing of the project but the plugin, as QGIS does.
"""

import faulthandler
import json
import os
import sys
import threading
import time
from pathlib import Path


def main(plugins: str, profile: str, jobs: str) -> None:
    faulthandler.enable()
    sys.path[:0] = ["/usr/share/qgis/python/plugins", plugins]
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProject

    application = QgsApplication([], True, profile)
    application.initQgis()
    from processing.core.Processing import Processing

    Processing.initialize()
    from asset_inventory.program import keep_setting

    from asset_inventory import classFactory

    plugin = classFactory(None)
    plugin.initProcessing()
    registry = QgsApplication.processingRegistry()
    came = []
    for job in json.loads(Path(jobs).read_text(encoding="utf-8")):
        for name, value in job["settings"].items():
            keep_setting(name, value)
        context, feedback = QgsProcessingContext(), QgsProcessingFeedback(False)
        context.setProject(QgsProject.instance())
        moved = []
        feedback.progressChanged.connect(moved.append)
        if job.get("cancel") is not None:
            threading.Timer(job["cancel"], feedback.cancel).start()
        algorithm = registry.algorithmById(f"asset_inventory:{job['run']}").create()
        began = time.monotonic()
        results, ok = algorithm.run(job["with"], context, feedback)
        came.append(
            {
                "name": algorithm.displayName(),
                "ok": ok,
                "results": results,
                "log": feedback.textLog(),
                "progress": max(moved, default=0),
                "seconds": time.monotonic() - began,
                "layers": len(context.layersToLoadOnCompletion()),
            }
        )
    plan = Path(jobs).with_name("panel.json")
    panel = play_panel(json.loads(plan.read_text(encoding="utf-8"))) if plan.exists() else {}
    answers = {"jobs": came, "panel": panel}
    Path(jobs).with_suffix(".out").write_text(json.dumps(answers), encoding="utf-8")
    plugin.unload()
    sys.stdout.flush()
    os._exit(
        0
    )  # windows that Python deletes in another order than QGIS are no matter of the plugin


class _Interface:
    """What the panel asks of the window of QGIS."""

    def __init__(self):
        from qgis.core import QgsCoordinateReferenceSystem
        from qgis.gui import QgsMapCanvas

        self.canvas, self.layer = QgsMapCanvas(), None
        self.canvas.resize(400, 300)
        self.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:32749"))

    def mapCanvas(self):
        return self.canvas

    def activeLayer(self):
        return self.layer


def play_panel(plan: dict) -> dict:
    """Validate, zoom, edit an exported layer, submit it, look at its doubts, accept it, stop."""
    from asset_inventory.panel import Panel
    from asset_inventory.program import keep_setting
    from qgis.core import QgsApplication, QgsProject, QgsVectorLayer

    for name, value in plan["settings"].items():
        keep_setting(name, value)
    interface = _Interface()
    panel = Panel(interface)
    seen = {}

    def wait() -> None:
        end = time.monotonic() + 90
        while panel.task is not None and time.monotonic() < end:
            QgsApplication.processEvents()
            time.sleep(0.01)

    def shown() -> dict:
        lines = [[panel.rows.item(row, column) for column in (0, 1)] for row in every(panel)]
        rows = [[first.text(), second.text(), first.data(0x0100)] for first, second in lines]
        layers = QgsProject.instance().mapLayers().values()
        return {
            "status": panel.status.text(),
            "rows": rows,
            "text": panel.text.toPlainText(),
            "layers": {layer.name(): layer.featureCount() for layer in layers},
        }

    panel.file.setFilePath(plan["bad"])
    panel.layer.setText("buildings")
    panel.validate()
    wait()
    seen["validate"] = shown()
    placed = [row for row in every(panel) if panel.rows.item(row, 0).data(0x0100)]
    panel.rows.setCurrentCell(placed[-1], 0)
    panel.zoom()
    extent = interface.canvas.extent()
    seen["extent"] = [
        extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()
    ]  # fmt: skip

    QgsProject.instance().clear()
    layer = QgsVectorLayer(plan["exported"], "exported", "ogr")
    QgsProject.instance().addMapLayer(layer)
    interface.layer = layer
    edit(layer)
    panel.take_active_layer()
    seen["unsaved"] = panel.status.text()
    assert layer.commitChanges(), layer.commitErrors()
    panel.take_active_layer()
    seen["file"] = panel.file.filePath()
    panel.deliver()
    wait()  # of the delivery and, as that goes on with it, of the review
    seen["deliver"] = shown()
    panel.list_submissions()
    wait()
    seen["listed"] = [
        panel.submissions.item(row).text() for row in range(panel.submissions.count())
    ]
    panel.accept()
    wait()
    seen["refused"] = shown()
    panel.doubts.setChecked(True)
    panel.accept()
    wait()
    seen["accepted"] = shown() | {"left": panel.submissions.count()}
    panel.explain()
    seen["no asset"] = (wait(), shown())[1]
    results = QgsVectorLayer(plan["results"] + "|layername=assets_points", "assets", "ogr")
    results.selectByExpression("\"asset_id\" = 'buildings:B'")
    interface.layer = results
    panel.explain()
    seen["explained"] = (wait(), shown())[1]
    panel.start("report", {"CITY": plan["settings"]["city"], "FOLDER": plan["pages"]}, print)
    threading.Timer(1.0, panel.stop).start()
    wait()
    seen["stopped"] = shown()
    return seen


def every(panel) -> range:
    return range(panel.rows.rowCount())


def edit(layer) -> None:
    """Add a field, grow a record, move one, delete one, retype one that loses its id."""
    from qgis.core import NULL, QgsFeature, QgsField
    from qgis.PyQt.QtCore import QMetaType

    assert layer.startEditing()
    layer.addAttribute(QgsField("kondisi", QMetaType.Type.QString))
    fields = layer.fields()
    rows = {feature["ID"]: feature for feature in layer.getFeatures()}
    for name, feature in rows.items():
        layer.changeAttributeValue(feature.id(), fields.indexOf("kondisi"), f"baik {name}")
    moved = rows["B"].geometry()
    moved.translate(5, 0)
    layer.changeGeometry(rows["B"].id(), moved)
    layer.deleteFeature(rows["D"].id())
    layer.changeAttributeValue(rows["A"].id(), fields.indexOf("ID"), NULL)
    layer.changeAttributeValue(rows["A"].id(), fields.indexOf("KIND"), "clinic")
    grown = QgsFeature(fields)
    shape = rows["A"].geometry()
    shape.translate(0, 35)
    grown.setGeometry(shape)
    grown["ID"], grown["NAME"], grown["KIND"], grown["VALUE"] = "N", "<b>Baru</b>", "house", 5
    layer.addFeature(grown)


if __name__ == "__main__":
    main(*sys.argv[1:])
