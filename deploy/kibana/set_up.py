"""Sets up Kibana: `user` gives its account in Elasticsearch the password it logs in with, `data-views` tells it what to
show. Both may run again at any time. Changes no document.

Reads ELASTICSEARCH_URL, KIBANA_URL, ELASTIC_PASSWORD and KIBANA_PASSWORD.
"""

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

DATA_VIEWS: tuple[dict[str, Any], ...] = (
    {"id": "articles", "name": "Articles", "title": "articles", "timeFieldName": "@timestamp"},
    {"id": "alerts", "name": "Alerts", "title": "alerts", "timeFieldName": "raised_at"},
)
"""The first is the one that Kibana opens with, and that the links in alerts name."""

ANSWER_WITHIN_S = 120
TEMPORARY = frozenset({429, 502, 503, 504})


class NotYetError(Exception):
    """The server does not serve yet."""


def give_user(elasticsearch: httpx.Client, password: str) -> None:
    """Set the password of Elasticsearch's built-in account for Kibana. Raises `httpx.HTTPStatusError`."""
    _post(elasticsearch, "/_security/user/kibana_system/_password", {"password": password})


def give_data_views(kibana: httpx.Client) -> None:
    """Create the data views, or put back what somebody changed in them. Raises `httpx.HTTPStatusError`."""
    for data_view in DATA_VIEWS:
        _post(kibana, "/api/data_views/data_view", {"data_view": data_view, "override": True})
    # Without `force`, whoever has chosen another one keeps it.
    _post(kibana, "/api/data_views/default", {"data_view_id": DATA_VIEWS[0]["id"], "force": False})


def _post(client: httpx.Client, path: str, body: Mapping[str, Any]) -> None:
    """POST, again while the server is starting, for at most `ANSWER_WITHIN_S`."""
    patient = Retrying(
        retry=retry_if_exception_type((NotYetError, httpx.TransportError)),
        wait=wait_fixed(2),
        stop=stop_after_delay(ANSWER_WITHIN_S),
        reraise=True,
    )
    patient(_post_once, client, path, body)


def _post_once(client: httpx.Client, path: str, body: Mapping[str, Any]) -> None:
    answer = client.post(path, json=body)
    if answer.status_code in TEMPORARY:
        raise NotYetError(f"{answer.request.url} answered {answer.status_code}: {answer.text[:500]}")
    if answer.is_error:
        sys.stderr.write(f"{answer.request.url} answered {answer.status_code}: {answer.text[:2000]}\n")
    answer.raise_for_status()


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """The command; 2 when it is not one of the two."""
    login = ("elastic", environment["ELASTIC_PASSWORD"])
    steps: dict[str, Callable[[], None]] = {
        "user": lambda: give_user(
            httpx.Client(base_url=environment["ELASTICSEARCH_URL"], auth=login, timeout=30),
            environment["KIBANA_PASSWORD"],
        ),
        "data-views": lambda: give_data_views(
            # Kibana refuses a change that does not carry this header.
            httpx.Client(base_url=environment["KIBANA_URL"], auth=login, timeout=60, headers={"kbn-xsrf": "tocsin"})
        ),
    }
    if len(arguments) != 1 or arguments[0] not in steps:
        sys.stderr.write(f"usage: set_up.py {'|'.join(steps)}\n")
        return 2
    steps[arguments[0]]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
