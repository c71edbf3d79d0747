"""Where things lie in a village of the demo: every group around its own yard, some homes and most places with a position.

Promises: the same plan gives the same ground; drawn from the names alone, so that no other draw of the demo is shifted.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

from server.demo.homes import Home
from server.demo.plan import Plan

#: The township's middle, and how far its villages lie apart, in degrees.
_MIDDLE = (27.852, 104.722)
_APART = 0.035
#: A degree of latitude in metres.
_DEGREE = 111_320
_GROUP_RING_M = 900
_YARD_M = 160
#: Of a hundred homes so many have been put on the ground.
_PLACED_OF_100 = 40


def _share(*words: object) -> float:
    """A number in [0, 1) that belongs to these words."""
    digest = hashlib.sha256("/".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _at(plan: Plan, metres: float, turn: float, accuracy: int, east: float = 0, north: float = 0) -> str:
    number = int(plan.code[-3:])
    lat = _MIDDLE[0] + (number % 4) * _APART
    lon = _MIDDLE[1] + (number // 4) * _APART
    angle = turn * 2 * math.pi
    north, east = north + metres * math.sin(angle), east + metres * math.cos(angle)
    return f"{lat + north / _DEGREE:.6f} {lon + east / (_DEGREE * math.cos(math.radians(lat))):.6f} 0 {accuracy}"


def home(plan: Plan, one: Home) -> str | None:
    """Where the house is, for those somebody stood before with the phone in the hand."""
    if _share(plan.name, one.id, "placed") * 100 >= _PLACED_OF_100:
        return None
    turn = one.group / max(1, plan.groups)
    east, north = _GROUP_RING_M * math.cos(turn * 2 * math.pi), _GROUP_RING_M * math.sin(turn * 2 * math.pi)
    away = _YARD_M * math.sqrt(_share(plan.name, one.id, "away"))
    return _at(plan, away, _share(plan.name, one.id, "turn"), 8, east, north)


def place(plan: Plan, row: dict[str, Any]) -> str | None:
    """Where a named place is; what covers a whole side of the village has no point."""
    if row["type"] == "forest":
        return None
    away = 1_500 if row["type"] in ("mountain", "hazard") else 250 + 700 * _share(plan.name, row["name"], "away")
    return _at(plan, away, _share(plan.name, row["name"], "turn"), 12)
