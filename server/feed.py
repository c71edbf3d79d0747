"""The feed every device reads: first pulls by tier and id, then by seq, page by page, one snapshot to a page.

Promises: a row committed with a seq up to the page's is in it or in an earlier page; no page splits a seq; no row of a village
out of scope at the moment of its page; what a view does not show is not sent, nor that it exists.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from server import cursor as cursors
from server.checksums import written
from server.clock import now
from server.cursor import Cursor
from server.database import Connection, Database, Unasked
from server.database import Row as Stored
from server.feed_pages import LEAST_ROWS, Page, Pages, Piece
from server.lines import LARGEST
from server.scope import SCOPE, TOWNSHIP, Place, Scope, Sharing, scope_from, scope_of
from server.sitting import HOUSEHOLDS, OPEN, PEOPLE, REST, FormsLike, marks
from server.surveys.builtin import CONFLICT

LEAST, MOST = 1, 1000
#: Of so many villages at most it is foreseen what will be read of them.
FORESEEN = 4
RECENT_DAYS = 90
#: A first pull's stages: tier, and which side of the cut-off day.
_STAGES: dict[int, tuple[int, str]] = {
    1: (HOUSEHOLDS, ""),
    2: (PEOPLE, ""),
    3: (OPEN, ""),
    4: (REST, " AND day >= ?"),
    5: (REST, " AND day < ?"),
}
_COLUMNS = (
    "id, kind, form, rev, seq, answers, flags, deleted, updated_by, updated_at, client_at, created_by, created_at"
)
#: Asked with a device's id; a device works in the townships it was told of.
ASKED = """SELECT village_id, n FROM mutation WHERE device_id = ? AND asked = 1
AND (township_id = '' OR township_id IN (SELECT township_id FROM device_scope WHERE device_id = ?)) ORDER BY n"""
#: The setting that says when the newest good backup was made.
BACKUP = "backup_made_at"
_SERVER = f"SELECT key, value FROM setting WHERE key IN ('epoch', '{BACKUP}')"  # noqa: S608  constants
_encode = msgspec.json.Encoder().encode


@dataclass
class Feed:
    """One request's reading of all villages in scope."""

    database: Database
    forms: FormsLike
    account_id: str
    #: As the phone sent them.
    sent: dict[str, str]
    limit: int
    #: The device was shut out: it is told of nothing any more.
    closed: bool = False
    #: Of first pulls, made for whoever came before.
    pages: Pages = field(default_factory=Pages)
    #: The hashes of the forms in use.
    edition: dict[str, str] = field(default_factory=dict)
    scope: Scope = field(default_factory=lambda: Scope(0, {}))
    epoch: str = ""
    #: When the newest good backup was made; what was answered before then outlives this server.
    backup: str | None = None
    _left: dict[str, Place] = field(default_factory=dict)
    #: Asked together with the scope, for a scope that was foreseen: rows and farewells after a seq, and how villages stand.
    _foreseen: dict[str, tuple[int, list[Stored], list[Stored]]] = field(default_factory=dict)
    _foreseen_stands: dict[str, list[Stored]] = field(default_factory=dict)
    #: The scope that was foreseen, where one was.
    _expected: dict[str, Place] | None = None
    _at: dict[str, Cursor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.limit = max(LEAST, min(MOST, self.limit))

    def queries(self) -> list[tuple[Any, ...]]:
        """What `opened` needs of a snapshot."""
        return [(SCOPE, self.account_id), (_SERVER,)]

    def ahead(self, scope: Scope | None) -> list[tuple[Any, ...]]:
        """What `foresee` needs of the same one, where an earlier scope says that a little is to be read: none where that is
        unlikely to be all."""
        places = list(scope.places.values()) if scope and not self.closed else []
        after = {p.village_id: cursors.seq_of(self.sent.get(p.village_id, "")) for p in places}
        if not places or len(places) > FORESEEN or None in after.values():
            return []
        townships = sorted({place.township_id for place in places})
        found = [_stands_query(t, [p.village_id for p in places if p.township_id == t]) for t in townships]
        for place in places:
            found += _between_queries(place, after[place.village_id] or 0, LARGEST, self.limit + 1)
        return found

    def foresee(self, scope: Scope, found: list[list[Stored]]) -> None:
        self._expected = scope.places
        places = list(scope.places.values())
        townships = sorted({place.township_id for place in places})
        self._foreseen_stands = dict(zip(townships, found, strict=False))
        rows = iter(found[len(townships) :])
        for place in places:
            after = cursors.seq_of(self.sent.get(place.village_id, "")) or 0
            self._foreseen[place.village_id] = (after, next(rows), next(rows))

    def opened(self, scope: list[Stored], server: list[Stored]) -> None:
        """Decides what will be read."""
        self.scope = scope_from(scope)
        if self.closed:
            self.scope = Scope(self.scope.version, {})
        # What was read ahead for another scope would show what this one may not see.
        if self._expected is not None and self._expected != self.scope.places:
            raise Unasked.Surprise
        told = {row["key"]: row["value"] for row in server}
        self.epoch, self.backup = told["epoch"], told.get(BACKUP)
        self._left = dict(self.scope.places)

    @property
    def done(self) -> bool:
        """Every village is read to its end."""
        return not self._left

    @property
    def starting(self) -> bool:
        """The next village is read from its beginning, as others may be reading it just now: `rest` begins with that."""
        place = next(iter(self._left.values()), None)
        return place is not None and self._known(place) is None

    async def rest(self) -> AsyncIterator[list[bytes | Piece]]:
        """Pages after those of `fill`, each from a snapshot of its own, until every village is read to its end."""
        while self._left:
            place = next(iter(self._left.values()))
            known = self._known(place)
            if known is None or known.first:
                async with self.pages.turn((place.village_id, place.view, known)):
                    chunk = await self.database.read(self._next)
            else:
                chunk = await self.database.read(self._next)
            if chunk:
                yield chunk

    async def _next(self, connection: Connection) -> list[bytes | Piece]:
        self._foreseen, self._foreseen_stands = {}, {}
        await self._follow_scope(connection)
        return await self.fill(connection)

    async def _follow_scope(self, connection: Connection) -> None:
        """What was taken away since the last page is not read on."""
        version = await connection.value("SELECT scope_version FROM account WHERE id = ?", self.account_id)
        if version == self.scope.version:
            return
        self.scope = await scope_of(connection, self.account_id)
        self._left = {v: p for v, p in self._left.items() if self.scope.places.get(v) == p}

    async def fill(self, connection: Connection) -> list[bytes | Piece]:
        """Pages until about `limit` records are together: many quiet villages cost one snapshot."""
        stands = await self._stands(connection)
        found: list[bytes | Piece] = []
        room = self.limit
        for village_id, place in list(self._left.items()):
            if room <= 0:
                break
            page, rows, more = await self._page(connection, place, stands[village_id])
            found.append(page)
            room -= rows
            if not more:
                del self._left[village_id]
            elif room > 0:
                room = 0  # the rest of this village comes from the next snapshot
        return found

    async def _stands(self, connection: Connection) -> dict[str, Stored]:
        """Seq, count and checksum of every village still to be read."""
        found: dict[str, Stored] = {}
        townships: dict[str, list[Place]] = {}
        for place in self._left.values():
            townships.setdefault(place.township_id, []).append(place)
        for township_id, places in townships.items():
            ids = [place.village_id for place in places]
            sql, *args = _stands_query(township_id, ids)
            rows = self._foreseen_stands.get(township_id)
            for row in await connection.all(sql, *args) if rows is None else rows:
                empty = {"seq": row["seq"], "count": 0, "checksum": written(0)}
                stand = found.setdefault(row["id"], empty)
                if row["view"] == self._left[row["id"]].view:
                    stand |= {"count": row["count"], "checksum": row["checksum"]}
        return found

    def _known(self, place: Place) -> Cursor | None:
        """How far a village was read; None where nothing tells."""
        sent = self.sent.get(place.village_id)
        at = self._at.get(place.village_id)
        return at or (cursors.read(sent, place.village_id, place.view, self.epoch) if sent else None)

    def _cursor(self, place: Place, seq: int) -> Cursor:
        known = self._known(place)
        if known is None or (known.seq > seq and place.village_id not in self._at):
            cutoff = (datetime.now(UTC) - timedelta(days=RECENT_DAYS)).date().isoformat()
            known = Cursor(seq, 1, "", cutoff, new=True)
        return known

    async def _page(self, connection: Connection, place: Place, stand: Stored) -> tuple[bytes | Piece, int, bool]:
        """A page, how many rows it holds, and whether another follows."""
        at = self._cursor(place, stand["seq"])
        if not at.first:
            lines, after = await self._since(connection, place, at, stand["seq"])
            return self._whole(place, stand, at, after, lines), len(lines), self._moved(place, stand, after)
        # All that a page of a first pull depends on; of who asks, only the view.
        key = (
            place.township_id, place.village_id, place.view, self.epoch, at, self.limit,
            stand["seq"], stand["count"], stand["checksum"], tuple(sorted(self.edition.items())),
        )  # fmt: skip
        page = self.pages.get(key)
        if page is None:
            rows, after = await self._tiers(connection, place, at)
            whole = self._whole(place, stand, at, after, self._lines(place, rows))
            if len(rows) < LEAST_ROWS:
                return whole, len(rows), self._moved(place, stand, after)
            page = Page(Piece.of(whole), len(rows), after)
            self.pages.keep(key, page)
        return page.piece, page.rows, self._moved(place, stand, page.after)

    def _moved(self, place: Place, stand: Stored, after: Cursor) -> bool:
        self._at[place.village_id] = after
        return after.first or after.seq < stand["seq"]

    def _whole(self, place: Place, stand: Stored, at: Cursor, after: Cursor, lines: list[bytes]) -> bytes:
        more = after.first or after.seq < stand["seq"]
        page: dict[str, Any] = {
            "t": "page",
            "village": place.village_id,
            "next": after.text(place.village_id, place.view, self.epoch),
            "seq": 0 if after.first else after.seq,
            "more": more,
        }
        if at.new:
            page["start"] = True
        if more:
            page["of"] = stand["count"]
        else:
            page |= {"count": stand["count"], "check": stand["checksum"]}
        return b"\n".join([*lines, _encode(page), b""])

    # A first pull

    async def _tiers(self, connection: Connection, place: Place, at: Cursor) -> tuple[list[Stored], Cursor]:
        """The next rows by (tier, id). What changes or dies meanwhile has a seq above the noted one and comes after."""
        rows: list[Stored] = []
        stage, last = at.stage, at.last
        while stage in _STAGES and len(rows) < self.limit:
            tier, side = _STAGES[stage]
            room = self.limit - len(rows)
            sql = (
                f"SELECT {_COLUMNS} FROM record WHERE township_id = ? AND village_id = ? AND deleted = 0{_shared(place)}"  # noqa: S608
                f" AND tier = ? AND id > ?{side} ORDER BY id LIMIT ?"
            )
            day = [at.cutoff] if side else []
            found = await connection.all(sql, place.township_id, place.village_id, tier, last, *day, room)
            rows += found
            if len(found) < room:
                stage, last = stage + 1, ""
            else:
                last = found[-1]["id"]
        if stage in _STAGES:
            return rows, Cursor(at.seq, stage, last, at.cutoff)
        return rows, Cursor(at.seq)

    # After it

    async def _since(self, connection: Connection, place: Place, at: Cursor, top: int) -> tuple[list[bytes], Cursor]:
        if at.seq >= top:
            return [], at
        rows = await self._between(connection, place, at.seq, top, self.limit + 1)
        if len(rows) <= self.limit:
            return self._lines(place, rows), Cursor(top)
        last = rows[self.limit - 1]["seq"]
        if rows[self.limit]["seq"] != last:
            return self._lines(place, rows[: self.limit]), Cursor(last)
        whole = [row for row in rows if row["seq"] < last]
        if whole:
            return self._lines(place, whole), Cursor(whole[-1]["seq"])
        # One change-set larger than a page: it goes whole.
        return self._lines(place, await self._between(connection, place, last - 1, last, None)), Cursor(last)

    async def _between(self, connection: Connection, place: Place, after: int, up_to: int, limit: int | None) -> list[Stored]:
        """Rows and farewells in order of seq."""
        ready = self._foreseen.get(place.village_id)
        if ready and ready[0] == after and limit is not None:
            rows, gone = ready[1:]
        else:
            rows, gone = await connection.gather(*_between_queries(place, after, up_to, limit))
        if not gone:
            return rows
        return sorted([*rows, *gone], key=lambda row: (row["seq"], row["id"]))[:limit]

    # Lines

    def _lines(self, place: Place, rows: Iterable[Stored]) -> list[bytes]:
        return [self._line(place, row) for row in rows]

    def _line(self, place: Place, row: Stored) -> bytes:
        if row["deleted"]:
            return _encode({"t": "gone", "village": place.village_id, "id": row["id"], "rev": row["rev"], "seq": row["seq"]})
        answers: Any = msgspec.Raw(row["answers"])
        flags: Any = msgspec.Raw(row["flags"])
        if place.view == TOWNSHIP and row["kind"] != CONFLICT:
            known = msgspec.json.decode(row["answers"])
            sharing = Sharing(self.forms.current(row["kind"]) or self.forms.by_hash(row["form"]), known)
            answers, flags = sharing.answers(known), sharing.flags(msgspec.json.decode(row["flags"]))
        return _encode(
            {
                "t": "record",
                "village": place.village_id,
                "id": row["id"],
                "kind": row["kind"],
                "form": row["form"],
                "rev": row["rev"],
                "seq": row["seq"],
                "answers": answers,
                "flags": flags,
                "deleted": False,
                "by": row["updated_by"],
                "at": row["updated_at"],
                "client_at": row["client_at"],
                "created_by": row["created_by"],
                "created_at": row["created_at"],
            }
        )


def _shared(place: Place) -> str:
    return " AND shared = 1" if place.view == TOWNSHIP else ""


def _stands_query(township_id: str, ids: list[str]) -> tuple[Any, ...]:
    sql = f"""SELECT v.id, v.seq, w.view, w.count, w.checksum FROM village v LEFT JOIN village_view w
        ON w.township_id = v.township_id AND w.village_id = v.id
        WHERE v.township_id = ? AND v.id IN ({marks(ids)})"""  # noqa: S608  placeholders only
    return (sql, township_id, *ids)


def _between_queries(place: Place, after: int, up_to: int, limit: int | None) -> list[tuple[Any, ...]]:
    bounds = (place.township_id, place.village_id, after, up_to)
    cut = "" if limit is None else " LIMIT ?"
    number = () if limit is None else (limit,)
    return [
        (
            f"SELECT {_COLUMNS} FROM record WHERE township_id = ? AND village_id = ? AND seq > ? AND seq <= ?{_shared(place)}"  # noqa: S608
            f" ORDER BY seq, id{cut}",
            *bounds,
            *number,
        ),
        (
            "SELECT record_id AS id, rev, seq, 1 AS deleted FROM gone"  # noqa: S608
            f" WHERE township_id = ? AND village_id = ? AND seq > ? AND seq <= ? AND view = ? ORDER BY seq, record_id{cut}",
            *bounds,
            place.view,
            *number,
        ),
    ]


def asked(rows: list[Stored]) -> dict[str, list[int]]:
    """Numbers whose stored answer was rewritten and which the phone is to send again, by village; from what ASKED found."""
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["village_id"], []).append(row["n"])
    return found


def hello_line(feed: Feed, hashes: dict[str, str], ask: dict[str, list[int]], lease_days: int) -> bytes:
    line = {
        "t": "hello",
        "proto": 1,
        "epoch": feed.epoch,
        "now": now(),
        "backup": feed.backup,
        "lease": lease_days,
        "scope": feed.scope.lines(),
        "forms": hashes,
        "ask": ask,
    }
    return _encode(line | ({"revoked": "left"} if feed.closed else {})) + b"\n"
