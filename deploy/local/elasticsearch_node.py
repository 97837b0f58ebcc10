"""One Elasticsearch node without security, listening on 127.0.0.1 only: for development and tests.

What this build lacks: percolator, ILM, ES|QL, EQL, async search, data streams, and wildcard, constant_keyword,
scaled_float and match_only_text fields.
"""

import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import httpx

from deploy.local.errors import StackError
from deploy.local.fetch import fetched
from deploy.local.java import java_home
from deploy.local.places import data_directory, free_port, give_to_server, readable_by_server
from deploy.local.server import Launch, Server

JAVA = 21
VECTOR_MODULE = "jdk.incubator.vector"

SETTINGS = """\
cluster.name: tocsin-local
node.name: local-1
http.host: 127.0.0.1
http.port: {port}
transport.host: 127.0.0.1
transport.port: {transport_port}
discovery.type: single-node
xpack.security.enabled: false
path.data: {data}/data
path.logs: {data}/logs
path.repo: ["{data}/snapshots"]
cluster.routing.allocation.disk.threshold_enabled: false
action.destructive_requires_name: false
"""

LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%consoleException%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


def elasticsearch(data: Path | None = None, *, heap: str = "512m") -> Server:
    """A node, not started. In `data` (kept) or in a folder of its own. Raises `StackError`."""
    java = java_home(JAVA, full_jdk=True, needed_by="Elasticsearch 9")
    launch = node_launch("Elasticsearch", java, "elasticsearch", arrange, data, heap)
    return Server(launch, keep_data=data is not None)


def node_launch(
    name: str, java: Path, recipe: str, arrangement: Callable[[Path], None], data: Path | None, heap: str
) -> Launch:
    """How a node of this recipe starts on a free port, its data in `data` or in a folder of its own.

    Raises `StackError`.
    """
    if not readable_by_server(java):
        raise StackError(f"Elasticsearch cannot run as root, and its own user cannot read the JDK in {java}")
    home = fetched(recipe, arrangement)
    place = data_directory(recipe, data)
    port = free_port()
    _configure(home, java, place, port)
    give_to_server(place)
    return Launch(
        name=name,
        command=[str(home / "bin" / "elasticsearch")],
        data=place,
        host="127.0.0.1",
        port=port,
        url=f"http://127.0.0.1:{port}",
        ready=_is_ready,
        environment={
            "ES_JAVA_HOME": str(java),
            "ES_PATH_CONF": str(place / "config"),
            "ES_TMPDIR": str(place / "tmp"),
            "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
            # For the small program that starts the node.
            "CLI_JAVA_OPTS": "-Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        },
    )


def arrange(place: Path) -> None:
    """Put the modules into the server and the server where the recipe unpacked both."""
    (home,) = (place / "server").glob("elasticsearch-*")
    for module in place.glob("bundle/*/elasticsearch/modules/*"):
        shutil.move(module, home / "modules" / module.name)
    for program in (home / "bin").iterdir():
        program.chmod(0o755)
    for part in home.iterdir():
        shutil.move(part, place / part.name)
    for leftover in ("server", "bundle", "markers", "pom.xml"):
        path = place / leftover
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _configure(home: Path, java: Path, place: Path, port: int) -> None:
    """Write the node's configuration into the folder of its data."""
    config = place / "config"
    for folder in (config / "jvm.options.d", place / "data", place / "logs", place / "tmp", place / "snapshots"):
        folder.mkdir(parents=True, exist_ok=True)
    transport_port = free_port()
    while transport_port == port:
        transport_port = free_port()
    (config / "elasticsearch.yml").write_text(SETTINGS.format(data=place, port=port, transport_port=transport_port))
    (config / "log4j2.properties").write_text(LOGGING)
    for empty in ("users", "users_roles", "roles.yml", "role_mapping.yml"):
        (config / empty).touch()
    options = (home / "config" / "jvm.options").read_text().splitlines()
    unwanted = ["-Xlog:gc", "HeapDumpOnOutOfMemoryError"] + ([] if _has_vectors(java) else [VECTOR_MODULE])
    kept = [line for line in options if not any(word in line for word in unwanted)]
    (config / "jvm.options").write_text("\n".join(kept) + "\n")


@cache
def _has_vectors(java: Path) -> bool:
    """Whether this Java carries the module that speeds up vectors; the node starts without it, too."""
    command = [str(java / "bin" / "java"), "--list-modules"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - a Java
    return VECTOR_MODULE in answer.stdout


def _is_ready(server: Server) -> bool:
    """Does it answer?"""
    try:
        answer = httpx.get(f"{server.url}/_cluster/health", params={"wait_for_status": "yellow", "timeout": "1s"})
    except httpx.TransportError:
        return False
    return answer.status_code == httpx.codes.OK
