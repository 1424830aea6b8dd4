"""Where to look: scores and focus areas."""
