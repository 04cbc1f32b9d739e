"""One module for each command, of its name: its options and help, the question it asks, and the answer shown.

Enters: parsed parameters. Leaves: output and exit codes. Must hold: rooms are imported when a command needs them, so
that `--help` is quick.
"""
