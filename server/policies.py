"""The policies that every village looks up from its first day: surveys/policies.csv as records of the village.

Promises: written by the one writer like anything else, so that a village changes or removes them as its own; a column is an
answer of the `policy` form, and an empty cell is none.
"""

from __future__ import annotations

import csv
from pathlib import Path

from server import records
from server.clock import now
from server.database import Database
from server.ids import new_id
from server.sitting import FormsLike

FILE = "policies.csv"


def entries(folder: Path) -> list[dict[str, str]]:
    """The answers of each; a surveys folder without the file has none."""
    path = folder / FILE
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [{name: text.strip() for name, text in row.items() if text and text.strip()} for row in rows]


async def give(database: Database, forms: FormsLike, folder: Path, township_id: str, village_id: str) -> int:
    """Brings them to a new village, as nobody's; says how many."""
    moment = now()
    seeds = [records.Seed(new_id(), "policy", dict(answers), "", moment) for answers in entries(folder)]
    return await records.load(database, township_id, village_id, seeds, forms) if seeds else 0
