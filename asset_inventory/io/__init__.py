"""Files: vectors, rasters, coordinate systems, tables, and writing that is complete or absent."""
