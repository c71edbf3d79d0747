"""One transaction of one village: the records it has read, what became of them, and what is to be written at its end.

Promises: nothing here writes; a refused change leaves nothing behind in it; counts, checksums, `gone` and history follow from
what the rows were and what they became. records.py writes it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec

from server.clock import stamp
from server.database import Connection
from server.database import Row as Stored
from server.lines import Change
from server.merge import Standing
from server.refusals import Refusal
from server.scope import SHARED_FROM, TEAM, TOWNSHIP
from server.surveys.builtin import CONFLICT

ENVELOPE = (
    "parent_id", "title", "status", "category", "level", "severity",
    "due_on", "happened_on", "reported_on", "owner", "visibility",
)  # fmt: skip
#: Longest text kept in an envelope column; the whole answer stays in `answers`.
ENVELOPE_LENGTH = 200
#: A restore raises an ordinal; revisions and seq then start anew above everything the lost days used.
ORDINAL_STEP = 10**9
#: A first pull sends the tiers in this order; within the last one, recent days go first.
HOUSEHOLDS, PEOPLE, OPEN, REST = 1, 2, 3, 4
_DONE = frozenset(("done", "feedback", "verified", "closed", "rejected", "shelved", "cancelled"))
#: Beyond these a device's clock is flagged, never refused.
AHEAD = timedelta(days=1)
BEHIND = timedelta(days=400)


class FormsLike(Protocol):
    """What the records ask of the catalogue of forms."""

    def current(self, kind: str, /) -> Any: ...
    def by_hash(self, hash_: str, /) -> Any: ...


_LOCK = """SELECT id, kind, seq, (SELECT value FROM setting WHERE key = 'restore_ordinal') AS ordinal
FROM village WHERE township_id = ? AND id IN ({marks}) ORDER BY id"""

_VIEWS = "SELECT village_id, view, count, checksum FROM village_view WHERE township_id = ? AND village_id IN ({marks})"
_RECORDS = "SELECT * FROM record WHERE township_id = ? AND id IN ({marks})"


@dataclass(slots=True)
class Row:
    """One record as it stands in this transaction."""

    id: str
    kind: str
    village_id: str
    form: str = ""
    rev: int = 0
    seq: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    revs: dict[str, Any] = field(default_factory=dict)
    flags: list[dict[str, Any]] = field(default_factory=list)
    deleted: bool = False
    envelope: dict[str, str | None] = field(default_factory=dict)
    created_by: str = ""
    created_at: str = ""
    updated_by: str = ""
    updated_at: str = ""
    client_at: str | None = None
    device_id: str | None = None
    shared: bool = False
    tier: int = REST
    day: str = ""
    #: As stored when this transaction began: (village, rev, living, shared); None for a new one.
    was: tuple[str, int, bool, bool] | None = None

    @property
    def standing(self) -> Standing:
        return Standing(self.rev, self.answers, self.revs, self.deleted)


@dataclass(slots=True)
class Ground:
    """One locked village."""

    id: str
    kind: str
    next_seq: int
    used: bool = False


@dataclass(slots=True)
class Entry:
    """One line of history."""

    village_id: str
    seq: int
    record_id: str
    rev: int
    n: int | None
    account_id: str
    kind: str
    form: str
    base: int
    changed: dict[str, Any]
    before: dict[str, Any]
    passed_over: dict[str, Any] | None
    origin: str
    client_at: str | None
    at: str


@dataclass
class Sitting:
    """Who acts, when, on what ground, and everything touched so far."""

    connection: Connection
    forms: FormsLike
    township_id: str
    account_id: str
    device_id: str
    now: datetime
    ordinal: int = 0
    grounds: dict[str, Ground] = field(default_factory=dict)
    #: Count and checksum by (village, view), as stored.
    counts: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    dirty: dict[str, Row] = field(default_factory=dict)
    history: list[Entry] = field(default_factory=list)
    #: (village, view, record) → (rev, seq) to tell those who had the record; None takes an earlier word back.
    gone: dict[tuple[str, str, str], tuple[int, int] | None] = field(default_factory=dict)
    _at: tuple[datetime | None, str] = (None, "")
    _with_conflicts: set[str] = field(default_factory=set)

    @property
    def at(self) -> str:
        if self._at[0] is not self.now:
            self._at = (self.now, stamp(self.now))
        return self._at[1]

    async def begin(self, villages: Iterable[str], records: Iterable[str], *more: tuple[Any, ...]) -> list[list[Stored]]:
        """Locks the villages, in order of id so that two transactions never wait for each other, then reads the records and
        whatever more the caller asks for, all on one way to the database."""
        grounds, ids = sorted(set(villages)) or [""], evened(sorted(set(records)) or [""])
        locked, views, found, *rest = await self.connection.gather(
            (_LOCK.format(marks=marks(grounds)) + self.connection.for_update, self.township_id, *grounds),
            (_VIEWS.format(marks=marks(grounds)), self.township_id, *grounds),
            (_RECORDS.format(marks=marks(ids)), self.township_id, *ids),
            *more,
        )
        for row in locked:
            self.ordinal = int(row["ordinal"] or 0)
            self.grounds[row["id"]] = Ground(row["id"], row["kind"], self.following(row["seq"]))
        self.counts = {(v["village_id"], v["view"]): (v["count"], int(v["checksum"], 16)) for v in views}
        self._keep(found)
        return rest

    def following(self, number: int) -> int:
        """The next revision or seq."""
        return max(number, self.ordinal * ORDINAL_STEP) + 1

    async def read(self, ids: Iterable[str]) -> None:
        wanted = sorted(set(ids) - self.rows.keys())
        if wanted:
            self._keep(await self.connection.all(_RECORDS.format(marks=marks(wanted)), self.township_id, *wanted))

    async def read_closing(self, changes: Sequence[Change]) -> None:
        """The records that conflicts being settled are about."""
        closing = [self.rows.get(change.record) for change in changes if change.kind == CONFLICT]
        await self.read(row.answers["record"] for row in closing if row is not None and row.kind == CONFLICT)

    async def conflicts_of(self, row: Row) -> list[Row]:
        """Every conflict about a record, closed and deleted ones too."""
        if row.id not in self._with_conflicts and row.was is not None:
            sql = "SELECT * FROM record WHERE township_id = ? AND parent_id = ? AND kind = ?"
            self._keep(await self.connection.all(sql, self.township_id, row.id, CONFLICT))
        self._with_conflicts.add(row.id)
        return [r for r in self.rows.values() if r.kind == CONFLICT and r.answers.get("record") == row.id]

    def _keep(self, found: list[Stored]) -> None:
        for stored in found:
            self.rows.setdefault(stored["id"], row_of(stored))

    def form_of(self, row: Row) -> Any:
        """The form that says how a record's answers are written, merged and shared: today's, else its own."""
        return self.forms.current(row.kind) or self.forms.by_hash(row.form)

    def form_for(self, kind: str, hash_: str) -> Any:
        form = self.forms.by_hash(hash_)
        if form is None or form.kind != kind:
            form = self.forms.current(kind)
        if form is None:
            raise Refusal("unknown_kind", kind=kind)
        return form

    def instant(self, client_at: str) -> tuple[datetime, bool]:
        """The device's time where it can be believed, else ours; and whether it could."""
        said = moment(client_at)
        if said is not None and self.now - BEHIND <= said <= self.now + AHEAD:
            return said, True
        return self.now, False

    def touch(self, row: Row, form: Any) -> None:
        """After a row's content changed: its envelope, its place in a first pull, and its village's seq."""
        envelope = form.envelope(row.answers)
        row.envelope = {column: column_text(envelope.get(column)) for column in ENVELOPE}
        row.envelope["parent_id"] = column_text(envelope.get("parent"))
        if SHARED_FROM.get(row.kind) and row.envelope[SHARED_FROM[row.kind]]:
            row.shared = True
        row.tier = tier_of(row, bool(form.definition["moves"]))
        row.updated_by, row.updated_at = self.account_id, self.at
        row.day = max(row.envelope["happened_on"] or "", row.envelope["due_on"] or "") or row.updated_at[:10]
        ground = self.grounds[row.village_id]
        ground.used = True
        row.seq = ground.next_seq
        self.rows[row.id] = self.dirty[row.id] = row

    def remember(
        self,
        row: Row,
        changed: dict[str, Any],
        before: dict[str, Any],
        *,
        base: int,
        origin: str,
        n: int | None = None,
        passed_over: dict[str, Any] | None = None,
        client_at: str | None = None,
    ) -> None:
        """Adds the revision a row has just taken to its history."""
        self.history.append(
            Entry(
                row.village_id, row.seq, row.id, row.rev, n, self.account_id, row.kind, row.form, base, changed, before,
                passed_over, origin, client_at, self.at,
            )
        )  # fmt: skip

    def tell_gone(self, village_id: str, view: str, row: Row, rev: int) -> None:
        ground = self.grounds[village_id]
        ground.used = True
        self.gone[village_id, view, row.id] = (rev, ground.next_seq)

    def move(self, row: Row, target: str) -> None:
        """Two revisions: the old village hears `gone` at the first, the new one holds the second, in whatever order they come."""
        rev = self.following(row.rev)
        for view, had in ((TEAM, True), (TOWNSHIP, row.shared)):
            if had:
                self.tell_gone(row.village_id, view, row, rev)
            self.gone[target, view, row.id] = None
        row.rev = self.following(rev)
        row.village_id = target


def row_of(stored: Mapping[str, Any]) -> Row:
    row = Row(
        id=stored["id"],
        kind=stored["kind"],
        village_id=stored["village_id"],
        form=stored["form"],
        rev=stored["rev"],
        seq=stored["seq"],
        answers=msgspec.json.decode(stored["answers"]),
        revs=msgspec.json.decode(stored["answer_revs"]),
        flags=msgspec.json.decode(stored["flags"]),
        deleted=bool(stored["deleted"]),
        envelope={column: stored[column] for column in ENVELOPE},
        created_by=stored["created_by"],
        created_at=stored["created_at"],
        updated_by=stored["updated_by"],
        updated_at=stored["updated_at"],
        client_at=stored["client_at"],
        device_id=stored["device_id"],
        shared=bool(stored["shared"]),
        tier=stored["tier"],
        day=stored["day"],
    )
    row.was = (row.village_id, row.rev, not row.deleted, row.shared)
    return row


def tier_of(row: Row, moves: bool) -> int:
    """Where the record comes in a first pull. Only a kind whose states move can be open: a visit's status is its result."""
    if row.kind == "household":
        return HOUSEHOLDS
    if row.kind == "person":
        return PEOPLE
    status = row.envelope["status"]
    if row.kind == CONFLICT:
        return OPEN if status == "open" else REST
    if row.kind == "village_profile" or (moves and status not in _DONE):
        return OPEN
    return REST


def column_text(value: Any) -> str | None:
    """An answer as an envelope column holds it."""
    if value is None:
        return None
    if isinstance(value, list):
        value = " ".join(str(item) for item in value)
    # PostgreSQL's text holds no NUL
    return str(value).replace("\0", "")[:ENVELOPE_LENGTH]


def moment(text: str) -> datetime | None:
    """A device's time; without a zone it counts as UTC."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)


def evened(ids: list[str]) -> list[str]:
    """As many as a power of two, the last again and again: so that few different statements are prepared."""
    return ids + ids[-1:] * ((1 << (len(ids) - 1).bit_length()) - len(ids))


def marks(values: Iterable[Any]) -> str:
    """As many placeholders as there are values."""
    return ", ".join("?" for _ in values)
