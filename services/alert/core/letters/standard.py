"""The wording that a notification has where its channel brings no template of its own."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from services.contracts.alert import Kind

if TYPE_CHECKING:
    from jinja2 import Template

MAX_SUBJECT = 200


@cache
def _template(name: str) -> "Template":
    """Loads the template engine at the first use: most starts send no letter for a while."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader(__package__, ""),
        autoescape=select_autoescape(enabled_extensions=("html.jinja",)),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


def subject_of(variables: Mapping[str, Any]) -> str:
    """One line: severity, rule, title."""
    kind = Kind(variables["kind"])
    marks = {Kind.DIGEST: "[DIGEST] ", Kind.TEST: "[TEST] "}
    mark = f"[{variables['severity'].upper()}] " if variables["severity"] else marks.get(kind, "")
    edition = f" ({kind})" if kind in (Kind.UPDATE, Kind.CORRECTION, Kind.DENIAL) else ""
    line = f"{mark}{variables['rule']}{edition}: {variables['title']}"
    return line if len(line) <= MAX_SUBJECT else line[: MAX_SUBJECT - 1] + "…"


def text_of(variables: Mapping[str, Any], unsubscribe_url: str = "") -> str:
    """Plain text; what an article said stands there as it is."""
    return _template("letter.txt.jinja").render(variables, unsubscribe_url=unsubscribe_url)


def html_of(variables: Mapping[str, Any], unsubscribe_url: str = "") -> str:
    """HTML without scripts, images or anything that is fetched; every value is escaped."""
    return _template("letter.html.jinja").render(variables, unsubscribe_url=unsubscribe_url)


def fragment_of(variables: Mapping[str, Any]) -> str:
    """What stands in the body of `html_of` below the title; every value is escaped."""
    return _template("body.html.jinja").render(variables)


def page_of(title: str, text: str, action: str = "") -> str:
    """A page for whoever follows a link of a mail; `action` is the button that sends the page's own address again."""
    return _template("page.html.jinja").render(title=title, text=text, action=action)
