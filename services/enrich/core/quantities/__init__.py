"""Numbers of force and harm: how many, of whom, where, doing what. Stands on the number grammar and the mentions."""

from services.enrich.core.quantities.find import find_quantities

__all__ = ["find_quantities"]
