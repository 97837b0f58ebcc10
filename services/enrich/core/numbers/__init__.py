"""The number grammar: every number of an English text, with its bounds. Knows nothing of soldiers."""

from services.enrich.core.numbers.find import MAX_NUMBERS, find_numbers
from services.enrich.core.numbers.number import MEASURING, Kind, Number, bounded

__all__ = ["MAX_NUMBERS", "MEASURING", "Kind", "Number", "bounded", "find_numbers"]
