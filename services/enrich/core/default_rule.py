"""The rule of a desk that watches threats, attacks, build-ups and deployments: KQL over the document's fields."""

from services.contracts.document import Document
from services.query import compile_query, evaluate, parse

DEFAULT_RULE = """
keywords:{ topic:(invasion or annexation or airstrike or shelling or blockade or coup or fighting or ultimatum
    or terrorism or hostage or assassination or atrocity or sabotage or "chemical weapons" or mobilisation
    or "martial law")
  and stance:(reported or estimated or predicted or planned or hypothetical) }
or keywords:{ topic:deployment and stance:(reported or estimated or predicted or planned) }
or keywords:{ topic:withdrawal and stance:denied }
or quantities:{ is_deployment:true and status:(reported or estimated or predicted or planned) and low >= 50 }
or quantities:{ unit:missiles and movement:attack and status:(reported or estimated or predicted or planned) }
or signals:{ event:(ASSAULT or THREATEN or MOBILIZE) and source:* and target:*
  and stance:(reported or estimated or predicted or planned) }
"""
"""A threat that is left open counts; one that is denied, past or no threat at all does not."""

_COMPILED = compile_query(parse(" ".join(DEFAULT_RULE.split())))


def would_alert(document: Document) -> bool:
    """Whether the default rule matches `document` at the time of its publication."""
    return evaluate(_COMPILED, document.values, now=document.published) is not None
