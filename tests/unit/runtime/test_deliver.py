"""The delivery policy, one test per row of its table."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from prometheus_client import REGISTRY

from services.contracts.article import Article
from services.contracts.errors import Reason, Rejected, Unavailable
from services.contracts.topics import ARTICLES
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.dead_letters import REASON
from services.runtime.deliver import MAX_BUGS_IN_A_ROW, Delivery, Outcome, TooManyBugs, Verdict
from services.runtime.health import Health, State
from services.runtime.patience import Patience, Patient
from services.runtime.ports import Batch, Received
from tests.articles import article
from tests.unit.runtime.dead import dead_letters

ONE, TWO, THREE = article("one"), article("two"), article("three")
DOWN = Unavailable("elasticsearch", "refused")
QUICK = Patience(total_s=5.0, first_s=0.001, cap_s=0.004)


class Recorder:
    """A handler that records every call and does what `react` says."""

    def __init__(self, react: Callable[[Sequence[Article]], Sequence[Verdict]]) -> None:
        self.react = react
        self.calls: list[list[str]] = []

    async def __call__(self, messages: Sequence[Article]) -> Sequence[Verdict]:
        self.calls.append([message.url.rpartition("/")[2] for message in messages])
        return self.react(messages)


def done(messages: Sequence[Article]) -> Sequence[Verdict]:
    return [Outcome.DONE for _ in messages]


def fail_times(count: int, error: Exception) -> Callable[[Sequence[Article]], Sequence[Verdict]]:
    left = [error] * count

    def react(messages: Sequence[Article]) -> Sequence[Verdict]:
        if left:
            raise left.pop()
        return done(messages)

    return react


def fail_on(name: str, error: Exception) -> Callable[[Sequence[Article]], Sequence[Verdict]]:
    def react(messages: Sequence[Article]) -> Sequence[Verdict]:
        if any(message.url.endswith(f"/{name}") for message in messages):
            raise error
        return done(messages)

    return react


class Commits:
    """A batch of raw messages that counts its commits."""

    def __init__(self, *raws: bytes, fail: int = 0) -> None:
        self.count = 0
        self._fail = fail
        self.batch = Batch(tuple(Received(raw, offset=at) for at, raw in enumerate(raws)), self.commit)

    async def commit(self) -> None:
        if self._fail:
            self._fail -= 1
            raise Unavailable("kafka", "no coordinator")
        self.count += 1


@pytest.fixture
async def bus() -> AsyncIterator[EmbeddedBus]:
    bus = EmbeddedBus()
    yield bus
    await bus.aclose()


@pytest.fixture
def health() -> Health:
    return Health()


Settle = Callable[[Recorder, Commits], Awaitable[Counter[str]]]


@pytest.fixture
def settle(bus: EmbeddedBus, health: Health) -> Settle:
    async def settle(handler: Recorder, commits: Commits, patience: Patience = QUICK) -> Counter[str]:
        return await Delivery(ARTICLES, "stage", handler, bus, health, patience=patience).settle(commits.batch)

    return settle


def raw(message: Article) -> bytes:
    return ARTICLES.encode(message)


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("tocsin_messages_total", {"stage": "stage", "outcome": outcome}) or 0.0


async def test_a_batch_is_handled_in_order_at_once_and_committed_once(settle: Settle, bus: EmbeddedBus) -> None:
    tally = await settle(handler := Recorder(done), commits := Commits(raw(ONE), raw(TWO)))
    assert handler.calls == [["one", "two"]]
    assert commits.count == 1
    assert tally == {"done": 2}
    assert await dead_letters(bus, ARTICLES) == []


async def test_an_unreadable_message_is_buried_alone_and_the_others_are_handled(
    settle: Settle, bus: EmbeddedBus
) -> None:
    tally = await settle(handler := Recorder(done), commits := Commits(raw(ONE), b"\xff{", raw(TWO)))
    assert handler.calls == [["one", "two"]]
    assert tally == {"done": 2, "dead": 1}
    (letter,) = await dead_letters(bus, ARTICLES)
    assert letter.raw == b"\xff{"
    assert dict(letter.headers)[REASON] == b"unreadable"
    assert dict(letter.headers)["tocsin-origin"] == b"articles/0/1"
    assert commits.count == 1


async def test_a_batch_of_nothing_readable_reaches_no_handler_and_is_committed(settle: Settle) -> None:
    tally = await settle(handler := Recorder(done), commits := Commits(b"", b"[]"))
    assert (handler.calls, commits.count, tally) == ([], 1, {"dead": 2})


async def test_what_the_handler_rejects_is_buried_alone_with_its_reason(settle: Settle, bus: EmbeddedBus) -> None:
    def react(messages: Sequence[Article]) -> Sequence[Verdict]:
        verdicts: list[Verdict] = [Outcome.DONE, Rejected(Reason.INVALID, "mapping"), Outcome.DUPLICATE]
        return verdicts[: len(messages)]

    tally = await settle(handler := Recorder(react), Commits(raw(ONE), raw(TWO), raw(THREE)))
    assert len(handler.calls) == 1
    assert tally == {"done": 1, "dead": 1, "duplicate": 1}
    (letter,) = await dead_letters(bus, ARTICLES)
    assert (letter.raw, dict(letter.headers)[REASON]) == (raw(TWO), b"invalid")


async def test_a_bug_on_one_message_takes_no_other_message_with_it(settle: Settle, bus: EmbeddedBus) -> None:
    handler = Recorder(fail_on("two", ZeroDivisionError("boom")))
    tally = await settle(handler, commits := Commits(raw(ONE), raw(TWO), raw(THREE)))
    assert handler.calls == [["one", "two", "three"], ["one"], ["two"], ["three"]]
    assert tally == {"done": 2, "dead": 1}
    assert commits.count == 1
    (letter,) = await dead_letters(bus, ARTICLES)
    assert (letter.raw, dict(letter.headers)[REASON]) == (raw(TWO), b"bug")


async def test_a_rejection_that_is_raised_buries_only_its_message(settle: Settle, bus: EmbeddedBus) -> None:
    await settle(Recorder(fail_on("one", Rejected(Reason.TOO_LARGE, "9 MB"))), Commits(raw(ONE), raw(TWO)))
    (letter,) = await dead_letters(bus, ARTICLES)
    assert (letter.raw, dict(letter.headers)[REASON]) == (raw(ONE), b"too_large")


async def test_too_few_verdicts_are_a_bug_and_never_a_loss(settle: Settle, bus: EmbeddedBus) -> None:
    tally = await settle(Recorder(lambda _: []), Commits(raw(ONE), raw(TWO)))
    assert tally == {"dead": 2}
    assert len(await dead_letters(bus, ARTICLES)) == 2


async def test_bugs_in_a_row_stop_the_stage_with_nothing_committed_or_buried(bus: EmbeddedBus, health: Health) -> None:
    handler = Recorder(fail_on("one", ZeroDivisionError()))
    delivery = Delivery(ARTICLES, "stage", handler, bus, health)
    commits = Commits(*[raw(ONE)] * MAX_BUGS_IN_A_ROW)
    with pytest.raises(TooManyBugs):
        await delivery.settle(commits.batch)
    assert commits.count == 0
    assert await dead_letters(bus, ARTICLES) == []


async def test_bugs_are_in_a_row_across_batches_until_one_message_succeeds(bus: EmbeddedBus, health: Health) -> None:
    delivery = Delivery(ARTICLES, "stage", Recorder(fail_on("one", ZeroDivisionError())), bus, health)
    almost = [raw(ONE)] * (MAX_BUGS_IN_A_ROW - 1)
    await delivery.settle(Commits(*almost).batch)
    await delivery.settle(Commits(raw(TWO)).batch)
    await delivery.settle(Commits(*almost).batch)
    with pytest.raises(TooManyBugs):
        await delivery.settle(Commits(raw(ONE)).batch)


async def test_bugs_that_are_not_in_a_row_stop_nothing(settle: Settle) -> None:
    mixed = [raw(message) for message in (ONE, TWO)] * (MAX_BUGS_IN_A_ROW + 1)
    tally = await settle(Recorder(fail_on("one", ZeroDivisionError())), Commits(*mixed))
    assert tally == {"done": MAX_BUGS_IN_A_ROW + 1, "dead": MAX_BUGS_IN_A_ROW + 1}


async def test_unavailable_is_tried_again_with_the_whole_batch_and_then_committed_once(
    settle: Settle, health: Health
) -> None:
    handler = Recorder(fail_times(3, DOWN))
    tally = await settle(handler, commits := Commits(raw(ONE), raw(TWO)))
    assert handler.calls == [["one", "two"]] * 4
    assert (tally, commits.count) == ({"done": 2}, 1)
    assert (await health.states())["stage"].state is State.OK


async def test_unavailable_for_the_whole_patience_is_raised_with_nothing_committed_counted_or_buried(
    bus: EmbeddedBus, health: Health
) -> None:
    before = counted("done")
    impatient = Patience(total_s=0.05, first_s=0.01, cap_s=0.01)
    delivery = Delivery(
        ARTICLES, "stage", handler := Recorder(fail_times(10_000, DOWN)), bus, health, patience=impatient
    )
    commits = Commits(raw(ONE), b"\xff")
    with pytest.raises(Unavailable):
        await delivery.settle(commits.batch)
    assert len(handler.calls) > 1
    assert commits.count == 0
    assert counted("done") == before
    assert await dead_letters(bus, ARTICLES) == []


async def test_waits_double_up_to_the_cap(bus: EmbeddedBus, health: Health, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def note(_: object, seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr(Patient, "wait", note)
    patience = Patience(total_s=60.0, first_s=1.0, cap_s=5.0)
    delivery = Delivery(ARTICLES, "stage", Recorder(fail_times(5, DOWN)), bus, health, patience=patience)
    await delivery.settle(Commits(raw(ONE)).batch)
    assert waits == [1.0, 2.0, 4.0, 5.0, 5.0]


async def test_while_it_waits_the_stage_is_unavailable(bus: EmbeddedBus, health: Health) -> None:
    seen: list[State] = []

    def react(messages: Sequence[Article]) -> Sequence[Verdict]:
        seen.append(health.reported("stage").state)
        return fail(messages)

    health.report("stage", State.OK)
    fail = fail_times(1, DOWN)
    await Delivery(ARTICLES, "stage", Recorder(react), bus, health, patience=QUICK).settle(Commits(raw(ONE)).batch)
    assert seen == [State.OK, State.UNAVAILABLE]


async def test_a_commit_that_fails_is_tried_again_without_handling_twice(settle: Settle) -> None:
    tally = await settle(handler := Recorder(done), commits := Commits(raw(ONE), fail=2))
    assert (len(handler.calls), commits.count, tally) == (1, 1, {"done": 1})


async def test_each_message_is_counted_exactly_once(settle: Settle) -> None:
    before = {outcome: counted(outcome) for outcome in ("done", "dead", "duplicate", "late")}
    await settle(Recorder(fail_on("two", ValueError())), Commits(raw(ONE), raw(TWO), b"?", raw(THREE)))
    after = {outcome: counted(outcome) for outcome in before}
    assert {k: after[k] - before[k] for k in after} == {"done": 2, "dead": 2, "duplicate": 0, "late": 0}


async def test_a_batch_that_was_looked_at_ahead_is_decoded_once_and_settled_like_any_other(bus: EmbeddedBus) -> None:
    foreseen: list[Sequence[Article]] = []
    handler = Recorder(done)
    delivery = Delivery(ARTICLES, "stage", handler, bus, Health(), foresee=foreseen.append)
    commits = Commits(raw(ONE), b"{", raw(TWO))
    delivery.look_ahead(commits.batch)
    assert (handler.calls, commits.count) == ([], 0)

    tally = await delivery.settle(commits.batch)

    assert [article.id for article in foreseen[0]] == [ONE.id, TWO.id]
    assert handler.calls == [["one", "two"]]
    assert tally == {Outcome.DONE: 2, "dead": 1}
    assert commits.count == 1


async def test_a_batch_that_was_looked_at_and_never_settled_leaves_no_trace(bus: EmbeddedBus) -> None:
    handler = Recorder(done)
    delivery = Delivery(ARTICLES, "stage", handler, bus, Health(), foresee=lambda _: None)
    delivery.look_ahead(Commits(raw(ONE), b"{").batch)

    await delivery.settle(Commits(raw(TWO)).batch)

    assert handler.calls == [["two"]]
    assert await dead_letters(bus, ARTICLES) == []
