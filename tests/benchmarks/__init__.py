"""Measurements; `make bench` runs them, `make test` does not."""
