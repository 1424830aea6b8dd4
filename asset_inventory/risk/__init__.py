"""What it costs: exposure, damage, expected annual damage, now and in years to come."""
