"""What people see: maps, pages and styles. Nothing here computes a figure."""
