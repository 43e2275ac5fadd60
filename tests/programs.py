"""Programs of others that tests run: where one is missing a test is skipped, but in CI it fails."""

import os
import shutil

import pytest

#: What the programs are called on different systems, the best first.
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def installed(*names: str) -> str:
    """The path of the first of these programs that is installed."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or missing(f"{names[0]} is not installed")


def missing(reason: str) -> str:
    """Skip the test, or fail it in CI, which must not skip what it was to prove."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI must not skip its tests")
    pytest.skip(reason)
