"""What it may cost: exposure, damage, expected annual damage."""
