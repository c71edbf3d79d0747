"""What a phone sends in one request, village by village: numbering, scope, then each change applied or put into quarantine.

Promises: one line that is refused or cannot be read never holds up the others; each gets one answer; a line whose village and
number cannot be told is kept as raw bytes and counts for the number that is missing where it stood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from server import quarantine
from server.apply import VILLAGE, apply
from server.clock import stamp
from server.database import Connection, Ground, Row
from server.lines import Incoming, digest
from server.numbering import NOWHERE, Numbering, Statement, line
from server.refusals import Refusal
from server.scope import STANDS, Place, Scope, Seen, scope_of, stands
from server.sitting import FormsLike, Sitting

Answers = list[str]


@dataclass
class Push:
    """One request's writer and what is carried from one of its batches to the next."""

    forms: FormsLike
    account_id: str
    device_id: str
    #: The scope's version as the phone knows it.
    scope: int | None = None
    #: The lowest number the phone still holds, by village.
    first: dict[str, int] = field(default_factory=dict)
    grace: timedelta = timedelta(days=14)
    #: Why nothing of this device is taken, if so; all of it is kept in quarantine.
    refused: str = ""
    #: The scopes of earlier requests.
    seen: Seen = field(default_factory=Seen)
    #: A copied phone showed itself.
    suspect: bool = False
    #: Lines nobody can tell the village of, by their place in the request.
    loose: dict[int, Incoming] = field(default_factory=dict)
    position: int = 0
    #: Place of the last line of each village.
    passed: dict[str, int] = field(default_factory=dict)

    def sort(self, lines: Sequence[Incoming]) -> dict[str, list[tuple[int, Incoming]]]:
        """By village, each line with its place in the request."""
        villages: dict[str, list[tuple[int, Incoming]]] = {}
        for incoming in lines:
            self.position += 1
            if incoming.village is None:
                self.loose[self.position] = incoming
            else:
                villages.setdefault(incoming.village, []).append((self.position, incoming))
        return villages

    def ground(self, village_id: str, lines: Sequence[tuple[int, Incoming]]) -> Ground | None:
        """The one village that these lines touch, where that can be told beforehand."""
        scope = self.seen.of(self.account_id)
        place = scope.places.get(village_id) if scope else None
        moving = any(i.change and VILLAGE in i.change.set for _, i in lines)
        return None if place is None or moving else (place.township_id, village_id)


@dataclass
class Batch:
    """The lines of one village in one transaction. Changes the push only through `done`, after the commit."""

    push: Push
    village_id: str
    lines: list[tuple[int, Incoming]]
    answers: Answers = field(default_factory=list)
    suspect: bool = False
    #: Beside the records: numbers and quarantine.
    statements: list[Statement] = field(default_factory=list)
    #: What is held because its record was not here, of records that this batch brings.
    waiting: list[Row] = field(default_factory=list)
    _used: set[int] = field(default_factory=set)
    _held: list[quarantine.Held] = field(default_factory=list)

    async def run(self, connection: Connection, now: datetime, *, fresh: bool = False) -> Sitting | None:
        """Everything but the writing of records. What it returns is to be written in the same transaction. None where the scope
        of an earlier request does not hold any more: then once more, `fresh`."""
        self.suspect = self.push.suspect
        seen = None if fresh else self.push.seen.of(self.push.account_id)
        scope = seen or await scope_of(connection, self.push.account_id)
        place = scope.places.get(self.village_id) or await self._in_grace(connection, scope, now)
        lost = scope.lost.get(self.village_id)
        township = place.township_id if place else lost[0].township_id if lost else NOWHERE
        sitting = Sitting(connection, self.push.forms, township, self.push.account_id, self.push.device_id, now)
        numbers = [incoming.n or 1 for _, incoming in self.lines]
        streams, answered, waiting, account = await sitting.begin(
            [self.village_id, *self._targets(scope, township)] if township != NOWHERE else [],
            [i.change.record for _, i in self.lines if i.change] if place else [],
            *Numbering.queries(
                township, self.village_id, self.push.device_id, min(numbers) - len(self.push.loose), max(numbers)
            ),
            quarantine.waiting_for(self.village_id, [i.change.record for _, i in self.lines if i.change and not i.change.base]),
            (STANDS, self.push.account_id),
        )
        if stands(scope, account):
            self.push.seen.keep(self.push.account_id, scope)
        elif seen:
            return None
        numbering = Numbering.of(township, self.village_id, self.push.device_id, streams, answered)
        numbering.skip_to(self.push.first.get(self.village_id, 0))
        await sitting.read_closing([i.change for _, i in self.lines if i.change])
        for position, incoming in self.lines:
            self._attribute(sitting, numbering, position, incoming.n or 0)
            self.answers.append(await self._one(sitting, numbering, scope, place, lost is not None, incoming))
        self.statements = numbering.statements(sitting.at) + quarantine.statements(sitting.at, self._held)
        self.waiting = [entry for entry in waiting if sitting.rows.get(entry["record_id"]) is not None]
        return sitting

    def done(self) -> None:
        self.push.suspect = self.suspect
        self.push.passed[self.village_id] = self.lines[-1][0]
        for position in self._used:
            self.push.loose.pop(position)

    def _targets(self, scope: Scope, township: str) -> set[str]:
        """Villages that records of this batch move to."""
        wanted = {i.change.set[VILLAGE] for _, i in self.lines if i.change and isinstance(i.change.set.get(VILLAGE), str)}
        return {v for v in wanted if v in scope.places and scope.places[v].township_id == township}

    async def _in_grace(self, connection: Connection, scope: Scope, now: datetime) -> Place | None:
        """A village lost while the phone did not know: its changes are still taken for some days of server time."""
        lost = scope.lost.get(self.village_id)
        if lost is None or (self.push.scope or 0) >= scope.version:
            return None
        place, ended = lost
        if stamp(now - self.push.grace) > ended:
            return None
        told = await connection.one(
            "SELECT lost_told_at FROM device_scope WHERE township_id = ? AND device_id = ? AND village_id = ?",
            place.township_id,
            self.push.device_id,
            self.village_id,
        )
        return place if told is not None and told["lost_told_at"] is None else None

    # Numbering

    def _attribute(self, sitting: Sitting, numbering: Numbering, position: int, n: int) -> None:
        """Lines that could not be read and stood before this one count for the numbers missing there."""
        since = self.push.passed.get(self.village_id, 0)
        before = [(p, i) for p, i in self.push.loose.items() if since < p < position and p not in self._used]
        for place, incoming in before:
            again = [m for m in range(max(1, n - len(before)), n) if numbering.repeat(m, incoming.hash())]
            if again:
                self.answers.append(numbering.repeat(again[0], incoming.hash()) or "")
                self._used.add(place)
        before = [(p, i) for p, i in before if p not in self._used]
        missing = n - numbering.expected
        if 0 < missing <= len(before):
            for place, incoming in before[:missing]:
                self.answers.append(self._hold(sitting, numbering, incoming, numbering.expected, Refusal(incoming.code)))
                self._used.add(place)

    async def _one(
        self, sitting: Sitting, numbering: Numbering, scope: Scope, place: Place | None, lost: bool, incoming: Incoming
    ) -> str:
        n = incoming.n or 0
        if n <= numbering.last:
            stored = numbering.repeat(n, incoming.hash())
            if stored is None:
                self.suspect = True
            return stored or line(self.village_id, n, {"result": "new_device"})
        if self.suspect:
            return line(self.village_id, n, {"result": "new_device"})
        if n > numbering.expected:
            return line(self.village_id, n, {"result": "gap", "expected": numbering.expected})
        try:
            if self.push.refused:
                raise Refusal(self.push.refused)
            if place is None or self.village_id not in sitting.grounds:
                raise Refusal("village_left" if lost else "unknown_village")
            if incoming.change is None:
                raise Refusal(incoming.code)
            answer = await apply(sitting, scope, place, incoming.change)
        except Refusal as refusal:
            return self._hold(sitting, numbering, incoming, n, refusal)
        return numbering.answer(n, incoming.hash(), answer)

    def _hold(self, sitting: Sitting, numbering: Numbering, incoming: Incoming, n: int, refusal: Refusal) -> str:
        answer: dict[str, Any] = {"result": "quarantined", "code": refusal.kind.code}
        if "question" in refusal.detail:
            answer["question"] = refusal.detail["question"]
        body = quarantine.body_of(sitting, incoming, refusal)
        self._held.append(
            quarantine.Held(
                sitting.township_id, self.village_id, self.push.device_id, self.push.account_id, n, body, refusal,
                record_id=incoming.change.record if incoming.change else None,
            )
        )  # fmt: skip
        return numbering.answer(n, incoming.hash(), answer)


def loose_id(device_id: str, incoming: Incoming) -> str:
    """The same unreadable line sent again is the same entry in quarantine."""
    name = digest(device_id.encode() + b"\n" + incoming.raw)
    return f"{name[:8]}-{name[8:12]}-8{name[13:16]}-8{name[17:20]}-{name[20:32]}"
