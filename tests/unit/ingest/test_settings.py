"""Ingest's settings."""

import pytest

from services.ingest.settings import IngestSettings
from services.runtime.env import SettingsError


def test_feeds_are_split_at_commas() -> None:
    settings = IngestSettings.from_env({"TOCSIN_FEEDS": "https://a.example/f, http://b.example/f,"})
    assert settings.feeds == ("https://a.example/f", "http://b.example/f")
    assert IngestSettings.from_env({}).feeds == ()


@pytest.mark.parametrize(
    ("env", "told"),
    [
        (
            {"TOCSIN_FEEDS": "https://a.example/f,file:///etc/passwd"},
            "'file:///etc/passwd' is not an http or https URL",
        ),
        ({"TOCSIN_FEEDS": "https://a.example/" + "f" * 3_000}, "has more than 2048 characters"),
        ({"TOCSIN_POLL_EVERY_S": "0"}, "TOCSIN_POLL_EVERY_S"),
        ({"TOCSIN_FEED": "https://a.example/f"}, "TOCSIN_FEED: unknown; did you mean TOCSIN_FEEDS?"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_by_its_name(env: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        IngestSettings.from_env(env)
    assert told in str(refusal.value)
