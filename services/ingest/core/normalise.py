"""Raw item to article: one reading of text, title, URL, time and language. Pure; knows nothing of revisions."""

from datetime import datetime
from hashlib import sha256

from services.contracts.article import MAX_TEXT_BYTES, Article, Source
from services.contracts.errors import Reason, Rejected
from services.contracts.message import milliseconds
from services.ingest.core.clean import clean_line, clean_text, is_binary
from services.ingest.core.dates import published_at
from services.ingest.core.html import Page, read_html
from services.ingest.core.language import declared_language, language_of
from services.ingest.core.raw_item import RawItem
from services.ingest.core.url import canonical_url, domain_of

MAX_NAME = 200
"""Code points of a source's name or domain."""


def normalise(raw: RawItem, now: datetime) -> Article:
    """Revision 1 of the article that `raw` is, arrived at `now`.

    Raises `Rejected`: EMPTY_TEXT, TOO_LARGE (over `MAX_TEXT_BYTES`), INVALID (binary text, or a URL that is none).
    """
    url = _url(raw.url)
    page = _page(raw)
    title = clean_line(raw.title or page.title)
    text = _text(page.text, title)
    source = _source(raw, url)
    published = published_at(raw.published or page.published, now)
    return Article(
        id=_hash(url) if url else _hash(source.domain, source.name, title, text),
        url=url,
        source=source,
        title=title,
        text=text,
        language=declared_language(raw.language) or language_of(f"{title}\n{text}" if title else text),
        published=published.moment,
        fetched_at=milliseconds(now),
        historic=raw.historic,
        date_clamped=published.clamped,
    )


def content_hash(article: Article) -> str:
    """What makes a revision: another title or text. A changed date, name or spelling of the URL does not."""
    return _hash(article.title, article.text)


def _url(url: str) -> str:
    if not url.strip():
        return ""
    try:
        return canonical_url(url)
    except ValueError as error:
        raise Rejected(Reason.INVALID, str(error)) from error


def _page(raw: RawItem) -> Page:
    given = raw.text or raw.html
    if is_binary(given) or is_binary(raw.title):
        raise Rejected(Reason.INVALID, "the text is binary, or was read in a wrong encoding")
    return Page(raw.text) if raw.text.strip() else read_html(raw.html)


def _text(text: str, title: str) -> str:
    text = clean_text(text)
    first, _, rest = text.partition("\n")
    if title and first == title and rest:
        text = rest.lstrip("\n")  # a page repeats its title above its text
    if not text:
        raise Rejected(Reason.EMPTY_TEXT, "there is no text in this article")
    size = len(text.encode())
    if size > MAX_TEXT_BYTES:
        raise Rejected(Reason.TOO_LARGE, f"the text has {size} bytes after normalising, {MAX_TEXT_BYTES} are taken")
    return text


def _source(raw: RawItem, url: str) -> Source:
    domain = clean_line(raw.source.domain, MAX_NAME).lower() or (domain_of(url) if url else "")
    return Source(name=clean_line(raw.source.name, MAX_NAME) or domain, domain=domain)


def _hash(*parts: str) -> str:
    # No cleaned part holds a NUL, so no two lists of parts give the same bytes.
    return sha256("\x00".join(parts).encode()).hexdigest()
