"""What every test shares.

Enters: nothing. Leaves: the Hypothesis profile. Must hold: a failure names the example that reproduces it, and no test
fails because the machine was busy.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("kweigh", deadline=None, print_blob=True)
settings.load_profile("kweigh")
