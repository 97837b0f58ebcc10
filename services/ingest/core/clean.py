"""Characters and white space of a text: the same words always make the same text. Keeps paragraphs, invents nothing."""

import re
import unicodedata
from itertools import pairwise

MAX_TITLE = 500
"""Code points of a title; a longer one is cut at a word."""
MAX_NOISE = 0.1
"""A larger share of control, private and replacement characters makes a text binary."""
WRAP_WIDTHS = range(40, 121)
"""At which code point mailers and agencies break lines."""

_NOISE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd\ufffe\uffff\ud800-\udfff\ue000-\uf8ff]")
# Controls, soft hyphen, marks without width or with direction only, byte order mark, tags, lone surrogates.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
# Zero-width joiners shape words in Arabic and Indic scripts: they stay between two of those letters.
_STRAY_JOINER = re.compile("[\u200c\u200d](?:(?<![\u0600-\u0dff].)|(?![\u0600-\u0dff]))")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_BLANK_LINES = re.compile(r"\n{2,}")
_STOP = re.compile(r"[.!?…:;][\"'”’»)\]]*$")


def is_binary(text: str) -> bool:
    """Whether this is no text at all: a picture, an archive, or bytes read in a wrong encoding."""
    return len(_NOISE.findall(text)) > max(2.0, MAX_NOISE * len(text))


def clean_text(text: str) -> str:
    """NFC, nothing invisible, single spaces, lines joined that were only wrapped, at most one blank line in a row.

    Total: any string.

    >>> clean_text("One \\u200btwo\\r\\n\\r\\n\\r\\nthree")
    'One two\\n\\nthree'
    """
    lines = text.split("\n")
    if not _is_plain(lines):
        lines = _LINE_END.sub("\n", _visible(text)).split("\n")
    folded = "\n".join([_fold(line) for line in lines])
    return unicodedata.normalize("NFC", _unwrap(_BLANK_LINES.sub("\n\n", folded.strip("\n"))))


def clean_line(text: str, limit: int = MAX_TITLE) -> str:
    """`text` on one line, at most `limit` code points: a longer one ends in an ellipsis after a whole word."""
    line = unicodedata.normalize("NFC", " ".join(_visible(text).split()))
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip() + "…"


def _is_plain(lines: list[str]) -> bool:
    """Whether they hold none of the characters that are taken out or replaced, but blanks: none of those is printable.

    Most texts are plain, and to see that takes a quarter of the time that looking for each of them takes.
    """
    return all(map(str.isprintable, lines))


def _fold(line: str) -> str:
    return (line if "  " not in line and line.isprintable() else _SPACES.sub(" ", line)).strip()


def _visible(text: str) -> str:
    return _STRAY_JOINER.sub("", _INVISIBLE.sub("", text))


def _unwrap(text: str) -> str:
    """Join lines that were broken at a margin or in mid-sentence: a line's end would otherwise end its sentence."""
    lines = text.split("\n")
    wrapped = _is_wrapped(lines)
    out = lines[:1]
    for before, line in pairwise(lines):
        broken = before and line and not _STOP.search(before) and (wrapped or line[0].islower())
        if broken:
            out[-1] += f" {line}"
        else:
            out.append(line)
    return "\n".join(out)


def _is_wrapped(lines: list[str]) -> bool:
    """Whether a margin explains the breaks: wherever a line goes on, the next word would not have fitted."""
    width = max(map(len, lines))
    if width not in WRAP_WIDTHS:
        return False
    breaks = [(a, b) for a, b in pairwise(lines) if a and b and not _STOP.search(a)]
    return len(breaks) > 1 and all(len(a) + 1 + len(b.partition(" ")[0]) > width for a, b in breaks)
