"""Who reported an article, so that two addresses of one publisher are one source. Pure."""

from functools import lru_cache

from courlan import extract_domain

from services.contracts.article import Source


def source_key(source: Source) -> str:
    """The registered domain (`www.bbc.co.uk` is `bbc.co.uk`), else the publisher's name, in lower case."""
    if source.domain:
        return _registered(source.domain.lower())
    return " ".join(source.name.casefold().split())


@lru_cache(maxsize=10_000)
def _registered(domain: str) -> str:
    return extract_domain(f"https://{domain}") or domain
