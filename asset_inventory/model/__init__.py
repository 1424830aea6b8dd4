"""What `city.toml` declares, what every table holds, and every error a user can meet."""
