"""Tests of the room of drivers' sources."""
