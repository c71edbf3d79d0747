"""What a walk writes into a record, by a question's way of merging; every value is a word nobody else writes."""

from __future__ import annotations

from typing import Any

from tests.sync.simulation.ground import Ground


def changes_of(ground: Ground, record: dict[str, Any], field: str) -> dict[str, Any]:
    """A change of a household."""
    word = ground.word(record["village"])
    shown = record["answers"].get("members")
    members = [entry for entry in shown or () if isinstance(entry, dict)] if isinstance(shown, list) else []
    if field == "extra" and not ground.served.newer:
        field = "note"
    if field == "visits":
        return {"visits": {"add": 1}, "log": {"append": [{"id": ground.new_id(), "text": word}]}}
    if field == "tags":
        return {"tags": {"put": [word]}}
    if field == "place":
        number = next(ground.words)
        return {"lat": number + 0.5, "lon": number + 1.5}
    if field == "members":
        entry = members[0] if members else {"id": ground.new_id()}
        return {"members": {"put": [entry | {"name": word}]}}
    if field == "drop member":
        return {"members": {"drop": [entry["id"] for entry in members[:1]]}} if members else {"note": word}
    if field == "log":
        return {"log": {"append": [{"id": ground.new_id(), "text": word}]}}
    if field == "first_seen":
        number = next(ground.words)
        return {"first_seen": f"{2000 + number // 300 % 90}-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}"}
    return {field: word}


def problem_changes(ground: Ground, record: dict[str, Any], change: str, leads: bool) -> dict[str, Any]:
    """A change of a problem; some are not this person's to make, and go to quarantine."""
    word = ground.word(record["village"])
    if leads or change in ("assigned", "returned"):
        return {"status": change if change in ("assigned", "returned") else "assigned", "reply": word}
    if change in ("yes", "no"):
        return {"share_reporter": change}
    if change == "reported_on":
        return {"reported_on": "2026-11-23", "status": "reported"}
    return {change: word}


def written_value(ground: Ground, conflict: dict[str, Any]) -> Any:
    """A third value for a conflict, where its question takes a plain word."""
    question = conflict["answers"]["question"]
    if question in ("phone", "note", "head", "content", "reporter", "remark", "extra"):
        return ground.word(conflict["village"])
    return conflict["answers"].get("mine")
