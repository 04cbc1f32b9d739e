"""Tests of the room that reads and resolves configs. What compares with the kernel's conf is in tests/oracle/."""
