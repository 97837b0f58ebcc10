"""`/v1/rules/templates` and `/v1/rules/schema`: what rules can be written from and with. Saves nothing."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from services.alert.api.doors import refused
from services.alert.core.rules import InvalidRule, read_draft
from services.alert.core.schema import rules_schema
from services.alert.core.subscriptions import Draft
from services.alert.core.templates.catalogue import Template, templates
from services.alert.core.templates.expansion import expand_entry
from services.alert.core.templates.parameters import Kind
from services.runtime.access import MayRead
from services.runtime.problems import Problem, problem_responses

TemplateName = Annotated[str, Path(pattern=r"^[a-z][a-z-]{0,63}$")]


class ParameterView(BaseModel):
    """What is to be filled in."""

    name: str
    kind: Kind
    description: str
    required: bool
    default: Any = None
    example: Any
    options: list[str] = Field(description="for a choice: what may be written")


class TemplateView(BaseModel):
    """A common wish."""

    name: str
    summary: str
    parameters: list[ParameterView]


class TemplateList(BaseModel):
    """All of them: there are few."""

    items: list[TemplateView]


class FilledIn(BaseModel):
    """Values by the name of their parameter."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    values: dict[str, Any] = Field(default_factory=dict, alias="with")


def build_router() -> APIRouter:
    """The routes."""
    router = APIRouter(prefix="/rules", tags=["rules"])

    @router.get("/schema", summary="JSON Schema of files of rules")
    async def schema(who: MayRead) -> dict[str, Any]:
        """For editors and checks: draft 2020-12."""
        return rules_schema()

    @router.get("/templates", summary="List templates", response_model=TemplateList)
    async def list_templates(who: MayRead) -> dict[str, Any]:
        """Rules that are filled in without knowing the query language."""
        return {"items": [_view(template) for template in templates().values()]}

    @router.post(
        "/templates/{name}/expand",
        summary="Fill in a template",
        response_model=Draft,
        response_model_exclude_none=True,
        responses=problem_responses(404, 422),
    )
    async def expand_template(who: MayRead, name: TemplateName, body: FilledIn) -> Draft:
        """The whole rule, as `POST /v1/subscriptions` takes it."""
        if name not in templates():
            raise Problem(404, f"there is no template {name}")
        try:
            return read_draft(expand_entry({"template": name, "with": body.values}))
        except InvalidRule as error:
            raise refused(error) from error

    return router


def _view(template: Template) -> dict[str, Any]:
    return {
        "name": template.name,
        "summary": template.summary,
        "parameters": [
            {
                "name": parameter.name,
                "kind": parameter.kind,
                "description": parameter.description,
                "required": parameter.required,
                "default": parameter.default,
                "example": parameter.example,
                "options": list(parameter.options),
            }
            for parameter in template.parameters
        ],
    }
