"""Tests of analyzer.reports, and of the model's analysis and report types."""
