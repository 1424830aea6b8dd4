"""What several test modules share: places, towns, registers, pages, and how they are read."""
