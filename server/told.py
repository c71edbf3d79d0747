"""What each device was told it holds: the list for the day a phone is lost, and the days of grace after a village is taken away.

Promises: a village is entered before its first row is sent; `lost_told_at` is set once the phone itself names a scope without it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from server.clock import now
from server.database import Row
from server.numbering import Statement
from server.scope import Scope

#: Asked with a device's id.
TOLD = "SELECT township_id, village_id, view, lost_told_at FROM device_scope WHERE device_id = ?"


@dataclass
class Told:
    """What differs between what a device was told and what it is told now."""

    device_id: str
    gained: list[tuple[str, str, str]] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, device_id: str, rows: list[Row], scope: Scope, known_version: int | None) -> Told:
        """From what TOLD found."""
        told = cls(device_id)
        before = {row["village_id"]: row for row in rows}
        for place in scope.places.values():
            row = before.get(place.village_id)
            if row is None or row["view"] != place.view or row["lost_told_at"] is not None:
                told.gained.append((place.township_id, place.village_id, place.view))
        for row in rows:
            gone = row["village_id"] not in scope.places and row["lost_told_at"] is None
            if gone and known_version is not None and known_version >= scope.version:
                told.lost.append((row["township_id"], row["village_id"]))
        return told

    def statements(self) -> list[Statement]:
        """What is to be written."""
        found: list[Statement] = []
        if self.gained:
            sql = (
                "INSERT INTO device_scope (township_id, device_id, village_id, view, told_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (township_id, device_id, village_id)"
                " DO UPDATE SET view = excluded.view, told_at = excluded.told_at, lost_told_at = NULL"
            )
            found.append((sql, [(township, self.device_id, village, view, now()) for township, village, view in self.gained]))
        if self.lost:
            sql = "UPDATE device_scope SET lost_told_at = ? WHERE township_id = ? AND device_id = ? AND village_id = ?"
            found.append((sql, [(now(), township, self.device_id, village) for township, village in self.lost]))
        return found
