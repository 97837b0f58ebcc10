"""Ingest in memory."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.ingest.doors import Door


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    yield door
    await door.aclose()
