"""The only writer of records. Every change enters here, from phones by `accept`, in bulk by `load`, from grants by `put_colleague`.

Promises: one transaction per village and request, with the village's row locked and its seq taken last; changes, history,
conflicts, quarantine, counts and the stored answers are committed together or not at all; what is answered is committed.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from server import checksums, clock, quarantine
from server.apply import apply
from server.database import LOCK_SECONDS, Busy, Connection, Database, Duplicate, Ground
from server.lines import Change, Incoming, read
from server.merge import Merged
from server.numbering import NOWHERE, Statement, line
from server.push import Batch, Push, loose_id
from server.refusals import Refusal
from server.scope import SCOPE, TOWNSHIP, pseudo_village, scope_from, views_of
from server.settle import commit
from server.sitting import ENVELOPE, FormsLike, Row, Sitting, marks
from server.surveys.builtin import BUILTIN, COLLEAGUE

ATTEMPTS = 8
T = TypeVar("T")

_COLUMNS = (
    "village_id", "kind", "form", "rev", "seq", "answers", "answer_revs", "flags", "deleted", *ENVELOPE,
    "created_by", "created_at", "updated_by", "updated_at", "client_at", "device_id", "shared", "tier", "day",
    "township_id", "id",
)  # fmt: skip
_INSERT = f"INSERT INTO record ({', '.join(_COLUMNS)}) VALUES ({marks(_COLUMNS)})"  # noqa: S608  constants
_UPDATE = f"UPDATE record SET {', '.join(f'{c} = ?' for c in _COLUMNS[:-2])} WHERE township_id = ? AND id = ?"  # noqa: S608
_CHANGE_COLUMNS = (
    "township_id", "village_id", "seq", "record_id", "rev", "n", "device_id", "account_id", "kind", "form", "base",
    "changed", "before", "passed_over", "origin", "client_at", "at",
)  # fmt: skip
_CHANGE = f"INSERT INTO change ({', '.join(_CHANGE_COLUMNS)}) VALUES ({marks(_CHANGE_COLUMNS)})"  # noqa: S608  constants
_VIEW = """INSERT INTO village_view (township_id, village_id, view, count, checksum) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (township_id, village_id, view) DO UPDATE SET count = excluded.count, checksum = excluded.checksum"""
_GONE = """INSERT INTO gone (township_id, village_id, view, record_id, rev, seq) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (township_id, village_id, view, record_id) DO UPDATE SET rev = excluded.rev, seq = excluded.seq"""
_SEQ = "UPDATE village SET seq = ? WHERE township_id = ? AND id = ?"
_NOT_GONE = "DELETE FROM gone WHERE township_id = ? AND village_id = ? AND view = ? AND record_id = ?"


def text_of(value: Any) -> str:
    return msgspec.json.encode(value).decode()


async def write(sitting: Sitting, more: Sequence[Statement] = ()) -> None:
    """Everything a sitting has become, on one way to the database."""
    township = sitting.township_id
    rows = sitting.dirty.values()
    statements: list[Statement] = [
        (_INSERT, [_values(township, row) for row in rows if row.was is None]),
        (_UPDATE, [_values(township, row) for row in rows if row.was is not None]),
        (_CHANGE, _history(sitting)),
        (_GONE, [(township, *key, *word) for key, word in sitting.gone.items() if word is not None]),
        (_NOT_GONE, [(township, *key) for key, word in sitting.gone.items() if word is None]),
        (_VIEW, _counted(sitting)),
        *more,
        (_SEQ, [(ground.next_seq, township, ground.id) for ground in sitting.grounds.values() if ground.used]),
    ]
    if wanted := [statement for statement in statements if statement[1]]:
        await sitting.connection.batch(wanted)


def _values(township: str, row: Row) -> tuple[Any, ...]:
    return (
        row.village_id, row.kind, row.form, row.rev, row.seq, text_of(row.answers), text_of(row.revs), text_of(row.flags),
        int(row.deleted), *(row.envelope.get(column) for column in ENVELOPE),
        row.created_by, row.created_at, row.updated_by, row.updated_at, row.client_at, row.device_id,
        int(row.shared), row.tier, row.day, township, row.id,
    )  # fmt: skip


def _history(sitting: Sitting) -> list[tuple[Any, ...]]:
    return [
        (
            sitting.township_id, e.village_id, e.seq, e.record_id, e.rev, e.n, sitting.device_id, e.account_id, e.kind,
            e.form, e.base, text_of(e.changed), text_of(e.before), text_of(e.passed_over) if e.passed_over else None,
            e.origin, e.client_at, e.at,
        )
        for e in sitting.history
    ]  # fmt: skip


def shown(view: str, living: bool, shared: bool) -> bool:
    """Whether a row counts for a view."""
    return living and (shared or view != TOWNSHIP)


def _counted(sitting: Sitting) -> list[tuple[Any, ...]]:
    """Keeps count and checksum of every view that saw a row come, go or change."""
    deltas: dict[tuple[str, str], list[int]] = {}
    for row in sitting.dirty.values():
        stands = [(row.village_id, row.rev, not row.deleted, row.shared, 1)]
        if row.was is not None:
            stands.append((*row.was, -1))
        for village, rev, living, shared, sign in stands:
            sum_: int | None = None
            for view in views_of(sitting.grounds[village].kind):
                if shown(view, living, shared):
                    sum_ = checksums.of_row(row.id, rev) if sum_ is None else sum_
                    delta = deltas.setdefault((village, view), [0, 0])
                    delta[0] += sign
                    delta[1] ^= sum_
    values: list[tuple[Any, ...]] = []
    for (village, view), (number, sum_) in deltas.items():
        count, checksum = sitting.counts.get((village, view), (0, 0))
        values.append((sitting.township_id, village, view, count + number, checksums.written(checksum ^ sum_)))
    return values


async def accept(database: Database, push: Push, lines: Sequence[Incoming]) -> list[str]:
    """Takes lines in the order they came and says, as lines of the answer, what became of each. Call `finish` after the last."""
    answers: list[str] = []
    for village_id, own in sorted(push.sort(lines).items()):
        ground = push.ground(village_id, own)
        batch = await _transact(database, lambda c, v=village_id, o=own: _batch(c, Batch(push, v, o)), ground)  # type: ignore[misc]
        batch.done()
        answers += batch.answers
        for entry in batch.waiting:
            # Its record has come: after a restore the phone that edited may be here before the one that created. What is
            # refused for another reason now stays with the administrator.
            with contextlib.suppress(Refusal):
                await take_after_all(database, push.forms, entry["township_id"], entry["id"])
    return answers


async def finish(database: Database, push: Push) -> None:
    """Keeps the lines whose village nobody could tell."""
    if push.loose:
        held = [
            quarantine.Held(NOWHERE, "", push.device_id, push.account_id, None, i.raw, Refusal(i.code), loose_id(push.device_id, i))
            for i in push.loose.values()
        ]
        await _transact(database, lambda c: c.batch(quarantine.statements(clock.now(), held)))
        push.loose.clear()


async def take_after_all(
    database: Database, forms: FormsLike, township_id: str, quarantine_id: str, by: str = ""
) -> tuple[str, str]:
    """A held entry becomes an ordinary change of its author, its stored answer is rewritten, and the phone is asked to fetch
    that; says the answer and whose device. Refused again, it stays held; the refusal says why. `by`: the administrator."""

    async def work(connection: Connection) -> tuple[str, str]:
        sql = "SELECT * FROM quarantine WHERE township_id = ? AND id = ? AND state = 'held'"
        entry = await connection.one(sql + connection.for_update, township_id, quarantine_id)
        incoming = read(base64.b64decode(entry["body"])) if entry else None
        if entry is None or incoming is None or incoming.change is None:
            raise Refusal("malformed_line" if entry else "unknown_record")
        change: Change = incoming.change
        # Also of an account that is shut by now: what it wrote when it might stands on that.
        scope = scope_from([row | {"disabled": 0} for row in await connection.all(SCOPE, entry["account_id"])])
        place = scope.places.get(change.village) or scope.lost.get(change.village, (None, ""))[0]
        if place is None:
            raise Refusal("unknown_village")
        sitting = Sitting(
            connection, forms, place.township_id, entry["account_id"], entry["device_id"], datetime.now(UTC)
        )
        await sitting.begin([change.village], [change.record])
        await sitting.read_closing([change])
        answer = line(change.village, change.n, await apply(sitting, scope, place, change, "quarantine"))
        await write(sitting)
        await connection.run(
            "UPDATE mutation SET answer = ?, asked = 1"
            " WHERE township_id IN (?, ?) AND village_id = ? AND device_id = ? AND n = ?",
            answer, place.township_id, NOWHERE, change.village, entry["device_id"], change.n,
        )  # fmt: skip
        await quarantine.decide(connection, entry, "applied", by)
        return answer, entry["device_id"]

    return await _transact(database, work)


async def _batch(connection: Connection, batch: Batch) -> Batch:
    sitting = await batch.run(connection, datetime.now(UTC)) or await batch.run(connection, datetime.now(UTC), fresh=True)
    assert sitting is not None, "a scope just read holds"
    await write(sitting, batch.statements)
    return batch


async def _transact(database: Database, work: Callable[[Connection], Awaitable[T]], ground: Ground | None = None) -> T:
    """Runs `work` in a transaction, again where another one stood in its way; the phone does not hear of it, unless it would
    have to wait for longer than anything waits for a lock."""
    began = time.monotonic()
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await database.write(work, ground)
        except (Busy, Duplicate) as obstacle:
            if attempt == ATTEMPTS or time.monotonic() - began > LOCK_SECONDS:
                raise Refusal("busy") from obstacle
            await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  spreading, not secrecy
    raise AssertionError("unreachable")


@dataclass(frozen=True, slots=True)
class Seed:
    """One record brought in without a phone: by the demo, later by a roster."""

    id: str
    kind: str
    answers: dict[str, Any]
    by: str
    at: str


async def load(database: Database, township_id: str, village_id: str, seeds: Sequence[Seed], catalogue: FormsLike) -> int:
    """New records in bulk, in the order of their times, each with its own seq and history. Says how many."""

    async def work(connection: Connection) -> int:
        sitting = Sitting(connection, catalogue, township_id, "", "", datetime.now(UTC))
        await sitting.begin([village_id], [])
        ground = sitting.grounds[village_id]
        ground.next_seq -= 1
        for seed in sorted(seeds, key=lambda seed: (datetime.fromisoformat(seed.at), seed.id)):
            ground.next_seq += 1
            sitting.account_id, sitting.now = seed.by, datetime.fromisoformat(seed.at)
            form = sitting.form_for(seed.kind, "")
            row = Row(seed.id, seed.kind, village_id)
            merged = Merged(seed.answers, {"*": [sitting.following(0), ""]}, False, changed=seed.answers)
            change = Change(village_id, 0, seed.id, seed.kind, form.hash, base=0, set={}, at=seed.at)
            commit(sitting, row, form, merged, change, "load")
        await write(sitting)
        return len(seeds)

    return await _transact(database, work)


async def put_colleague(connection: Connection, account: Mapping[str, Any]) -> None:
    """Brings a person's name and roles up to date where phones look them up, in every township they work or worked in."""
    sql = "SELECT id, township_id, village_id, role, revoked_at FROM membership WHERE account_id = ? AND township_id <> '' ORDER BY id"
    held: dict[str, list[dict[str, Any]]] = {}
    for m in await connection.all(sql, account["id"]):
        roles = held.setdefault(m["township_id"], [])
        if m["revoked_at"] is None:
            place = m["village_id"] or pseudo_village(m["township_id"])
            roles.append({"id": m["id"], "village": place, "role": m["role"]})
    for township_id, roles in sorted(held.items()):
        sitting = Sitting(connection, BUILTIN, township_id, account["id"], "", datetime.now(UTC))
        await sitting.begin([pseudo_village(township_id)], [account["id"]])
        answers = {"name": account["name"], "account": account["login"], "roles": roles}
        _put(sitting, account["id"], COLLEAGUE, pseudo_village(township_id), answers)
        await write(sitting)


def _put(sitting: Sitting, record_id: str, kind: str, village_id: str, answers: dict[str, Any]) -> None:
    """A record the server itself keeps: set whole, where it differs."""
    row = sitting.rows.get(record_id) or Row(record_id, kind, village_id)
    changed = {path: value for path, value in answers.items() if row.answers.get(path) != value}
    if not changed:
        return
    form = sitting.form_for(kind, "")
    before = {path: row.answers.get(path) for path in changed if row.rev}
    merged = Merged(answers, {"*": [sitting.following(row.rev), ""]}, False, changed, before)
    change = Change(village_id, 0, record_id, kind, form.hash, base=row.rev, set={}, at=sitting.at)
    commit(sitting, row, form, merged, change, "server")
