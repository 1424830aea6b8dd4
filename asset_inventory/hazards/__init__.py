"""What may happen to the city: the pieces of its assets in every hazard map."""
