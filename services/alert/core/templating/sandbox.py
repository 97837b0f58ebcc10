"""Templates that users write, in a small part of Jinja2: values, conditions, filters, loops over what is listed.

Refuses whatever could take long, grow large or reach beyond the variables: calls, loops in loops, arithmetic, macros,
includes, assignments. Renders in Jinja2's sandbox, and stops at `MAX_RENDERED` characters.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any

from services.alert.core.templating.variables import VARIABLES

if TYPE_CHECKING:
    from jinja2 import Template, nodes
    from jinja2.sandbox import SandboxedEnvironment

MAX_TEMPLATE = 4_000
MAX_RENDERED = 20_000
MAX_PLACES = 15
"""Most places that `round` takes: ten to the power of them is computed."""

FILTERS = frozenset(
    "capitalize default e escape first int join last length lower round title trim truncate upper".split()
)
TESTS = frozenset("defined none".split())
_NODES = frozenset(
    "Template Output TemplateData Name Getattr Getitem Const If For Filter Test Compare Operand And Or Not "
    "CondExpr Concat Keyword".split()
)

SAMPLE: Mapping[str, Any] = {
    **VARIABLES,
    "kind": "alert",
    "rule": "rule",
    "severity": "high",
    "title": "Title",
    "level": {"field": "quantities.low", "group": {"who": "RUS", "near": "UKR"}, "before": 1, "after": 2, "rung": 2},
    "quotes": [{"text": "Quote.", "stance": "reported", "speaker": "Name", "denial": False}],
    "items": [
        {"rule": "r", "severity": "low", "title": "t", "reason": "r", "url": "https://a.example", "published": "t"}
    ],
    "paragraphs": ["Text."],
    "links": [{"name": "tocsin", "url": "https://a.example"}],
}
"""A value in every variable: a template must be able to render it."""


class InvalidTemplate(Exception):
    """What is wrong with a template, and in which line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")


@lru_cache(maxsize=512)
def check_template(source: str) -> None:
    """Raises `InvalidTemplate` for one that is not to be saved."""
    if len(source) > MAX_TEMPLATE:
        raise InvalidTemplate(1, f"longer than {MAX_TEMPLATE} characters")
    render_template(source, SAMPLE)


def render_template(source: str, variables: Mapping[str, Any]) -> str:
    """Raises `InvalidTemplate` for what only shows with these values, such as a level that an alert does not have."""
    from jinja2 import TemplateError

    template = _compiled(source)
    parts: list[str] = []
    size = 0
    try:
        for part in template.generate(variables):
            parts.append(part)
            size += len(part)
            if size > MAX_RENDERED:
                raise InvalidTemplate(1, f"renders more than {MAX_RENDERED} characters")
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError, AssertionError) as error:
        raise InvalidTemplate(_line(error.__traceback__), str(error) or type(error).__name__) from error
    return "".join(parts)


@lru_cache(maxsize=512)
def _compiled(source: str) -> "Template":
    from jinja2 import TemplateSyntaxError, meta

    environment = _environment()
    try:
        tree = environment.parse(source)
        _check(tree, in_loop=False)
        for name in sorted(meta.find_undeclared_variables(tree) - VARIABLES.keys()):
            raise InvalidTemplate(_line_of(tree, name), f"there is no variable {name}{_near(name, VARIABLES)}")
        return environment.from_string(tree)
    except TemplateSyntaxError as error:
        raise InvalidTemplate(error.lineno, error.message or "not a template") from error
    except RecursionError as error:
        raise InvalidTemplate(1, "too deep") from error


def _check(node: "nodes.Node", *, in_loop: bool) -> None:
    kind, line = type(node).__name__, node.lineno or 1
    if kind not in _NODES:
        raise InvalidTemplate(line, f"{kind} may not stand in a template")
    allowed = {"Filter": FILTERS, "Test": TESTS}.get(kind)
    name = getattr(node, "name", "")
    loops = kind == "For" or (kind == "Filter" and name == "join")
    if loops and (in_loop or getattr(node, "recursive", False)):
        raise InvalidTemplate(line, "a loop may not stand in a loop, and join is one")
    if allowed is not None and name not in allowed:
        raise InvalidTemplate(line, f"there is no {kind.lower()} {name}{_near(name, allowed)}")
    for child in node.iter_child_nodes():
        _check(child, in_loop=in_loop or loops)
    if kind == "For":
        _only_lists(node)


def _only_lists(loop: Any) -> None:
    """A loop over a text would take a turn a character."""
    from jinja2 import nodes

    loop.iter = nodes.Filter(loop.iter, "listed", [], [], None, None, lineno=loop.lineno)
    loop.iter.set_environment(_environment())


def _listed(value: object) -> object:
    if not isinstance(value, list):
        raise TypeError("only quotes, items, paragraphs and links can be looped over")
    return value


def _joined(value: object, separator: str = "") -> str:
    return str(separator).join(str(part) for part in _listed(value))  # type: ignore[attr-defined]


def _rounded(value: float, precision: object = 0, method: str = "common") -> float:
    from jinja2.filters import do_round

    if not isinstance(precision, int) or abs(precision) > MAX_PLACES:
        raise ValueError(f"round takes {MAX_PLACES} places at most")
    return do_round(value, precision, method)  # type: ignore[arg-type]  # it refuses other methods itself


@cache
def _environment() -> "SandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    environment.policies["truncate.leeway"] = 0
    own: dict[str, Callable[..., object]] = {"listed": _listed, "join": _joined, "round": _rounded}
    environment.filters = {name: environment.filters[name] for name in FILTERS - own.keys()} | own
    return environment


def _near(name: str, names: Any) -> str:
    near = get_close_matches(name, sorted(names), n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(sorted(names))}"


def _line_of(tree: Any, name: str) -> int:
    from jinja2 import nodes

    return next((node.lineno for node in tree.find_all(nodes.Name) if node.name == name), 1)


def _line(trace: TracebackType | None) -> int:
    """The line of the template in which an error came up."""
    line = 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
