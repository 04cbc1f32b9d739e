"""Tests of analyzer.kbuild."""
