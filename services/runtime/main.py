"""How the main function of every process ends: by its work's end, or by a message and an exit code."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Mapping

from services.contracts.errors import Unavailable
from services.runtime.deliver import TooManyBugs
from services.runtime.env import SettingsError


def main_of(run: Callable[[Mapping[str, str]], Coroutine[None, None, None]]) -> int:
    """0 after a signal, 1 when something we need stayed away or we fail on everything, 2 for unusable settings."""
    try:
        asyncio.run(run(os.environ))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (Unavailable, TooManyBugs) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
