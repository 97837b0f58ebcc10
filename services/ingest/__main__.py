"""`python -m services.ingest`: the process that takes articles in."""

import sys

from services.ingest.app import run
from services.runtime.main import main_of


def main() -> int:
    """Run as the environment says; the exit code."""
    return main_of(run)


if __name__ == "__main__":
    sys.exit(main())
