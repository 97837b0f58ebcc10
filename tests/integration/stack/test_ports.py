"""Ports that servers get."""

import socket

from deploy.local.places import FIRST_PORT, LAST_PORT, free_port


def test_a_free_port_is_below_those_of_outgoing_connections() -> None:
    assert FIRST_PORT <= free_port() <= LAST_PORT < 32_768


def test_a_port_that_somebody_listens_on_is_not_given() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        port = taken.getsockname()[1]
        assert all(free_port() != port for _ in range(50))
