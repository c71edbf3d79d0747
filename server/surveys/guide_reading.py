"""What a guide says of one village: the state of each step's items, its numbers, when each mechanism last took place.

Twin: pwa/domain/pack/village-expression.js, which documents the results. Promises: nothing is worked out before it is asked
for; the same records give the same on a phone; a record made after the day asked about does not count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from server.surveys import periods
from server.surveys.expression.values import to_boolean
from server.surveys.expression.village import Value, Village
from server.surveys.expression.village_rows import Records, Row, Tables
from server.surveys.guide import PROFILE

STATES = "step_item_state"
#: Marks an item as not being asked of this village, done, or begun, by hand.
BY_HAND = ("done", "doing", "na")


class Reading:
    """One guide over one village's records on one day."""

    def __init__(self, guide: Mapping[str, Any], records: Records, today: str, on: str = "") -> None:
        self.guide = guide
        self.today = on or today
        days = {kind: of["day"] for kind, of in guide["kinds"].items()}
        self.tables = Tables(records, on, days)
        self.village = Village(self.tables, guide["thresholds"], self.today)
        self._steps = {step["id"]: step for step in guide["steps"]}
        self._items = {item["id"]: item for step in guide["steps"] for item in step["items"]}
        self._indicators = {one["id"]: one for one in guide["indicators"]}
        self._mechanisms = {one["id"]: one for one in guide["mechanisms"]}
        self._known: dict[str, dict[str, Any]] = {}

    def told(self) -> dict[str, Any]:
        """Everything, as the twin gives it."""
        return {
            "items": {name: self.item(name) for name in (*self._items, *self.local)},
            "steps": {name: self.step(name) for name in self._steps},
            "indicators": {name: self.indicator(name) for name in self._indicators},
            "mechanisms": {name: self.mechanism(name) for name in self._mechanisms},
        }

    def evidence(self, found: Iterable[Mapping[str, Any]]) -> list[Row]:
        """The records that are evidence, each once."""
        rows = [row for one in found for row in self.village.where(one["kind"], one["where"])]
        return list({id(row): row for row in rows}.values())

    # Steps

    @cached_property
    def by_hand(self) -> dict[str, Row]:
        """What somebody said of an item last, by the item's id."""
        found: dict[str, Row] = {}
        for row in self.tables.table(STATES).rows:
            name = row.text_of("item_id")
            if name not in found or _said(row) >= _said(found[name]):
                found[name] = row
        return found

    @cached_property
    def local(self) -> list[str]:
        """Items a village added itself: `s3.local.<uuid>`."""
        return sorted(name for name in self.by_hand if name.split(".")[1:2] == ["local"] and name.split(".")[0] in self._steps)

    def item(self, name: str) -> dict[str, Any]:
        """{state, by, n}; of a village's own item its title too."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._item(name)
        return known

    def _item(self, name: str) -> dict[str, Any]:
        item, hand = self._items.get(name), self.by_hand.get(name)
        said = hand.text_of("state") if hand else ""
        said = said if said in BY_HAND else ""
        if item is None:
            return {"state": said or "todo", "by": "hand" if said else "", "n": 0, "title": hand.text_of("title") if hand else ""}
        n = len(self.evidence(item["evidence"]))
        met = item["rule"] is not None and to_boolean(self.village.value(item["rule"]))
        if said == "na":
            return {"state": "na", "by": "hand", "n": n}
        if met:
            return {"state": "done", "by": "evidence", "n": n}
        if said:
            return {"state": said, "by": "hand", "n": n}
        return {"state": "doing", "by": "evidence", "n": n} if n else {"state": "todo", "by": "", "n": 0}

    def step(self, name: str) -> dict[str, Any]:
        """{done, all, na, isDone, open}: `open` are the must items that are not done."""
        items = {item["id"]: item["must"] for item in self._steps[name]["items"]}
        items |= {local: False for local in self.local if local.split(".")[0] == name}
        states = {item: self.item(item)["state"] for item in items}
        done, na = (sum(1 for state in states.values() if state == wanted) for wanted in ("done", "na"))
        still = [item for item, must in items.items() if must and states[item] not in {"done", "na"}]
        asked = len(items) - na
        share = self.guide["thresholds"].get("step_done_share", 0.8)
        return {
            "done": done,
            "all": len(items),
            "na": na,
            "isDone": asked > 0 and done / asked >= share and not still,
            "open": still,
        }

    # The village's numbers

    def indicator(self, name: str) -> dict[str, Any]:
        """{value, asOf, n, from, counted, written, year}: counted where there are records, else as written in the profile."""
        one = self._indicators[name]
        rows = self.evidence(one["evidence"])
        there = any(self.tables.table(part["kind"]).rows for part in one["evidence"])
        counted = shown(self.village.value(one["value"])) if one["value"] is not None and there else None
        written, year = self.written(one["question"]) if one["question"] else (None, None)
        told = {"counted": counted, "written": written, "year": year, "n": len(rows)}
        if counted is not None:
            kinds = rows or [row for part in one["evidence"] for row in self.tables.table(part["kind"]).rows]
            as_of = max((row.text_of("_changed_on") for row in kinds), default="")
            return {"value": counted, "asOf": as_of, "from": "records", **told}
        as_of = "" if year is None else str(year)
        return {"value": written, "asOf": as_of, "from": "" if written is None else "written", **told}

    def written(self, question: str) -> tuple[Any, int | None]:
        """The answer of the latest year's profile that has one, and that year; of a repeat how many entries."""
        for row in self.profiles:
            answer = row.answers.get(question)
            if answer not in (None, "", []):
                if isinstance(answer, list):
                    answer = len(answer) if isinstance(answer[0], dict) else row.text_of(question)
                year = row.answers.get("year")
                return shown(answer), int(year) if isinstance(year, (int, float)) else None
        return None, None

    @cached_property
    def profiles(self) -> list[Row]:
        """The latest year first."""
        rows = self.tables.table(PROFILE).rows
        return sorted(rows, key=lambda row: (_number(row.answers.get("year")), row.record["id"]), reverse=True)

    # Mechanisms

    def mechanism(self, name: str) -> dict[str, Any]:
        """{n, last, covered, due, kinds: [{last, covered, due}], figures}; `last` is the latest day up to today, `due` '' without
        a cadence. Where each kind has its own, the whole is covered when all are, and due when the first is."""
        one = self._mechanisms[name]
        n, kinds = 0, []
        for part in one["kinds"]:
            days = [self.tables.day(part["kind"], row.record) for row in self.village.where(part["kind"], part["where"])]
            n += len(days)
            kinds.append(self._standing(part["cadence"], max((day for day in days if day <= self.today), default="")))
        whole = self._standing(one["cadence"], max((kind["last"] for kind in kinds), default=""))
        if own := [kind for kind in kinds if kind["due"]]:
            whole |= {"covered": all(kind["covered"] for kind in own), "due": min(kind["due"] for kind in own)}
        figures = {figure["id"]: shown(self.village.value(figure["value"])) for figure in one["figures"] if figure["value"] is not None}
        return {"n": n, **whole, "kinds": kinds, "figures": figures}

    def _standing(self, cadence: str, last: str) -> dict[str, Any]:
        covered, due = periods.due(cadence, self.today, last)
        return {"last": last, "covered": covered, "due": due}


def shown(value: Value) -> float | str | bool | None:
    """A value as it is told: whole numbers whole, nothing where there is none."""
    if isinstance(value, list):
        value = value[0].text if value else ""
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            return None
        return int(value) if value == int(value) and abs(value) < 2**53 else value
    return value if isinstance(value, str) and value != "" else None


def _number(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _said(row: Row) -> tuple[str, str, str]:
    return row.text_of("updated_on"), row.text_of("_changed_on"), row.record["id"]
