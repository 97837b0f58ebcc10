"""A state that something is done to is a party to it, though its name stands for the place."""

from services.contracts.vocabulary import Use
from services.enrich.core.enrich import enrich
from tests.articles import article


def test_the_state_that_soldiers_are_sent_to_is_an_actor_and_stays_a_place() -> None:
    document = enrich(article(title="", text="Germany said it would send up to 350 soldiers to Lithuania."))
    assert {"DEU", "LTU"} <= set(document.actor_ids)
    assert [place.use for place in document.places if place.id == "LTU"] == [Use.PLACE]
    assert [(q.who, q.near) for q in document.quantities] == [("DEU", "LTU")]
    assert [a.quote for a in document.actors if a.id == "LTU"] == ["Lithuania"]


def test_a_state_that_is_only_a_scene_is_no_actor() -> None:
    document = enrich(article(title="", text="The concert in Lithuania was sold out."))
    assert document.actors == ()
