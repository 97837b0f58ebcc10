"""Tree -> KQL text that parses to the same tree."""

import re
from typing import Final

from services.query.tree import And, Exists, Is, Nested, Node, Not, Or, Range, Value

_SYMBOLS: Final = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_SPECIAL: Final = re.compile(r'[\\():<>"*{}]')
_CONTROL: Final = {"\t": r"\t", "\r": r"\r", "\n": r"\n"}
_KEYWORD: Final = re.compile(r"not(?=[ \t\r\n\xa0]|$)|(?<=[ \t\r\n\xa0])(?:or|and)(?=[ \t\r\n\xa0]|$)", re.IGNORECASE)


def to_kql(node: Node) -> str:
    """One line of KQL. Value lists come out as one clause a value."""
    match node:
        case Is(None, value):
            return _value(value)
        case Is(field, value) if field is not None:
            return f"{_value(field)}:{_value(value)}"
        case Exists(field):
            return f"{_value(field)}:*"
        case Range(field, operator, value):
            return f"{_value(field)} {_SYMBOLS[operator]} {_value(value)}"
        case Nested(path, query):
            return f"{_value(path)}:{{ {to_kql(query)} }}"
        case Not(query):
            return f"not {_grouped(query, Not, And, Or)}"
        case And(queries):
            return " and ".join(_grouped(q, And, Or) for q in queries)
        case Or(queries):
            return " or ".join(_grouped(q, Or) for q in queries)
    return "*:*"


def _grouped(node: Node, *loose: type) -> str:
    return f"({to_kql(node)})" if isinstance(node, loose) else to_kql(node)


def _value(value: Value) -> str:
    if value.quoted:
        return '"' + value.text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    # Only blanks that are trimmed leave an unquoted value empty.
    return "*".join(map(_escaped, value.parts or (value.text or "\n",)))


def _escaped(text: str) -> str:
    text = _SPECIAL.sub(r"\\\g<0>", text)
    text = _KEYWORD.sub(lambda m: f"\\u{ord(m[0][0]):04x}{m[0][1:]}", text)
    return "".join(_CONTROL.get(c, c) for c in text)
