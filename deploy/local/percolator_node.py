"""One Elasticsearch 7 node with the official percolator: the peer of the matcher's benchmark, and nothing else."""

import shutil
from pathlib import Path

from deploy.local.elasticsearch_node import configure, is_ready
from deploy.local.errors import StackError
from deploy.local.fetch import fetched
from deploy.local.java import java_home
from deploy.local.places import data_directory, free_port, give_to_server, readable_by_server
from deploy.local.server import Launch, Server

JAVA = 17
VERSION = "7.17.15"
_MODULES = {
    "percolator": "org.elasticsearch.percolator.PercolatorPlugin",
    "mapper-extras": "org.elasticsearch.index.mapper.MapperExtrasPlugin",
}


def percolator(*, heap: str = "2g") -> Server:
    """A node, not started, in a folder of its own. Raises `StackError`."""
    java = java_home(JAVA, at_most=JAVA, full_jdk=False, needed_by=f"Elasticsearch {VERSION}")
    if not readable_by_server(java):
        raise StackError(f"Elasticsearch cannot run as root, and its own user cannot read the JDK in {java}")
    home = fetched("percolator", _arrange)
    place = data_directory("percolator", None)
    port = free_port()
    configure(home, java, place, port)
    give_to_server(place)
    environment = {
        "ES_JAVA_HOME": str(java),
        "ES_PATH_CONF": str(place / "config"),
        "ES_TMPDIR": str(place / "tmp"),
        "ES_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
    }
    return Server(
        Launch(
            name="Elasticsearch with the percolator",
            command=[str(home / "bin" / "elasticsearch")],
            data=place,
            host="127.0.0.1",
            port=port,
            url=f"http://127.0.0.1:{port}",
            ready=is_ready,
            environment=environment,
        )
    )


def _arrange(place: Path) -> None:
    """Put the modules into the server and the server where the recipe unpacked both."""
    (home,) = (place / "server").glob("elasticsearch-*")
    for module in place.glob("bundle/*/elasticsearch/modules/*"):
        shutil.move(module, home / "modules" / module.name)
    for name, plugin in _MODULES.items():
        folder = home / "modules" / name
        folder.mkdir(parents=True)
        shutil.move(place / "jars" / f"{name}-client-{VERSION}.jar", folder)
        (folder / "plugin-descriptor.properties").write_text(_descriptor(name, plugin))
    for program in (home / "bin").iterdir():
        program.chmod(0o755)
    (home / "plugins").mkdir(exist_ok=True)
    for part in home.iterdir():
        shutil.move(part, place / part.name)
    for leftover in ("server", "bundle", "markers", "jars"):
        shutil.rmtree(place / leftover)
    (place / "pom.xml").unlink()


def _descriptor(name: str, plugin: str) -> str:
    values = {
        "type": "isolated", "description": name, "version": VERSION, "name": name, "classname": plugin,
        "java.version": "1.8", "elasticsearch.version": VERSION, "extended.plugins": "",
        "has.native.controller": "false",
    }  # fmt: skip
    return "".join(f"{key}={value}\n" for key, value in values.items())
