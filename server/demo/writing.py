"""What every part of the demo writes: one record by one worker at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.demo.dice import Dice, at


@dataclass
class Written:
    """A record before it has an author's id; `by` is a login."""

    id: str
    kind: str
    answers: dict[str, Any]
    by: str
    at: str


@dataclass(frozen=True)
class Moment:
    """The day the demo is made on."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()


def write(
    dice: Dice, moment: Moment, kind: str, answers: dict[str, Any], by: str, on: str, record_id: str = ""
) -> Written:
    """A record written some time during a working day."""
    return Written(
        record_id or dice.id(), kind, answers, by, at(on, dice.randint(8, 19), dice.randint(0, 59), moment.now)
    )
