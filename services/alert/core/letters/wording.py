"""What a notification says on one channel: the channel's own template, or the standard one. Sends nothing."""

from dataclasses import dataclass
from html import escape

from services.alert.core.channels.templates import Template
from services.alert.core.letters.standard import MAX_SUBJECT, html_of, subject_of, text_of
from services.alert.core.plain_text import visible
from services.alert.core.templating.sandbox import InvalidTemplate, render_template
from services.alert.core.templating.variables import variables_of
from services.contracts.alert import Kind
from services.contracts.notification import Notification


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject, text and HTML. `fault` says why the channel's own template was not used."""

    subject: str
    text: str
    html: str
    fault: str = ""


def wording(message: Notification, template: Template | None = None, unsubscribe_url: str = "") -> Wording:
    """By the template where it has one; a template that fails costs nobody an alert. Mails that ask are always ours."""
    variables = variables_of(message)
    subject = subject_of(variables)
    text, html = text_of(variables, unsubscribe_url), html_of(variables, unsubscribe_url)
    if template is None or message.kind is Kind.CONFIRMATION:
        return Wording(subject, text, html)
    try:
        if template.subject is not None:
            subject = visible(render_template(template.subject, variables)).strip()[:MAX_SUBJECT] or subject
        if template.body is not None:
            text = render_template(template.body, variables)
            text += f"\n\n-- \nStop these mails: {unsubscribe_url}\n" if unsubscribe_url else ""
            html = f'<pre style="white-space:pre-wrap;font-family:sans-serif">{escape(text)}</pre>'
    except InvalidTemplate as error:
        fault = f"the template of the channel failed ({error}), so the standard text was sent; "
        return Wording(subject_of(variables), text_of(variables, unsubscribe_url), html, fault)
    return Wording(subject, text, html)
