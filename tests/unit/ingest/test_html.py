"""Text out of HTML, however broken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.core.html import MAX_HTML, all_text, read_html

PAGE = """<!DOCTYPE html><html><head><title>Troops gather near border</title>
<meta property="article:published_time" content="2022-02-07T12:00:00Z"><script>var tanks = 9000</script></head><body>
<nav><a href="/">Home</a> <a href="/world">World</a> <a href="/sport">Sport</a></nav>
<article><h1>Troops gather near border</h1>
<p>Officials said 110,000 Russian troops were near the border with Ukraine, more than at any time since 2014.</p>
<p>The Kremlin &amp; the foreign ministry insisted on <b>not having a plan</b> to attack its neighbour.</p></article>
<footer>Copyright. Advertising. Imprint.</footer></body></html>"""


def test_a_page_loses_its_navigation_and_says_title_and_date() -> None:
    page = read_html(PAGE)
    assert (page.title, page.published) == ("Troops gather near border", "2022-02-07")
    assert "Officials said 110,000 Russian troops" in page.text
    assert "The Kremlin & the foreign ministry insisted on not having a plan to attack" in page.text
    assert not {"Sport", "Imprint", "9000"} & set(page.text.replace(".", " ").split())


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Some <b>110,000</b> troops.</p><p>Second &amp; last", "Some 110,000 troops.\n\nSecond & last"),
        ("no markup at all", "no markup at all"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>tanks</li><li>ships</li></ul>", "tanks\n\nships"),
        ("<p>a<script>var b</script>c<!-- d --><style>e</style>f</p>", "acf"),
        ("<p>unclosed <b>bold <i>both</b> end</i></div></div>&bogus; 5 < 6", "unclosed bold both end&bogus; 5 < 6"),
        ("<p>one\x00 two</p>", "one two"),
        ('<?xml version="1.0" encoding="latin-1"?><p>déjà</p>', "déjà"),
        ("<p></p>", ""),
        ("", ""),
        ("<!-- only a comment -->", ""),
    ],
)
def test_a_fragment_keeps_all_of_its_words(html: str, text: str) -> None:
    shown = "\n\n".join(part for part in read_html(html).text.split("\n\n") if part)
    assert shown == text


@pytest.mark.parametrize(("depth", "text"), [(1_000, "deep"), (100_000, "")])
def test_markup_nested_deeper_than_any_page_is_read_or_empty_but_no_error(depth: int, text: str) -> None:
    assert all_text("<div>" * depth + "deep") == text


def test_a_page_too_large_for_its_main_part_gives_all_of_its_text() -> None:
    page = "<html><body>" + "<p>Officials said so.</p>" * (MAX_HTML // 20) + "</body></html>"
    assert read_html(page).text.count("Officials") == MAX_HTML // 20


SOUP = (
    "<html> <body> <article> <p> </p> <a href=' <!-- --> <![CDATA[ ]]> &#x0; &#99999999; & < > <script> </article> "
    "<table><tr> <meta-charset=utf-16> <svg/onload= tanks <?xml <h1>"
).split()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*SOUP, "\x00", "\ud800", " "]), max_size=30).map("".join))
def test_soup_never_raises(soup: str) -> None:
    read_html(soup)


@given(st.text())
def test_no_string_raises(text: str) -> None:
    all_text(text)
