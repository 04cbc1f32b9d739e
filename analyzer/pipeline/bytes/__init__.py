"""What is known of bytes: measured, told apart from builds that many options share, or estimated.

Must hold: every command asks here, so all give the same figure.
"""
