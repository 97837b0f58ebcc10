"""`tocsin explain`: a file, standard input or a page, in words, as JSON or as a page."""

import io
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from services.cli.explaining import explain_article
from services.contracts.document import Document

TEXT = "Russia has massed 120,000 troops near the border with Ukraine. The Kremlin denied any plan to attack."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "news.txt"
    path.write_text(TEXT)
    return path


@pytest.fixture
def page_url() -> Iterator[str]:
    """A page with the text in it; any other path is 404."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/news" else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            body = f"<html><head><title>Border</title></head><body><article><p>{TEXT}</p></article></body></html>"
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def explained(capsys: pytest.CaptureFixture[str]) -> Document:
    return Document.model_validate_json(capsys.readouterr().out)


def test_a_file_as_json_is_the_document(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain_article(str(file), as_json=True, html=None, date="2022-02-07") == 0
    document = explained(capsys)
    assert [(q.value, q.who, q.near) for q in document.quantities] == [(120_000, "RUS", "UKR")]
    assert document.published.isoformat() == "2022-02-07T00:00:00+00:00"


def test_in_words_the_stance_and_the_tables_are_shown(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain_article(str(file), as_json=False, html=None, date=None) == 0
    shown = capsys.readouterr().out
    assert "⟨denied" in shown
    assert "Quantities" in shown


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert explain_article("-", as_json=True, html=None, date=None) == 0
    assert explained(capsys).text == TEXT


def test_a_page_on_the_web_is_fetched_and_its_text_read(page_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain_article(f"{page_url}/news", as_json=True, html=None, date=None) == 0
    document = explained(capsys)
    assert "120,000 troops" in document.text
    assert "<" not in document.content


def test_the_page_marks_findings_and_escapes_the_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = tmp_path / "hostile.txt"
    hostile.write_text(TEXT + " <script>alert(1)</script> it said.")
    assert explain_article(str(hostile), as_json=True, html=tmp_path / "page.html", date=None) == 0
    page = (tmp_path / "page.html").read_text()
    assert "120,000 troops" in page
    assert "<script>alert" not in page
    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", ["missing.txt", "empty.txt", "binary.txt", "news.pdf"])
def test_what_is_no_article_is_refused_with_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "empty.txt").write_text(" ")
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "news.pdf").write_text("%PDF")
    assert explain_article(str(tmp_path / name), as_json=False, html=None, date=None) == 1
    captured = capsys.readouterr()
    assert name in captured.err
    assert captured.out == ""


def test_a_page_that_is_not_there_is_refused_with_the_reason(page_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explain_article(f"{page_url}/none", as_json=False, html=None, date=None) == 1
    assert "404" in capsys.readouterr().err


def test_markup_in_an_article_is_text_on_the_page(tmp_path: Path) -> None:
    attack = "<img src=x onerror=alert(1)></code><script>alert('Kremlin')</script> [bold]x[/bold] &lt;b&gt;"
    article = {
        "title": f"Troops {attack}",
        "text": f"The Kremlin has 120,000 troops. {attack}",
        "url": "https://a.example/",
    }
    source = tmp_path / "attack.json"
    source.write_text(json.dumps(article | {"source": {"name": attack}}))
    page = tmp_path / "page.html"
    assert explain_article(str(source), as_json=True, html=page, date="2022-02-07") == 0
    html = page.read_text(encoding="utf-8")
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert re.findall(r"<(?:img|script|b)\b", html) == []
    assert "[bold]x[/bold] &amp;lt;b&amp;gt;" in html
