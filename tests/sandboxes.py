"""The sandboxes a test runs in, each with the mark that skips it where it is missing."""

import pytest

WARM = [
    pytest.param("bubblewrap", marks=pytest.mark.bubblewrap),
    pytest.param("docker", marks=pytest.mark.docker),
]
SANDBOXES = ["process", *WARM]
