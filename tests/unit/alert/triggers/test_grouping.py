"""Which groups an article feeds, and with which number."""

from typing import Any

import pytest

from services.alert.core.triggers import each
from services.alert.core.triggers.grouping import observe
from services.alert.core.triggers.verdict import Verdict
from services.contracts.document import Quantity

WHO_NEAR = ("quantities.who", "quantities.near")


def quantity(low: float | None, who: str | None = "RUS", near: str | None = "UKR", op: str = "eq") -> Quantity:
    values: dict[str, Any] = {"quote": "q", "start": 0, "end": 1, "sentence": 0, "low": low, "who": who, "near": near}
    return Quantity.model_validate(values | {"unit": "troops", "op": op})


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        ([], {}),
        ([quantity(5), quantity(9), quantity(7)], {"UKR RUS": (9, True)}),
        ([quantity(5), quantity(9, who="BLR")], {"UKR BLR": (9, True), "UKR RUS": (5, True)}),
        ([quantity(5, who=None), quantity(6, near=None)], {}),
        ([quantity(None)], {}),
        ([quantity(5), quantity(9, op="vague")], {"UKR RUS": (9, False)}),
        ([quantity(9, op="le"), quantity(9)], {"UKR RUS": (9, True)}),
    ],
)
def test_the_maximum_of_each_group_counts_and_a_null_forms_none(
    objects: list[Quantity], expected: dict[str, tuple[float, bool]]
) -> None:
    found = observe(enumerate(objects), "quantities.low", WHO_NEAR)
    assert {" ".join(value for _, value in o.group): (o.value, o.firm) for o in found} == expected


def test_the_key_does_not_depend_on_the_order_of_by() -> None:
    keys = {observe([(0, quantity(5))], "quantities.low", by)[0].key for by in (WHO_NEAR, WHO_NEAR[::-1])}
    assert keys == {'{"quantities.near":"UKR","quantities.who":"RUS"}'}


def test_without_by_there_is_one_group() -> None:
    (found,) = observe(enumerate([quantity(5, who=None), quantity(7)]), "quantities.low", ())
    assert (found.key, found.group, found.value) == ("", (), 7)


def test_a_group_knows_its_objects() -> None:
    found = observe(enumerate([quantity(5), quantity(9, who="BLR"), quantity(7)]), "quantities.low", WHO_NEAR)
    assert [o.objects for o in found] == [(1,), (0, 2)]


def test_keys_of_different_groups_differ_whatever_their_values_hold() -> None:
    odd = [quantity(1, who='a","quantities.who":"b', near="c"), quantity(1, who="b", near='c","x":"a')]
    assert len({o.key for o in observe(enumerate(odd), "quantities.low", WHO_NEAR)}) == 2


@pytest.mark.parametrize(("told", "verdict"), [(False, Verdict.NEW_STORY), (True, Verdict.STORY_TOLD)])
def test_each_tells_a_story_once(told: bool, verdict: Verdict) -> None:
    decision = each.decide("siege", told)
    assert (decision.verdict, decision.episode, decision.verdict.raises_alert) == (verdict, "siege", not told)


def test_every_verdict_has_a_sentence() -> None:
    assert all(verdict.sentence for verdict in Verdict)
