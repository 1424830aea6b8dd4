"""Pages to read and to print: of a city, its parts, its resilience, and of a delivery."""
