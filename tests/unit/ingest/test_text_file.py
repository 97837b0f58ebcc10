"""Files and folders of articles."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.contracts.errors import Reason, Rejected
from services.ingest.adapters.text_file import TextFiles
from services.ingest.core.lines import MAX_ITEM_BYTES
from services.ingest.core.raw_item import RawItem

PAGE = (
    "<html><head><title>Troops gather</title></head><body><article><p>Officials said 110,000 Russian troops were near "
    "the border with Ukraine on Monday evening.</p></article></body></html>"
)


def read(*paths: Path, **options: Any) -> list[tuple[str, RawItem | Rejected]]:
    return [(Path(found.place).name, found.item) for found in TextFiles(paths, **options).read()]


def write(folder: Path, **files: bytes) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("name", "content", "items"),
    [
        ("a.txt", "Ein Fluß\nzwei".encode("latin-1"), [RawItem(text="Ein Fluß\nzwei")]),
        ("a.TXT", b"\xff\xfea\x00b\x00", [RawItem(text="ab")]),
        ("a.json", b'{"title": "t", "text": "x"}', [RawItem(title="t", text="x")]),
        ("a.json", b'[{"text": "x"}, {"text": "y"}]', [RawItem(text="x"), RawItem(text="y")]),
        ("a.ndjson", b'{"text": "x"}\n\n{"text": "y"}', [RawItem(text="x"), RawItem(text="y")]),
        ("a.json", b"[]", []),
        ("a.ndjson", b"", []),
    ],
)
def test_each_kind_of_file_gives_its_articles(tmp_path: Path, name: str, content: bytes, items: list[RawItem]) -> None:
    (tmp_path / name).write_bytes(content)
    assert [item for _, item in read(tmp_path / name)] == items


def test_a_page_gives_its_text_and_title(tmp_path: Path) -> None:
    ((_, item),) = read(write(tmp_path, a_html=PAGE.encode()))
    assert isinstance(item, RawItem)
    assert (item.title, item.text[:22], item.html) == ("Troops gather", "Officials said 110,000", "")


def test_a_folder_is_read_to_its_depths_in_the_order_of_its_paths(tmp_path: Path) -> None:
    write(tmp_path, b__2_txt=b"b2", a_txt=b"a", b__1_txt=b"b1", c_pdf=b"%PDF", b__deep__x_json=b'{"text": "x"}')
    assert [name for name, _ in read(tmp_path)] == ["a.txt", "1.txt", "2.txt", "x.json"]


def test_a_bad_file_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    binary = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00"
    write(tmp_path, a_txt=binary, b_json=b"{", c_json=b"[1", d_json=b'[{"text": "x"}, {"txt": "y"}]', e_txt=b"good")
    write(tmp_path, h_doc=b"x", f_txt=b"a" * (MAX_ITEM_BYTES + 1), g_ndjson=b'{"text": "x"}\nnonsense\n{"text": "y"}\n')
    found = read(tmp_path, tmp_path / "missing.txt", tmp_path / "h.doc")
    assert [(name, item.reason if isinstance(item, Rejected) else item.text) for name, item in found] == [
        ("a.txt", Reason.INVALID),
        ("b.json", Reason.INVALID),
        ("c.json", Reason.INVALID),
        ("d.json[0]", "x"),
        ("d.json[1]", Reason.INVALID),
        ("e.txt", "good"),
        ("f.txt", Reason.TOO_LARGE),
        ("g.ndjson:1", "x"),
        ("g.ndjson:2", Reason.INVALID),
        ("g.ndjson:3", "y"),
        ("missing.txt", Reason.UNREADABLE),
        ("h.doc", Reason.INVALID),
    ]


def test_a_path_where_nothing_is_is_called_that_whatever_its_ending(tmp_path: Path) -> None:
    for name in ("missing", "missing.txt"):
        ((_, found),) = read(tmp_path / name)
        assert isinstance(found, Rejected)
        assert found.detail == "no such file or folder"


@pytest.mark.parametrize(
    ("own", "date", "historic", "published", "marked"),
    [
        ({}, "2022-02-07", False, "2022-02-07", False),
        ({"published": "2021-01-01"}, "2022-02-07", False, "2021-01-01", False),
        ({}, None, True, None, True),
        ({"historic": True}, None, False, None, True),
    ],
)
def test_a_date_is_for_texts_without_one_and_historic_for_all(
    tmp_path: Path, own: dict[str, Any], date: str | None, historic: bool, published: str | None, marked: bool
) -> None:
    write(tmp_path, a_json=json.dumps({"text": "x"} | own).encode())
    ((_, item),) = read(tmp_path, date=date, historic=historic)
    assert isinstance(item, RawItem)
    assert (item.published, item.historic) == (published, marked)
