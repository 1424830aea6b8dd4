"""What the city has: its assets as one table, its districts and their indicators."""
