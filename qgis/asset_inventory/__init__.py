"""The QGIS plugin of asset_inventory: it runs the installed program and shows its answers."""


def classFactory(iface):  # noqa: N802 - the name that QGIS calls
    """Return the plugin."""
    from .plugin import Plugin

    return Plugin(iface)
