"""Real drivers, read."""
