"""Tests of analyzer/trees."""
