"""Teams, who own subscriptions and alerts, and how their API keys look. Knows no team and no key."""

from typing import Annotated

from pydantic import StringConstraints

DEFAULT_TEAM = "default"
"""Owns what was made before there were teams, and all that is made where no key is asked for."""

TeamName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]

KEY_PREFIX = "tcs_"
KEY_PATTERN = KEY_PREFIX + r"[A-Za-z0-9_-]{32,200}"
"""What an API key looks like; those we make have 43 characters after the prefix, 256 random bits."""
