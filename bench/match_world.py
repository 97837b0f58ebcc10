"""Articles and rules for the matching benchmark, from our own prose and a fixed seed. Asks nothing of the matcher.

The articles are prose that enrich read, each with the names of some parties out of a large cast: few are in the news
often, most are not (the party of rank r has weight 1/sqrt(r)). The rules are written by people who watch them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from random import Random

from bench.prose import article
from services.alert.core.subscriptions import Subscription
from services.contracts.document import Document
from services.enrich.core.enrich import enrich
from services.ingest.core.normalise import normalise
from services.ingest.core.raw_item import RawItem

NOON = datetime(2022, 2, 7, 12, tzinfo=UTC)
NAMES_AN_ARTICLE = 30
_FIRST = tuple(
    f"{a}{b}" for a in "ab ce di fo gu he ja ko li mu".split() for b in "lan mir nor pas rik san tov vel".split()
)
_CODES = "RUS UKR POL DEU FRA TUR IRN ISR EGY SDN CHN TWN IND PAK SRB USA GBR LTU BLR GEO".split()
_UNITS = "troops tanks refugees warships aircraft".split()
_EVENTS = "ASSAULT THREATEN REJECT ACCUSE CONSULT MOBILIZE AID COERCE".split()
_WORDS = "ceasefire invasion withdrawal exercise diplomats ambassador inquiry hospital concert ministry border".split()


def prose(count: int) -> list[Document]:
    """Articles as enrich gives them."""
    items = (RawItem.model_validate(article("bench", number)) for number in range(count))
    return [enrich(normalise(item, NOON)) for item in items]


@dataclass
class World:
    """`cast` parties; the more there are, the fewer rules an article matches. `reach` of the limits can be reached."""

    cast: int
    reach: float
    chance: Random = field(default_factory=lambda: Random(7))

    def __post_init__(self) -> None:
        self._weights = list(accumulate((rank + 1) ** -0.5 for rank in range(self.cast)))

    def article(self, base: Document) -> Document:
        """`base` with a last sentence that names parties."""
        names = [self._name() for _ in range(NAMES_AN_ARTICLE)]
        sentence = f"{', '.join(names)} were named."
        return base.model_copy(
            update={"text": f"{base.text} {sentence}", "asserted": (*base.asserted, sentence), "historic": False}
        )

    def query(self, number: int) -> str:
        """One of ten kinds."""
        return _KINDS[number % len(_KINDS)](self)

    def subscription(self, number: int) -> Subscription:
        return Subscription.model_validate(
            {
                "id": f"{number:032x}",
                "name": f"Watch {number}",
                "query": self.query(number),
                "channels": [{"type": "webhook", "url": f"https://desk{number}.example/hooks/alerts", "secret": None}],
                "created_at": NOON,
                "updated_at": NOON,
            }
        )

    def _party(self) -> int:
        return self.chance.choices(range(self.cast), cum_weights=self._weights)[0]

    def _name(self) -> str:
        party = self._party()
        return f"{_FIRST[party % len(_FIRST)].title()} {self._surname(party).title()}"

    def _surname(self, party: int) -> str:
        return f"q{party:x}"

    def surname(self) -> str:
        return self._surname(self._party())

    def limit(self) -> int:
        """Of a number in a text at most a hundred thousand; most people wait for more."""
        low, high = (3, 5) if self.chance.random() < self.reach else (5.1, 8)
        return int(10 ** self.chance.uniform(low, high))

    def code(self) -> str:
        return self.chance.choice(_CODES)


def _force(of: World) -> str:
    return f"quantities:{{ unit:{of.chance.choice(_UNITS)} and near:{of.code()} and low >= {of.limit()} }}"


_KINDS: tuple[Callable[[World], str], ...] = (
    lambda of: f"asserted:{of.surname()}",
    lambda of: of.surname(),
    lambda of: f"text:({of.surname()} or {of.surname()}) and not denied:{of.chance.choice(_WORDS)}",
    lambda of: f'"{of._name().lower()}"',
    lambda of: f'text:"{of._name().lower()}" and {of.chance.choice(_WORDS)}',
    lambda of: f"actor_ids:{of.code()} and asserted:{of.surname()}",
    lambda of: (
        f"signals:{{ source:{of.code()} and event:{of.chance.choice(_EVENTS)} and stance:reported }} and {of.surname()}"
    ),
    _force,
    lambda of: f"{_force(of)} or {_force(of)}",
    lambda of: f"{_force(of)} and asserted:{of.surname()}",
)
