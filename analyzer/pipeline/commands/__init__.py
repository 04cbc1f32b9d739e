"""A module for each command: from a request to the values that its report is made of.

Must hold: what a command does is in the module of its name, as what it reports is in reports/compose; a second module
of it starts with that name, too. A command may ask another.
"""
