"""Text, title and date out of a page or a fragment of HTML, however broken. Finds no article behind a link."""

import warnings
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import NamedTuple

from lxml import etree
from lxml import html as lxml_html

MAX_HTML = 2_000_000
"""Code points of a page that are read for its main text; a larger one gives all of its text."""

_PAGE_MARKS = ("<html", "<body", "<article", "<!doctype")
_DROPPED = ("script", "style", "noscript", "template", "iframe", "svg", "object", "form", "head")
_BLOCKS = frozenset(
    "address article aside blockquote body dd div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header hr "
    "li main nav ol p pre section table tbody td th tr ul".split()
)
# What parsers of untrusted markup were seen to raise; the fallback reads what they cannot.
_SOUP = (etree.LxmlError, LookupError, ValueError, TypeError, AttributeError, RecursionError, AssertionError)


class Page(NamedTuple):
    """What a page says; each part may be empty."""

    text: str = ""
    title: str = ""
    published: str = ""


def read_html(html: str) -> Page:
    """A page loses its navigation and says its title and date; of a fragment all text is kept. Total."""
    if not any(mark in html[:10_000].lower() for mark in _PAGE_MARKS):
        return Page(all_text(html))
    page = _main_part(html) if len(html) <= MAX_HTML else Page()
    return page if page.text else page._replace(text=all_text(html))


def all_text(html: str) -> str:
    """Every visible word, blocks on lines of their own. Total: any string."""
    root = _parse(html)
    if root is None:
        return ""
    out: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag
        if event == "start":
            out.append("\n\n" if tag in _BLOCKS else "\n" if tag == "br" else "")
            out.append(element.text or "")
        else:
            out.append("\n\n" if event == "end" and tag in _BLOCKS else "")
            out.append(element.tail or "")
    return "".join(out).strip()


def _parse(html: str) -> lxml_html.HtmlElement | None:
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        # NUL ends a document for the parser; a lone surrogate has no UTF-8.
        root = lxml_html.document_fromstring(html.replace("\x00", "").encode("utf-8", "replace"), parser=parser)
        etree.strip_elements(root, *_DROPPED, with_tail=False)
    except _SOUP:
        return None
    return root


def _main_part(html: str) -> Page:
    trafilatura = _trafilatura()
    try:
        found = trafilatura.bare_extraction(html, include_comments=False, favor_recall=True, with_metadata=True)
    except _SOUP:
        return Page()
    return Page(found.text or "", found.title or "", found.date or "") if found is not None else Page()


@cache
def _trafilatura() -> ModuleType:
    # Imported late: half a second that a start without a page need not pay.
    with warnings.catch_warnings(category=Warning, action="ignore"):  # it probes for SOCKS, which nobody asked for
        return import_module("trafilatura")
