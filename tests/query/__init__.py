"""Tests of analyzer.features."""
