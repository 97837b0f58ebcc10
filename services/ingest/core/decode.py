"""Bytes to text: the declared encoding, else the likeliest. Refuses what is no text in any encoding."""

import codecs

from charset_normalizer import from_bytes

from services.contracts.errors import Reason, Rejected
from services.ingest.core.clean import is_binary

SAMPLE_BYTES = 64 * 1024
"""Bytes from which an encoding is guessed."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(raw: bytes) -> str:
    """The text of a file. Raises `Rejected(INVALID)` for a picture, an archive or the like."""
    mark = next((name for bom, name in _MARKS if raw.startswith(bom)), None)
    text = _strictly(raw, mark or "utf-8")
    if text is None and b"\x00" not in raw[:SAMPLE_BYTES]:
        best = from_bytes(raw[:SAMPLE_BYTES]).best()
        text = raw.decode(best.encoding, errors="replace") if best is not None else None
    if text is None or is_binary(text):
        raise Rejected(Reason.INVALID, "these bytes are no text in any known encoding")
    return text


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None
