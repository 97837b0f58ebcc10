"""What every store promises of snoozes, silences and acknowledgements."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from services.alert.adapters.noise_control import ruled
from services.alert.adapters.outbox_rows import queue, store_messages
from services.alert.adapters.sql_silences import SqlSilences
from services.alert.core.noise.memory import Acknowledgement, Snooze
from services.alert.core.outbox import Cause, Queued, State
from services.alert.core.severity import Severity
from services.alert.noise_ports import MAX_LIVE_SILENCES, TooMany
from services.contracts.alert import Alert, Kind
from services.contracts.notification import Digest, DigestCause
from services.runtime.access import EVERYBODY
from services.runtime.audit import Action, audited
from tests.articles import NOON
from tests.contract.alert_store.desk import DAY, HOUR, Desk, entry, rule, silence
from tests.subscriptions import TROOPS, ladder, troops


class TestSnooze:
    async def snoozed(self, desk: Desk, until: datetime = NOON + HOUR, **more: Any) -> None:
        await desk.attention.snooze("invasion", Snooze(until=until, since=NOON, **more), audit=entry())

    async def test_its_alerts_come_in_a_digest_when_it_ends(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        await self.snoozed(desk)
        told = await desk.hear("a", "b")
        assert await desk.tick_and_send() == []
        desk.now = NOON + HOUR
        (digest,) = await desk.tick_and_send()
        assert digest.cause is DigestCause.SNOOZE
        assert {item.alert_id for item in digest.items} == {alert.id for alert in told}
        await desk.hear("c")
        assert [m.kind for m in await desk.send()] == [Kind.ALERT]

    async def test_ending_it_early_tells_what_it_gathered_with_the_next_tick(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        await self.snoozed(desk, NOON + 30 * DAY)
        await desk.hear("a")
        await desk.attention.snooze("invasion", None, audit=entry())
        desk.now = NOON + timedelta(seconds=10)
        (digest,) = await desk.tick_and_send()
        assert isinstance(digest, Digest)
        assert await desk.attention.snoozed("invasion") is None

    async def test_an_escalation_ends_it_and_is_told_at_once(self, desk: Desk) -> None:
        await desk.subscribe(rule(query=TROOPS, trigger=ladder(100, 200)))
        await self.snoozed(desk, NOON + 30 * DAY, until_level=200)
        await desk.alerting.raise_alerts([troops("a", 110)])
        await desk.alerting.raise_alerts([troops("b", 210)])
        (alert,) = await desk.send()
        assert alert.level.rung == 200
        desk.now = NOON + timedelta(seconds=10)
        (digest,) = await desk.tick_and_send()
        assert [item.alert_id != alert.id for item in digest.items] == [True]

    async def test_a_longer_one_in_its_place_keeps_what_was_gathered(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        await self.snoozed(desk)
        await desk.hear("a")
        await self.snoozed(desk, NOON + 2 * HOUR)
        desk.now = NOON + HOUR
        assert await desk.tick_and_send() == []
        desk.now = NOON + 2 * HOUR
        assert len(await desk.tick_and_send()) == 1

    async def test_it_gathers_what_quiet_hours_held_and_holds_digests(self, desk: Desk) -> None:
        await desk.subscribe(rule(quiet_hours={"from": "11:00", "to": "13:00"}))
        await desk.hear("a")
        await self.snoozed(desk, NOON + 3 * HOUR)
        desk.now = NOON + HOUR
        assert await desk.tick_and_send() == []
        assert await desk.states() == {(State.GATHERED, Cause.SNOOZED): 1}
        desk.now = NOON + 3 * HOUR
        assert [m.kind for m in await desk.tick_and_send()] == [Kind.DIGEST]

    async def test_a_period_that_closes_meanwhile_waits_for_its_end(self, desk: Desk) -> None:
        await desk.subscribe(rule(digest={"every": "hourly"}))
        await desk.hear("a")
        await self.snoozed(desk, NOON + 3 * HOUR)
        desk.now = NOON + HOUR
        assert await desk.tick_and_send() == []
        desk.now = NOON + 3 * HOUR
        (digest,) = await desk.tick_and_send()
        assert digest.cause is DigestCause.SNOOZE


class TestSilences:
    async def test_it_suppresses_while_it_lasts_in_its_team_alone(self, desk: Desk) -> None:
        await desk.subscribe(rule(tags=["desk"]), rule("theirs", tags=["desk"], team="theirs"), rule("other"))
        await SqlSilences(desk.database).create(silence(), team="default", audit=entry())
        await desk.hear("a")
        assert sorted(m.subscription_id for m in await desk.send()) == ["other", "theirs"]
        desk.now = NOON + HOUR
        await desk.hear("b")
        assert sorted(m.subscription_id for m in await desk.send()) == ["invasion", "other", "theirs"]
        assert (await desk.states())[State.SUPPRESSED, Cause.SILENCED] == 1

    async def test_it_suppresses_what_waits_when_it_is_due(self, desk: Desk) -> None:
        await desk.subscribe(rule(tags=["desk"], quiet_hours={"from": "11:00", "to": "12:30"}))
        await desk.hear("a")
        await SqlSilences(desk.database).create(silence(), team="default", audit=entry())
        desk.now = NOON + HOUR / 2
        assert await desk.send() == []
        assert await desk.states() == {(State.SUPPRESSED, Cause.SILENCED): 1}

    async def test_ending_it_ends_it_and_keeps_it_for_the_record(self, desk: Desk) -> None:
        silences = SqlSilences(desk.database)
        await silences.create(silence(), team="default", audit=entry())
        now = NOON + timedelta(minutes=1)
        assert not await silences.end("quiet", team="theirs", now=now, audit=entry())
        assert await silences.end(
            "quiet", team="default", now=now, audit=audited(EVERYBODY, Action.SILENCE_ENDED, "q", now)
        )
        kept = await silences.get("quiet", team="default")
        assert kept is not None
        assert kept.ends_at == now
        assert await silences.get("quiet", team="theirs") is None
        assert (await silences.list(team="default", cursor=None, limit=9, live_at=now)).items == ()
        assert len((await silences.list(team="default", cursor=None, limit=9)).items) == 1

    async def test_pages_hold_each_once_newest_first(self, desk: Desk) -> None:
        silences = SqlSilences(desk.database)
        for n in range(5):
            made = silence(f"s{n}", created_at=NOON + timedelta(seconds=n // 2))
            await silences.create(made, team="default", audit=entry())
        found: list[str] = []
        cursor = None
        while True:
            page = await silences.list(team="default", cursor=cursor, limit=2)
            found += [item.id for item in page.items]
            cursor = page.cursor
            if cursor is None:
                break
        assert found == ["s4", "s3", "s2", "s1", "s0"]

    async def test_a_team_has_a_limit(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        assert MAX_LIVE_SILENCES == 500
        monkeypatch.setattr("services.alert.adapters.sql_silences.MAX_LIVE_SILENCES", 1)
        silences = SqlSilences(desk.database)
        await silences.create(silence(), team="default", audit=entry())
        with pytest.raises(TooMany):
            await silences.create(silence("two"), team="default", audit=entry())


class TestAcknowledgements:
    async def update(self, desk: Desk, first: Alert, edition: int, **changes: Any) -> None:
        """Queue a later edition, as follow-ups do."""
        later = first.model_copy(update={"edition": edition, "kind": Kind.UPDATE, **changes})

        def work(connection: Connection) -> None:
            store_messages(connection, [later])
            key = str(edition)
            channel = rule().channels[0]
            row = Queued(
                f"dlv_{key}", later.id, edition, channel.key, channel.lane, later.subscription_id,
                NOON, NOON, desk.now, desk.now, kind=later.kind,
            )  # fmt: skip
            queue(connection, ruled(connection, [later], [row]))

        await desk.database.write(work)

    async def test_its_updates_are_quiet_unless_they_are_graver(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        (alert,) = await desk.hear("a")
        assert len(await desk.send()) == 1
        said = Acknowledgement(by="Olena", note="on it", at=NOON, severity=Severity.MEDIUM)
        await desk.attention.acknowledge(alert.id, said, audit=entry())
        await self.update(desk, alert, 1)
        await self.update(desk, alert, 2, severity=Severity.HIGH)
        assert [message.edition for message in await desk.send()] == [2]
        assert await desk.attention.acknowledged(alert.id) == said
        newest = await desk.attention.newest_edition(alert.id)
        assert newest is not None
        assert newest.edition in (1, 2)

    async def test_withdrawn_it_holds_no_more(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        (alert,) = await desk.hear("a")
        await desk.send()
        said = Acknowledgement(by="Olena", at=NOON, severity=Severity.MEDIUM)
        await desk.attention.acknowledge(alert.id, said, audit=entry())
        gone = audited(EVERYBODY, Action.ACKNOWLEDGEMENT_WITHDRAWN, alert.id, NOON)
        assert [await desk.attention.withdraw(alert.id, audit=gone) for _ in range(2)] == [True, False]
        await self.update(desk, alert, 1)
        assert [message.edition for message in await desk.send()] == [1]
