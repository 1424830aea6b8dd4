"""The ground: files become Python, once, and what is found is written."""
