"""The servers that the other tests stand on."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psycopg
import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic

from deploy.local.server import Server

ROOT = Path(__file__).parents[3]


def eventually(condition: object, within_s: float) -> None:
    """Wait until `condition()` holds."""
    assert callable(condition)
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def address(server: Server) -> str:
    return server.url.removeprefix("kafka://")


def create_topic(bootstrap: str, name: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(name, 1, 1)])
    admin.close()


def write(bootstrap: str, topic: str, value: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    producer.send(topic, value).get(30)
    producer.close()


def read_one(bootstrap: str, topic: str) -> bytes:
    consumer = KafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=30_000
    )
    try:
        return bytes(next(iter(consumer)).value)
    finally:
        consumer.close()


@pytest.mark.kafka
def test_the_broker_keeps_what_was_written(kafka_address: str, topic_prefix: str) -> None:
    topic = f"{topic_prefix}news"
    create_topic(kafka_address, topic)

    write(kafka_address, topic, b"kept")

    assert read_one(kafka_address, topic) == b"kept"


@pytest.mark.elasticsearch
def test_the_node_is_of_the_version_that_server_mode_uses(elasticsearch_url: str) -> None:
    assert httpx.get(elasticsearch_url).json()["version"]["number"] == "9.4.3"


@pytest.mark.elasticsearch
def test_the_node_finds_what_was_indexed(elasticsearch_url: str, index_prefix: str) -> None:
    index = f"{elasticsearch_url}/{index_prefix}news"
    httpx.put(f"{index}/_doc/1?refresh=true", json={"title": "Troops gather"}, timeout=30).raise_for_status()

    found = httpx.get(f"{index}/_search", params={"q": "title:troops"}).json()

    assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1"]


@pytest.mark.postgresql
def test_every_test_gets_an_empty_database(database_url: str) -> None:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


@pytest.mark.kafka
def test_a_killed_broker_comes_back_with_its_data_on_its_port(own_kafka: Server) -> None:
    create_topic(address(own_kafka), "news")
    write(address(own_kafka), "news", b"kept")
    before = own_kafka.url

    own_kafka.kill()
    own_kafka.start()

    assert own_kafka.url == before
    assert read_one(address(own_kafka), "news") == b"kept"


@pytest.mark.elasticsearch
def test_a_stopped_node_refuses_and_a_restarted_one_has_its_documents(own_elasticsearch: Server) -> None:
    document = f"{own_elasticsearch.url}/news/_doc/1"
    httpx.put(document, json={"title": "kept"}, timeout=30).raise_for_status()

    own_elasticsearch.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(document)
    own_elasticsearch.start()

    assert httpx.get(document).json()["_source"] == {"title": "kept"}


@pytest.mark.postgresql
def test_a_killed_database_comes_back_with_its_rows(own_postgresql: Server) -> None:
    plain = own_postgresql.url.replace("+psycopg", "")
    with psycopg.connect(plain) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")

    own_postgresql.kill()
    own_postgresql.start()

    with psycopg.connect(plain) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


@pytest.mark.postgresql
def test_a_frozen_server_answers_again_once_resumed(own_postgresql: Server) -> None:
    plain = own_postgresql.url.replace("+psycopg", "")
    own_postgresql.pause()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(plain, connect_timeout=2)

    own_postgresql.resume()

    with psycopg.connect(plain, connect_timeout=30) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


STARTER = """
import sys, time
from deploy.local.postgresql_server import postgresql
server = postgresql().start()
print(server.pid, server.launch.data, flush=True)
time.sleep(600)
"""


@pytest.mark.postgresql
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_no_server_and_no_data_outlive_a_starter_that_died(by: signal.Signals) -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    with starter.stdout as output:
        pid, data = output.readline().split()
    assert Path(f"/proc/{pid}").exists()

    starter.send_signal(by)
    starter.wait(30)

    eventually(lambda: not _runs(int(pid)), within_s=30)
    eventually(lambda: not Path(data).exists(), within_s=30)


def _runs(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


async def test_asyncio_works_beside_the_socket_rules() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await reader.read() == b""
    writer.close()
    server.close()
