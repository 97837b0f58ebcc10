"""The admin key of systems that tests start, and how it is sent."""

ADMIN_KEY = "tcs_" + "t" * 43
KEY_SETTING = {"TOCSIN_BOOTSTRAP_KEY": ADMIN_KEY}


def sent(key: str) -> dict[str, str]:
    """The header that a client sends a key in."""
    return {"Authorization": f"Bearer {key}"}


AS_ADMIN = sent(ADMIN_KEY)
