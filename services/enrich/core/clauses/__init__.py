"""Stance belongs to clauses: cuts sentences into them and says what each does with its statement."""

from services.enrich.core.clauses.find import find_clauses, sentence_stance

__all__ = ["find_clauses", "sentence_stance"]
