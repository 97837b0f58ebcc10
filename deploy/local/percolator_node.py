"""One Elasticsearch 7 node with the official percolator: the peer of the matcher's benchmark, and nothing else."""

import shutil
from pathlib import Path

from deploy.local.elasticsearch_node import arrange, node_launch
from deploy.local.java import java_home
from deploy.local.server import Server

JAVA = 17
VERSION = "7.17.15"
_MODULES = {
    "percolator": "org.elasticsearch.percolator.PercolatorPlugin",
    "mapper-extras": "org.elasticsearch.index.mapper.MapperExtrasPlugin",
}


def percolator(*, heap: str = "2g") -> Server:
    """A node, not started, in a folder of its own. Raises `StackError`."""
    java = java_home(JAVA, at_most=JAVA, full_jdk=False, needed_by=f"Elasticsearch {VERSION}")
    return Server(node_launch("Elasticsearch with the percolator", java, "percolator", _arrange, None, heap))


def _arrange(place: Path) -> None:
    """As every node, and the plugins as modules of it."""
    arrange(place)
    for name, plugin in _MODULES.items():
        folder = place / "modules" / name
        folder.mkdir(parents=True)
        shutil.move(place / "jars" / f"{name}-client-{VERSION}.jar", folder)
        (folder / "plugin-descriptor.properties").write_text(_descriptor(name, plugin))
    (place / "plugins").mkdir(exist_ok=True)
    shutil.rmtree(place / "jars")


def _descriptor(name: str, plugin: str) -> str:
    values = {
        "type": "isolated", "description": name, "version": VERSION, "name": name, "classname": plugin,
        "java.version": "1.8", "elasticsearch.version": VERSION, "extended.plugins": "",
        "has.native.controller": "false",
    }  # fmt: skip
    return "".join(f"{key}={value}\n" for key, value in values.items())
