"""The checksum by which a phone and the server compare what they hold of a village, row by row and without sending rows.

Promises: the sum over a set of rows does not depend on order, and a row is taken out by adding it again.
"""

from __future__ import annotations

_OFFSET = 0x811C9DC5
_PRIME = 0x01000193
_MASK = 0xFFFFFFFF


def fnv1a(text: str) -> int:
    """FNV-1a, 32 bits, over UTF-8."""
    value = _OFFSET
    for byte in text.encode():
        value = (value ^ byte) * _PRIME & _MASK
    return value


def of_row(record_id: str, rev: int) -> int:
    """64 bits of one living row."""
    return fnv1a(f"{record_id}:{rev}") << 32 | fnv1a(f"{rev}:{record_id}")


def written(total: int) -> str:
    """As the wire and the table hold it."""
    return f"{total:016x}"
