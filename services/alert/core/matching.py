"""Which of many rules a document satisfies: candidates by the rarest keys they require, then the query itself decides.

The cost of a document follows the rules that share a key with it, not the number of rules.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from services.alert.core.filing import Filing
from services.alert.core.rarity import MAX_LEARNED, Rarity
from services.alert.core.required_keys import required_keys
from services.alert.core.rules import Rule
from services.query import Match, Prepared
from services.query.dates import milliseconds

LEARN_EVERY = 8
"""One document in so many teaches which values are rare."""
FIRST_LOOK = 64
"""So many lessons, and the rules that were filed by guess are looked at again; then at twice as many, and so on."""
_BETTER = 0.5
"""A rule moves to other keys when they are rarer by this factor at least."""


class Matcher:
    """An index of live rules, changed in place: whoever changes it does so between two documents."""

    def __init__(self, rules: Iterable[Rule] = (), rarity: Rarity | None = None) -> None:
        self.rules: dict[str, Rule] = {}
        self.rarity = rarity or Rarity()
        self._filing = Filing()
        self._always: dict[str, Rule] = {}
        self._documents = 0
        self._next_look = FIRST_LOOK
        self._doubtful: list[str] = []
        for rule in rules:
            self.put(rule)

    @property
    def is_empty(self) -> bool:
        """Is no rule filed anywhere?"""
        return not (self.rules or self._always or self._filing)

    def put(self, rule: Rule) -> None:
        """Add a rule; the one of the same subscription makes way for it."""
        self.remove(rule.id)
        self.rules[rule.id] = rule
        if rule.keys is None:
            self._always[rule.id] = rule
        for key in rule.keys or ():
            self._filing.add(key, rule)
            self.rarity.ask(key.table.fields)

    def remove(self, subscription_id: str) -> None:
        """Forget a rule, if there is one."""
        rule = self.rules.pop(subscription_id, None)
        if rule is not None:
            self._always.pop(subscription_id, None)
            for key in rule.keys or ():
                self._filing.discard(key, rule)

    def candidates(self, document: Prepared) -> list[Rule]:
        """Every rule that might be satisfied, once."""
        self._documents += 1
        if self._documents % LEARN_EVERY == 0:
            self.rarity.learn(document)
        found = list(self._always.values())
        for rules in self._filing.held_by(document):
            found += rules
        return list(dict.fromkeys(found))

    def doubtful(self, limit: int) -> list[Rule]:
        """The next rules whose keys may be more common than was known; at most `limit`, mostly none.

        Only those that a document asked for: the others are rare enough.
        """
        if not self._doubtful and self.rarity.seen >= self._next_look:
            self._next_look += min(self.rarity.seen, MAX_LEARNED // 2)
            self._doubtful = [rule.id for rule in self.rules.values() if rule.compiled is not None]
        chosen, self._doubtful = self._doubtful[:limit], self._doubtful[limit:]
        return [rule for name in chosen if (rule := self.rules.get(name)) is not None]

    def rarer(self, rule: Rule) -> Rule | None:
        """The rule with keys that fewer documents hold, as far as is known now; None when there are none."""
        keys = required_keys(rule.ready().condition, self.rarity.share)
        if not keys or not rule.keys or self.rarity.cost(keys) > _BETTER * self.rarity.cost(rule.keys):
            return None
        return replace(rule, keys=tuple(keys))

    def matches(self, document: Prepared, *, now: datetime) -> list[tuple[Rule, Match]]:
        """The rules that `document` satisfies, in order of subscription id, each able to say why."""
        return explained(satisfied(self.candidates(document), document, now=now), document, now=now)


def satisfied(rules: Iterable[Rule], document: Prepared, *, now: datetime) -> list[Rule]:
    """Those of `rules` whose query holds, in order of subscription id."""
    moment = milliseconds(now)
    held = [rule for rule in rules if (rule.compiled or rule.ready()).condition.holds(document, moment)]
    held.sort(key=attrgetter("id"))
    return held


def explained(held: Iterable[Rule], document: Prepared, *, now: datetime) -> list[tuple[Rule, Match]]:
    """Rules that hold, each with its match, which looks for its hits when it is asked for them."""
    moment = milliseconds(now)
    return [(rule, rule.ready().because(document, moment)) for rule in held]
