"""`tocsin explain`: what enrich finds in one article."""

import io
import os
import sys
from pathlib import Path

from rich.console import Console

from services.cli.marked import marked
from services.cli.reading import read_one
from services.contracts.errors import Rejected
from services.enrich.adapters.extraction import load_extract
from services.enrich.settings import EnrichSettings
from services.runtime.env import SettingsError

PAGE_COLUMNS = 120


def explain_article(source: str, *, as_json: bool, html: Path | None, date: str | None) -> int:
    """Print the reading, as JSON or in colour, and write it as a page if wanted. 1 without an article."""
    try:
        extract = load_extract(EnrichSettings.from_env(os.environ))
        document = extract(read_one(source, date))
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except Rejected as refusal:
        sys.stderr.write(f"tocsin explain: {refusal}\n")
        return 1
    if html is not None:
        page = Console(file=io.StringIO(), record=True, width=PAGE_COLUMNS, force_terminal=True)
        page.print(marked(document))
        html.write_text(page.export_html(), encoding="utf-8")
    if as_json:
        sys.stdout.write(document.model_dump_json(indent=2) + "\n")
    else:
        Console().print(marked(document))
    return 0
