"""Settings for all tests: how hard hypothesis tries, by the environment variable HYPOTHESIS_PROFILE.

The default is deterministic, so that a failure means a change of the code; "search" looks for new trouble.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}

settings.register_profile("fixed", derandomize=True, max_examples=60, **_COMMON)
settings.register_profile("quick", derandomize=True, max_examples=15, **_COMMON)
settings.register_profile("search", max_examples=2_000, **_COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
