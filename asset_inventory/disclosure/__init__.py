"""What the public may hold of an assessment: applied once, to tables."""
