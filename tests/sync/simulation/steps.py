"""What one step of a walk does. Names and arguments are what a failing walk prints and a named case repeats."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from tests import cast
from tests.cast import LIUWAN, SHIQIAO
from tests.phone import Cut
from tests.sync.simulation import healing, invariants, named
from tests.sync.simulation.ground import BROKEN, BUSY, DAY_MS, SPARE, WELL, Ground, Handset, none
from tests.sync.simulation.phones import Died, Refused
from tests.sync.simulation.writing import changes_of, problem_changes, written_value

SPARE_DEVICE = "d0000000-0000-4000-8000-000000000401"


class Steps:
    """The steps over one ground."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.saved: Any = None
        self.restored = False
        self.cloned = False
        self.wiped = False
        self.leads = False
        self.raw: Any = None
        self.made: set[str] = set()
        #: Of another phone's drafts: those of before new forms.
        self.old_drafts: set[str] = set()

    def handset(self, who: int) -> Handset:
        return self.ground.handsets[who % len(self.ground.handsets)]

    async def begin(self, count: int, pages: int, locks: bool) -> None:
        """Two tabs take turns by locks: each browser that can run the app has them (tests/sync/README.md); beside that,
        tests/store/tabs.test.mjs holds that two without them send each change once."""
        await self.ground.begin(count, pages if locks else 1, locks)
        first = self.ground.handsets[0]
        for kind, answers in (
            ("household", {"head": None, "phone": None, "note": None}),
            ("household", {"head": None, "phone": None}),
            ("problem", {"content": None, "status": "registered"}),
        ):
            await self._save(first, kind, SHIQIAO, {q: v or self.ground.word(SHIQIAO) for q, v in answers.items()}, self.ground.new_id())
        for handset in self.ground.handsets:
            await self.ground.sync(handset)

    # Writing

    async def _save(
        self, handset: Handset, kind: str, village: str, set_: dict[str, Any], record: str, page: int = 0, draft: str = ""
    ) -> None:
        saving = {"kind": kind, "id": record, "village": village, "set": set_} | ({"draft": draft} if draft else {})
        work = handset.do("save", page=page % handset.pages, savings=[saving])
        await self.ground.saved(handset, work, set_, named.saved(set_, record in self.made))
        self.made.add(record)

    async def _known(self, handset: Handset, kind: str) -> list[dict[str, Any]]:
        seen = await handset.see()
        shown = [rec for rec in seen["shown"] if rec["kind"] == kind and not rec["deleted"]]
        return sorted(shown, key=lambda rec: str(rec["id"]))

    def _home(self, handset: Handset) -> str:
        return SHIQIAO if handset.account != "leader" else ""

    async def create(self, who: int, kind: str, draft: bool) -> None:
        handset = self.handset(who)
        word = self.ground.word(SHIQIAO)
        sets = {
            "household": {"head": word, "visits": {"add": 1}},
            "visit": {"facts": word, "on": "2026-11-20"},
            "problem": {"content": word, "status": "registered"},
        }
        if handset.account == "leader":
            return
        key = next(iter(handset.drafts), "") if draft else ""
        handset.drafts.pop(key, None)
        self.ground.note("draft of an older form saved", f"{handset.name} {key}" in self.old_drafts)
        await self._save(handset, kind, SHIQIAO, sets[kind], self.ground.new_id(), draft=key)

    async def edit(self, who: int, which: int, field: str, page: int) -> None:
        handset = self.handset(who)
        known = await self._known(handset, "household")
        if known:
            record = known[which % len(known)]
            await self._save(handset, "household", record["village"], changes_of(self.ground, record, field), record["id"], page)

    async def two_edit_one(self, which: int, field: str) -> None:
        """Two phones that have not seen each other's."""
        for handset in self.ground.handsets[:2]:
            known = await self._known(handset, "household")
            if known:
                record = known[which % len(known)]
                await self._save(handset, "household", record["village"], changes_of(self.ground, record, field), record["id"])
        for handset in self.ground.handsets[:2]:
            await self.ground.sync(handset)

    async def delete(self, who: int, which: int, deleted: bool) -> None:
        """Also takes back a deletion of this phone's own."""
        handset = self.handset(who)
        seen = await handset.see()
        shown = [r for r in seen["shown"] if r["kind"] in ("household", "visit") and r["deleted"] != deleted]
        shown.sort(key=lambda rec: str(rec["id"]))
        if shown:
            record = shown[which % len(shown)]
            await self._save(handset, record["kind"], record["village"], {"deleted": deleted}, record["id"])

    async def problem(self, who: int, which: int, change: str) -> None:
        handset = self.handset(who)
        known = await self._known(handset, "problem")
        if known:
            record = known[which % len(known)]
            set_ = problem_changes(self.ground, record, change, handset.account == "leader")
            await self._save(handset, "problem", record["village"], set_, record["id"])

    async def move(self, who: int, which: int, kind: str) -> None:
        handset = self.handset(who)
        known = [rec for rec in await self._known(handset, kind) if not rec["pending"]]
        if known and handset.account == "chen":
            record = known[which % len(known)]
            target = LIUWAN if record["village"] == SHIQIAO else SHIQIAO
            await self.ground.spread(record["id"], target)
            await self._save(handset, kind, record["village"], {"village": target}, record["id"])

    async def settle(self, who: int, which: int, choice: str) -> None:
        handset = self.handset(who)
        open_ = [rec for rec in await self._known(handset, "conflict") if rec["answers"].get("state") == "open"]
        if open_:
            conflict = open_[which % len(open_)]
            value = written_value(self.ground, conflict) if choice == "written" else None
            work = handset.do("settle", id=conflict["id"], choice=choice, value=value)
            await self.ground.saved(handset, work, value, f"close a conflict: {choice}")

    async def attach(self, who: int) -> None:
        handset = self.handset(who)
        if handset.account == "leader":
            return
        words, facts = self.ground.word(SHIQIAO), self.ground.word(SHIQIAO)
        saving = {"kind": "visit", "id": self.ground.new_id(), "village": SHIQIAO, "set": {"facts": facts}}
        await self.ground.saved(handset, handset.do("attach", saving=saving, question="paper", words=words), facts, "attach")

    async def draft(self, who: int, number: int) -> None:
        handset = self.handset(who)
        word = self.ground.word(SHIQIAO)
        with contextlib.suppress(Died):
            await handset.do("draft", key=f"form/{number}", value={"head": word})
            handset.drafts[f"form/{number}"] = word
            self.old_drafts.discard(f"{handset.name} form/{number}")

    # Syncing

    async def sync(self, who: int, fault: str, at: int) -> None:
        handset = self.handset(who)
        if fault:
            self.ground.proxy.order(handset.name, fault, at)
        self.ground.ordered = BROKEN if fault in ("killed", "cut request") else WELL
        try:
            await self.ground.sync(handset)
        finally:
            self.ground.ordered = WELL
            self.ground.proxy.faults.pop(handset.name, None)

    async def python_phone(self, fault: str, edits: bool) -> None:
        phone = self.ground.python
        homes = sorted(phone.records(SHIQIAO, "household"))
        if edits and homes:
            log = {"append": [{"id": self.ground.new_id(), "text": self.ground.word(SHIQIAO)}]}
            phone.save(SHIQIAO, "household", {"phone": self.ground.word(SHIQIAO), "visits": {"add": 1}, "log": log}, homes[0])
        else:
            phone.save(SHIQIAO, "visit", {"facts": self.ground.word(SHIQIAO)})
        if fault:
            self.ground.proxy.order("python", fault, 700)
        self.ground.ordered = BROKEN if fault in ("killed", "cut request") else WELL
        with contextlib.suppress(Cut):
            await phone.once(batch=3)
        self.ground.ordered = WELL
        self.ground.proxy.faults.pop("python", None)

    async def all_at_once(self, writes: int, scope: bool, left: int, how: str) -> None:
        """Everyone syncs at the same moment, beside a writer of its own and a change of scope."""
        for number in range(len(self.ground.handsets)):
            if number < writes:
                await self.edit(number, writes, "phone", 0)
                await self.edit(number, 0, "visits", 0)
        work: list[Coroutine[Any, Any, Any]] = [self.ground.sync(handset) for handset in self.ground.handsets]
        work += [self._python_sync(), self._write_raw(writes)]
        if scope:
            work.append(self.scope_changes())
        if how and left:
            self.ground.ordered = BUSY
            self.ground.served.arm(left, how)
        results = await asyncio.gather(*work, return_exceptions=True)
        self.ground.note("database busy", self.ground.served.arm(0, ""))
        self.ground.ordered = WELL
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _python_sync(self) -> None:
        with contextlib.suppress(Cut):
            await self.ground.python.once(batch=5)

    async def _write_raw(self, count: int) -> None:
        """A writer that only pushes, one change a request."""
        if self.raw is None:
            self.raw = await self.ground.python_phone("zhou", SPARE_DEVICE, "python raw")
        for _ in range(count):
            self.raw.save(SHIQIAO, "visit", {"facts": self.ground.word(SHIQIAO)})
            with contextlib.suppress(Cut):
                await self.raw.once(batch=1)

    # What breaks

    async def crash(self, who: int, left: int, how: str, saving: bool, page: int) -> None:
        handset, deaths = self.handset(who), self.ground.deaths
        await handset.do("arm", left=1 + left % 2 if saving else left, how=how, page=page % handset.pages)
        if saving:
            await self.create(who, "household", False)
            await self.edit(who, left, "note", page)
        else:
            await self.ground.sync(handset)
        await handset.do("arm", left=0, how="", page=page % handset.pages)
        where = {"middle": "in the middle of"}.get(how, how)
        self.ground.note(f"phone dies {where} a transaction", self.ground.deaths > deaths)
        await self.ground.check_phone(handset)

    async def no_room(self, who: int, left: int, saving: bool) -> None:
        handset = self.handset(who)
        await handset.do("arm", left=1 if saving else left, how="quota")
        if saving:
            await self.create(who, "household", False)
            seen = await handset.see()
            told = seen["trouble"] == "storage_full" or not seen["unsaved"]
            none([] if told else [f"phone {handset.name} had no room and did not say so"])
        else:
            await self.ground.sync(handset)
        self.ground.note("no room on the phone", await handset.do("arm", left=0, how=""))
        await self.ground.check_phone(handset)

    async def server_fault(self, who: int, left: int, how: str) -> None:
        handset = self.handset(who)
        await self.edit(who, left, "phone", 0)
        self.ground.ordered = BUSY if how == "busy" else BROKEN
        self.ground.served.arm(left, how)
        kills = self.ground.served.kills
        try:
            await self.ground.sync(handset)
        finally:
            await asyncio.to_thread(self.ground.served.ensure)
            passed = self.ground.served.arm(0, "")
            self.ground.note({"busy": "database busy", "raise": "statement fails"}.get(how, ""), passed)
            self.ground.note("server killed at a statement", self.ground.served.kills > kills)
            self.ground.ordered = WELL

    async def kept_arrives(self, which: int) -> None:
        if self.ground.proxy.kept:
            await self.ground.proxy.again(which)

    async def back_up(self, own: bool) -> None:
        """By the program's own backup, or by copying its tables, which is faster."""
        if isinstance(self.saved, Path):
            return
        self.saved = await self.ground.back_up() if own else await self.ground.copied()

    async def restore(self) -> None:
        if self.saved is None or self.restored:
            return
        self.restored = True
        self.ground.note("server restored by its own backup" if isinstance(self.saved, Path) else "server's tables of yesterday")
        if isinstance(self.saved, Path):
            await self.ground.restore(self.saved)
            if self.raw is not None:
                await self.ground.enter(self.raw, "zhou")
        else:
            await self.ground.put_back(self.saved)
        for handset in self.ground.handsets:
            self.ground.excused |= handset.frail

    async def clone(self, who: int) -> None:
        """The phone's backup is put on another phone, and both go on."""
        if self.cloned:
            return
        self.cloned = self.ground.copied_phones = True
        self.ground.note("phone cloned")
        handset = self.handset(who)
        copy = await handset.do("copy")
        number = SPARE
        other = Handset(str(number), handset.account, self.ground.bench.phones[number], 1, handset.days)
        other.promised, other.drafts = set(handset.promised), dict(handset.drafts)
        await other.do("reset", base=self.ground.proxy.base, name=other.name, clock=other.days * DAY_MS, **copy)
        self.ground.handsets.append(other)
        await self.ground.check_phone(other)

    async def wipe(self, who: int, everything: bool) -> None:
        """The browser throws the data away. What no server had is lost; what one had is lost if that goes back in time."""
        if self.wiped:
            return
        self.wiped = True
        handset = self.handset(who)
        seen = await handset.see()
        for entry in seen["outbox"]:
            lost = entry["state"] in ("waiting", "sent") or self.restored
            (self.ground.excused if lost else handset.frail).update(invariants.words(entry["set"]))
        handset.promised.clear()
        handset.drafts.clear()
        await handset.do("wipe", all=everything)
        self.ground.note("all storage wiped" if everything else "store wiped")
        await self.sign_in(handset)

    async def clock(self, who: int, days: int) -> None:
        handset = self.handset(who)
        handset.days = days
        await handset.do("clock", clock=days * DAY_MS)
        self.ground.note(f"clock ten years {'ahead' if days > 0 else 'behind'}", abs(days) > 3000)

    async def forms_change(self) -> None:
        """A draft begun before stays, and is saved later."""
        if not self.ground.served.newer:
            self.old_drafts |= {f"{handset.name} {key}" for handset in self.ground.handsets for key in handset.drafts}
            self.ground.note("form version changed under a draft", bool(self.old_drafts))
        await asyncio.to_thread(self.ground.served.use_forms, True)

    # Who may do what

    async def scope_changes(self) -> None:
        """The second cadre's other village comes and goes."""
        held = LIUWAN in self.ground.views["zhang"]
        self.ground.note("village revoked" if held else "village granted")
        await self.ground.membership("zhang", LIUWAN, not held)
        await self.ground.read_scope()

    async def role_changes(self) -> None:
        """The second cadre of the village becomes the township's leader, and a cadre again."""
        self.leads = not self.leads
        self.ground.note("role changed")
        if self.leads:
            await self.ground.membership("zhang", SHIQIAO, False)
            await self.ground.membership("zhang", None, True, "township_leader")
        else:
            await self.ground.membership("zhang", None, False, "township_leader")
            await self.ground.membership("zhang", SHIQIAO, True)
        await self.ground.read_scope()

    async def another_account(self, who: int, saves: bool) -> None:
        """Someone of another village signs in on the phone, writes, and leaves; then its owner comes back."""
        handset = self.handset(who)
        if saves and handset.account != "leader":
            await self.create(who, "visit", False)
        self.ground.note("another account on the phone")
        mine = handset.account
        before = set(handset.promised)
        await handset.do("signOut")
        handset.account, handset.promised = "liu", set()
        try:
            await self.sign_in(handset)
            seen = await handset.see()
            none([f"nothing_of_another_account: {one}" for one in before & set(invariants.words([seen["shown"], seen["outbox"]]))])
            await self._save(handset, "visit", LIUWAN, {"facts": self.ground.word(LIUWAN)}, self.ground.new_id())
            await self.ground.sync(handset)
            await handset.do("signOut")
        finally:
            handset.account, handset.promised = mine, before
        await self.sign_in(handset)
        await self.ground.check_phone(handset)

    async def read_history(self, who: int, which: int) -> None:
        """Of any record there is: the proxy looks at what comes."""
        ids = [row["id"] for row in await self.ground.all("SELECT id FROM record ORDER BY id")]
        with contextlib.suppress(Refused):
            await self.handset(who).do("history", id=ids[which % len(ids)])

    async def sign_in(self, handset: Handset) -> None:
        await handset.do("signIn", account=handset.account, password=cast.PASSWORD)

    async def heal_and_check(self) -> None:
        await healing.heal(self)
        await healing.check(self)


