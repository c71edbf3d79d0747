"""What one walk stands on: databases, a server, a proxy, phones, who may see what, and the book of every word ever written.

`Bench` lasts a whole test (processes are slow to start), `Ground` one walk.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
import shutil
from collections import Counter
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from server.backup.make import make
from server.backup.restore import restore
from server.clock import now
from server.database import Connection, Database
from server.records import put_colleague
from server.scope import TEAM, scope_of
from server.scope import TOWNSHIP as TOWNSHIP_VIEW
from server.settings import Settings
from tests import cast
from tests.cast import CAST, LIUWAN, SHIQIAO, YUNLING
from tests.databases import programs
from tests.sync.conftest import signed_in
from tests.sync.simulation import invariants, township_forms
from tests.sync.simulation.phones import Died, Installed, PhoneOverHttp, Refused
from tests.sync.simulation.proxy import Proxy, lines_of
from tests.sync.simulation.served import Served
from tests.sync.test_feed import TABLES, restore_tables

T = TypeVar("T")
#: Of the township.
VILLAGES = (SHIQIAO, LIUWAN, YUNLING)
#: Account and how wrong the clock is, in the order in which phones join.
CREW = (("chen", 0), ("zhang", -3650), ("leader", 0), ("chen", 3650))
SPARE = len(CREW)
DAY_MS = 86_400_000
#: What a server may say when its statements are made to fail, and when the database is made to look busy.
BROKEN, BUSY, WELL = range(500, 600), range(503, 504), range(0)


class Found(AssertionError):
    """Something that must never be."""


def none(found: list[str]) -> None:
    if found:
        raise Found("\n".join(found[:6]))


@dataclass
class Handset:
    """One phone with the shipped code, and what it promised."""

    name: str
    account: str
    installed: Installed
    pages: int = 1
    #: Days by which its clock is wrong.
    days: int = 0
    #: Words it called saved.
    promised: set[str] = field(default_factory=set)
    drafts: dict[str, str] = field(default_factory=dict)
    #: Words the browser threw away, with the server's only other copy of them perhaps.
    frail: set[str] = field(default_factory=set)

    async def do(self, command: str, **given: Any) -> Any:
        try:
            return await self.installed.do(command, **given)
        finally:
            found, self.installed.found = self.installed.found, []
            none([f"phone {self.name} during {command}: {one}" for one in found])

    async def see(self) -> dict[str, Any]:
        seen: dict[str, Any] = await self.do("see")
        return seen


class Bench:
    """Processes that outlast a walk."""

    def __init__(self, maker: Any, folder: Path) -> None:
        self.maker = maker
        self.folder = folder
        self.runner = asyncio.Runner()
        self.proxy = Proxy()
        self.phones = [Installed() for _ in range(SPARE + 1)]
        self.numbers = itertools.count()
        #: What the walks did, by rule and by fault.
        self.counts: Counter[str] = Counter()
        #: What came of it, by the names of named.py.
        self.happened: Counter[str] = Counter()
        self.walks = 0
        #: The steps of the first walk that failed, and what it found: walked again it may do otherwise.
        self.failed = ""
        self.found = ""

    def run(self, work: Awaitable[T]) -> T:
        async def wrapped() -> T:
            return await work

        return self.runner.run(wrapped())

    def __enter__(self) -> Bench:
        self.run(self.proxy.start())
        for phone in self.phones:
            self.run(phone.start())
        return self

    def __exit__(self, *exc: object) -> None:
        for phone in self.phones:
            self.run(phone.stop())
        self.run(self.proxy.stop())
        self.runner.close()


class Ground:
    """One township, its server and its phones."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.proxy = bench.proxy
        self.folder = bench.folder / str(next(bench.numbers))
        self.folder.mkdir(parents=True)
        self.url = str(bench.maker.make(self.folder))
        self.served = Served(self.url, self.folder)
        self.handsets: list[Handset] = []
        self.homes: dict[str, set[str]] = {}
        #: Villages of records that moved.
        self.travels: dict[str, set[str]] = {}
        self.excused: set[str] = set()
        self.copied_phones = False
        self.deaths = 0
        self.words = itertools.count()
        self.ids = itertools.count()
        self.views: dict[str, dict[str, str]] = {}
        self.views_ever: list[dict[str, dict[str, str]]] = []
        self.began: dict[str, int] = {}
        self.findings: list[str] = []
        #: Statuses that answer what was ordered.
        self.ordered = WELL
        self.stack = contextlib.AsyncExitStack()

    # Beginning and end

    async def begin(self, count: int, pages: int, locks: bool) -> None:
        self.database = await Database.open(self.url, readers=1, pool_max=2)
        async with self.database.transaction() as connection:
            await cast.enter(connection)
            for person in CAST.values():
                await put_colleague(connection, {"id": person.id, "name": person.name, "login": person.login})
        await self.membership("chen", LIUWAN, True)
        await self.read_scope()
        self.served.start()
        self.proxy.served, self.proxy.check, self.proxy.began = self.served, self._check, self._began
        self.proxy.faults.clear()
        self.proxy.kept.clear()
        for number in range(count):
            account, days = CREW[number]
            await self.join(number, account, pages if number == 0 else 1, locks, days)
        self.python = await self.python_phone("zhou", CAST["zhou"].device, "python")

    async def join(self, number: int, account: str, pages: int, locks: bool, days: int) -> Handset:
        handset = Handset(str(number), account, self.bench.phones[number], pages, days)
        await handset.do("reset", base=self.proxy.base, name=handset.name, pages=pages, locks=locks, clock=days * DAY_MS)
        await handset.do("signIn", account=account, password=cast.PASSWORD)
        self.handsets.append(handset)
        return handset

    async def python_phone(self, account: str, device: str, name: str) -> PhoneOverHttp:
        client = httpx2.AsyncClient(base_url=self.proxy.base, timeout=60)
        await self.stack.enter_async_context(client)
        phone = PhoneOverHttp(client, device=device, forms=township_forms.hash_of, limit=2, seed=f"{name} {self.folder.name}")
        phone.name = name
        await self.enter(phone, account)
        return phone

    async def enter(self, phone: PhoneOverHttp, account: str) -> None:
        token = secrets.token_urlsafe(32)
        async with self.database.transaction() as connection:
            await signed_in(connection, CAST[account].id, phone.device, token)
        phone.client.cookies.set("shibu", token)

    async def end(self) -> None:
        await self.stack.aclose()
        self.proxy.served = None
        self.served.stop()
        if hasattr(self, "database"):
            await self.database.close()

    def clear(self) -> None:
        """After the end, where no loop runs."""
        self.bench.maker.drop(self.url)
        shutil.rmtree(self.folder, ignore_errors=True)

    # The book

    def note(self, name: str, happened: bool = True) -> None:
        self.bench.happened[name] += happened

    def word(self, village: str) -> str:
        made = f"w{next(self.words)}."
        self.homes[made] = {village}
        return made

    def new_id(self) -> str:
        return f"0192f0aa-0000-7000-8000-{next(self.ids):012x}"

    async def spread(self, record: str, village: str) -> None:
        """The record moves: whoever works in the other village may know its words, and those of its conflicts, from now on."""
        self.travels.setdefault(record, {SHIQIAO}).add(village)

    # Who may see what

    async def read_scope(self) -> None:
        """As the database has it; what was true a moment ago stays allowed for requests under way."""
        views = {}
        async with self.database.snapshot() as connection:
            for login, person in CAST.items():
                scope = await scope_of(connection, person.id)
                views[login] = {place.village_id: place.view for place in scope.places.values()}
        self.views = views
        self.views_ever.append(views)

    async def membership(self, login: str, village: str | None, held: bool, role: str = "cadre") -> None:
        person = CAST[login]
        key = f"m-{person.id}-{village or 'all'}-{role}"
        async with self.database.transaction() as connection:
            if held:
                # From the commit on an answer may show it, a moment before this test knows that it is there.
                gained = dict.fromkeys([village] if village else VILLAGES, TOWNSHIP_VIEW if village is None else TEAM)
                self.views_ever.append({**self.views, login: {**self.views.get(login, {}), **gained}})
                await connection.run("DELETE FROM membership WHERE id = ?", key)
                await connection.run(
                    "INSERT INTO membership (township_id, id, account_id, village_id, role, granted_at) VALUES (?, ?, ?, ?, ?, ?)",
                    cast.TOWNSHIP, key, person.id, village, role, cast.AT,
                )  # fmt: skip
            else:
                at = "village_id = ?" if village else "village_id IS NULL"
                await connection.run(
                    f"UPDATE membership SET revoked_at = ? WHERE account_id = ? AND {at} AND role = ? AND revoked_at IS NULL",
                    now(), person.id, *([village] if village else []), role,
                )  # fmt: skip
            await connection.run("UPDATE account SET scope_version = scope_version + 1 WHERE id = ?", person.id)

    def account_of(self, name: str) -> str:
        if name.startswith("python"):
            return "zhou"
        return next((handset.account for handset in self.handsets if handset.name == name), CREW[int(name)][0] if int(name) < SPARE else "chen")

    def _began(self, phone: str) -> None:
        self.began[phone] = len(self.views_ever) - 1

    def _check(self, phone: str, path: str, body: bytes, status: int, type_: str, content: bytes) -> None:
        """Told of every answer before its phone is."""
        if status >= 500 and status not in self.ordered:
            self.findings.append(f"no_fault_unless_ordered: {status} {content[:300]!r}\n{self.served.log()}")
        account = self.account_of(phone)
        views: dict[str, set[str]] = {}
        for moment in self.views_ever[self.began.get(phone, 0) :]:
            for village, view in moment.get(account, {}).items():
                views.setdefault(village, set()).add(view)
        if path == "/api/sync" and status == 200 and "ndjson" in type_:
            lines: list[Any] = lines_of(content)
            self.findings += [f"no_foreign_row for {account}: {one}" for one in invariants.no_foreign_row(lines, views, self.homes, self.travels)]
        elif path.startswith("/api/records/") and status == 200:
            allowed = set(views) & self.travels.get(path.split("/")[3], set())
            foreign = [word for word in invariants.words(content.decode()) if not allowed and not self.homes[word] & set(views)]
            self.findings += [f"no_foreign_row in the history for {account}: {foreign}"] if foreign else []

    def no_findings(self) -> None:
        found, self.findings = self.findings, []
        none(found)

    # Phones

    async def saved(self, handset: Handset, work: Coroutine[Any, Any, Any], said: Any, name: str) -> None:
        """Runs what saves `said`; the promise counts from the moment the phone says so. Without room it says that, too."""
        try:
            await work
        except Died:
            return await self.restart(handset)
        except Refused as refused:
            if refused.name == "QuotaExceededError":
                return
            raise
        handset.promised |= set(invariants.words(said))
        self.note(name)

    async def restart(self, handset: Handset) -> None:
        """The phone was off; what it promised is still there."""
        self.deaths += 1
        await handset.do("restart")
        await self.check_phone(handset)

    async def check_phone(self, handset: Handset) -> None:
        """Each page hears a moment later what the other wrote: what one of them holds is on the disk."""
        seen = [await handset.do("see", page=page) for page in range(handset.pages)]
        seen = [page for page in seen if page["account"] == handset.account and page["lock"] == "open"]
        if not seen:
            return  # signed out by a restore, or closed until the server answers
        outbox = [entry for page in seen for entry in page["outbox"]]
        drafts = [page["drafts"] for page in seen]
        none([f"no_saved_change_leaves_the_phone {handset.name}: {one}" for one in
              invariants.no_saved_change_leaves_the_phone(outbox, handset.promised)])  # fmt: skip
        none([f"drafts_stay {handset.name}: {one}" for one in invariants.drafts_stay(drafts, handset.drafts)])

    async def sync(self, handset: Handset) -> list[dict[str, Any]]:
        """Every page at once."""
        self.note("two tabs sync at once", handset.pages > 1)
        try:
            states: list[Any] = await handset.do("sync", pages=list(range(handset.pages)))
        except Refused as refused:
            # The disk was full at a moment when the sync writes down that it failed.
            if refused.name != "QuotaExceededError":
                raise
            states = []
        self.no_findings()
        if "dead" in states:
            await self.restart(handset)
        states = [state for state in states if state != "dead"]
        for state in states:
            if state["code"] == "broken" or state["trouble"] in ("check_failed", "store_broken"):
                raise Found(f"phone {handset.name} says {state}")
            if state["trouble"] == "new_device" and not self.copied_phones:
                raise Found(f"renewed_only_after_a_copy: phone {handset.name} was taken for a copy")
        return states

    # The server's data

    async def all(self, sql: str) -> list[dict[str, Any]]:
        async with self.database.snapshot() as connection:
            return await connection.all(sql)

    async def put_back(self, saved: dict[str, list[dict[str, Any]]]) -> None:
        """Yesterday's tables, with everyone still signed in."""

        async def work(connection: Connection) -> None:
            await restore_tables(connection, saved)

        async with self.database.transaction() as connection:
            await work(connection)
        await self.read_scope()

    async def copied(self) -> dict[str, list[dict[str, Any]]]:
        async with self.database.snapshot() as connection:
            return {table: await connection.all(f"SELECT * FROM {table}") for table in TABLES}

    def _settings(self) -> Settings:
        return Settings(database=self.url, data=self.folder, pg_bin=str(programs()))

    async def back_up(self) -> Path:
        """As the operator does it."""
        return (await make(self._settings(), self.folder / "safe", None)).path

    async def restore(self, backup: Path) -> None:
        """The same; the server is stopped for it, and everyone has to sign in again."""
        self.served.kill()
        await self.database.close()
        await restore(self._settings(), backup, None)
        self.database = await Database.open(self.url, readers=1, pool_max=2)
        await asyncio.to_thread(self.served.start)
        await self.read_scope()
        await self.enter(self.python, "zhou")
