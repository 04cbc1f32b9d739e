"""The search for the smallest set of lines that is still good.

Enters: lines, what they weigh, who resolves and who judges. Leaves: a set of lines, and a proof for each. Must hold: it
knows nothing of kernels; the same answers lead to the same questions.
"""
