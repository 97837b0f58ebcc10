"""One article, from the door to three alerts: the same embedded and on Kafka, Faust, Elasticsearch and PostgreSQL."""

from typing import Any

from tests.e2e.conftest import RULES
from tests.e2e.system import System, eventually

FORESEEN = {50_000, 40_000, 25_000, 20_000, 10_000}
"""Deaths that both stories only fear."""
DURATIONS = {40, 45, 48, 72}


def test_the_story_raises_exactly_three_alerts_also_sent_again_after_a_restart_and_revised(
    system: System, story: dict[str, Any]
) -> None:
    article_id = system.post(story)["id"]
    alerts = eventually(system.alerts, lambda found: len(found) >= len(RULES), "three alerts")
    assert {rule: len(raised) for rule, raised in alerts.items()} == dict.fromkeys(RULES, 1)
    the_invasion_is_warned_of_and_denied(alerts["keyword-invasion"][0], story["text"])
    the_troops_are_those_that_are_there(alerts["troops-near-ukraine"][0])
    the_deployment_is_germanys(alerts["deployment-to-lithuania"][0])

    assert system.post(story)["status"] == "duplicate"
    system.stop()
    system.start()
    assert system.post(story)["status"] == "duplicate"
    # A revision passes through every stage: once alert has settled it, whatever it could raise is there.
    assert system.post({**story, "text": story["text"] + "\nThe talks go on."})["revision"] == 2
    eventually(lambda: system.settled("alert"), lambda count: count >= 1, "the revision is matched")
    assert system.alerts() == alerts
    eventually(lambda: (system.article(article_id) or {}).get("revision"), lambda number: number == 2, "revision 2")
    found = eventually(lambda: system.search("quantities:{ near:LTU and who:DEU }"), bool, "found by search")
    assert [hit["id"] for hit in found] == [article_id]


def the_invasion_is_warned_of_and_denied(alert: dict[str, Any], text: str) -> None:
    hits = [e for e in alert["evidence"] if not e["denial"]]
    assert len(hits) == text.lower().count("invasion")
    assert {hit["stance"] for hit in hits} <= {"reported", "estimated", "predicted", "planned"}
    assert all(text[e["start"] : e["end"]] == e["quote"] for e in alert["evidence"])
    assert [e["speaker"] for e in alert["evidence"] if e["denial"] and "plan to attack" in e["quote"]] == ["RUS"]


def the_troops_are_those_that_are_there(alert: dict[str, Any]) -> None:
    (reading,) = [e["finding"] for e in alert["evidence"]]
    assert reading["value"] in {110_000, 120_000}
    assert (reading["who"], reading["near"], reading["status"]) == ("RUS", "UKR", "reported")


def the_deployment_is_germanys(alert: dict[str, Any]) -> None:
    (reading,) = [e["finding"] for e in alert["evidence"]]
    assert (reading["who"], reading["near"], reading["status"]) == ("DEU", "LTU", "planned")
    assert (reading["op"], reading["high"]) == ("le", 350)


def test_what_is_feared_or_forecast_is_never_a_strength(system: System, story: dict[str, Any]) -> None:
    article_id = system.post(story)["id"]
    document = eventually(lambda: system.article(article_id), bool, "indexed")
    assert document
    reported = [q for q in document["quantities"] if q["unit"] == "troops" and q["status"] == "reported"]
    strengths = {q["value"] for q in reported if q["op"] != "vague"}
    assert strengths & {110_000, 120_000}
    assert not strengths & (FORESEEN | {150_000, 160_000})
    assert not {q["value"] for q in document["quantities"]} & DURATIONS
