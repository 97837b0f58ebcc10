"""The one spelling of a URL, which names the article. Drops only what is known to name no article.

A parameter dropped too many makes two articles one; a parameter kept too many makes one article two. The first loses
news and the second is caught by story grouping, so the list below holds tracking parameters alone.
"""

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from courlan import extract_domain
from url_normalize import url_normalize

MAX_LENGTH = 8_192

_TRACKING = re.compile(
    r"(?:utm_\w+|mc_(?:cid|eid)|pk_\w+|mtm_\w+|at_(?:medium|campaign|link_\w+|bbc_team|format)|_hs(?:enc|mi)|hsa_\w+"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|li_fat_id|vero_id|oly_enc_id"
    r"|_ga|_gl|ns_(?:mchannel|campaign|source|linkname|fee)|wt\.mc_id|xtor|cmpid|ocid|ito|smid|sref|ref_src|ref_url"
    r"|guccounter|guce_referrer(?:_sig)?|spm|_openstat|s_cid|ncid|sr_share|__twitter_impression|traffic_source)",
    re.IGNORECASE,
)


def canonical_url(url: str) -> str:
    """Scheme and host in lower case (host in its ASCII form), no default port, no dot segments, one way of escaping,
    parameters sorted and without tracking, no fragment and no credentials.

    Idempotent. Raises `ValueError` for anything but an absolute http or https URL of at most `MAX_LENGTH` characters.

    >>> canonical_url("HTTPS://News.Example:443/a/../b?utm_source=x&id=2#top")
    'https://news.example/b?id=2'
    """
    url = url.strip()
    if len(url) > MAX_LENGTH:
        raise ValueError(f"the url has more than {MAX_LENGTH} characters")
    _http(url)
    try:
        parts = _http(url_normalize(url) or "")
    except (UnicodeError, IndexError) as error:
        raise ValueError(f"not a url: {url[:200]}") from error
    query = "&".join(sorted(p for p in parts.query.split("&") if p and not _TRACKING.fullmatch(p.partition("=")[0])))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def domain_of(url: str) -> str:
    """The registered domain of a canonical URL (news.bbc.co.uk is bbc.co.uk), else its host; empty without one."""
    host = urlsplit(url).hostname or ""
    return extract_domain(url) or host.removeprefix("www.")


def _http(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not an absolute http or https url: {url[:200]}")
    if parts.port is not None and not parts.port:
        raise ValueError(f"port 0 is no port: {url[:200]}")
    return parts
