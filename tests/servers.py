"""Fixtures for real servers. Nothing is skipped: a server that cannot start fails the tests that need it.

A server named in TOCSIN_TEST_KAFKA_URL, TOCSIN_TEST_ELASTICSEARCH_URL or TOCSIN_TEST_POSTGRESQL_URL is used as it is;
otherwise the first test that asks starts one for the session. The `own_...` fixtures start one for a single test, to be
stopped, killed, frozen and restarted by it.
"""

import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
from kafka import KafkaAdminClient
from sqlalchemy import make_url

from deploy.local.elasticsearch_node import elasticsearch
from deploy.local.errors import StackError
from deploy.local.kafka_broker import kafka
from deploy.local.postgresql_server import postgresql
from deploy.local.server import Server

SETTINGS = {
    "kafka": "TOCSIN_TEST_KAFKA_URL",
    "elasticsearch": "TOCSIN_TEST_ELASTICSEARCH_URL",
    "postgresql": "TOCSIN_TEST_POSTGRESQL_URL",
}
START = {"kafka": kafka, "elasticsearch": elasticsearch, "postgresql": postgresql}
URL_FIXTURES = {f"{name}_url": name for name in START}


def started(name: str) -> Server:
    """A new server of this kind, up; the caller closes it."""
    try:
        server = START[name]()
    except StackError as error:
        pytest.fail(str(error), pytrace=False)
    try:
        return server.start()
    except BaseException as error:
        server.close()
        if isinstance(error, StackError):
            pytest.fail(str(error), pytrace=False)
        raise


class SessionServers:
    """The servers that tests of this session share. All that the collected tests will want start side by side."""

    def __init__(self) -> None:
        self.expected: set[str] = set()
        self._running: dict[str, Server] = {}

    def url(self, name: str) -> str:
        """Where this kind of server answers."""
        given = os.environ.get(SETTINGS[name])
        if given:
            return given
        if name not in self._running:
            missing = sorted(other for other in self.expected | {name} if other not in self._running)
            missing = [other for other in missing if not os.environ.get(SETTINGS[other])]
            with ThreadPoolExecutor() as threads:
                self._running |= dict(zip(missing, threads.map(started, missing), strict=True))
        return self._running[name].url

    def close(self) -> None:
        """Stop what was started."""
        for server in self._running.values():
            server.close()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note which servers the chosen tests use."""
    servers = session.config.stash[SERVERS]
    for item in session.items:
        servers.expected |= {URL_FIXTURES[f] for f in getattr(item, "fixturenames", ()) if f in URL_FIXTURES}


SERVERS = pytest.StashKey[SessionServers]()


def pytest_configure(config: pytest.Config) -> None:
    """Make room for the session's servers."""
    config.stash[SERVERS] = SessionServers()


@pytest.fixture(scope="session")
def session_servers(pytestconfig: pytest.Config) -> Iterator[SessionServers]:
    """What the session shares; ends with it."""
    servers = pytestconfig.stash[SERVERS]
    yield servers
    servers.close()


@pytest.fixture(scope="session")
def kafka_url(session_servers: SessionServers) -> str:
    """A broker's address as TOCSIN_BUS_URL takes it, `kafka://host:port`."""
    return session_servers.url("kafka")


@pytest.fixture(scope="session")
def elasticsearch_url(session_servers: SessionServers) -> str:
    """A node's address as TOCSIN_INDEX_URL takes it."""
    return session_servers.url("elasticsearch")


@pytest.fixture(scope="session")
def postgresql_url(session_servers: SessionServers) -> str:
    """A server's address, its maintenance database. Tests want `database_url`."""
    return session_servers.url("postgresql")


@pytest.fixture
def kafka_address(kafka_url: str) -> str:
    """The broker as Kafka clients take it, `host:port`."""
    return kafka_url.removeprefix("kafka://")


@pytest.fixture
def topic_prefix(kafka_url: str) -> Iterator[str]:
    """A beginning for the names of one test's topics and groups; its topics are deleted afterwards."""
    prefix = f"t{uuid.uuid4().hex[:12]}."
    yield prefix
    admin = KafkaAdminClient(bootstrap_servers=kafka_url.removeprefix("kafka://"))
    try:
        own = [topic for topic in admin.list_topics() if topic.startswith(prefix)]
        if own:
            admin.delete_topics(own)
    finally:
        admin.close()


@pytest.fixture
def index_prefix(elasticsearch_url: str) -> Iterator[str]:
    """A beginning for the names of one test's indices and templates; both are deleted afterwards."""
    prefix = f"t{uuid.uuid4().hex[:12]}-"
    yield prefix
    for what in ("", "_index_template/", "_component_template/"):
        answer = httpx.delete(f"{elasticsearch_url}/{what}{prefix}*", timeout=30)
        assert answer.status_code in {200, 404}, answer.text


@pytest.fixture
def database_url(postgresql_url: str) -> Iterator[str]:
    """An empty database of the test's own, as TOCSIN_STORE_URL takes it; dropped afterwards."""
    url = make_url(postgresql_url)
    name = f"t{uuid.uuid4().hex[:12]}"
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield url.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def own_kafka() -> Iterator[Server]:
    """A broker to be stopped, killed, paused and restarted by this test; it keeps its port and data."""
    with started("kafka") as server:
        yield server


@pytest.fixture
def own_elasticsearch() -> Iterator[Server]:
    """A node to be stopped, killed, paused and restarted by this test; it keeps its port and data."""
    with started("elasticsearch") as server:
        yield server


@pytest.fixture
def own_postgresql() -> Iterator[Server]:
    """A server to be stopped, killed, paused and restarted by this test; it keeps its port and data."""
    with started("postgresql") as server:
        yield server
