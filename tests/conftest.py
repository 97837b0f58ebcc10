"""What every test shares: real servers on demand, and no way out of this machine."""

from pathlib import Path

import pytest
from pytest_socket import disable_socket

pytest_plugins = ["tests.servers"]

UNIT = Path(__file__).parent / "unit"


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Unit tests open no socket but those that asyncio opens for itself; the plug-in undoes it after each test."""
    if UNIT in item.path.parents:
        disable_socket(allow_unix_socket=True)
