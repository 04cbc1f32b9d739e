"""Tests of analyzer/toolchain."""
