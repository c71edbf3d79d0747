"""Slows down guessing of passwords without ever locking an account for good.

Buckets of tokens that refill with time: an attempt takes one, a right password gives it back. An account that is being
guessed from many addresses stays open to phones it has signed in on before, which have a bucket of their own.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

KEPT = 20_000


@dataclass(frozen=True)
class Rule:
    """How many attempts in a row, and after how many seconds there is one more."""

    burst: int
    seconds: float


ACCOUNT_AND_ADDRESS = Rule(8, 30)
ACCOUNT = Rule(40, 10)
KNOWN_DEVICE = Rule(10, 20)
ADDRESS = Rule(100, 2)


class Throttle:
    """Counts in this process's memory; several processes each have their own, which only widens the limits."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[Rule, str], tuple[float, float]] = OrderedDict()

    def keys(self, login: str, address: str, device: str | None) -> list[tuple[Rule, str]]:
        """The buckets of one attempt. `device` only if this account signed in on it before."""
        if device:
            return [(KNOWN_DEVICE, f"{login}\n{device}"), (ADDRESS, address)]
        return [(ACCOUNT_AND_ADDRESS, f"{login}\n{address}"), (ACCOUNT, login), (ADDRESS, address)]

    def take(self, keys: list[tuple[Rule, str]]) -> int:
        """0 and a token from each bucket, or the seconds to wait and nothing taken."""
        now = self._clock()
        levels = {key: self._level(key, now) for key in keys}
        wait = max(((1 - level) * key[0].seconds for key, level in levels.items() if level < 1), default=0.0)
        if wait > 0:
            return math.ceil(wait)
        for key, level in levels.items():
            self._put(key, level - 1, now)
        return 0

    def give_back(self, keys: list[tuple[Rule, str]]) -> None:
        """After a right password."""
        now = self._clock()
        for key in keys:
            self._put(key, min(key[0].burst, self._level(key, now) + 1), now)

    def _level(self, key: tuple[Rule, str], now: float) -> float:
        level, since = self._buckets.get(key, (float(key[0].burst), now))
        return min(key[0].burst, level + (now - since) / key[0].seconds)

    def _put(self, key: tuple[Rule, str], level: float, now: float) -> None:
        self._buckets[key] = (level, now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
