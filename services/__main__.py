"""`python -m services`: the command `tocsin` from a checkout."""

from services.cli.app import main

if __name__ == "__main__":
    main()
