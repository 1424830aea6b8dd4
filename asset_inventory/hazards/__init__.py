"""What may happen to the city: its assets intersected with every hazard map."""
