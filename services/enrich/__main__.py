"""`python -m services.enrich`: one enrich worker, told by the environment what to do."""

import asyncio
import os
import sys

from services.contracts.errors import Unavailable
from services.enrich.app import run
from services.runtime.deliver import TooManyBugs
from services.runtime.env import SettingsError


def main() -> int:
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


if __name__ == "__main__":
    sys.exit(main())
