"""A rule over stored articles, through the code that runs live, in a memory of its own. Keeps and sends nothing.

The index proposes the articles that can satisfy the query; they arrive again in their order, the clock at their
arrival. Historic articles take part as if they had come in live when they were published.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice
from time import perf_counter
from typing import Any

from services.alert.core.backtest import Stopped, Tally, Window
from services.alert.core.composing import Composer
from services.alert.core.deciding import Needs, Observation, Plan, matched
from services.alert.core.rules import Rule, compile_rule, parse_query, rule_tree
from services.alert.core.subscriptions import Subscription
from services.alert.core.triggers.grouping import Observed
from services.alert.core.triggers.observing import observed
from services.alert.core.triggers.settings import Changes, Settings, settings_of
from services.alert.core.triggers.verdict import Decision
from services.alert.ports import Decide, Memory, Seen
from services.alert.replay import Replay
from services.contracts.alert import Alert
from services.contracts.document import NESTED, SMALL, Document
from services.contracts.errors import Unavailable
from services.query import Match, evaluate, fields_read, prepare
from services.query.conditions import All
from services.query.tree import Node, Or
from services.runtime.one_ahead import OneAhead
from services.runtime.ports import Arrivals, Index

_NO_REASON = Match(All((), ()), prepare({}), 0)
_ANSWER_S = 30.0
"""Longest wait for an article that an alert quotes."""


class Busy(Exception):
    """Another preview runs, and did not end in time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of work, `articles` loaded, and `alerts` kept with their evidence."""

    seconds: float
    articles: int
    alerts: int = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What came of it. `stored` is what arrived in since..covered_until; `loaded` of it could satisfy the query."""

    window: Window
    covered_until: datetime
    stopped: Stopped | None
    stored: Arrivals
    loaded: int
    seconds: float
    tally: Tally


class Previewing:
    """One preview at a time: it computes, and what is live must keep its share of the processor."""

    def __init__(self, index: Index, build: Callable[[Subscription], Replay]) -> None:
        """`build` makes a replay with an empty memory."""
        self._index = index
        self._build = build
        self._turn = asyncio.Semaphore(1)

    async def preview(self, subscription: Subscription, window: Window, limits: Limits) -> Report:
        """Raises `InvalidRule`, `Busy`, `Unavailable`, and `ValueError` for a query that is too much for the index."""
        rule = compile_rule(_from_the_start(subscription, window))
        try:
            async with asyncio.timeout(limits.seconds):
                await self._turn.acquire()
        except TimeoutError as error:
            raise Busy from error
        try:
            return await self._run(rule, window, limits)
        finally:
            self._turn.release()

    async def alone(self, subscription: Subscription, document: Document) -> list[Observation]:
        """What the trigger says of one article when nothing came before it. Raises `InvalidRule`.

        One observation when the article satisfies the query, else none.
        """
        window = Window(document.arrived, document.arrived)
        replayed = self._build(_from_the_start(subscription, window))
        memory = _Listening(replayed.memory)
        await replace(replayed, memory=memory).feed([as_if_live(document)])
        return [seen for plan in memory.plans for seen in plan.observations]

    async def _run(self, rule: Rule, window: Window, limits: Limits) -> Report:
        started, loop = perf_counter(), asyncio.get_running_loop()

        def whole(article_id: str) -> Document | None:
            asked = asyncio.run_coroutine_threadsafe(self._index.get(article_id), loop)
            try:
                return asked.result(_ANSWER_S)
            except TimeoutError as error:
                raise Unavailable("index", "an article that is to be quoted does not come") from error

        run = _Run(rule, self._build(rule.subscription), window, Tally(limits.alerts), whole)
        stopped: Stopped | None = None
        scan = self._index.scan(_wanted(rule), since=window.start, until=window.until, fields=_read_by(rule))
        async with aclosing(scan) as pages, OneAhead(partial(anext, pages, None), lambda _: None) as ahead:
            while (page := await ahead.take()) is not None:
                if perf_counter() - started > limits.seconds:
                    stopped = Stopped.TIME
                    break
                held = iter(page)
                await asyncio.to_thread(run.take, islice(held, limits.articles - run.loaded))
                if next(held, None) is not None:
                    stopped = Stopped.ARTICLES
                    break
        if stopped is None:
            await asyncio.to_thread(run.finish)
        covered = window.until if stopped is None else max(run.reached, window.since)
        stored = await self._index.arrivals(window.since, covered)
        return Report(window, covered, stopped, stored, run.loaded, perf_counter() - started, run.tally)


class _Run:
    """One replay on its way."""

    def __init__(
        self, rule: Rule, replayed: Replay, window: Window, tally: Tally, whole: Callable[[str], Document | None]
    ) -> None:
        self._rule = rule
        self._memory = _Listening(replayed.memory)
        quoting = _QuotesWhole(replayed.decider.composer.links, rule=rule, whole=whole)
        decider = replace(replayed.decider, composer=quoting)
        self._window = window
        self._settings = settings_of(rule.subscription.trigger)
        looked_at = self._settings.dyads if isinstance(self._settings, Changes) else ()
        self._replay = replace(replayed, memory=self._memory, decider=decider, dyads=frozenset(looked_at) or None)
        self._kept = SMALL | _looked_at(self._settings)
        self._historic: set[str] = set()
        self.tally = tally
        self.loaded = 0
        self.reached = window.start

    def take(self, page: Iterable[Mapping[str, Any]]) -> None:
        """Replay articles (JSON values, in order of arrival). Blocks: for a thread that has no loop."""
        asyncio.run(self._take(page))

    def finish(self) -> None:
        """Let the clock run on to the end of the window. Blocks."""
        self._tell(asyncio.run(self._replay.finish(self._window.until)))

    async def _take(self, page: Iterable[Mapping[str, Any]]) -> None:
        for values in page:
            self.loaded += 1
            self.reached = arrival_of(values)
            match = evaluate(self._rule.ready(), prepare(values), now=self.reached)
            if match is not None or (isinstance(self._settings, Changes) and values.get("dyads")):
                await self._replay_one(self._read(values, match), match)

    def _read(self, values: Mapping[str, Any], match: Match | None) -> Document:
        """As much of the article as the trigger looks at; all of it is read when an alert quotes it."""
        kept = {name: value for name, value in values.items() if name in self._kept}
        if (wanted := self._replay.dyads) is not None and not (match and match.objects("dyads")):
            kept["dyads"] = [dyad for dyad in kept["dyads"] if f"{dyad['source']}-{dyad['target']}" in wanted]
        for path in kept.keys() & NESTED:
            kept[path] = [{"quote": "", **item} for item in kept[path]]
        return Document.model_validate({"text": "", **kept})

    async def _replay_one(self, document: Document, match: Match | None) -> None:
        if document.historic:
            self._historic.add(document.id)
        live = as_if_live(document)
        found = [] if match is None else [matched(self._rule, live, match)]
        self._memory.plans.clear()
        self._tell(await self._replay.take(live, found))
        if match is not None and document.arrived >= self._window.since:
            self.tally.see([document])
            self.tally.judge(seen for plan in self._memory.plans for seen in plan.observations)

    def _tell(self, alerts: Sequence[Alert]) -> None:
        self.tally.tell([a for a in alerts if a.raised_at >= self._window.since], self._historic)
        decider = self._replay.decider
        if len(self.tally.fired) == self.tally.keep and decider.composer.quotes:
            self._replay.decider = replace(decider, composer=Composer(quotes=False))


@dataclass(frozen=True, slots=True)
class _QuotesWhole(Composer):
    """Quotes the whole article, where the decision was made on a part of it.

    Of one that changed meanwhile what still holds is quoted, or its opening; one that has gone is counted alone.
    """

    rule: Rule = field(kw_only=True)
    whole: Callable[[str], Document | None] = field(kw_only=True)

    def compose(
        self,
        subscription: Subscription,
        document: Document,
        match: Match,
        decision: Decision,
        group: Observed | None,
        now: datetime,
    ) -> Alert:
        found = self.whole(document.id)
        if found is None:
            return replace(Composer(quotes=False), links=self.links).compose(
                subscription, document, match, decision, group, now
            )
        live = as_if_live(found)
        again = evaluate(self.rule.ready(), prepare(live.values), now=document.arrived)
        if group is not None:
            groups = observed(settings_of(subscription.trigger), live, again) if again else ()
            same = next((seen.objects for seen in groups if seen.key == group.key), ())
            group = replace(group, objects=same)
        return Composer.compose(self, subscription, live, again or _NO_REASON, decision, group, now)


class _Listening:
    """Implements `Memory` by another one, and keeps what was decided."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.plans: list[Plan] = []

    async def record(self, seen: Sequence[Seen], needs: Needs, decide: Decide) -> Plan:
        plan = await self._memory.record(seen, needs, decide)
        self.plans.append(plan)
        return plan


def as_if_live(document: Document) -> Document:
    """An imported article as it would have come in when it was published; any other as it is."""
    if not document.historic:
        return document
    return document.model_copy(update={"historic": False, "fetched_at": document.published})


def arrival_of(values: Mapping[str, Any]) -> datetime:
    """`Document.arrived` of JSON values."""
    return datetime.fromisoformat(values["@timestamp"] if values.get("historic") else values["fetched_at"])


def _from_the_start(subscription: Subscription, window: Window) -> Subscription:
    """As if it had been there when the first article arrived."""
    return subscription.model_copy(
        update={"created_at": window.start, "updated_at": window.start, "paused": False, "channels": ()}
    )


def _looked_at(settings: Settings | None) -> frozenset[str]:
    """The nested objects that a trigger reads of a match."""
    path = "dyads" if isinstance(settings, Changes) else getattr(settings, "path", "")
    return frozenset({path}) if path else frozenset()


def _read_by(rule: Rule) -> frozenset[str]:
    """The fields that query and trigger look at."""
    subscription = rule.subscription
    return fields_read(rule_tree(subscription)) | _looked_at(settings_of(subscription.trigger))


def _wanted(rule: Rule) -> Node:
    """What the index is asked for: `changes` also feeds on articles that do not satisfy the query."""
    tree = parse_query(rule.subscription.query)
    settings = settings_of(rule.subscription.trigger)
    if not isinstance(settings, Changes):
        return tree
    ids = f"({' or '.join(settings.dyads)})" if settings.dyads else "*"
    return Or((tree, parse_query(f"dyad_ids:{ids}")))
