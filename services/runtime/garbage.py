"""How often Python looks for garbage in cycles. Messages make none, so by default it looks far too often."""

import gc

LOOK_EVERY = 1_000_000
"""New objects, less those that are gone, between two looks at the young ones. Each document holds a thousand and three
batches may be in hand, all of it in use: fewer, and every look would walk through what is about to go by itself."""
OLDER_EVERY = 2
"""Looks at an age between two at the next one: what outlived a look must not wait for ten more of this size."""


def keep_what_is_loaded() -> None:
    """Never look again through what exists now, such as modules and lexicons; look at the rest every `LOOK_EVERY`."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(LOOK_EVERY, OLDER_EVERY, OLDER_EVERY)
