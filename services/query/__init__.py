"""The rule language: Kibana Query Language with one meaning in Kibana, the search API, the backtest and live."""

from services.query.checks import Problem, Severity, check
from services.query.dsl import to_elasticsearch
from services.query.evaluation import Compiled, compile_query, evaluate
from services.query.explanation import Explained, explain_tree
from services.query.hits import Hit
from services.query.match import Match
from services.query.prepared import Prepared, prepare
from services.query.printing import to_kql
from services.query.reading import fields_read
from services.query.syntax import MAX_DEPTH, MAX_LENGTH, QuerySyntaxError, parse
from services.query.timeless import at_any_time

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "Compiled",
    "Explained",
    "Hit",
    "Match",
    "Prepared",
    "Problem",
    "QuerySyntaxError",
    "Severity",
    "at_any_time",
    "check",
    "compile_query",
    "evaluate",
    "explain_tree",
    "fields_read",
    "parse",
    "prepare",
    "to_elasticsearch",
    "to_kql",
]
