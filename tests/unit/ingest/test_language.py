"""Which language."""

import subprocess
import sys

import pytest

from services.ingest.core.language import declared_language, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Officials said 110,000 Russian troops were near the border with Ukraine.", "en"),
        ("Die Truppen sammeln sich an der Grenze, sagte der Minister am Montag.", "de"),
        ("Президент Франции прибыл в Москву на переговоры с Путиным.", "ru"),
        ("Міністр оборони повідомив, що війська біля кордону.", "uk"),
        ("Le président français est arrivé à Moscou lundi soir.", "fr"),
        ("قال الوزير إن القوات الروسية قرب الحدود مع أوكرانيا", "ar"),
        ("NATO", "und"),
        ("Kyiv, Kharkiv, Odesa", "und"),
        ("110,000 40 48 350 2022-02-07 150,000 25,000 10,000", "und"),
        ("", "und"),
    ],
)
def test_a_sentence_has_a_language_and_a_fragment_has_none(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("EN-gb", "en"),
        ("pt_BR", "pt"),
        (" de ", "de"),
        ("English", None),
        ("", None),
        ("x-klingon", None),
    ],
)
def test_a_declared_language_counts_when_it_is_a_code(tag: str, language: str | None) -> None:
    assert declared_language(tag) == language


def test_the_model_is_not_loaded_before_the_first_text() -> None:
    check = "import sys, services.ingest.core.normalise; print({'py3langid', 'trafilatura'} & sys.modules.keys())"
    assert subprocess.run([sys.executable, "-c", check], capture_output=True, check=True).stdout == b"set()\n"
