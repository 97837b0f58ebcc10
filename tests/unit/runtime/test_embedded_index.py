"""What the embedded index keeps in its file."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from services.contracts.errors import Unavailable
from services.query import fields_read, parse
from services.runtime.adapters.embedded_index import EmbeddedIndex
from tests.articles import NOON, document


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.db"


@pytest.fixture
async def index(path: Path) -> AsyncIterator[EmbeddedIndex]:
    index = EmbeddedIndex(str(path))
    yield index
    await index.aclose()


def known(path: Path, word: str) -> int:
    """Documents that full text knows this word of."""
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM terms WHERE terms MATCH ?", (f'text : "{word}"',)
        ).fetchone()
    return int(count)


async def test_what_was_stored_is_there_after_a_restart(path: Path) -> None:
    first = EmbeddedIndex(str(path))
    await first.put([document("one", text="needle")])
    await first.aclose()
    second = EmbeddedIndex(str(path))
    assert len((await second.search(parse("needle"))).documents) == 1
    await second.aclose()


async def test_full_text_forgets_replaced_and_expired_documents(index: EmbeddedIndex, path: Path) -> None:
    await index.put([document("one", text="first words"), document("two", text="other words")])
    await index.put([document("one", revision=2, text="second words")])
    assert (known(path, "first"), known(path, "second"), known(path, "words")) == (0, 1, 2)
    assert await index.expire(NOON + timedelta(milliseconds=1)) == 2
    assert known(path, "words") == 0


def parts_in(path: Path) -> int:
    """Documents whose parts are kept."""
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM projections").fetchone()[0])


async def scanned(index: EmbeddedIndex, query: str) -> list[dict[str, object]]:
    """What a scan reads for a query."""
    tree, day = parse(query), timedelta(days=1)
    pages = index.scan(tree, since=NOON - day, until=NOON + day, fields=fields_read(tree))
    return [dict(values) async for page in pages for values in page]


async def test_a_scan_reads_the_parts_of_the_newest_revision(index: EmbeddedIndex, path: Path) -> None:
    await index.put([document("one", text="first needle"), document("two", text="other needle")])
    await index.put([document("one", revision=2, text="second needle")])
    found = await scanned(index, "needle")
    assert sorted((values["revision"], values["text"]) for values in found) == [
        (1, "other needle"),
        (2, "second needle"),
    ]
    assert "asserted" not in found[0]
    assert parts_in(path) == 2
    await index.expire(NOON + timedelta(milliseconds=1))
    assert parts_in(path) == 0


async def test_documents_stored_before_there_were_parts_are_read_whole(path: Path) -> None:
    first = EmbeddedIndex(str(path))
    await first.put([document("old", text="needle")])
    await first.aclose()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE projections")
    second = EmbeddedIndex(str(path))
    await second.put([document("new", text="needle")])
    found = {values["id"]: "asserted" in values for values in await scanned(second, "needle")}
    assert found == {document("old").id: True, document("new").id: False}
    await second.aclose()


async def test_the_same_bytes_again_change_nothing(index: EmbeddedIndex, path: Path) -> None:
    for _ in range(3):
        await index.put([document("one", text="needle")])
    assert known(path, "needle") == 1


async def test_full_text_is_made_anew_when_the_analysis_has_changed(path: Path) -> None:
    first = EmbeddedIndex(str(path))
    await first.put([document("one", text="needle")])
    await first.aclose()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO terms(terms) VALUES ('delete-all')")
        connection.execute("UPDATE made_with SET analysis = 'older'")
    assert known(path, "needle") == 0
    second = EmbeddedIndex(str(path))
    assert known(path, "needle") == 1
    await second.aclose()


async def test_more_documents_expire_than_one_transaction_takes(index: EmbeddedIndex) -> None:
    await index.put([document(str(n)) for n in range(450)])
    assert await index.expire(NOON + timedelta(days=1)) == 450


async def test_date_math_counts_from_the_clock(path: Path) -> None:
    index = EmbeddedIndex(str(path), clock=lambda: NOON + timedelta(days=2))
    await index.put([document("one")])
    assert len((await index.search(parse("@timestamp >= now-2d"))).documents) == 1
    assert len((await index.search(parse("@timestamp >= now-1d"))).documents) == 0
    await index.aclose()


def test_a_file_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(Unavailable) as down:
        EmbeddedIndex(str(tmp_path / "taken" / "index.db"))
    assert down.value.dependency == "index"


async def test_a_file_without_the_order_of_arrival_gets_it(path: Path) -> None:
    first = EmbeddedIndex(str(path))
    late, old = document("late", fetched_at=NOON + timedelta(hours=1)), document("old", historic=True)
    await first.put([late, old])
    await first.aclose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP INDEX documents_by_arrival")
        connection.execute("ALTER TABLE documents DROP COLUMN arrived")
        connection.commit()
    second = EmbeddedIndex(str(path))
    pages = second.scan(parse(""), since=NOON - timedelta(days=1), until=NOON + timedelta(days=1))
    assert [values["id"] async for page in pages for values in page] == [old.id, late.id]
    await second.aclose()
