"""Random documents and queries that meet often: few words, awkward characters, every field and every kind of clause."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from services.contracts.document import NESTED, FieldKind
from services.query.fields import LEAVES, parent
from services.query.tree import And, Everything, Exists, Is, Nested, Node, Not, Or, Range, Value

WORDS = (
    "invasion Ukraine troops red line RUS UKR reuters Reuters true false null 5 100000 100,000 190.5 don't U.S. a-b "
    "naïve ΣΊΣΥΦΟΣ ΌΣΟΣ İstanbul ISTANBUL istanbul 日本語 日本 Привет e\u0301t\u00e9 été _x_ x_y 😀 ½ ٣ AND or not "
    'C++ (a) "b" back\\slash star*star q?uery tab\tbed no\u00a0break wide\u3000blank ß ﬁn'
).split(" ")
LONG = "z" * 255, "z" * 256, "😀" + "𐐀" * 128
BLANKS = (" ", " ", " ", ", ", "-", "\n", ". ", "  ")
NUMBERS: tuple[float, ...] = (0, -0.0, 1, 5, 5.5, -1.5, 100000, 99999.99999999999, 190000, 1e300, 2**53 + 1, 0.1, 3)
NUMBER_WORDS = (
    "0 -0 1 5 5.0 5e0 +5 5.5 -1.5 100000 1e5 99999.99999999999 190000 .1 0.1 9007199254740993 1e300 Infinity "
    "-Infinity 5d 100,000 five 5. 0x5 1e400 2147483647 2147483648 -2147483649 2.5 NaN"
).split()
DATE_WORDS = (
    "2022 2022-02 2022-02-07 2022-02-07T12 2022-02-07T12:30 2022-02-07T12:30:15 2022-02-07T12:30:15.1 "
    "2022-02-07T12:30Z 2022-02-07T12:30:15.123456789 2022-02-07T12:30:15+01:00 2022-02-07T12:30:15-0130 1644237015000 "
    "0 -5 now now-7d now-7d/d now/d now-1M/M now/w now+1h now-1y/y now-3d/h 2022-02-07||/M 2022-01-31||+1M "
    "2024-02-29||-1y 2022-02||/d 2022-02-07T12:30||+1h/d now-d 2022-13 2022-02-30 yesterday now-1.5d now/2d "
    "10000-01-01 20220207 2022-02-07T 2000"
).split()
SHIFTS = (-1, 0, 1, 100, 123, 999, 1000, -15_000, 44_999, 45_000, -45_015_000, 41_384_999, 10**9)


def documents(random: Random, count: int, now: datetime) -> list[dict[str, Any]]:
    """Documents with every field of the schema, each of them now and then absent, empty or an array."""
    return [_document(random, number, now) for number in range(count)]


def _document(random: Random, number: int, now: datetime) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for path, kind in LEAVES.items():
        if parent(path) is None and random.random() < 0.75:
            _set(document, path.split("."), _value(random, path, kind, now))
    for path in NESTED:
        inner = {leaf.removeprefix(f"{path}."): kind for leaf, kind in LEAVES.items() if parent(leaf) == path}
        document[path] = [
            {leaf: _value(random, leaf, kind, now) for leaf, kind in inner.items() if random.random() < 0.7}
            for _ in range(random.choice((0, 1, 1, 2, 3)))
        ]
    document["id"] = f"{number:064x}"
    document["clauses"] = [{"start": 1, "end": 2, "sentence": 0, "stance": "reported"}]
    return document


def _set(document: dict[str, Any], names: list[str], value: Any) -> None:
    for name in names[:-1]:
        document = document.setdefault(name, {})
    document[names[-1]] = value


def _value(random: Random, path: str, kind: FieldKind, now: datetime) -> Any:
    makers: dict[FieldKind, Callable[[], Any]] = {
        FieldKind.TEXT: lambda: _text(random),
        FieldKind.KEYWORD: lambda: random.choice((*WORDS, "", "k" * 8192, "x" * 8191)),
        FieldKind.DATE: lambda: _moment(random, now),
        FieldKind.DOUBLE: lambda: random.choice(NUMBERS),
        FieldKind.INTEGER: lambda: random.choice((0, 1, 5, -1, 2, 3, 2**31 - 1)),
        FieldKind.BOOLEAN: lambda: random.random() < 0.5,
        FieldKind.GEO_POINT: lambda: {"lat": random.randint(-90, 90), "lon": random.randint(-180, 180)},
    }
    make = makers[kind]
    if random.random() < 0.05:
        return None
    if path in ("asserted", "denied") or (path.endswith("s") and kind is FieldKind.KEYWORD):
        return [make() for _ in range(random.choice((0, 1, 2, 3)))]
    return make()


def _text(random: Random) -> str:
    words = random.choices(WORDS, k=random.choice((0, 1, 3, 6)))
    if random.random() < 0.1:
        words.append(random.choice(LONG))
        words.append(random.choice(WORDS))
    return "".join(word + random.choice(BLANKS) for word in words)


def _moment(random: Random, now: datetime) -> str:
    near = now.replace(microsecond=0) + timedelta(hours=random.randint(-24 * 60, 24 * 9), minutes=-37)
    fixed = datetime.fromisoformat("2022-02-07T12:30:15+00:00") + timedelta(
        milliseconds=random.choice(
            (-1, 0, 1, 100, 123, 999, 1000, -15_000, 44_999, 45_000, -45_015_000, 41_384_999, 10**9)
        )
    )
    moment = random.choice((near, fixed))
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def query(random: Random, depth: int = 3, inside: str | None = None) -> Node:
    """A tree of at most this many levels; `inside` is the nested path of the braces around it."""
    kind = random.random()
    if depth == 0 or kind < 0.4:
        return _clause(random, inside)
    if kind < 0.55:
        return Not(query(random, depth - 1, inside))
    if kind < 0.7 and inside is None:
        path = random.choice((*NESTED, "quantities", "source", "nowhere"))
        return Nested(Value(path), query(random, depth - 1, path))
    parts = tuple(query(random, depth - 1, inside) for _ in range(random.choice((2, 2, 3))))
    return Or(parts) if kind < 0.85 else And(parts)


def _clause(random: Random, inside: str | None) -> Node:
    if random.random() < 0.02:
        return Everything()
    reachable = [p for p in LEAVES if parent(p) == inside]
    path = random.choice(reachable or list(LEAVES))
    kind = LEAVES[path]
    name = Value(path.removeprefix(f"{inside}.") if inside else path)
    odd = random.random()
    if odd < 0.04:
        name = Value(random.choice(("source", "quantities", "quantities.unit", "foo", "clauses", "text", "unit")))
    elif odd < 0.08:
        parts = random.choice((("", "a", ""), ("", ""), ("t", ""), ("", ".id"), ("source.", ""), ("zz", "")))
        name = Value("*".join(parts), wildcard=True, parts=parts)
    elif odd < 0.2 and inside is None:
        return Is(None, _literal(random, FieldKind.TEXT))
    if random.random() < 0.08:
        return Exists(name)
    if random.random() < (0.45 if kind not in (FieldKind.TEXT, FieldKind.KEYWORD) else 0.08):
        return Range(name, random.choice(("gt", "gte", "lt", "lte")), _literal(random, kind))
    return Is(name, _literal(random, kind))


def _literal(random: Random, kind: FieldKind) -> Value:
    if random.random() < 0.04:
        kind = random.choice(list(FieldKind))
    match kind:
        case FieldKind.DOUBLE | FieldKind.INTEGER:
            return Value(random.choice(NUMBER_WORDS), quoted=random.random() < 0.2)
        case FieldKind.DATE:
            return Value(random.choice(DATE_WORDS), quoted=random.random() < 0.5)
        case FieldKind.BOOLEAN:
            return Value(random.choice(("true", "false", "True", "yes", "")), quoted=random.random() < 0.3)
    return _words(random, phrase=kind is FieldKind.TEXT)


def _words(random: Random, phrase: bool) -> Value:
    if random.random() < 0.25:
        parts = tuple(_piece(random) for _ in range(random.choice((2, 2, 3, 4))))
        parts = (parts[0].lstrip(), *parts[1:-1], parts[-1].rstrip())
        return Value("*".join(parts), wildcard=True, parts=parts) if parts != ("", "") else Value("red")
    quoted = random.random() < 0.5
    if not phrase:
        return Value(random.choice(WORDS), quoted=quoted)
    text = "".join(
        w + random.choice(BLANKS) for w in random.choices((*WORDS, *LONG[:2]), k=random.choice((1, 1, 2, 3)))
    )
    return Value(text if quoted else text.strip(" \n"), quoted=quoted)


def _piece(random: Random) -> str:
    word = random.choice((*WORDS, "", "", "in", "Tro", "Σ", "re"))
    shape = random.random()
    if shape < 0.4:
        return word[: random.randint(0, 3)]
    if shape < 0.55:
        return word + " " + random.choice(WORDS)[:2]
    return word[-2:] if shape < 0.8 else word
