"""A server process of the local stack, stood for by one that only sleeps."""

import os
import signal
import time

import pytest

from deploy.local.errors import StackError
from deploy.local.places import data_directory
from deploy.local.server import Launch, Server


def died(server: Server) -> bool:
    try:
        server.check()
    except StackError:
        return True
    return False


def test_a_server_that_ended_by_itself_is_closed_like_any_other_and_its_data_go() -> None:
    data = data_directory("sleeper", None)
    launch = Launch("sleeper", ["sleep", "60"], data, "127.0.0.1", 1, "http://127.0.0.1:1", lambda _: True)
    server = Server(launch).start()
    os.killpg(server.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while not died(server):
        assert time.monotonic() < deadline
        time.sleep(0.02)

    server.close()

    assert not data.exists()
    with pytest.raises(StackError, match="does not run"):
        _ = server.pid
