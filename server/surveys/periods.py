"""Cadences: the stretch of time a day lies in, and until when the next record is due. Twin: pwa/domain/pack/periods.js."""

from __future__ import annotations

from server.surveys.expression.values import civil, date_text, day_number

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def day_of(text: str) -> int:
    """Days since 1970-01-01."""
    year, month, day = (int(part) for part in text.split("-"))
    return day_number(year, month, day) or 0


def bounds(cadence: str, today: str) -> tuple[str, str, str]:
    """First and last day of the stretch that today lies in, and the last day of the next one."""
    now = day_of(today)
    if cadence == "day":
        return today, today, date_text(now + 1)
    if cadence == "week":
        start = now - (now + 3) % 7
        return date_text(start), date_text(start + 6), date_text(start + 13)
    if cadence.startswith("days:"):
        size = int(cadence[5:])
        return date_text(now - size + 1), today, date_text(now + size)
    size = _MONTHS[cadence]
    year, month, _ = civil(now)
    first = year * 12 + (month - 1) // size * size
    return _first(first), _before(first + size), _before(first + 2 * size)


def due(cadence: str, today: str, last: str) -> tuple[bool | None, str]:
    """Whether the present stretch has its record, and the day until which the next one is due; None and '' without a cadence."""
    if not cadence:
        return None, ""
    start, end, after = bounds(cadence, today)
    covered = bool(last) and last >= start
    if cadence.startswith("days:"):
        return covered, date_text(day_of(last) + int(cadence[5:])) if last else today
    return covered, after if covered else end


def _first(months: int) -> str:
    return f"{months // 12:04d}-{months % 12 + 1:02d}-01"


def _before(months: int) -> str:
    return date_text(day_of(_first(months)) - 1)
