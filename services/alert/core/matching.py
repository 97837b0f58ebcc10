"""Which of many rules a document satisfies: candidates by their rarest required terms, then the query itself decides.

The cost of a document follows the rules that share a term with it, not the number of rules.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime

from services.alert.core.rules import Rule
from services.contracts.document import SCHEMA, FieldKind
from services.query import Match, Prepared, evaluate
from services.query.fields import parent

_Postings = dict[str, dict[str, tuple[Rule, ...]]]


@dataclass(frozen=True, slots=True)
class Matcher:
    """An immutable index of live rules: a change makes a new one, so that a document in hand sees one state."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    _postings: _Postings = field(default_factory=dict)
    _always: Mapping[str, Rule] = field(default_factory=dict)

    def replace(self, rules: Iterable[Rule]) -> "Matcher":
        """An index of exactly these rules."""
        return Matcher().apply({rule.subscription.id: rule for rule in rules})

    def apply(self, changes: Mapping[str, Rule | None]) -> "Matcher":
        """This index with the rules of these subscription ids replaced, or removed where None."""
        rules, always = dict(self.rules), dict(self._always)
        postings = {path: dict(terms) for path, terms in self._postings.items()}
        added: dict[tuple[str, str], list[Rule]] = {}
        for subscription_id, rule in changes.items():
            if (old := rules.pop(subscription_id, None)) is not None:
                always.pop(subscription_id, None)
                _remove(postings, old)
            if rule is None:
                continue
            rules[subscription_id] = rule
            if rule.terms is None:
                always[subscription_id] = rule
            for key in rule.terms or ():
                added.setdefault(key, []).append(rule)
        for (path, term), new in added.items():
            filed = postings.setdefault(path, {})
            filed[term] = (*filed.get(term, ()), *new)
        return Matcher(rules, postings, always)

    def candidates(self, document: Prepared) -> Iterator[Rule]:
        """Every rule that might be satisfied, once."""
        yield from self._always.values()
        seen: set[str] = set()
        for path, filed in self._postings.items():
            for term in filed.keys() & _terms(document, path):
                for rule in filed[term]:
                    if rule.subscription.id not in seen:
                        seen.add(rule.subscription.id)
                        yield rule

    def matches(self, document: Prepared, *, now: datetime) -> list[tuple[Rule, Match]]:
        """The rules that `document` satisfies, with why, in order of subscription id."""
        return satisfied(self.candidates(document), document, now=now)


def satisfied(rules: Iterable[Rule], document: Prepared, *, now: datetime) -> list[tuple[Rule, Match]]:
    """Those of `rules` whose query holds, with why, in order of subscription id."""
    found = []
    for rule in rules:
        if (match := evaluate(rule.compiled, document, now=now)) is not None:
            found.append((rule, match))
    return sorted(found, key=lambda pair: pair[0].subscription.id)


def _remove(postings: _Postings, rule: Rule) -> None:
    for path, term in rule.terms or ():
        kept = tuple(other for other in postings[path][term] if other is not rule)
        if kept:
            postings[path][term] = kept
        else:
            del postings[path][term]
            if not postings[path]:
                del postings[path]


def _terms(document: Prepared, path: str) -> Set[str]:
    """The tokens or keywords of a field, over all nested objects where it is theirs."""
    if SCHEMA[path] is FieldKind.TEXT:
        return document.text[path].terms
    nested = parent(path)
    if nested is None:
        return document.exact[path]
    return frozenset().union(*(item.exact[path] for item in document.objects[nested]))
