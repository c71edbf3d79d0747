"""The end of every walk: faults are over, everyone syncs until nothing is left to say, and then everything is compared."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from tests.phone import Cut
from tests.sync.simulation import invariants
from tests.sync.simulation.ground import Found, Handset, none
from tests.sync.simulation.phones import PhoneOverHttp

if TYPE_CHECKING:
    from tests.sync.simulation.steps import Steps

ROUNDS = 8


async def heal(steps: Steps) -> None:
    """At least twice, and until nobody has anything left to send."""
    ground = steps.ground
    ground.proxy.faults.clear()
    await asyncio.to_thread(ground.served.ensure)
    ground.served.arm(0, "")
    while ground.proxy.kept:
        await ground.proxy.again(0)
    if ground.copied_phones:
        # Both go on writing, which shows that there are two: until then each one's sign-in ends the other's session.
        for who in range(len(ground.handsets)):
            await steps.create(who, "visit", False)
    before = False
    for number in range(ROUNDS):
        quiet = True
        for handset in ground.handsets:
            quiet = await _sync(steps, handset) and quiet
        for phone in _python_phones(steps):
            quiet = await _python_sync(phone) and quiet
        # Once more after the first quiet round: what its last phone sent, its first has not heard of.
        if quiet and before and number >= 2:
            return
        before = quiet
    raise Found(f"the phones do not come to rest in {ROUNDS} rounds: {[await _restless(handset) for handset in ground.handsets]}")


async def _restless(handset: Handset) -> dict[str, object]:
    seen = await handset.see()
    waiting = [entry for entry in seen["outbox"] if entry["state"] in ("waiting", "sent")]
    return {"phone": handset.name, "says": await handset.do("sync", pages=[0]), "waiting": waiting[:2]}


def _python_phones(steps: Steps) -> list[PhoneOverHttp]:
    return [steps.ground.python, *([steps.raw] if steps.raw is not None else [])]


async def _sync(steps: Steps, handset: Handset) -> bool:
    """Whether it went through and left nothing waiting."""
    for page in range(handset.pages):
        await handset.do("arm", left=0, how="", page=page)
    states = await steps.ground.sync(handset)
    if any(state["phase"] == "sign-in" for state in states):
        # A copied phone's sign-in ends the other's session until one of them has its own device id: it syncs at once.
        await steps.sign_in(handset)
        await steps.ground.sync(handset)
        return False
    await handset.do("retry")
    seen = await handset.see()
    waiting = [entry for entry in seen["outbox"] if entry["state"] in ("waiting", "sent")]
    return seen["lock"] == "open" and all(state["phase"] == "idle" for state in states) and not waiting


async def _python_sync(phone: PhoneOverHttp) -> bool:
    with contextlib.suppress(Cut):
        await phone.once()
        return not phone.waiting
    return False


async def check(steps: Steps) -> None:
    ground = steps.ground
    records = await ground.all("SELECT * FROM record")
    changes = await ground.all("SELECT * FROM change")
    quarantine = await ground.all("SELECT * FROM quarantine")
    views = await ground.all("SELECT * FROM village_view")
    kinds = {row["id"]: row["kind"] for row in records}
    promised: set[str] = set()
    for handset in ground.handsets:
        seen = await handset.see()
        promised |= handset.promised
        none(invariants.everything_was_sent(handset.name, seen["outbox"], seen["owed"]))
        none(invariants.all_agree(handset.name, seen, records))
        none(invariants.nothing_lingers(handset.name, seen))
        none(invariants.files_arrived(seen["outbox"], seen["owed"], ground.folder / "files"))
        await ground.check_phone(handset)
    for phone in _python_phones(steps):
        promised |= {word for entry in phone.outbox for word in invariants.words(entry.set)}
        none([f"the phone in Python counts otherwise: {phone.mismatches}"] if phone.mismatches else [])
    none(invariants.nothing_lost(promised - ground.excused, records, changes, quarantine))
    none(invariants.recounted(views, records))
    none(invariants.applied_once(changes))
    none(invariants.counted_once(records, changes))
    none(invariants.no_silent_overwrite(changes, kinds))
    none(invariants.conflicts_are_real(changes, kinds))
    none(invariants.one_open_conflict_each(records))
    none(invariants.groups_stay_whole(records))
    none(invariants.conflicts_follow(records))
    await it_stays_quiet(steps, len(changes))


async def it_stays_quiet(steps: Steps, before: int) -> None:
    for handset in steps.ground.handsets:
        await steps.ground.sync(handset)
    (row,) = await steps.ground.all("SELECT count(*) AS n FROM change")
    none([] if row["n"] == before else [f"syncing alone made {row['n'] - before} changes"])
