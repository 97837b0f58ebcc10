"""Who does what to whom: PLOVER events from a lexicon and patterns of our own. No trained model."""

from services.enrich.core.signals.find import find_signals

__all__ = ["find_signals"]
