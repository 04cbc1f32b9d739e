"""Tests; the folders mirror `analyzer/`.

tests/oracle/ compares with the kernel's own tools, tests/benchmarks/ measures.
"""
