"""Bytes in any encoding."""

import codecs
import zlib

import pytest

from services.contracts.errors import Reason, Rejected
from services.ingest.core.decode import decode

RUSSIAN = "Президент Франции прибыл в Москву на переговоры. Войска у границы, сообщил министр обороны."
FRENCH = "Le président a déclaré que 350 soldats seront envoyés à la frontière, où la situation reste tendue."
CHINESE = "俄罗斯军队在乌克兰边境附近集结,总统表示没有攻击计划。各国领导人呼吁保持冷静并继续对话。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "utf-8-sig"),
        (RUSSIAN, "utf-16"),
        (RUSSIAN, "utf-32"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (FRENCH, "cp1252"),
        (FRENCH, "latin-1"),
        (CHINESE, "gb18030"),
        ("", "utf-8"),
    ],
)
def test_a_text_is_read_in_whichever_encoding_it_was_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_declared_encoding_is_believed() -> None:
    page = f'<html><head><meta charset="windows-1251"></head><p>{RUSSIAN}</p></html>'
    assert decode(page.encode("cp1251")) == page


@pytest.mark.parametrize(
    "raw",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x06",
        zlib.compress(FRENCH.encode() * 50, 9),
        b"PK\x03\x04\x14\x00\x08\x00\x08\x00" + bytes(range(256)) * 4,
        codecs.BOM_UTF16_LE + b"\x00\xd8",
    ],
)
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(Rejected) as refusal:
        decode(raw)
    assert refusal.value.reason is Reason.INVALID
