"""Writes the compact gazetteer beside the core's data: `python -m services.cli.gazetteer`. Needs no network."""

from importlib.resources import as_file, files

import orjson

from services.enrich.core.places.cut import cut
from services.enrich.core.places.gazetteer import FILE


def main() -> None:
    """Cut the gazetteer out of the installed packages and put it where the finder loads it from."""
    with as_file(files("services.enrich.core.data")) as folder:
        target = folder / FILE
        target.write_bytes(orjson.dumps(cut()))
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
