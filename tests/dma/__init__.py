"""Tests of the mapping model, without a kernel tree."""
