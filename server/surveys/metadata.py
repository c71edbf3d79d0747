"""What our own forms say of each question beyond XLSForm: how sensitive it is, how it merges, who may write it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from server.surveys.draft import SHIBU
from server.surveys.refusal import Refused

SENSITIVITIES = {"public", "internal", "personal", "sensitive", "local-only"}
ENVELOPE = {
    "title",
    "status",
    "category",
    "level",
    "severity",
    "due_on",
    "happened_on",
    "reported_on",
    "owner",
    "visibility",
    "parent",
}
TOWNSHIP = {"yes", "no", "shared"}
WRITERS = {"team", "leader", "any"}
ROLES = {"cadre", "first_secretary", "leader", "township_leader", "reader"}
_MERGE = re.compile(r"plain|counter|set|log|once|group:[a-z][a-z0-9_]*")
_REFERS = re.compile(r"[a-z][a-z0-9_]*")

#: Of an image: the place question beside it that takes where the photo was taken.
PLACE_INTO = "place_into"
DEFAULTS: dict[str, Any] = {
    "sensitivity": "internal",
    "purpose": "",
    "retention": "",
    "merge": "plain",
    "envelope": None,
    "refers": None,
    "township": "yes",
    "writers": "team",
}


def default_metadata(outline: Mapping[str, Any]) -> dict[str, Any]:
    """For forms that come from elsewhere and say nothing of it."""
    return DEFAULTS | {"merge": "set" if outline["type"] == "repeat" else "plain"}


class Metadata:
    """The shibu attributes of one question's bind: `values` checked, `problems` named."""

    def __init__(self, outline: Mapping[str, Any], bind: Mapping[str, str], local: bool = False) -> None:
        self.name: str = outline["name"]
        self.holds: str = outline["holds"]
        #: Nobody is asked a calculation: what is missing from it is told last.
        self.made = "calculate" if bind.get("calculate") else ""
        self.problems: list[Refused] = []
        written = {
            key.removeprefix(SHIBU): value.strip() for key, value in bind.items() if key.startswith(SHIBU)
        }
        for key in written.keys() - DEFAULTS.keys() - {PLACE_INTO}:
            self.problems.append(Refused("bad_metadata", f"shibu:{key}", written[key]))
        self.values: dict[str, Any] = default_metadata(outline)
        self.take(written, "sensitivity", SENSITIVITIES)
        self.take(written, "township", TOWNSHIP)
        self.take(written, "writers", WRITERS)
        self.take(written, "envelope", ENVELOPE)
        self.take_matching(written, "merge", _MERGE)
        self.take_matching(written, "refers", _REFERS)
        self.values["purpose"] = written.get("purpose", "")
        self.values["retention"] = written.get("retention", "")
        self.check(written, outline, local)

    def take(self, written: Mapping[str, str], key: str, allowed: set[str]) -> None:
        value = written.get(key)
        if value in allowed:
            self.values[key] = value
        elif value:
            self.problems.append(Refused("bad_metadata", f"shibu:{key}", value))

    def take_matching(self, written: Mapping[str, str], key: str, allowed: re.Pattern[str]) -> None:
        value = written.get(key)
        if value and allowed.fullmatch(value):
            self.values[key] = value
        elif value:
            self.problems.append(Refused("bad_metadata", f"shibu:{key}", value))

    def check(self, written: Mapping[str, str], outline: Mapping[str, Any], local: bool) -> None:
        answered = self.holds in {"text", "number", "list"}
        if answered and "sensitivity" not in written:
            self.problems.append(Refused("missing_sensitivity", self.name, self.made))
        sensitivity = self.values["sensitivity"]
        if sensitivity == "sensitive" and not self.values["purpose"]:
            self.problems.append(Refused("missing_purpose", self.name, self.made))
        if sensitivity == "local-only" and not local:
            self.problems.append(Refused("local_only", self.name))
        merge = self.values["merge"]
        fits = {"counter": {"number"}, "set": {"list", "entries"}, "log": {"entries"}}.get(merge)
        if fits is not None and self.holds not in fits:
            self.problems.append(Refused("bad_metadata", "shibu:merge", merge))
        if outline["repeat"] and merge not in {"plain", "set"}:
            # An entry of a repeat merges as one, so nothing inside it can merge in its own way.
            self.problems.append(Refused("bad_metadata", "shibu:merge", merge))


def move_lines(
    rows: Sequence[Mapping[str, str]], statuses: set[str]
) -> tuple[list[dict[str, str]], list[Refused]]:
    """moves.csv (kind, from, to, roles) → one line per role; an empty `from` is a new record."""
    found: list[dict[str, str]] = []
    problems: list[Refused] = []
    for row in rows:
        start, end = row.get("from", "").strip(), row.get("to", "").strip()
        for state in (start, end):
            if state not in statuses and not (state == "" and state == start):
                problems.append(Refused("bad_move", state, sheet="moves"))
        for role in row.get("roles", "").split():
            if role not in ROLES:
                problems.append(Refused("bad_metadata", "moves.roles", role, "moves"))
            found.append({"from": start, "to": end, "role": role})
    return found, problems
