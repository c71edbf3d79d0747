"""The server's time as it is stored: ISO-8601 text, UTC, milliseconds, Z."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now(plus: timedelta = timedelta()) -> str:
    return stamp(datetime.now(UTC) + plus)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
