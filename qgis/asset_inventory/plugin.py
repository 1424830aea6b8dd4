"""What QGIS loads: the Processing provider, and with a window the panel."""

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

from .messages import say
from .provider import Provider


class Plugin:
    """Adds the provider and the panel, and takes both away again."""

    def __init__(self, iface):
        self.iface = iface  # None in qgis_process
        self.provider = self.panel = self.action = None

    def initProcessing(self):
        """Add the algorithms; qgis_process calls only this."""
        self.provider = Provider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    def initGui(self):
        """Add the algorithms, the panel, and the action that shows it."""
        from .panel import Panel

        self.initProcessing()
        self.panel = Panel(self.iface)
        self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.panel)
        self.panel.hide()
        icon = QIcon(str(Path(__file__).with_name("icon.svg")))
        self.action = QAction(icon, say("panel.title"), self.iface.mainWindow())
        self.action.setCheckable(True)
        self.action.toggled.connect(self.panel.setVisible)
        self.panel.visibilityChanged.connect(self.action.setChecked)
        self.iface.addToolBarIcon(self.action)
        self.iface.addPluginToMenu(say("panel.title"), self.action)

    def unload(self):
        """Take away what was added; a command that runs is stopped."""
        if self.panel is not None:
            self.panel.stop()
            self.iface.removePluginMenu(say("panel.title"), self.action)
            self.iface.removeToolBarIcon(self.action)
            self.iface.removeDockWidget(self.panel)
            self.panel.deleteLater()
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
