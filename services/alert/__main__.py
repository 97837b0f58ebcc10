"""`python -m services.alert`."""

import asyncio
import os
import sys

from services.alert.app import run
from services.contracts.errors import Unavailable
from services.runtime.env import SettingsError


def main() -> int:
    """Serve until told to stop; 1 when something we need stays away, 2 when the settings cannot be used."""
    try:
        asyncio.run(run(os.environ))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except Unavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
