"""Why, or why not: the clause tree with true and false."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.query import Explained, evaluate, explain_tree, parse
from services.query.tree import Node
from tests.articles import NOON
from tests.generated import documents, query

DOCUMENT: dict[str, Any] = {
    "text": "Troops wait.",
    "quantities": [{"unit": "tanks", "low": 5, "near": "UKR"}, {"unit": "troops", "low": 90_000, "near": "UKR"}],
}


def explained(text: str) -> Explained:
    return explain_tree(parse(text), DOCUMENT, now=NOON)


def test_each_clause_says_whether_it_holds() -> None:
    assert explained("text:troops and not text:war") == Explained(
        "all",
        "text:troops and not text:war",
        True,
        0,
        (
            Explained("clause", "text:troops", True, 0),
            Explained("not", "not text:war", True, 20, (Explained("clause", "text:war", False, 20),)),
        ),
    )


def test_braces_that_fail_show_the_object_that_came_nearest() -> None:
    found = explained("quantities:{ unit:troops and near:UKR and low >= 100000 }")
    assert (found.kind, found.holds, found.objects, found.nearest) == ("nested", False, (), 1)
    assert [(p.clause, p.holds) for p in found.parts[0].parts] == [
        ("unit:troops", True),
        ("near:UKR", True),
        ("low >= 100000", False),
    ]


def test_braces_that_hold_name_the_objects() -> None:
    found = explained("quantities:{ near:UKR }")
    assert (found.holds, found.objects, found.nearest) == (True, (0, 1), 0)


def test_a_clause_that_can_never_hold_says_why() -> None:
    assert "no number" in explained("revision:x").note
    assert explained("foo:x").note == "no such field here"
    assert explained("signals:{ *:* }").note == "the document has no signals"
    assert "holds no objects" in explained("foo:{ a:b }").note


@given(st.randoms(use_true_random=False))
def test_the_explanation_agrees_with_the_evaluation(random: Any) -> None:
    tree: Node = query(random)
    (document,) = documents(random, 1, NOON)
    assert explain_tree(tree, document, now=NOON).holds == (evaluate(tree, document, now=NOON) is not None)
