"""What a config builds, and who builds it: here, or on the workers of a cluster.

Must hold: only the process that the user started writes the ledger.
"""
