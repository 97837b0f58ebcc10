"""One spelling of each URL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.core.url import MAX_LENGTH, canonical_url, domain_of


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("HTTPS://News.Example/World/A", "https://news.example/World/A"),
        ("https://news.example", "https://news.example/"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("http://news.example:80/a", "http://news.example/a"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("https://news.example/a#comments", "https://news.example/a"),
        ("https://news.example/a/./b/../c", "https://news.example/a/c"),
        ("https://news.example/a?utm_source=x&utm_Medium=y&id=7&fbclid=z", "https://news.example/a?id=7"),
        ("https://news.example/a?utm_source=x", "https://news.example/a"),
        ("https://news.example/a?b=2&a=1", "https://news.example/a?a=1&b=2"),
        ("https://news.example/a?", "https://news.example/a"),
        ("https://news.example/%7Eone/%c3%a4", "https://news.example/~one/%C3%A4"),
        ("https://news.example/ä", "https://news.example/%C3%A4"),
        ("https://münchen.example/a", "https://xn--mnchen-3ya.example/a"),
        ("https://reader:secret@news.example/a", "https://news.example/a"),
        ("  https://news.example/a\n", "https://news.example/a"),
        ("https://news.example/a/", "https://news.example/a/"),
    ],
)
def test_spellings_of_one_url_become_one(written: str, canonical: str) -> None:
    assert canonical_url(written) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/story?12345",
        "https://news.example/story?cid=12",
        "https://news.example/story?ref=7&source=wire",
        "https://news.example/gallery?gallery=3",
        "https://news.example/redirect?q=war%26peace%3D1&url=https://other.example/a%23b",
        "https://news.example/a?page=",
        "https://news.example/a%2Fb",
    ],
)
def test_what_may_name_an_article_is_kept(url: str) -> None:
    assert canonical_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news.example/a",
        "//news.example/a",
        "ftp://news.example/a",
        "javascript:alert(1)",
        "mailto:desk@news.example",
        "https:///a",
        "https://news.example:99999/a",
        "https://news.example:x/a",
        "https://[::1/a",
        "https://" + "a" * 70 + ".example/",
        "https://news.example/" + "a" * MAX_LENGTH,
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"url|URL|port|Port|IPv6"):
        canonical_url(url)


@given(st.text(max_size=40), st.text(max_size=20))
def test_canonical_means_stable_and_nothing_but_value_error_is_raised(path: str, query: str) -> None:
    try:
        once = canonical_url(f"https://news.example/{path}?{query}")
    except ValueError:
        return
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.bbc.co.uk/news/1", "bbc.co.uk"),
        ("https://edition.cnn.com/a", "cnn.com"),
        ("https://news.example/one", "news.example"),
        ("https://www.wire.example/one", "wire.example"),
        ("http://192.0.2.7:8000/a", "192.0.2.7"),
        ("http://localhost/a", "localhost"),
    ],
)
def test_the_domain_is_the_publishers_and_not_the_hosts(url: str, domain: str) -> None:
    assert domain_of(url) == domain
