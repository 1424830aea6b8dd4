"""The panel: data quality issues with «zoom to», data submissions with their doubts, settings.

Everything runs as a task of QGIS, in the background; the panel shows what the program answers.
Texts from data are shown as plain text everywhere.
"""

import json
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsProviderRegistry,
    QgsRectangle,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDockWidget,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from .messages import LANGUAGES, say
from .program import PREFIX, keep_setting, setting
from .provider import asset_of, findings_of, stored_layers

_WGS84 = "EPSG:4326"
_LEAST = 0.002  # degrees that «zoom to» shows at least: about 200 m
_DATA = Qt.ItemDataRole.UserRole
_COLOURS = {"before": "#1565c0", "after": "#e65100"}
_FOLDER = QgsFileWidget.StorageMode.GetDirectory


class _Feedback(QgsProcessingFeedback):
    """Keeps the last error, which the panel shows."""

    def __init__(self):
        super().__init__(False)
        self.error = ""

    def reportError(self, error, fatalError=False):  # noqa: N803 - the name of QGIS
        self.error = error
        super().reportError(error, fatalError)


class Panel(QDockWidget):
    """Runs the algorithms of the provider and shows their answers."""

    def __init__(self, iface):
        super().__init__(say("panel.title"))
        self.setObjectName("AssetInventoryPanel")
        self.iface = iface
        self.task = self.feedback = self.context = self.algorithm = self.ended = None
        self.tabs = QTabWidget()
        self.tabs.addTab(self._findings_tab(), say("panel.findings"))
        self.tabs.addTab(self._submissions_tab(), say("panel.submissions"))
        self.tabs.addTab(self._settings_tab(), say("panel.settings"))
        self.status = QLabel()
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.stop_button = _button("panel.cancel", self.stop)
        self.rows = QTableWidget(0, 3)
        self.rows.setHorizontalHeaderLabels(
            [say("panel.severity"), say("panel.finding"), say("panel.count")]
        )
        self.rows.setWordWrap(True)
        self.rows.setAlternatingRowColors(True)
        self.rows.setShowGrid(False)
        # a scroll bar that comes later would take width from sentences that are laid out
        self.rows.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.rows.verticalHeader().hide()
        self.rows.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.rows.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.rows.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        header = self.rows.horizontalHeader()
        for column, mode in enumerate(("ResizeToContents", "Stretch", "ResizeToContents")):
            header.setSectionResizeMode(column, getattr(QHeaderView.ResizeMode, mode))
        header.sectionResized.connect(lambda *_: self.rows.resizeRowsToContents())
        self.rows.cellDoubleClicked.connect(lambda *_: self.zoom())
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumHeight(110)
        whole, layout = QWidget(), QVBoxLayout()
        layout.addWidget(self.tabs)
        layout.addLayout(_row(self.bar, self.stop_button))
        layout.addWidget(self.status)
        layout.addWidget(self.rows, 1)
        layout.addLayout(_row(_button("panel.zoom", self.zoom), stretch=True))
        layout.addWidget(self.text)
        whole.setLayout(layout)
        self.setWidget(whole)
        self.text.hide()
        self._busy(False)

    def _findings_tab(self):
        self.file = QgsFileWidget()
        self.layer, self.author = QLineEdit(), QLineEdit()
        form = _form(
            ("panel.file", self.file), ("panel.layer", self.layer), ("panel.author", self.author)
        )
        form.layout().insertRow(1, "", _button("panel.active", self.take_active_layer))
        self.starters = [
            _button("panel.validate", self.validate),
            _button("panel.deliver", self.deliver),
            _button("panel.explain", self.explain),
        ]
        form.layout().addRow(_row(*self.starters))
        return form

    def _submissions_tab(self):
        self.submissions = QListWidget()
        self.submissions.setMaximumHeight(110)
        self.submissions.setWordWrap(True)
        self.doubts = QCheckBox(say("panel.doubts"))
        buttons = [
            _button("panel.refresh", self.list_submissions),
            _button("panel.review", self.review),
            _button("panel.accept", self.accept),
            _button("panel.reject", self.reject),
        ]
        self.starters += buttons
        tab, layout = QWidget(), QVBoxLayout()
        layout.addWidget(self.submissions)
        layout.addWidget(self.doubts)
        layout.addLayout(_row(*buttons))
        tab.setLayout(layout)
        return tab

    def _settings_tab(self):
        self.city, self.program, self.language = QgsFileWidget(), QgsFileWidget(), QComboBox()
        self.city.setStorageMode(_FOLDER)
        self.city.setFilePath(setting("city"))
        self.program.setFilePath(setting("program"))
        names = (("", say("panel.language_of_qgis")), ("en", "English"), ("id", "Bahasa Indonesia"))
        for code, name in names:
            self.language.addItem(name, code)
        self.language.setCurrentIndex(("", *LANGUAGES).index(setting("language")))
        self.city.fileChanged.connect(lambda path: keep_setting("city", path))
        self.program.fileChanged.connect(lambda path: keep_setting("program", path))
        self.language.currentIndexChanged.connect(
            lambda _: keep_setting("language", self.language.currentData())
        )
        return _form(
            ("panel.city", self.city),
            ("panel.program", self.program),
            ("panel.language", self.language),
        )

    # What the buttons do

    def take_active_layer(self):
        """Choose the file of the active layer."""
        layer = self.iface.activeLayer()
        path = _file_of(layer)
        if not path:
            return self._tell("panel.no_file")
        if layer.isEditable() and layer.isModified():
            return self._tell("panel.unsaved")
        self.file.setFilePath(path)

    def validate(self):
        """Judge the file; features in quarantine become a layer."""
        given = self._of_file()
        if given:
            given["QUARANTINE"] = QgsProcessing.TEMPORARY_OUTPUT
            self.start("validate", given, self.show_validation)

    def deliver(self):
        """Submit the file, then show what it changes."""
        given = self._of_file()
        if given:
            self.start("deliver", given | {"AUTHOR": self.author.text()}, self.show_delivery)

    def explain(self):
        """Explain the selected feature of the active layer."""
        layer = self.iface.activeLayer()
        asset = asset_of(layer) if isinstance(layer, QgsVectorLayer) else ""
        self.start("explain", self._of_city() | {"ASSET": asset}, lambda *_: self.show_rows([]))

    def list_submissions(self):
        """List what waits for a decision."""
        self.start("review", self._of_city(), self.show_submissions)

    def review(self):
        """Show the chosen data submission in full, its doubts as pairs on the map."""
        if self._chosen() is not None:
            self.start("review", self._of_city() | {"ID": self._chosen()}, self.show_review)

    def accept(self):
        """Accept the chosen data submission."""
        if self._chosen() is not None:
            given = {"ID": self._chosen(), "ALLOW_DOUBTS": self.doubts.isChecked()}
            self.start("accept", self._of_city() | given, lambda *_: self.list_submissions())

    def reject(self):
        """Reject the chosen data submission, with a reason."""
        if self._chosen() is None:
            return
        why, ok = QInputDialog.getText(self, say("reject"), say("panel.why"))
        if ok and why.strip():
            given = self._of_city() | {"ID": self._chosen(), "WHY": why}
            self.start("reject", given, lambda *_: self.list_submissions())

    def stop(self):
        """Stop the command that runs."""
        if self.feedback is not None:
            self.feedback.cancel()

    def zoom(self):
        """Show the place of the chosen row on the map."""
        item = self.rows.item(self.rows.currentRow(), 0)
        bounds = item.data(_DATA) if item is not None else None
        if not bounds:
            return self._tell("panel.no_place")
        box, canvas = QgsRectangle(*bounds), self.iface.mapCanvas()
        shape = QgsGeometry.fromRect(box) if box.area() else QgsGeometry.fromPointXY(box.center())
        source = QgsCoordinateReferenceSystem(_WGS84)
        box.grow(max(0.0, (_LEAST - max(box.width(), box.height())) / 2))
        target = canvas.mapSettings().destinationCrs()
        if target.isValid():
            way = QgsCoordinateTransform(source, target, QgsProject.instance())
            box = way.transformBoundingBox(box)
        canvas.setExtent(box)
        canvas.refresh()
        canvas.flashGeometries([shape], source)

    # How a command runs

    def start(self, name, given, then):
        """Run an algorithm in the background; `then` gets its answer and its outputs."""
        if self.task is not None:
            return
        registry = QgsApplication.processingRegistry()
        self.algorithm = registry.createAlgorithmById(f"{PREFIX}:{name}")
        self.feedback, self.context = _Feedback(), QgsProcessingContext()
        self.context.setProject(QgsProject.instance())
        self.feedback.progressChanged.connect(lambda share: self.bar.setValue(int(share)))
        self.task = QgsProcessingAlgRunnerTask(self.algorithm, given, self.context, self.feedback)
        # later, for the task still holds its algorithm and feedback while it says that it has ended
        self.task.executed.connect(
            lambda ok, results: QTimer.singleShot(0, lambda: self._ended(name, ok, results, then))
        )
        self._busy(True)
        self.status.setText(say("panel.busy", name=say(name)))
        QgsApplication.taskManager().addTask(self.task)

    def _ended(self, name, ok, results, then):
        feedback, self.task = self.feedback, None
        self.ended = (self.algorithm, feedback, self.context)  # QGIS deletes its task after this
        self._busy(False)
        if not ok:
            stopped = feedback.isCanceled() and not feedback.error
            self.status.setText(say("program.stopped") if stopped else feedback.error.strip())
            return
        self.text.setPlainText(feedback.textLog().strip())
        self.text.setVisible(bool(feedback.textLog().strip()))
        self.status.setText(say("panel.ready", name=say(name)))
        then(json.loads(results["ANSWER"]), results)

    def _busy(self, busy):
        self.stop_button.setEnabled(busy)
        self.bar.setRange(0, 100)
        self.bar.setValue(0)
        for button in self.starters:
            button.setEnabled(not busy)

    # What is shown

    def show_rows(self, rows):
        """Show rows of severity, message, count and bounds."""
        rows = [*rows]
        self.rows.setRowCount(len(rows))
        for place, (severity, message, count, bounds) in enumerate(rows):
            texts = (say(f"severity.{severity}"), message, str(count or ""))
            for column, text in enumerate(texts):
                self.rows.setItem(place, column, QTableWidgetItem(text))
            self.rows.item(place, 0).setData(_DATA, bounds)
        self.rows.resizeRowsToContents()

    def show_validation(self, answer, results):
        """Show the issues of a file, and its quarantine as a layer."""
        names = ("read", "kept", "repaired", "quarantined")
        counts = {name: answer[f"features_{name}"] for name in names}
        self.status.setText(say("panel.counts", **counts))
        self.text.hide()  # the table has the same sentences
        self.show_rows(
            (row["severity"], row["message"], row["count"], row["bounds"])
            for row in answer["problems"]
        )
        path = results.get("QUARANTINE")
        for layer in stored_layers(Path(path)) if path and counts["quarantined"] else ():
            layer.setName(say("layer.quarantine", name=answer["source"]))
            symbol = _symbol(layer)
            if symbol is not None:
                layer.setRenderer(QgsSingleSymbolRenderer(symbol))
            QgsProject.instance().addMapLayer(layer)

    def show_delivery(self, answer, _):
        """Show the issues of a delivery, and go on with what it changes."""
        found = [
            (row["severity"], row["message"], row.get("count"), row.get("feature"))
            for row in findings_of(answer)
        ]
        if answer["delivery"] is None:
            return self.show_rows((*row[:3], None) for row in found)
        given = self._of_city() | {"ID": answer["delivery"]["id"]}
        self.start("review", given, lambda *came: self.show_review(*came, found=found))

    def show_submissions(self, answer, _):
        """List pending data submissions."""
        self.submissions.clear()
        self.show_rows([])
        for row in answer["deliveries"]:
            names = ("id", "layer", "added", "edited", "removed", "doubts", "conflicts")
            about = {name: row[name] for name in names} | {"file": row["file_name"] or "-"}
            item = QListWidgetItem(say("panel.submission", **about))
            item.setData(_DATA, row["id"])
            self.submissions.addItem(item)
        self.submissions.setCurrentRow(0)

    def show_review(self, answer, _, found=()):
        """Show doubts, conflicts and changes of a data submission, the doubts on the map too."""
        delivery = answer["delivery"]
        places = delivery["places"]

        def place(asset_id):
            sides = places.get(asset_id) or {}
            return sides.get("after") or sides.get("before")

        rows = [(*row[:3], place(row[3])) for row in found]
        # whole assets and geometries first, then cells
        delivery["changes"].sort(key=lambda row: row["column"] not in (None, "geometry"))
        for kind in ("doubts", "conflicts", "changes"):
            for row in delivery[kind]:
                rows.append((kind[:-1], row["message"], None, place(row["asset_id"])))
        self.show_rows(rows)
        project, mark = QgsProject.instance(), f"{PREFIX}/pairs"
        shown = [layer.id() for layer in project.mapLayers().values() if layer.customProperty(mark)]
        project.removeMapLayers(shown)  # of the data submission that was looked at before
        for layer in pair_layers(delivery):
            layer.setCustomProperty(mark, True)
            project.addMapLayer(layer)

    # What is given

    def _of_city(self):
        return {"CITY": self.city.filePath()}

    def _of_file(self):
        if not self.file.filePath():
            return self._tell("panel.no_file")
        for layer in QgsProject.instance().mapLayers().values():
            edited = isinstance(layer, QgsVectorLayer) and layer.isEditable() and layer.isModified()
            if edited and _file_of(layer) == self.file.filePath():
                return self._tell("panel.unsaved")
        return self._of_city() | {"FILE": self.file.filePath(), "LAYER": self.layer.text().strip()}

    def _chosen(self):
        item = self.submissions.currentItem()
        return item.data(_DATA) if item is not None else self._tell("panel.none")

    def _tell(self, key):
        self.status.setText(say(key))


def pair_layers(delivery):
    """Return the doubtful matches of a delivery as layers: a line a pair, and both its sides."""
    fields = "field=asset_id:string&field=message:string&field=side:string"
    pairs = QgsVectorLayer(f"LineString?crs={_WGS84}&{fields}", "", "memory")
    ends = QgsVectorLayer(f"Point?crs={_WGS84}&{fields}", "", "memory")
    drawn = {pairs: [], ends: []}
    for doubt in delivery["doubts"]:
        points = []
        for side, asset_id in (("before", doubt["asset_id"]), ("after", doubt["feature_id"])):
            bounds = (delivery["places"].get(asset_id) or {}).get(side)
            if bounds:
                points.append(QgsPointXY(QgsRectangle(*bounds).center()))
                shape = QgsGeometry.fromPointXY(points[-1])
                drawn[ends].append(_feature(ends, shape, asset_id, doubt["message"], side))
        if len(points) == 2:
            line = QgsGeometry.fromPolylineXY(points)
            drawn[pairs].append(_feature(pairs, line, doubt["asset_id"], doubt["message"], ""))
    if not drawn[ends]:
        return []
    for layer, features in drawn.items():
        layer.dataProvider().addFeatures(features)
        layer.updateExtents()
    pairs.setName(say("layer.pairs", number=delivery["id"]))
    ends.setName(say("layer.ends", number=delivery["id"]))
    line = QgsLineSymbol.createSimple({"color": "#37474f", "width": "0.8", "line_style": "dash"})
    pairs.setRenderer(QgsSingleSymbolRenderer(line))
    words = {"before": say("side.register"), "after": say("side.delivery")}
    categories = [
        QgsRendererCategory(side, _marker(colour), words[side]) for side, colour in _COLOURS.items()
    ]
    ends.setRenderer(QgsCategorizedSymbolRenderer("side", categories))
    return [pairs, ends]


def _feature(layer, shape, *values):
    feature = QgsFeature(layer.fields())
    feature.setGeometry(shape)
    feature.setAttributes([*values])
    return feature


def _marker(colour):
    look = {"name": "circle", "color": colour, "size": "3.4", "outline_color": "white"}
    return QgsMarkerSymbol.createSimple(look)


def _symbol(layer):
    """Return how features in quarantine are drawn, None for those without a geometry."""
    red = "#c62828"
    kinds = {
        "Point": lambda: QgsMarkerSymbol.createSimple({"name": "cross2", "color": red, "size": "4", "outline_color": red, "outline_width": "0.8"}),
        "Line": lambda: QgsLineSymbol.createSimple({"color": red, "width": "1"}),
        "Polygon": lambda: QgsFillSymbol.createSimple({"color": "198,40,40,80", "outline_color": red}),
    }  # fmt: skip
    make = kinds.get(layer.geometryType().name)
    return make() if make else None


def _file_of(layer):
    """Return the file of a layer, empty where it is in none."""
    if not isinstance(layer, QgsVectorLayer) or layer.providerType() not in (
        "ogr",
        "delimitedtext",
    ):
        return ""
    registry = QgsProviderRegistry.instance()
    path = registry.decodeUri(layer.providerType(), layer.source()).get("path", "")
    return path if path and Path(path).exists() else ""


def _button(key, called):
    button = QPushButton(say(key))
    button.clicked.connect(lambda *_: called())
    return button


def _row(*widgets, stretch=False):
    layout = QHBoxLayout()
    for widget in widgets:
        layout.addWidget(widget)
    if stretch:
        layout.addStretch(1)
    return layout


def _form(*rows):
    widget, layout = QWidget(), QFormLayout()
    layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
    for key, field in rows:
        layout.addRow(say(key), field)
    widget.setLayout(layout)
    return widget
