"""What a predictor sees and gives: one line of a gold file, one line for the scorer."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Case = dict[str, Any]
"""A gold line as it stands. A predictor reads its text, and marked spans where the task gives them, never labels."""

Prediction = dict[str, Any]
"""The fields that the scorer's docstring names for the kind; the frame adds `id`."""

Predictor = Callable[[Iterable[Case]], Iterator[Prediction]]
"""`predict` of a module `bench.eval.predict_<name>`: one prediction a case, in order."""
