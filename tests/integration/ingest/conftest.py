"""What the tests of ingest on real servers share."""

from collections.abc import Iterator

import pytest

from tests.integration.ingest.web import Web


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    web.close()
