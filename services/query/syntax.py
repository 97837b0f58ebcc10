"""KQL text -> tree, in linear time. Accepts what Kibana accepts; knows no fields (`checks` does)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from sys import intern
from typing import Final

from lark import Lark, Token, Transformer, UnexpectedInput, v_args
from lark.lark import PostLex

from services.query.tree import And, Everything, Exists, Is, Nested, Node, Not, Or, Range, Value

MAX_LENGTH: Final = 20_000
"""Longest query, in code points."""
MAX_DEPTH: Final = 100
"""Most brackets and braces open at one place."""

# A space is blank, tab, return, line feed or no-break space, and nothing else. `or` and `and` need one on both sides.
# A word runs over spaces up to the next operator; `not` and a space end it wherever they stand. What is no space and no
# n cannot begin an operator, so it is taken in one go.
GRAMMAR: Final = r"""
start: [any]
?any: all (_OR all)*
?all: negation (_AND negation)*
?negation: _NOT primary                     -> negated
    | primary
?primary: "(" any ")"
    | literal ":" "{" any "}"               -> nested
    | literal OPERATOR literal              -> range
    | literal ":" values                    -> fielded
    | literal                               -> bare
?values: "(" any_value ")"
    | literal                               -> bare
?any_value: all_values (_OR all_values)*
?all_values: value_negation (_AND value_negation)*
?value_negation: _NOT values                -> negated
    | values
literal: WORDS | PHRASE

_OR.4: /[ \t\r\n\xa0]+[oO][rR][ \t\r\n\xa0]+/
_AND.4: /[ \t\r\n\xa0]+[aA][nN][dD][ \t\r\n\xa0]+/
_NOT.4: /[nN][oO][tT][ \t\r\n\xa0]+/
SPACE.3: /[ \t\r\n\xa0]+/
OPERATOR.2: /<=|>=|<|>/
PHRASE.2: /"(?:\\["\\]|[^"])*+"/
WORDS.1: /(?:[^\\():<>"{} \t\r\n\xa0nN]++|\\[trn\\():<>"*{}]|\\u[0-9a-fA-F]{4}|\\(?:[oO][rR]|[aA][nN][dD]|[nN][oO][tT])|(?![ \t\r\n\xa0](?:[oO][rR]|[aA][nN][dD])[ \t\r\n\xa0]|[nN][oO][tT][ \t\r\n\xa0])[^\\():<>"{}])+/
%ignore SPACE
"""  # noqa: E501 - a terminal is one line

_NAMES: Final = {
    "WORDS": "a word",
    "PHRASE": 'a "phrase"',
    "OPERATOR": "one of < <= > >=",
    "_OR": "or",
    "_AND": "and",
    "_NOT": "not",
    "COLON": ":",
    "LPAR": "(",
    "RPAR": ")",
    "LBRACE": "{",
    "RBRACE": "}",
    "$END": "the end",
}
_OPERATORS: Final = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_TRIMMED: Final = (
    "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
"""What JavaScript's `trim` takes off a word."""
_BLANKS: Final = {"t": "\t", "r": "\r", "n": "\n"}
_IN_WORDS: Final = re.compile(r'\\u([0-9a-fA-F]{4})|\\([trn\\():<>"*{}]|[oO][rR]|[aA][nN][dD]|N[oO][tT])|(\*)')
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_IN_PHRASE: Final = re.compile(r'\\u([0-9a-fA-F]{4})|\\([trn\\"])')


class QuerySyntaxError(ValueError):
    """The text is no query. `position` counts code points from 0; `expected` names what could stand there."""

    def __init__(self, position: int, expected: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.position = position
        self.expected = expected
        self.message = message


def parse(text: str) -> Node:
    """The tree of `text`. Raises `QuerySyntaxError`, and nothing else, for any text."""
    if len(text) > MAX_LENGTH:
        raise QuerySyntaxError(
            MAX_LENGTH, ("the end",), f"a query has at most {MAX_LENGTH} characters, this one has {len(text)}"
        )
    try:
        # The transformer is part of the parser, so what comes out is a node.
        return _PARSER.parse(text)  # type: ignore[return-value]
    except UnexpectedInput as error:
        raise _refusal(text, error) from None


class _DepthGuard(PostLex):
    """Counts open brackets, so that no tree is deeper than its readers can walk."""

    always_accept = ()

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        depth = 0
        for token in stream:
            if token.type in ("LPAR", "LBRACE"):
                depth += 1
                if depth > MAX_DEPTH:
                    where = token.start_pos or 0
                    raise QuerySyntaxError(where, (), f"more than {MAX_DEPTH} brackets are open at position {where}")
            elif token.type in ("RPAR", "RBRACE"):
                depth -= 1
            yield token


class _Tree(Transformer[Token, Node]):
    """Builds the nodes while the parser reads."""

    @v_args(inline=True)
    def start(self, query: Node | None = None) -> Node:
        return Everything() if query is None else query

    def any(self, queries: list[Node]) -> Node:
        return Or(tuple(queries))

    def all(self, queries: list[Node]) -> Node:
        return And(tuple(queries))

    any_value = any
    all_values = all

    @v_args(inline=True)
    def negated(self, query: Node) -> Node:
        return Not(query)

    @v_args(inline=True)
    def nested(self, path: Value, query: Node) -> Node:
        return Nested(path, query)

    @v_args(inline=True)
    def range(self, field: Value, operator: Token, value: Value) -> Node:
        return Range(field, _OPERATORS[operator], value)

    @v_args(inline=True)
    def fielded(self, field: Value, values: Node) -> Node:
        return values if field.is_null else _with_field(values, field)

    @v_args(inline=True)
    def bare(self, value: Value) -> Node:
        return Is(None, value)

    @v_args(inline=True)
    def literal(self, token: Token) -> Value:
        return _phrase(token) if token.type == "PHRASE" else _words(token)


_PARSER: Final = Lark(GRAMMAR, parser="lalr", transformer=_Tree(), postlex=_DepthGuard(), maybe_placeholders=False)


def _with_field(node: Node, field: Value) -> Node:
    """The values of a list, each with the field before the list."""
    match node:
        case Is(_, value) if value.wildcard and value.parts == ("", ""):
            lone = field.wildcard and field.parts == ("", "")
            return Everything() if lone else Exists(field)
        case Is(_, value):
            return Is(field, value)
        case Not(query):
            return Not(_with_field(query, field))
        case And(queries):
            return And(tuple(_with_field(q, field) for q in queries))
        case Or(queries):
            return Or(tuple(_with_field(q, field) for q in queries))
        case _:
            return node


def _phrase(token: Token) -> Value:
    start = token.start_pos or 0
    text = _IN_PHRASE.sub(lambda m: _unescaped(m[1], m[2]), token[1:-1])
    return Value(intern(_paired(text)), quoted=True, start=start, end=start + len(token))


def _words(token: Token) -> Value:
    parts = _pieces(token) if "\\" in token or "*" in token else [str(token)]
    parts[0] = parts[0].lstrip(_TRIMMED)
    parts[-1] = parts[-1].rstrip(_TRIMMED)
    start = token.start_pos or 0
    # The same names and words stand in thousands of rules: one copy serves them all.
    value = Value(intern(_paired("*".join(parts))), start=start, end=start + len(token.rstrip(_TRIMMED)))
    return value if len(parts) == 1 else replace(value, wildcard=True, parts=tuple(map(_paired, parts)))


def _pieces(token: str) -> list[str]:
    """The literal pieces between the asterisks, escapes undone."""
    parts, last = [""], 0
    for found in _IN_WORDS.finditer(token):
        parts[-1] += token[last : found.start()]
        last = found.end()
        if found[3]:
            parts.append("")
        else:
            parts[-1] += _unescaped(found[1], found[2])
    parts[-1] += token[last:]
    return parts


def _unescaped(code: str | None, other: str) -> str:
    return chr(int(code, 16)) if code else _BLANKS.get(other, other)


def _paired(text: str) -> str:
    """Surrogates written as two escapes are one character; a lone one is no character and is replaced."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _refusal(text: str, error: UnexpectedInput) -> QuerySyntaxError:
    found = getattr(error, "token", None)
    ended = isinstance(found, Token) and found.type == "$END"
    where: int | None = getattr(error, "pos_in_stream", None)
    position = len(text) if ended or where is None else where
    allowed = getattr(error, "accepts", None) or getattr(error, "expected", None) or getattr(error, "allowed", None)
    expected = tuple(name for terminal, name in _NAMES.items() if terminal in (allowed or ()))
    if position >= len(text):
        what = "the query ends too early"
    else:
        what = f"{text[position]!r} cannot stand at position {position}"
    hint = _hint(text, position)
    message = f"{what}; expected {', '.join(expected)}" if expected else what
    return QuerySyntaxError(position, expected, f"{message}. {hint}" if hint else message)


def _hint(text: str, position: int) -> str:
    rest = text[position : position + 4]
    if rest[:1] == '"' and '"' not in text[position + 1 :]:
        return "The quotation mark is never closed"
    if re.match(r"(?i)not[ \t\r\n\xa0]", rest):
        return 'not must follow and, or or a bracket; put words with "not" in quotation marks'
    if rest[:1] == "\\":
        return 'A backslash only escapes \\ ( ) : < > " * { } t r n uXXXX and the words and, or, not'
    if rest[:1] and rest[:1] in ":()<>{}":
        return f"Inside a value write \\{rest[0]}, or put the value in quotation marks"
    return ""
