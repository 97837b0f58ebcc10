"""How commands speak with a running Tocsin."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from services.cli.client import FAILED, REFUSED, ApiClient, ApiError, ClientSettings, open_client
from services.runtime.env import SettingsError
from services.runtime.setting_names import CLIENT_NAMES

PROBLEM = {"content-type": "application/problem+json"}


def client(answer: Callable[[httpx.Request], httpx.Response], **settings: str) -> ApiClient:
    return ApiClient(ClientSettings(**settings), httpx.MockTransport(answer))


def test_the_key_goes_with_every_request_and_none_without_one() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"sent": request.headers.get("authorization"), "url": str(request.url)})

    with client(answer, api_url="http://tocsin:8002/", api_key="tcs_a") as api:
        assert api.call("GET", "/v1/alerts") == {"sent": "Bearer tcs_a", "url": "http://tocsin:8002/v1/alerts"}
    with client(answer) as api:
        assert api.call("GET", "/v1/alerts")["sent"] is None


def test_a_reply_without_a_body_is_none() -> None:
    with client(lambda _: httpx.Response(204)) as api:
        assert api.call("DELETE", "/v1/subscriptions/a") is None


def test_a_list_is_read_to_its_last_page() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("cursor", "0"))
        following = {"cursor": str(start + 2)} if start < 4 else {}
        return httpx.Response(200, json={"items": [start, start + 1], **following})

    with client(answer) as api:
        assert list(api.pages("/v1/alerts", {"limit": 2})) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("reply", "says", "exit_code"),
    [
        (
            httpx.Response(422, headers=PROBLEM, json={"errors": [{"pointer": "/query", "detail": "write a:b"}]}),
            "this cannot be used:\n  /query: write a:b",
            REFUSED,
        ),
        (httpx.Response(404, headers=PROBLEM, json={"detail": "there is no such alert"}), "no such alert", REFUSED),
        (httpx.Response(401, headers=PROBLEM, json={"detail": "send a key"}), "set TOCSIN_API_KEY", REFUSED),
        (
            httpx.Response(429, headers=PROBLEM | {"retry-after": "7"}, json={"detail": "slower"}),
            "slower; try again in 7 s",
            FAILED,
        ),
        (httpx.Response(503, headers=PROBLEM, json={"detail": "store does not answer"}), "does not answer", FAILED),
        (httpx.Response(502, text="<html>"), "answered 502 Bad Gateway", FAILED),
    ],
)
def test_a_refusal_is_told_in_words_and_by_an_exit_code(reply: httpx.Response, says: str, exit_code: int) -> None:
    with client(lambda _: reply) as api, pytest.raises(ApiError) as refusal:
        api.call("GET", "/v1/alerts")
    assert says in str(refusal.value)
    assert refusal.value.exit_code == exit_code


def test_nobody_there_names_the_address_and_the_setting() -> None:
    def answer(request: httpx.Request) -> Any:
        raise httpx.ConnectError("refused", request=request)

    with (
        client(answer) as api,
        pytest.raises(ApiError, match=r"127\.0\.0\.1:8000 does not answer .*TOCSIN_API_URL") as e,
    ):
        api.call("GET", "/v1/alerts")
    assert e.value.exit_code == FAILED


def test_the_settings_come_from_the_environment_beside_those_of_the_services() -> None:
    env = {"TOCSIN_API_URL": "https://tocsin.example", "TOCSIN_API_KEY": "tcs_a", "TOCSIN_LOG_LEVEL": "info"}
    with open_client(env):
        pass
    assert set(ClientSettings.model_fields) == CLIENT_NAMES
    with pytest.raises(SettingsError, match=r"TOCSIN_API_URL: .*write http"):
        open_client({"TOCSIN_API_URL": "tocsin.example"})
