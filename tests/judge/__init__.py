"""Tests of the judge's room that need no kernel tools; those that do are in tests/oracle/."""
