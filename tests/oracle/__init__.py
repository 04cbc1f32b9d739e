"""Comparisons with the kernel's own tools on real trees; `make oracle` runs them and lets none be skipped."""
