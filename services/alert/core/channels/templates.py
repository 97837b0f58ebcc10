"""A channel's own words for its messages. Renders nothing."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.alert.core.templating.sandbox import MAX_TEMPLATE, InvalidTemplate, check_template


def _renders(source: str) -> str:
    try:
        check_template(source)
    except InvalidTemplate as error:
        raise ValueError(str(error)) from error
    return source


Source = Annotated[str, Field(max_length=MAX_TEMPLATE), AfterValidator(_renders)]


class Template(BaseModel):
    """Jinja2, checked when it is saved; what is left out is worded as usual. The variables are in docs/delivery.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: Source | None = None
    body: Source | None = None
