"""One village while what a team writes beside visits and problems is made: its homes, its people, what there is already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from server.demo.dice import Dice
from server.demo.homes import Home
from server.demo.people import Member
from server.demo.plan import WORKERS, Plan
from server.demo.writing import Moment, Written, write

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}($|T)")
NAMES = {worker.login: worker.name for worker in WORKERS}


class Login(str):
    """An account before it has an id; loading.py puts the id in its place."""

    __slots__ = ()


def _days(answers: dict[str, Any]) -> Iterator[str]:
    """Every day that is told of."""
    for value in answers.values():
        if isinstance(value, str) and _DAY.match(value):
            yield value[:10]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from (day for entry in value for day in _days(entry))


@dataclass
class Scene:
    """`rich`: a village whose team writes everything down; elsewhere little is there. Draws from dice of its own."""

    dice: Dice
    plan: Plan
    homes: list[Home]
    moment: Moment
    #: this year's page of the village
    page: dict[str, Any]
    rich: bool
    written: list[Written] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.moment.today

    @property
    def days(self) -> int:
        """How far back the village's records go."""
        return 365 * self.plan.years

    @property
    def main(self) -> str:
        """Who writes most."""
        return self.plan.authors[0]

    def ago(self, days: int) -> str:
        """A negative number is still to come."""
        return (self.today - timedelta(days=days)).isoformat()

    def put(self, kind: str, on: str, answers: dict[str, Any], by: str = "") -> Written:
        """A record last written on that day, or on the last day it tells of; empty answers are left out."""
        told = {path: value for path, value in answers.items() if value not in (None, "", [])}
        last = max(day for day in (on, *_days(told)) if day <= self.ago(0))
        record = write(self.dice, self.moment, kind, told, by or self.dice.choice(self.plan.authors), last)
        self.written.append(record)
        return record

    def rows(self, *entries: dict[str, Any]) -> list[dict[str, Any]]:
        """Entries of a repeat with their ids."""
        return [{"id": self.dice.id()} | {key: value for key, value in entry.items() if value not in (None, "")} for entry in entries]

    def people(self) -> Iterator[tuple[Home, Member]]:
        """Everybody on the roll."""
        return ((home, member) for home in self.homes for member in home.members)

    def members(self) -> list[tuple[Home, Member]]:
        """Party members with the homes they belong to."""
        return [(home, who) for home, who in self.people() if who.answers.get("party/political") == "party_member"]

    def of(self, kind: str) -> list[Written]:
        return [record for record in self.written if record.kind == kind]

    def secretary(self) -> str:
        return str(self.page["organisation/members"][0]["name"])

    def cadres(self) -> list[str]:
        return [row["name"] for row in self.page["organisation/members"]]
