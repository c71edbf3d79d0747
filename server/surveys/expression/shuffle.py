"""The order randomize() gives: the inside-out Fisher-Yates shuffle over Park and Miller's numbers, as JavaRosa does it.

Twin: pwa/form/expression-shuffle.js. The same seed gives the same order on every phone and here.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from server.surveys.expression.values import Value, to_number, to_text

T = TypeVar("T")
MODULUS = 2_147_483_647
MULTIPLIER = 16_807


def hashed(text: str) -> int:
    """A seed of a text that is no number: the first eight bytes of its SHA-256."""
    first = hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8]
    return _remainder(int.from_bytes(first, "big", signed=True))


def _remainder(number: int) -> int:
    """With the sign of what was divided, as processors do it."""
    return int(math.copysign(abs(number) % MODULUS, number))


def seed_of(value: Value, offset: int) -> int:
    number = to_number(value, offset)
    if math.isnan(number):
        text = to_text(value)
        return 0 if text == "" or isinstance(value, (int, float)) else hashed(text)
    if math.isinf(number):
        return _remainder(2**63 - 1 if number > 0 else -(2**63))
    return int(math.fmod(math.trunc(number), MODULUS))


def shuffled(values: Sequence[T], seed: int | None, chance: Callable[[], float]) -> list[T]:
    """In the order of the seed; without one in an order of chance."""
    state = seed or 0
    if state <= 0:
        state += MODULUS - 1
    found: list[T] = []
    for count, value in enumerate(values):
        if seed is None:
            part = chance()
        else:
            state = state * MULTIPLIER % MODULUS
            part = (state - 1) / (MODULUS - 1)
        place = int(part * (count + 1))
        found.append(value)
        found[count] = found[place]
        found[place] = value
    return found
