"""From what the user calls a series to the tree before it and after it.

Must hold: whoever asks of a patch (series, review) reads it here; the tree of the user is never written to.
"""
