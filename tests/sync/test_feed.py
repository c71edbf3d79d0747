"""The feed leaves nothing out and sends nothing twice for long: first pulls cut anywhere, pages, cursors, writers at work."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.cursor import Cursor
from server.database import Connection
from server.scope import TOWNSHIP as TOWNSHIP_VIEW
from tests.cast import CAST, LIUWAN, SHIQIAO, TOWNSHIP, common_ground
from tests.phone import Cut, Phone, checked
from tests.sync.conftest import World
from tests.sync.forms import hash_of
from tests.sync.raw import answers, change, hello, new_id, rows, send

DEVICE = CAST["chen"].device


def a_village(count: int) -> list[dict[str, Any]]:
    """Lines of a village with something of every tier."""
    today = datetime.now(UTC).date()
    old = str(today - timedelta(days=200))
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("household", {"head": "h"}),
        ("person", {"name": "p"}),
        ("problem", {"content": "open", "status": "registered"}),
        ("visit", {"on": str(today - timedelta(days=3))}),
        ("visit", {"on": old}),
    ]
    return [change(SHIQIAO, n + 1, dict(kinds[n % 5][1]), kind=kinds[n % 5][0]) for n in range(count)]


def pages(lines: list[dict[str, Any]], village: str = SHIQIAO) -> list[dict[str, Any]]:
    return [line for line in lines if line["t"] == "page" and line["village"] == village]


async def test_first_pull_goes_by_tier_then_id(world: World) -> None:
    client = await world.client("chen")
    await send(client, hello(DEVICE), *a_village(25))
    found = await send(client, hello(DEVICE, limit=3))
    kinds = [(row["kind"], row["answers"].get("on", "") > "2026-08") for row in rows(found)]
    expected = [("household", False)] * 5 + [("person", False)] * 5 + [("problem", False)] * 5
    assert kinds == expected + [("visit", True)] * 5 + [("visit", False)] * 5
    for kind in ("household", "person", "problem"):
        ids = [row["id"] for row in rows(found, kind)]
        assert ids == sorted(ids)
    told = pages(found)
    assert [page["more"] for page in told] == [True] * (len(told) - 1) + [False]
    assert told[0]["start"] and not any("start" in page for page in told[1:])
    assert told[0]["of"] == 25 and told[0]["seq"] == 0 and "check" not in told[0]
    assert (told[-1]["count"], told[-1]["check"]) == checked(rows(found))


@pytest.mark.parametrize("limit", [1, 2, 7])
async def test_a_first_pull_cut_after_every_page_ends_the_same(world: World, limit: int) -> None:
    chen = await world.client("chen")
    await send(chen, hello(DEVICE), *a_village(12))
    phone = await world.phone("zhang", limit=limit)
    for n in range(60):
        # Something changes, dies and appears between any two pages.
        if n < 6:
            household = rows(await send(chen, hello(DEVICE)), "household")[n % 2]
            edit = change(SHIQIAO, 13 + n, {"head": f"edit {n}"}, kind="household", record=household["id"], base=household["rev"])
            if n == 3:
                edit["set"] = {"deleted": True}
            await send(chen, hello(DEVICE), edit)
        whole = await phone.client.post("/api/sync", json=phone.hello(), headers={"content-type": "application/x-ndjson"})
        parts = whole.content.split(b'"t":"page"')
        phone.cut_after = len(parts[0]) + len(parts[1]) + (len(parts[2].split(b"\n")[0]) + 30 if len(parts) > 2 else 0)
        try:
            await phone.once()
        except Cut:
            continue
    await phone.sync()
    assert not phone.mismatches
    expected = {row["id"]: row for row in rows(await send(chen, hello(new_id()))) if row["village"] == SHIQIAO}
    assert phone.records(SHIQIAO) == expected


async def test_a_page_never_splits_one_seq_and_always_moves_on(world: World) -> None:
    client = await world.client("chen")
    first = await send(client, hello(DEVICE))
    cursor = pages(first)[-1]["next"]
    n = 0
    for size in (1, 5, 2, 9, 1):
        await send(client, hello(DEVICE), *(change(SHIQIAO, n + k) for k in range(1, size + 1)))
        n += size
    for limit in (1, 2, 4, 100):
        found = await send(client, hello(DEVICE, limit=limit, cursors={SHIQIAO: cursor}))
        seen: set[int] = set()
        group: list[dict[str, Any]] = []
        for line in found:
            if line.get("village") != SHIQIAO:
                continue
            if line["t"] == "record":
                group.append(line)
            elif line["t"] == "page":
                seqs = {row["seq"] for row in group}
                assert not seqs & seen, "a seq came in two pages"
                assert group and (len(group) <= limit or len(seqs) == 1)
                seen |= seqs
                group = []
        assert len(rows(found)) == 18 and len(seen) == 5


async def test_nothing_new_is_one_empty_page(world: World) -> None:
    client = await world.client("chen")
    found = await send(client, hello(DEVICE), *a_village(5))
    cursors = {page["village"]: page["next"] for page in found if page["t"] == "page"}
    again = await send(client, hello(DEVICE, cursors=cursors))
    assert not rows(again) and len(pages(again)) == 1 and not pages(again)[0]["more"]
    assert "start" not in pages(again)[0] and pages(again)[0]["count"] == 5


def forged(good: str, epoch: str) -> list[str]:
    """Nothing but `good`, cut or changed somewhere, or written for something else."""
    here, seq = good.split(".")

    def elsewhere(village: str = SHIQIAO, view: str = "team.1", its_epoch: str = epoch) -> str:
        return Cursor(int(seq)).text(village, view, its_epoch)

    assert elsewhere() == good
    rest = ["", "-1", "+1", "x", "１", "1_0", str(10**15 * 99), str(10**30), "9" * 5000, f"{seq}.", f"{seq}.1", f"{seq}.1.2026-01-01"]
    rest += [f"{seq}.0..", f"{seq}.77..", f"{seq}.6..", f"{seq}.1..\0", f"{seq}.1.\0.", f"{seq}...", f"{seq}.1...x\0"]
    return [
        "", ".", "x", "é", "{}", "A" * 100_000, "." * 1000, good[1:], f"{here}{seq}", here, f"={good}",
        elsewhere(village=LIUWAN), elsewhere(view=TOWNSHIP_VIEW), elsewhere(its_epoch="another"),
        *(f"{here}.{piece}" for piece in rest),
    ]  # fmt: skip


async def test_a_bad_cursor_starts_the_village_anew(world: World) -> None:
    client = await world.client("chen")
    answer = await send(client, hello(DEVICE), *a_village(5))
    for cursor in forged(pages(answer)[-1]["next"], answer[0]["epoch"]):
        found = await send(client, hello(DEVICE, cursors={SHIQIAO: cursor}))
        assert pages(found)[0].get("start") is True and len(rows(found)) == 5, cursor[:60]


async def test_a_forged_place_in_a_first_pull_shows_nothing_foreign(world: World) -> None:
    client = await world.client("leader")
    chen = await world.client("chen")
    await send(chen, hello(DEVICE), *a_village(10))
    epoch = (await send(client, hello(CAST["leader"].device)))[0]["epoch"]
    for stage in range(6):
        cursor = Cursor(0, stage).text(SHIQIAO, TOWNSHIP_VIEW, epoch)
        assert not rows(await send(client, hello(CAST["leader"].device, cursors={SHIQIAO: cursor})))


async def test_a_village_lost_in_the_middle_of_a_pull_is_not_read_on(world: World) -> None:
    from server.feed import Feed

    chen = await world.client("chen")
    await send(chen, hello(DEVICE), *a_village(30))
    feed = Feed(world.database, world.app.state.catalogue, CAST["chen"].id, {}, 5)
    async with world.database.snapshot() as connection:
        feed.opened(*await connection.gather(*feed.queries()))
        parts = await feed.fill(connection)
    await world.revoke("chen", SHIQIAO, "2026-11-23T00:00:00.000Z")
    async for chunk in feed.rest():
        parts += chunk
    whole = b"".join(part if isinstance(part, bytes) else part.raw() for part in parts)
    found = [json.loads(line) for line in whole.splitlines()]
    assert len(rows(found)) <= 5
    assert {page["village"] for page in found if page["t"] == "page" and not page["more"]} <= {common_ground(TOWNSHIP)}


async def test_a_new_epoch_starts_everything_anew_and_takes_back_what_was_lost(world: World) -> None:
    chen, zhang = await world.phone("chen"), await world.phone("zhang")
    kept = chen.save(SHIQIAO, "household", {"head": "kept"})
    await chen.sync()
    saved = {table: await world.all(f"SELECT * FROM {table}") for table in TABLES}
    lost = chen.save(SHIQIAO, "visit", {"facts": "after the backup", "household": kept})
    chen.save(SHIQIAO, "household", {"head": "edited after the backup"}, kept)
    await chen.sync()
    await zhang.sync()
    await restore(world, saved)
    zhang.save(SHIQIAO, "household", {"phone": "5"}, kept)
    for phone in (chen, zhang, chen):
        await phone.sync()
    for phone in (chen, zhang):
        assert phone.records(SHIQIAO)[lost]["answers"]["facts"] == "after the backup"
        assert phone.records(SHIQIAO)[kept]["answers"] == {"head": "edited after the backup", "phone": "5", "size": 0}
        assert min(r["rev"] for r in phone.records(SHIQIAO).values()) > 10**9 and not phone.mismatches
    assert not await world.all("SELECT * FROM quarantine")


TABLES = ("village", "record", "change", "mutation", "device_stream", "quarantine", "village_view", "gone", "device_scope")


async def restore(world: World, saved: dict[str, list[dict[str, Any]]]) -> None:
    """Yesterday's tables, a new epoch, and the next ordinal."""
    async with world.database.transaction() as connection:
        await restore_tables(connection, saved)


async def restore_tables(connection: Connection, saved: dict[str, list[dict[str, Any]]]) -> None:
    for table, stored in saved.items():
        await connection.run(f"DELETE FROM {table}")
        for row in stored:
            marks = ", ".join("?" for _ in row)
            await connection.run(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())
    await connection.run("UPDATE setting SET value = ? WHERE key = 'epoch'", new_id())
    await connection.run("UPDATE setting SET value = '1' WHERE key = 'restore_ordinal'")


# Writers at work


async def test_readers_beside_many_writers_miss_nothing(world: World) -> None:
    """The union of what a reader was fed, page by page while others write, is everything that was committed."""
    await world.grant("chen", LIUWAN)
    writers = [Phone(await world.client(name, device), device=device, forms=hash_of) for name, device in WRITERS]
    readers = [await world.phone("zhou", limit=3), await world.phone("zhang", device=new_id(), limit=50)]
    done = False
    household = writers[0].save(SHIQIAO, "household", {"head": "shared"})
    await writers[0].sync()

    async def write(phone: Phone) -> None:
        rng = random.Random(phone.device)
        for _ in range(12):
            for _ in range(rng.randint(1, 4)):
                phone.save(SHIQIAO, "visit", {"facts": phone.new_id()})
            phone.save(SHIQIAO, "household", {"visits": {"add": 1}}, household, base=1)
            await phone.sync()

    async def read(phone: Phone) -> None:
        while not done:
            await phone.sync()
            await asyncio.sleep(0)

    reading = [asyncio.create_task(read(phone)) for phone in readers]
    await asyncio.gather(*(write(phone) for phone in writers))
    done = True
    await asyncio.gather(*reading)
    written = {entry.record for phone in writers for entry in phone.outbox}
    for phone in (*readers, *writers):
        await phone.sync()
        assert set(phone.records(SHIQIAO)) == written and not phone.mismatches
        assert phone.records(SHIQIAO)[household]["answers"]["visits"] == 12 * len(writers)
    assert all(entry.answer["result"] == "ok" for phone in writers for entry in phone.outbox)


WRITERS = [
    ("chen", CAST["chen"].device),
    ("chen", "d0000000-0000-4000-8000-000000000201"),
    ("zhang", CAST["zhang"].device),
    ("zhou", "d0000000-0000-4000-8000-000000000204"),
]


async def test_pushes_over_several_villages_in_any_order_do_not_lock_each_other_out(world: World) -> None:
    for name in ("chen", "zhang"):
        await world.grant(name, LIUWAN)
    phones = [await world.phone("chen"), await world.phone("zhang")]
    moving = []
    for phone in phones:
        moving.append([phone.save(SHIQIAO, "visit", {"facts": "m"}) for _ in range(6)])
        moving[-1] += [phone.save(LIUWAN, "visit", {"facts": "m"}) for _ in range(6)]
        await phone.sync()

    async def push(phone: Phone, own: list[str]) -> None:
        for index, record in enumerate(own):
            here, there = (SHIQIAO, LIUWAN) if index < 6 else (LIUWAN, SHIQIAO)
            phone.save(here, "visit", {"village": there}, record)
            await phone.sync()

    await asyncio.gather(*(push(phone, own) for phone, own in zip(phones, moving, strict=True)))
    for phone in phones:
        await phone.sync()
        assert len(phone.records(SHIQIAO)) == len(phone.records(LIUWAN)) == 12 and not phone.mismatches
    assert all(entry.answer["result"] == "ok" for phone in phones for entry in phone.outbox)


async def test_one_new_id_in_two_villages_at_once_is_one_record(world: World) -> None:
    chen, liu = await world.client("chen"), await world.client("liu")
    for n in range(1, 9):
        record = new_id()
        told = await asyncio.gather(
            send(chen, hello(DEVICE), change(SHIQIAO, n, record=record)),
            send(liu, hello(CAST["liu"].device), change(LIUWAN, n, record=record)),
        )
        assert sorted((answers(lines)[0][1:] for lines in told), key=str) == [("ok", None), ("quarantined", "unknown_record")]
        assert len(await world.all("SELECT * FROM record WHERE id = ?", record)) == 1


async def test_count_and_checksum_equal_a_recount_after_anything(world: World) -> None:
    await world.grant("chen", LIUWAN)
    chen, zhang, leader = await world.phone("chen"), await world.phone("zhang"), await world.phone("leader")
    rng = random.Random(7)
    for _ in range(60):
        phone = rng.choice([chen, zhang])
        known = list(phone.records(SHIQIAO, "problem"))
        if not known or rng.random() < 0.3:
            phone.save(SHIQIAO, "problem", {"content": "c", "status": "registered"})
        else:
            record = rng.choice(known)
            changes: list[dict[str, Any]] = [
                {"content": rng.choice("abc")}, {"reported_on": "2026-11-01"}, {"deleted": True}, {"deleted": False},
                {"reporter": rng.choice("ab")}, {"share_reporter": rng.choice(["yes", "no"])}, {"village": LIUWAN},
            ]  # fmt: skip
            phone.save(SHIQIAO, "problem", rng.choice(changes[: 7 if phone is chen else 6]), record)
        if rng.random() < 0.4:
            await phone.sync()
    for phone in (chen, zhang, chen, leader, zhang):
        await phone.sync()
        assert not phone.mismatches
    await recounted(world)


async def recounted(world: World) -> None:
    stored = await world.all("SELECT village_id, view, count, checksum FROM village_view")
    for line in stored:
        shared = " AND shared = 1" if line["view"] == TOWNSHIP_VIEW else ""
        living = await world.all(f"SELECT id, rev FROM record WHERE village_id = ? AND deleted = 0{shared}", line["village_id"])
        assert (line["count"], line["checksum"]) == checked(living), line
    assert stored
