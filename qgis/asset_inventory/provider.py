"""The Processing algorithms: each runs one command of the program and reads its answer."""

import json
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    Qgis,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
    QgsProcessingProvider,
    QgsProject,
    QgsProviderRegistry,
    QgsProviderSublayerDetails,
)
from qgis.PyQt.QtGui import QIcon

from .messages import say
from .program import PREFIX, ProgramError, run, setting

_ICON = str(Path(__file__).with_name("icon.svg"))
_SIDES = ("none", "ours", "theirs")
_FOLDER = Qgis.ProcessingFileParameterBehavior.Folder
_WARNS = {"error", "warning"}


@dataclass(frozen=True)
class Command:
    """A command of the program: its arguments in order, and its options by parameter.

    A parameter is required unless its name ends with «?».
    """

    name: str
    arguments: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    progress: bool = True


COMMANDS = (
    Command(
        "validate",
        ("FILE",),
        (("CITY?", "--city"), ("LAYER?", "--layer"), ("CRS?", "--crs"), ("QUARANTINE?", "--quarantine")),
    ),
    Command(
        "deliver",
        ("CITY", "FILE"),
        (("LAYER?", "--layer"), ("AUTHOR?", "--author"), ("NOTE?", "--note")),
    ),
    Command("review", ("CITY", "ID?"), (("PAGE?", "--html"),)),
    Command(
        "accept",
        ("CITY", "ID"),
        (("TAKE?", "--take"), ("ALLOW_DOUBTS?", "--allow-doubts"), ("ALLOW_REMOVALS?", "--allow-removals")),
    ),
    Command("reject", ("CITY", "ID"), (("WHY", "--why"),), progress=False),
    Command(
        "export",
        ("CITY",),
        (("LAYER", "--layer"), ("OUTPUT", "--to"), ("REPLACE?", "--replace")),
        progress=False,
    ),
    Command("check", ("CITY",)),
    Command("assess", ("CITY",), (("RESULTS", "--results"), ("MAP", "--map"), ("PUBLIC?", "--audience"))),
    Command("map", ("CITY",), (("MAP", "--to"), ("PUBLIC?", "--audience"))),
    Command("report", ("CITY",), (("FOLDER", "--to"), ("PUBLIC?", "--audience"))),
    Command("explain", ("CITY", "ASSET?"), progress=False),
)  # fmt: skip


def _parameter(named):
    """Return the Processing parameter of a name; it may be left out where that ends with «?»."""
    name, optional = named.rstrip("?"), named.endswith("?")
    text = say(name)
    if name == "CITY":
        city = setting("city") or None
        return QgsProcessingParameterFile(name, text, _FOLDER, "", city, optional)
    if name == "FILE":
        return QgsProcessingParameterFile(name, text, optional=optional)
    if name == "CRS":
        return QgsProcessingParameterCrs(name, text, None, optional)
    if name in ("ID", "ALLOW_REMOVALS"):
        whole = Qgis.ProcessingNumberParameterType.Integer
        return QgsProcessingParameterNumber(name, text, whole, None, optional, 0)
    if name in ("ALLOW_DOUBTS", "REPLACE", "PUBLIC"):
        return QgsProcessingParameterBoolean(name, text, False, optional)
    if name == "TAKE":
        sides = [say(f"TAKE.{side}") for side in _SIDES]
        return QgsProcessingParameterEnum(name, text, sides, False, 0, optional)
    if name in ("RESULTS", "FOLDER"):
        return QgsProcessingParameterFolderDestination(name, text, None, optional)
    endings = {"PAGE": "HTML (*.html)", "MAP": "HTML (*.html)", "QUARANTINE": "GeoPackage (*.gpkg)"}
    endings |= {"OUTPUT": "GeoPackage (*.gpkg);;Shapefile (*.shp);;GeoJSON (*.geojson)"}
    if name in endings:
        made = not optional
        return QgsProcessingParameterFileDestination(
            name, text, endings[name], None, optional, made
        )
    return QgsProcessingParameterString(name, text, None, False, optional)


class _Algorithm(QgsProcessingAlgorithm):
    """What all algorithms have in common: names, help and icon in the language of the plugin."""

    key = ""

    def name(self):
        return self.key

    def displayName(self):
        return say(self.key)

    def shortHelpString(self):
        return say(f"help.{self.key}")

    def icon(self):
        return QIcon(_ICON)


class ProgramAlgorithm(_Algorithm):
    """Runs one command of the program."""

    def __init__(self, command):
        super().__init__()
        self.command, self.key = command, command.name
        self.selected = ""

    def createInstance(self):
        return ProgramAlgorithm(self.command)

    def initAlgorithm(self, configuration=None):
        for named in (*self.command.arguments, *(named for named, _ in self.command.options)):
            self.addParameter(_parameter(named))
        if self.key == "explain":
            layer = QgsProcessingParameterVectorLayer("FEATURES", say("FEATURES"), optional=True)
            self.addParameter(layer)
        self.addOutput(QgsProcessingOutputNumber("CODE", say("CODE")))
        self.addOutput(QgsProcessingOutputString("ANSWER", say("ANSWER")))

    def prepareAlgorithm(self, parameters, context, feedback):
        if self.key == "explain":  # layers are read in the main thread
            layer = self.parameterAsVectorLayer(parameters, "FEATURES", context)
            self.selected = asset_of(layer) if layer is not None else ""
        return True

    def processAlgorithm(self, parameters, context, feedback):
        given = {}

        def text_of(named):
            name = named.rstrip("?")
            given[name] = self._text(name, parameters, context)
            return given[name]

        options = []
        for named, option in self.command.options:
            text = text_of(named)
            if text is True:
                options.append(option)
            elif text:
                options += [option, text]
        arguments = [text for text in map(text_of, self.command.arguments) if text]
        if "CITY" in self.command.arguments and not given["CITY"]:
            raise QgsProcessingException(say("no_city"))
        if self.key == "explain" and not given["ASSET"]:
            raise QgsProcessingException(say("no_feature"))
        try:
            code, answer = run(
                self.key, options, arguments, feedback, progress=self.command.progress
            )
        except ProgramError as fault:
            raise QgsProcessingException(str(fault)) from None
        show(answer, feedback)
        if code:
            feedback.pushWarning(say("errors_in_data"))
        made = {"OUTPUT", "RESULTS", "MAP", "FOLDER", "PAGE", "QUARANTINE"}
        files = {name: text for name, text in given.items() if name in made and text}
        files = {name: text for name, text in files.items() if Path(text).exists()}
        return files | {"CODE": code, "ANSWER": json.dumps(answer, ensure_ascii=False)}

    def _text(self, name, parameters, context):
        """Return a parameter as it stands in the call: text, True for a flag, empty for nothing."""
        if name in ("ALLOW_DOUBTS", "REPLACE"):
            return self.parameterAsBoolean(parameters, name, context)
        if name == "PUBLIC":
            return "public" if self.parameterAsBoolean(parameters, name, context) else ""
        if name == "TAKE":
            side = _SIDES[self.parameterAsEnum(parameters, name, context)]
            return "" if side == "none" else side
        if name in ("ID", "ALLOW_REMOVALS"):
            return (
                ""
                if parameters.get(name) is None
                else str(self.parameterAsInt(parameters, name, context))
            )
        if name == "CRS":
            crs = self.parameterAsCrs(parameters, name, context)
            return crs.authid() if crs.isValid() else ""
        if name in ("QUARANTINE", "PAGE", "MAP", "OUTPUT", "RESULTS", "FOLDER"):
            return self.parameterAsFileOutput(parameters, name, context)
        if name in ("CITY", "FILE"):
            return self.parameterAsFile(parameters, name, context)
        text = self.parameterAsString(parameters, name, context)
        return text or (self.selected if name == "ASSET" else "")


def asset_of(layer):
    """Return the asset_id of the one selected feature of a layer; empty without."""
    features = layer.selectedFeatures()
    if len(features) != 1 or "asset_id" not in layer.fields().names():
        return ""
    return str(features[0]["asset_id"])


def show(answer, feedback):
    """Show the sentences of an answer in the log."""
    for line in (*answer.get("summary", ()), *answer.get("lines", ())):
        feedback.pushInfo(line)
    delivery = answer.get("delivery") or {}
    risk = delivery.get("risk") or {}
    for line in (answer.get("message"), risk.get("message")):
        if line:
            feedback.pushInfo(line)
    for row in findings_of(answer):
        (feedback.pushWarning if row["severity"] in _WARNS else feedback.pushInfo)(row["message"])


def findings_of(answer):
    """Return the data quality issues of an answer, whatever the command calls them."""
    rows = [*answer.get("problems", ()), *answer.get("findings", ()), *answer.get("warnings", ())]
    return rows + [row | {"severity": "error"} for row in answer.get("faults", ())]


class LoadResults(_Algorithm):
    """Adds the layers of a GeoPackage of results; the program is not asked."""

    key = "load_results"

    def createInstance(self):
        return LoadResults()

    def initAlgorithm(self, configuration=None):
        self.addParameter(QgsProcessingParameterString("FIGURES", say("FIGURES")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", say("panel.count")))

    def processAlgorithm(self, parameters, context, feedback):
        path = Path(self.parameterAsString(parameters, "FIGURES", context))
        path = path / "results.gpkg" if path.is_dir() else path
        layers = [layer for layer in stored_layers(path) if layer.isSpatial()]
        if not layers:
            raise QgsProcessingException(say("no_results", path=path))
        for layer in layers:
            details = QgsProcessingContext.LayerDetails(layer.name(), context.project())
            context.temporaryLayerStore().addMapLayer(layer)
            context.addLayerToLoadOnCompletion(layer.id(), details)
            feedback.pushInfo(layer.name())
        return {"COUNT": len(layers)}


def stored_layers(path):
    """Return the layers of a GeoPackage, one for each type of geometry, with their styles."""
    if not path.is_file():
        return []
    flags = Qgis.SublayerQueryFlags(Qgis.SublayerQueryFlag.ResolveGeometryType)
    listed = QgsProviderRegistry.instance().querySublayers(str(path), flags)
    options = QgsProviderSublayerDetails.LayerOptions(QgsProject.instance().transformContext())
    layers = [sublayer.toLayer(options) for sublayer in listed]
    return [layer for layer in layers if layer is not None and layer.isValid()]


class Provider(QgsProcessingProvider):
    """The algorithms as a group of the toolbox."""

    def id(self):
        return PREFIX

    def name(self):
        return say("provider")

    def icon(self):
        return QIcon(_ICON)

    def loadAlgorithms(self):
        for command in COMMANDS:
            self.addAlgorithm(ProgramAlgorithm(command))
        self.addAlgorithm(LoadResults())
