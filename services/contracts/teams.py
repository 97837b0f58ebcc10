"""Teams: who owns subscriptions, alerts and keys. Names them and nothing more."""

from typing import Annotated

from pydantic import StringConstraints

DEFAULT_TEAM = "default"
"""Owns what was made before there were teams, and all that is made where no key is asked for."""

TeamName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
