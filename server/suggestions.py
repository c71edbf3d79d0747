"""`python -m server suggestions`: complaints and suggestions from all villages as plain text, for the county's administrators.

Promises: reads only; every reading is an act in the access log (design: it names people and how to reach them); what was
deleted is not shown; newest last, so that the end of a terminal shows what is new.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

from server import access_log
from server.database import Connection, Database

_ROWS = """
SELECT r.answers, r.created_at, r.village_id, v.name AS village, a.name AS author
FROM record r JOIN village v ON v.township_id = r.township_id AND v.id = r.village_id
LEFT JOIN account a ON a.id = r.created_by
WHERE r.kind = 'suggestion' AND r.deleted = 0
ORDER BY r.created_at, r.id
"""
_KINDS = {"complaint": "投诉 Complaint", "suggestion": "建议 Suggestion"}
_STATES = {"open": "已记下 Noted", "passed_on": "已转交 Passed on", "answered": "已答复 Answered"}


def add_parser(commands: Any) -> None:
    told: argparse.ArgumentParser = commands.add_parser(
        "suggestions", help="complaints and suggestions, as text"
    )
    told.add_argument("--data", help="folder of the database file")
    told.add_argument("--open", action="store_true", help="only those nobody has answered")


async def report(database: Database, *, only_open: bool = False) -> str:
    """All of them as text; the log says that they were read."""
    async with database.transaction() as connection:
        found = [row | {"answers": json.loads(row["answers"])} for row in await _rows(connection)]
        chosen = [row for row in found if not only_open or row["answers"].get("state") != "answered"]
        await access_log.record(connection, "", "suggestions_read", {"n": len(chosen)})
    if not chosen:
        return "没有投诉建议。 No complaints or suggestions."
    return "\n\n".join(_text(row) for row in chosen)


async def _rows(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in await connection.all(_ROWS)]


def _text(row: dict[str, Any]) -> str:
    answers = row["answers"]
    head = [
        answers.get("made_on") or row["created_at"][:10],
        row["village"],
        row["author"] or "?",
        _KINDS.get(answers.get("kind", ""), ""),
        _STATES.get(answers.get("state", "open"), ""),
    ]
    lines = [
        " · ".join(part for part in head if part),
        str(answers.get("text", "")),
        f"关于 About: {answers['about']}" if answers.get("about") else "",
        f"回复 Reply to: {answers['contact']}" if answers.get("contact") else "",
    ]
    return "\n".join(line for line in lines if line)
