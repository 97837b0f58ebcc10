"""Forms of English verbs."""

import pytest

from services.enrich.core.inflect import Verb, plural, verb, verb_forms


@pytest.mark.parametrize(
    "forms",
    [
        ("attack", "attacks", "attacked", "attacked", "attacking"),
        ("invade", "invades", "invaded", "invaded", "invading"),
        ("deny", "denies", "denied", "denied", "denying"),
        ("kidnap", "kidnaps", "kidnapped", "kidnapped", "kidnapping"),
        ("withdraw", "withdraws", "withdrew", "withdrawn", "withdrawing"),
        ("veto", "vetoes", "vetoed", "vetoed", "vetoing"),
        ("clash", "clashes", "clashed", "clashed", "clashing"),
        ("die", "dies", "died", "died", "dying"),
        ("flee", "flees", "fled", "fled", "fleeing"),
        ("visit", "visits", "visited", "visited", "visiting"),
        ("deploy", "deploys", "deployed", "deployed", "deploying"),
        ("be", "is", "was", "been", "being"),
        ("have", "has", "had", "had", "having"),
    ],
)
def test_a_verb_has_five_forms(forms: tuple[str, ...]) -> None:
    assert verb(forms[0]) == Verb(*forms)


def test_both_spellings_of_a_doubled_consonant_count() -> None:
    assert {"canceled", "cancelled"} <= verb_forms("cancel")


@pytest.mark.parametrize(("noun", "many"), [("raid", "raids"), ("ally", "allies"), ("clash", "clashes")])
def test_plurals(noun: str, many: str) -> None:
    assert plural(noun) == many
