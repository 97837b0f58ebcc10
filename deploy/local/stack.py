"""Starts the servers of server mode on this machine and says where they are; `python -m deploy.local.stack`.

Not for production: no passwords, no replicas.
"""

import argparse
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.elasticsearch_node import elasticsearch
from deploy.local.errors import StackError
from deploy.local.kafka_broker import kafka
from deploy.local.postgresql_server import postgresql
from deploy.local.server import Server

SERVERS = {"kafka": kafka, "elasticsearch": elasticsearch, "postgresql": postgresql}
SETTING = {"kafka": "TOCSIN_BUS_URL", "elasticsearch": "TOCSIN_INDEX_URL", "postgresql": "TOCSIN_STORE_URL"}


@dataclass(frozen=True, slots=True)
class Stack:
    """The servers that run, by name."""

    servers: dict[str, Server]

    def settings(self) -> dict[str, str]:
        """What to export so that Tocsin uses them."""
        return {SETTING[name]: server.url for name, server in self.servers.items()}


@contextmanager
def running(*names: str, data: Path | None = None) -> Iterator[Stack]:
    """Run the named servers (all without a name), started side by side; with `data` they keep theirs there.

    Raises `StackError` when one does not come up; the others are stopped then.
    """
    wanted = names or tuple(SERVERS)
    with ExitStack() as cleanup:
        servers = {name: cleanup.enter_context(SERVERS[name](data and data / name)) for name in wanted}
        with ThreadPoolExecutor() as threads:
            for started in [threads.submit(server.start) for server in servers.values()]:
                started.result()
        yield Stack(servers)


def main(arguments: list[str] | None = None) -> int:
    """Stay in the foreground until Ctrl-C or SIGTERM. The lines to export go to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("servers", nargs="*", metavar="SERVER", help=f"any of {', '.join(SERVERS)}; all by default")
    parser.add_argument("--data", type=Path, help="keep their data in this folder; without it the data ends with them")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.servers if name not in SERVERS]
    if unknown:
        parser.error(f"no such server: {', '.join(unknown)}")
    asked_to_stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked_to_stop.set())
    try:
        with running(*chosen.servers, data=chosen.data and chosen.data.resolve()) as stack:
            for name, value in stack.settings().items():
                sys.stdout.write(f"export {name}={value}\n")
            sys.stdout.flush()
            sys.stderr.write("ready; Ctrl-C stops them\n")
            _stay(stack, asked_to_stop)
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _stay(stack: Stack, asked_to_stop: threading.Event) -> None:
    """Raises `StackError` when a server ends by itself."""
    while not asked_to_stop.wait(0.5):
        for server in stack.servers.values():
            server.check()


if __name__ == "__main__":
    sys.exit(main())
