"""Packages for other systems: QGIS, the Risk Data Library Standard, STAC."""
