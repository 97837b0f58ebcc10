"""Articles from where a person has them: files, standard input, a URL. Reads; keeps nothing."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx

from services.contracts.article import Article
from services.contracts.errors import Reason, Rejected
from services.ingest.adapters.text_file import TextFiles
from services.ingest.core.decode import decode
from services.ingest.core.lines import MAX_ITEM_BYTES
from services.ingest.core.normalise import normalise
from services.ingest.core.raw_item import RawItem

FETCH_SECONDS = 20.0


def read_files(paths: Sequence[Path], date: str | None) -> Iterator[tuple[str, Article | Rejected]]:
    """Each article with the place it stood at, or why there is none.

    A text has no time of arrival here but its own date: without one it arrives now.
    """
    now = datetime.now(UTC)
    for found in TextFiles(paths, date=date).read():
        if isinstance(found.item, Rejected):
            yield found.place, found.item
            continue
        try:
            yield found.place, normalise(found.item, now)
        except Rejected as refusal:
            yield found.place, refusal


def read_one(source: str, date: str | None) -> Article:
    """The first article of a file, of standard input (`-`) or of a web page. Raises `Rejected`."""
    if source == "-":
        return normalise(RawItem(text=decode(sys.stdin.buffer.read()), published=date), datetime.now(UTC))
    if source.startswith(("http://", "https://")):
        return normalise(RawItem(url=source, html=_page(source), published=date), datetime.now(UTC))
    place, found = next(read_files([Path(source)], date), (source, Rejected(Reason.UNREADABLE, "no article in it")))
    if isinstance(found, Rejected):
        raise Rejected(found.reason, f"{place}: {found.detail}") from found
    return found


def _page(url: str) -> str:
    """The page at `url`, at most `MAX_ITEM_BYTES` of it. Raises `Rejected`."""
    body = bytearray()
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=FETCH_SECONDS) as response:
            response.raise_for_status()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > MAX_ITEM_BYTES:
                    raise Rejected(Reason.TOO_LARGE, f"{url}: over {MAX_ITEM_BYTES} bytes")
    except httpx.HTTPError as error:
        raise Rejected(Reason.UNREACHABLE, f"{url}: {error}") from error
    return decode(bytes(body))
