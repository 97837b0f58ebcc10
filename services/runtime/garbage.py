"""How often Python looks for garbage in cycles. Messages make none, so by default it looks far too often."""

import gc

LOOK_EVERY = 50_000
"""New objects between two looks at the young ones. A batch of documents holds some hundred thousand, all in use."""


def keep_what_is_loaded() -> None:
    """Never look again through what exists now, such as modules and lexicons; look at the rest every `LOOK_EVERY`."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(LOOK_EVERY, 10, 10)
