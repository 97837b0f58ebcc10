"""A lexicon with an error is refused with its file, the line and the reason."""

from collections.abc import Callable, Iterable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import Event
from services.enrich.core.clauses.cues import cues_in, domains_in
from services.enrich.core.escalation import shares_in
from services.enrich.core.lexicon_file import LexiconError, LexiconFile
from services.enrich.core.numbers.lexicon import bounds_in
from services.enrich.core.quantities.lexicon import harms_in, nouns_in, pairs_in
from services.enrich.core.signals.lexicon import senses_in, weights_in

NO_EQUIPMENT = LexiconFile("equipment.toml", "[units]\n")
PEOPLE = '[strength.troops]\nmilitary = "troops"\n[moving]\n[victims]\n[dead]\n[singular]\n'


def of(read: Callable[[LexiconFile], Iterable[object]], text: str) -> list[object]:
    return list(read(LexiconFile("ours.toml", text)))


def verbs(file: LexiconFile) -> Iterable[object]:
    return senses_in(file, Event.AID, "verb")


def nouns(file: LexiconFile) -> Iterable[object]:
    return nouns_in(file, NO_EQUIPMENT)


@pytest.mark.parametrize(
    ("read", "text", "reason"),
    [
        (cues_in, '[denial]\nphrases = "~deny"\n\n[denials]\nphrases = "no"\n', "line 4: denials is no cue"),
        (cues_in, '[denial]\nphrase = "~deny"\n', "line 2: unknown key phrase; known: phrases"),
        (cues_in, "[denial]\n", "line 1: phrases is missing"),
        (cues_in, "[denial]\nphrases = 3\n", "line 2: phrases must be a text"),
        (cues_in, '[denial]\nphrases = """\nno\n', "line 4: "),
        (cues_in, 'denial = "no"\n', "line 1: denial must be a table"),
        (domains_in, '[sport]\nstrong = "ball"\nfaint = "game"\n', "line 3: unknown key faint"),
        (weights_in, "AID = 7\nHELP = 3\n", "line 2: unknown key HELP"),
        (weights_in, "AGREE = 4.5\n\nCONSULT = 11\n", "line 3: CONSULT = 11 is not between -10 and 10"),
        (weights_in, "AGREE = 4.5\n", "line 1: CONSULT is missing"),
        (verbs, '# help\nevent = "HELP"\n', "line 2: event must be AID"),
        (verbs, 'event = "AID"\n[[verbs]]\nwords = "~aid"\n', "line 2: unknown key verbs"),
        (
            verbs,
            'event = "AID"\n[[verb]]\nwords = "~aid"\n[[verb]]\nwords = "~help"\nobject = "a"\n',
            "line 6: unknown",
        ),
        (verbs, 'event = "AID"\n[[verb]]\nwords = "~aid"\n\n[[verb]]\nobjects = "a"\n', "line 5: words is missing"),
        (verbs, 'event = "AID"\n[[verb]]\nwords = "~aid"\nweight = "7"\n', "line 4: weight = 7 is not between"),
        (nouns, PEOPLE + '[strength.robots]\nmilitary = "drones"\n', "line 7: robots is no unit"),
        (nouns, '[strength.troops]\nnavy = "sailors"\n', "line 2: navy is no category"),
        (pairs_in, '[compound]\nwizards = ["two words"]\n', "line 2: wizards is no unit"),
        (lambda file: harms_in(file, "done"), '[killed]\ndone = "shot"\n[healed]\ndone = "cured"\n', "line 3: healed"),
        (lambda file: shares_in(file, "topic"), '[topic]\nwar = "much"\n', "line 2: war = much is not between"),
        (lambda file: bounds_in(file, "vague"), "[words.vague]\ndozens = [12]\n", "line 2: 1 is missing"),
    ],
)
def test_an_error_names_file_line_and_reason(
    read: Callable[[LexiconFile], Iterable[object]], text: str, reason: str
) -> None:
    with pytest.raises(LexiconError) as told:
        of(read, text)
    assert str(told.value).startswith(f"ours.toml, {reason}")


def test_what_looks_like_an_entry_inside_a_text_is_none() -> None:
    file = LexiconFile(
        "ours.toml", '[denial]\nphrases = """\n[negation]\nphrases = no\n"""\n[negation]\nphrases = "not"\n'
    )
    assert (file.line("negation"), file.line("negation", "phrases")) == (6, 7)


@given(st.text())
def test_any_text_is_read_or_refused_with_a_reason(text: str) -> None:
    with suppress(LexiconError):
        of(cues_in, text)
