"""A module for each command: values of the model in, a `Report` out.

Must hold: what a command reports is in the module of its name; a second module of it starts with that name, too.
"""
