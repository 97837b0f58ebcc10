"""`python -m bench.pipeline`: articles per second from POST to matched, and seconds from POST to notified.

The whole system runs in processes of its own on this machine, embedded and on real servers, beside the sender and the
receiver of this benchmark. Nothing here is a test: it prints what it measured.
"""

import argparse
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import quantiles

import httpx
import orjson

from bench.prose import MARK, SIZE, article
from deploy.local.elasticsearch_node import elasticsearch
from deploy.local.kafka_broker import kafka
from deploy.local.postgresql_server import postgresql
from tests.e2e.system import System, embedded, eventually, on_servers
from tests.keys import AS_ADMIN

LINES = 200
"""Articles in one NDJSON request of the throughput part."""
STAGES = ("enrich", "alert")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Throughput:
    """How long `articles` took from the first POST to the last match, and where the processor's time went."""

    articles: int
    seconds: float
    cpu_s: dict[str, float]
    handle_s: dict[str, float]

    @property
    def rate(self) -> float:
        """Articles per second."""
        return self.articles / self.seconds


class Receiver:
    """A webhook's receiver: notes when each article's alert arrived, in `time.monotonic` seconds by URL."""

    def __init__(self) -> None:
        arrived: dict[str, float] = {}
        self.arrived = arrived

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = orjson.loads(self.rfile.read(int(self.headers["content-length"])))
                arrived.setdefault(body["article"]["url"], time.monotonic())
                self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def quiet_queries(count: int) -> list[str]:
    """Rules that no article satisfies, though most are candidates for their tanks."""
    return [f"asserted:word{n} or quantities:{{ unit:tanks and low >= {900_000 + n} }}" for n in range(count)]


def subscribe(system: System, rules: int, receiver: Receiver) -> None:
    """`rules` subscriptions: one that every tenth article matches, the others quiet."""
    channel = {"type": "webhook", "url": receiver.url}
    with httpx.Client(base_url=system.url_of("alert"), headers=AS_ADMIN, timeout=30) as client:
        for number, query in enumerate(quiet_queries(rules - 1)):
            client.post("/v1/subscriptions", json={"name": f"quiet-{number}", "query": query}).raise_for_status()
        marked = {"name": "marked", "query": f"text:{MARK}", "channels": [channel]}
        client.post("/v1/subscriptions", json=marked).raise_for_status()


def throughput(system: System, run: str, articles: int, size: int) -> Throughput:
    """Post as fast as requests of `LINES` articles are answered, one after the other; wait until all are matched."""
    bodies = [
        b"\n".join(orjson.dumps(article(run, n, size)) for n in range(start, min(start + LINES, articles)))
        for start in range(0, articles, LINES)
    ]
    before = system.settled("alert")
    cpu, handled = cpu_seconds(system), handle_seconds(system)
    started = time.monotonic()
    with ExitStack() as stack:
        client = stack.enter_context(httpx.Client(base_url=system.url_of("ingest"), headers=AS_ADMIN, timeout=300))
        for body in bodies:
            client.post(
                "/v1/articles", content=body, headers={"content-type": "application/x-ndjson"}
            ).raise_for_status()
    eventually(lambda: system.settled("alert") - before, lambda n: n >= articles, "all are matched", within_s=600)
    seconds = time.monotonic() - started
    return Throughput(
        articles,
        seconds,
        {name: now - cpu[name] for name, now in cpu_seconds(system).items()},
        {stage: now - handled[stage] for stage, now in handle_seconds(system).items()},
    )


def latency(system: System, run: str, receiver: Receiver, per_second: float, seconds: float, size: int) -> list[float]:
    """Seconds from the start of each POST to its notification, at a steady rate of single posts."""
    count = int(per_second * seconds)
    sent: dict[str, float] = {}
    free = iter(range(count))
    lock = threading.Lock()
    start = time.monotonic() + 0.5

    def post() -> None:
        with httpx.Client(base_url=system.url_of("ingest"), headers=AS_ADMIN, timeout=60) as client:
            while True:
                with lock:
                    number = next(free, None)
                if number is None:
                    return
                body = article(run, number, size)
                due = start + number / per_second
                time.sleep(max(0.0, due - time.monotonic()))
                if number % 10 == 0:
                    sent[str(body["url"])] = due
                client.post("/v1/articles", json=body).raise_for_status()

    senders = [threading.Thread(target=post) for _ in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    eventually(
        lambda: len(sent.keys() - receiver.arrived.keys()), lambda missing: missing == 0, "all are notified", 120
    )
    return sorted(receiver.arrived[url] - due for url, due in sent.items())


def _told_of(receiver: Receiver, run: str, articles: int) -> None:
    """Wait until the alerts of a run are out: what is measured next is a steady rate, not the end of a rush."""
    marked = {str(article(run, number, 1_000)["url"]) for number in range(0, articles, 10)}
    eventually(lambda: len(marked - receiver.arrived.keys()), lambda missing: missing == 0, "the rush is told", 120)


def cpu_seconds(system: System) -> dict[str, float]:
    """Processor seconds of each process so far, from /proc."""
    found = {}
    for name, process in system.running.items():
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        found[name] = (int(fields[11]) + int(fields[12])) / TICKS
    return found


def handle_seconds(system: System) -> dict[str, float]:
    """Seconds that each stage spent on batches so far, waiting included."""
    return {stage: system.metric("tocsin_handle_seconds_sum", f'stage="{stage}"', stage) for stage in STAGES}


@contextmanager
def running(mode: str, processes: str) -> Iterator[System]:
    """A fresh system, embedded or on servers of its own; `processes` extract beside each enrich."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-bench-")))
        if mode == "embedded":
            system = embedded(folder)
        else:
            servers = [stack.enter_context(start().start()) for start in (kafka, elasticsearch, postgresql)]
            system = on_servers(folder, *(server.url for server in servers))
        system.env = {
            **system.env,
            "TOCSIN_ALLOW_PRIVATE_WEBHOOKS": "true",
            "TOCSIN_EXTRACT_PROCESSES": processes,
        }
        try:
            system.start()
            yield system
        finally:
            system.stop(signal.SIGKILL)


def measure(mode: str, options: argparse.Namespace) -> None:
    """Measure one mode and print its rows."""
    receiver = Receiver()
    with running(mode, options.processes) as system:
        subscribe(system, options.rules, receiver)
        throughput(system, "warm-up", options.warm_up, options.size)
        whole = throughput(system, "whole", options.articles, options.size)
        print(f"| {mode} | {whole.rate:,.0f} articles/s | {whole.articles:,} articles in {whole.seconds:.1f} s |")
        spent = ", ".join(f"{name} {s / whole.articles * 1000:.2f}" for name, s in whole.cpu_s.items())
        waited = ", ".join(f"{name} {s / whole.articles * 1000:.2f}" for name, s in whole.handle_s.items())
        print(f"| | processor ms an article: {spent} | batch ms an article: {waited} |")
        _told_of(receiver, "whole", options.articles)
        rate = options.rate or whole.rate / 2
        times = latency(system, "steady", receiver, rate, options.seconds, options.size)
        cuts = quantiles(times, n=100)
        print(
            f"| | p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s, p99 {cuts[98]:.2f} s | POST to webhook at {rate:.0f}/s |"
        )
    receiver.close()


def main() -> None:
    """Read the options, measure each mode."""
    parser = argparse.ArgumentParser(prog="bench.pipeline", description=__doc__)
    parser.add_argument("modes", nargs="*", default=["embedded", "servers"], help="embedded, servers")
    parser.add_argument("--articles", type=int, default=3_000)
    parser.add_argument("--warm-up", type=int, default=1_000, help="articles before, until Java has compiled its code")
    parser.add_argument(
        "--processes", default="", help="TOCSIN_EXTRACT_PROCESSES; not given: as it is chosen for the user"
    )
    parser.add_argument("--size", type=int, default=SIZE, help="code points of a text")
    parser.add_argument("--rules", type=int, default=100)
    parser.add_argument(
        "--rate", type=float, default=0.0, help="articles/s of the latency part; default half the throughput"
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="length of the latency part")
    options = parser.parse_args()
    print("| mode | measured | how |\n|---|---|---|")
    for mode in options.modes:
        measure(mode, options)


if __name__ == "__main__":
    main()
