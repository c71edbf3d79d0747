"""Chance that always falls the same way: one seed per village, identifiers that follow from it, days in China's calendar."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import TypeVar

T = TypeVar("T")

CHINA = timezone(timedelta(hours=8))
#: All identifiers look as if made from this moment on, whenever the demo is loaded.
_EPOCH_MS = 1_767_225_600_000


class Dice(random.Random):
    """A random generator with the questions the demo asks of chance."""

    def __init__(self, seed: str) -> None:
        super().__init__(f"shibu demo {seed}")
        self._made = 0
        self._base = _EPOCH_MS + self.randrange(10**6) * 1000
        #: names given so far: in one village few people are called the same
        self.names: set[str] = set()

    def chance(self, percent: float) -> bool:
        return self.random() * 100 < percent

    def weighted(self, choices: Sequence[tuple[T, float]]) -> T:
        return self.choices([value for value, _ in choices], [weight for _, weight in choices])[0]

    def id(self) -> str:
        """A UUIDv7: a time that only counts up, then random bits."""
        self._made += 1
        value = (self._base + self._made) << 80 | 7 << 76 | self.getrandbits(12) << 64 | 2 << 62 | self.getrandbits(62)
        return str(uuid.UUID(int=value))


def day(today: date, ago: int) -> str:
    """The day so many days ago; a negative number is still to come."""
    return (today - timedelta(days=ago)).isoformat()


def at(on: str, hour: int, minute: int, now: datetime) -> str:
    """A moment on a day as a phone in China writes it, never later than now."""
    moment = datetime.combine(date.fromisoformat(on), time(hour, minute), CHINA)
    return min(moment, now - timedelta(minutes=2)).isoformat(timespec="seconds")
