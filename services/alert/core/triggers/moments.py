"""Moments as whole milliseconds since 1970, which state is kept in: small, exact and quick to compare."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def to_ms(moment: datetime) -> int:
    """Cut to whole milliseconds, as messages are."""
    return (moment - _EPOCH) // _MS


def from_ms(moment: int) -> datetime:
    """The same in UTC."""
    return _EPOCH + moment * _MS


def span_ms(span: timedelta) -> int:
    """Whole milliseconds of a span of time."""
    return span // _MS
