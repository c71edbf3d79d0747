"""Ids made on the server: UUIDv7, like those phones make, so that rows made together lie together."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def new_id() -> str:
    """48 bits of milliseconds, version, 12 random bits, variant, 62 random bits."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))
