"""What Kibana is told, and that a server which is still starting is waited for."""

import json
from collections.abc import Callable

import httpx
import pytest

from deploy.kibana import set_up

Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)


def client(answer: Answer) -> httpx.Client:
    return httpx.Client(base_url="http://kibana:5601", transport=httpx.MockTransport(answer))


def test_the_account_of_kibana_gets_its_password() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.url.path, json.loads(request.content)))
        return httpx.Response(200, json={})

    set_up.give_user(client(answer), "secret")

    assert asked == [("POST", "/_security/user/kibana_system/_password", {"password": "secret"})]


def test_both_data_views_are_put_and_the_articles_are_the_first_choice() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path, json.loads(request.content)))
        return httpx.Response(200, json={})

    set_up.give_data_views(client(answer))

    articles = {"id": "articles", "name": "Articles", "title": "articles", "timeFieldName": "@timestamp"}
    alerts = {"id": "alerts", "name": "Alerts", "title": "alerts", "timeFieldName": "raised_at"}
    assert asked == [
        ("/api/data_views/data_view", {"data_view": articles, "override": True}),
        ("/api/data_views/data_view", {"data_view": alerts, "override": True}),
        ("/api/data_views/default", {"data_view_id": "articles", "force": False}),
    ]


def test_a_server_that_is_starting_is_asked_again() -> None:
    answers = iter([httpx.Response(503), httpx.Response(502), httpx.Response(200, json={})])

    set_up.give_user(client(lambda _: next(answers)), "secret")

    assert next(answers, None) is None


def test_a_refusal_ends_the_set_up() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(401, json={"error": "unauthorized"})

    with pytest.raises(httpx.HTTPStatusError):
        set_up.give_user(client(answer), "secret")
    assert len(asked) == 1


def test_an_unknown_step_is_a_usage_error() -> None:
    assert set_up.main(["views"], {"ELASTIC_PASSWORD": "secret"}) == 2
