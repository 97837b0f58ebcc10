"""One Kafka broker in KRaft mode: broker and controller in one process, listening on 127.0.0.1 only."""

import base64
import socket
import subprocess
import uuid
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.fetch import fetched
from deploy.local.java import java_home
from deploy.local.places import data_directory, free_port, give_to_server, unprivileged
from deploy.local.server import Launch, Server

JAVA = 17
STARTED = "Kafka Server started"

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
log.dirs={data}/log
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
message.max.bytes=10485760
log.cleaner.dedupe.buffer.size=16777216
"""

LOGGING = """\
Configuration:
  status: WARN
  Appenders:
    Console:
      name: out
      PatternLayout:
        pattern: "[%d] %p %m (%c)%n"
  Loggers:
    Root:
      level: WARN
      AppenderRef:
        - ref: out
    Logger:
      - name: kafka.server.KafkaRaftServer
        level: INFO
"""


def kafka(data: Path | None = None, *, heap: str = "384m") -> Server:
    """A broker, not started. In `data` (kept) or in a folder of its own. Raises `StackError`."""
    java = str(java_home(JAVA, full_jdk=False, needed_by="Kafka 4") / "bin" / "java")
    libraries = fetched("kafka") / "libs"
    place = data_directory("kafka", data)
    logging = place / "log4j2.yaml"
    logging.write_text(LOGGING)
    common = [f"-Dlog4j2.configurationFile=file:{logging}", "-Djava.awt.headless=true", "-cp", f"{libraries}/*"]
    settings, port = place / "server.properties", free_port()
    settings.write_text(PROPERTIES.format(data=place, port=port, controller_port=_another_port(port)))
    give_to_server(place)
    if not (place / "log" / "meta.properties").exists():
        _format(java, common, settings)
    return Server(
        Launch(
            name="Kafka",
            command=[java, f"-Xmx{heap}", "-XX:+UseSerialGC", *common, "kafka.Kafka", str(settings)],
            data=place,
            host="127.0.0.1",
            port=port,
            url=f"kafka://127.0.0.1:{port}",
            ready=_is_ready,
        ),
        keep_data=data is not None,
    )


def _another_port(port: int) -> int:
    while (other := free_port()) == port:
        pass
    return other


def _format(java: str, common: list[str], settings: Path) -> None:
    """Write the identity of a new cluster, which KRaft wants before the first start."""
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    command = [java, "-Xmx128m", "-XX:TieredStopAtLevel=1", *common, "kafka.tools.StorageTool", "format"]
    # A leading dash would read as an option.
    command += ["-t", cluster.replace("-", "A", 1) if cluster.startswith("-") else cluster, "-c", str(settings)]
    answer = subprocess.run(  # noqa: S603 - the broker's own tool
        command, capture_output=True, text=True, timeout=180, check=False, **unprivileged()
    )
    if answer.returncode != 0:
        raise StackError(f"Kafka could not format its storage:\n{answer.stdout}{answer.stderr}")


def _is_ready(server: Server) -> bool:
    if STARTED not in server.log_since_start():
        return False
    try:
        socket.create_connection((server.launch.host, server.launch.port), timeout=1).close()
    except OSError:
        return False
    return True
