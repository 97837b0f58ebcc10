"""Bytes to text: the declared encoding, else the likeliest. Refuses what is no text in any encoding."""

import codecs

from charset_normalizer import from_bytes

from services.contracts.errors import Reason, Rejected
from services.ingest.core.clean import is_binary

SAMPLE_BYTES = 64 * 1024
"""Bytes from which an encoding is guessed."""
ENCODINGS = (
    "cp1252 cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 koi8_r koi8_u iso8859_2 iso8859_5 "
    "gb18030 big5 shift_jis euc_jp euc_kr"
).split()
"""What news is still written in besides UTF; a guess among all the codecs there are goes wrong on short texts."""
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
        best = from_bytes(raw[:SAMPLE_BYTES], cp_isolation=ENCODINGS).best()
        text = raw.decode(best.encoding, errors="replace") if best is not None else None
    if text is None or is_binary(text):
        raise Rejected(Reason.INVALID, "these bytes are no text in any known encoding")
    return text


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None
