"""`Source` of files: `.txt .html .json .ndjson`, one by one or in folders, in any encoding. Writes nothing."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.contracts.errors import Reason, Rejected
from services.ingest.core.decode import decode
from services.ingest.core.html import read_html
from services.ingest.core.lines import MAX_ITEM_BYTES, LineSplitter, read_item, read_line
from services.ingest.core.raw_item import RawItem
from services.ingest.ports import Found

SUFFIXES = (".txt", ".html", ".htm", ".json", ".ndjson")
_CHUNK = 1024 * 1024


class TextFiles:
    """Files as given, folders recursively in the order of their paths.

    `date` (ISO 8601 or RFC 5322) is that of texts which say none themselves; `historic` marks all of them.
    """

    def __init__(self, paths: Sequence[Path], *, date: str | None = None, historic: bool = False) -> None:
        self._paths = paths
        self._date = date
        self._historic = historic

    def read(self) -> Iterator[Found]:
        """See `Source`. In a folder, files with other endings are passed over; a file that was named is not."""
        for path in self._paths:
            if path.is_dir():
                inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
                for file in inside:
                    yield from self._file(file)
            else:
                yield from self._file(path)

    def _file(self, path: Path) -> Iterator[Found]:
        suffix = path.suffix.lower()
        if not path.exists():
            yield Found(str(path), Rejected(Reason.UNREADABLE, "no such file or folder"))
            return
        if suffix not in SUFFIXES:
            yield Found(str(path), Rejected(Reason.INVALID, f"not one of {' '.join(SUFFIXES)}"))
            return
        try:
            if suffix == ".ndjson":
                yield from self._lines(path)
            else:
                yield from self._whole(path, suffix)
        except OSError as error:
            yield Found(str(path), Rejected(Reason.UNREADABLE, error.strerror or str(error)))

    def _lines(self, path: Path) -> Iterator[Found]:
        splitter = LineSplitter()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                for line in splitter.feed(chunk):
                    yield self._found(f"{path}:{line.number}", read_line(line))
        for line in splitter.close():
            yield self._found(f"{path}:{line.number}", read_line(line))

    def _whole(self, path: Path, suffix: str) -> Iterator[Found]:
        if (size := path.stat().st_size) > MAX_ITEM_BYTES:
            yield Found(str(path), Rejected(Reason.TOO_LARGE, f"{size} bytes; {MAX_ITEM_BYTES} are read"))
            return
        try:
            text = decode(path.read_bytes())
        except Rejected as refusal:
            yield Found(str(path), refusal)
            return
        if suffix == ".json":
            yield from self._json(path, text)
        elif suffix == ".txt":
            yield self._found(str(path), RawItem(text=text))
        else:
            page = read_html(text)
            yield self._found(str(path), RawItem(text=page.text, title=page.title, published=page.published or None))

    def _json(self, path: Path, text: str) -> Iterator[Found]:
        """One article, or an array of them."""
        if not text.lstrip().startswith("["):
            yield self._found(str(path), read_item(text.encode("utf-8", "replace")))
            return
        try:
            elements = json.loads(text)
        except ValueError as error:
            yield Found(str(path), Rejected(Reason.INVALID, f"not JSON: {error}"))
            return
        for number, element in enumerate(elements):
            yield self._found(f"{path}[{number}]", read_item(json.dumps(element).encode()))

    def _found(self, place: str, item: RawItem | Rejected) -> Found:
        if isinstance(item, Rejected):
            return Found(place, item)
        update = {"published": item.published or self._date, "historic": item.historic or self._historic}
        return Found(place, item.model_copy(update=update))
