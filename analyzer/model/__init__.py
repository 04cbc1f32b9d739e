"""The immutable types that flow between the rooms. Imports the standard library only."""
