"""The page: one closed HTML file around a map."""
