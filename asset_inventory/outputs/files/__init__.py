"""Results as files: GeoPackage, CSV, workbooks, and the folder that is published."""
