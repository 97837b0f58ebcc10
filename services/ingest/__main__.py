"""`python -m services.ingest`: the process that takes articles in."""

import asyncio
import os
import sys

from services.contracts.errors import Unavailable
from services.ingest.app import run
from services.runtime.env import SettingsError


def main() -> int:
    """0 after a signal, 2 for settings that cannot be used, 1 when the store did not come up in time."""
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
    sys.exit(main())
