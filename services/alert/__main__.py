"""`python -m services.alert`: the process that matches subscriptions and notifies."""

import sys

from services.alert.app import run
from services.runtime.main import main_of


def main() -> int:
    """Run as the environment says; the exit code."""
    return main_of(run)


if __name__ == "__main__":
    sys.exit(main())
