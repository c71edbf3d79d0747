"""A number is taken once: repeats, gaps, copied phones, lines nobody can read, holes after a restore."""

from __future__ import annotations

import asyncio

from tests.cast import CAST, SHIQIAO
from tests.phone import Phone
from tests.sync.conftest import World
from tests.sync.forms import hash_of
from tests.sync.raw import NDJSON, answers, body, change, hello, new_id, rows, send

DEVICE = CAST["chen"].device


async def test_a_repeat_gets_the_same_answer_and_does_nothing(world: World) -> None:
    client = await world.client("chen")
    lines = [change(SHIQIAO, 1), change(SHIQIAO, 2), change(SHIQIAO, 3, {"facts": 5})]
    first = await send(client, hello(DEVICE), *lines)
    again = await send(client, hello(DEVICE), *lines)
    pick = [line for line in first if line["t"] == "answer"]
    assert [line["result"] for line in pick] == ["ok", "ok", "quarantined"]
    assert [line for line in again if line["t"] == "answer"] == pick
    assert len(await world.all("SELECT * FROM record")) == 2
    assert len(await world.all("SELECT * FROM change")) == 2
    assert len(await world.all("SELECT * FROM quarantine")) == 1


async def test_key_order_and_spacing_make_no_difference(world: World) -> None:
    client = await world.client("chen")
    line = change(SHIQIAO, 1, {"facts": "é", "household": "h"})
    turned = dict(reversed(line.items())) | {"set": dict(reversed(line["set"].items()))}
    await send(client, hello(DEVICE), line)
    assert answers(await send(client, hello(DEVICE), turned)) == [(1, "ok", None)]


async def test_a_gap_says_what_is_expected_and_takes_nothing(world: World) -> None:
    client = await world.client("chen")
    found = await send(client, hello(DEVICE), change(SHIQIAO, 1), change(SHIQIAO, 3), change(SHIQIAO, 4))
    assert answers(found) == [(1, "ok", None), (3, "gap", None), (4, "gap", None)]
    assert {line["expected"] for line in found if line.get("result") == "gap"} == {2}
    assert len(await world.all("SELECT * FROM record")) == 1
    assert answers(await send(client, hello(DEVICE), change(SHIQIAO, 2)))[0][1] == "ok"


async def test_another_content_under_a_used_number_means_a_copied_phone(world: World) -> None:
    client = await world.client("chen")
    kept = change(SHIQIAO, 1)
    await send(client, hello(DEVICE), kept, change(SHIQIAO, 2))
    found = await send(client, hello(DEVICE), kept, change(SHIQIAO, 2, {"facts": "other"}), change(SHIQIAO, 3))
    assert answers(found) == [(1, "ok", None), (2, "new_device", None), (3, "new_device", None)]
    assert len(await world.all("SELECT * FROM record")) == 2 and not await world.all("SELECT * FROM quarantine")
    fresh = new_id()
    assert answers(await send(client, hello(fresh), change(SHIQIAO, 1, {"facts": "other"})))[0][1] == "ok"


async def test_a_copied_phone_renumbers_and_loses_nothing(world: World) -> None:
    original = await world.phone("chen")
    copy = Phone(original.client, device=original.device, forms=hash_of)  # the session is copied with it
    original.save(SHIQIAO, "visit", {"facts": "on the original"})
    copy.save(SHIQIAO, "visit", {"facts": "on the copy"})
    await original.sync()
    await copy.sync()
    assert copy.device != original.device
    assert {r["answers"]["facts"] for r in copy.records(SHIQIAO, "visit").values()} == {"on the original", "on the copy"}


async def test_an_unreadable_line_counts_for_the_number_missing_there(world: World) -> None:
    client = await world.client("chen")
    lines = [change(SHIQIAO, 1), b'{"t":"change","village', change(SHIQIAO, 3)]
    found = answers(await send(client, hello(DEVICE), *lines))
    assert found == [(1, "ok", None), (2, "quarantined", "malformed_line"), (3, "ok", None)]
    assert answers(await send(client, hello(DEVICE), *lines)) == found
    held = await world.all("SELECT n, body FROM quarantine")
    assert len(held) == 1 and held[0]["n"] == 2


async def test_an_unreadable_last_line_is_kept_once_however_often_it_comes(world: World) -> None:
    client = await world.client("chen")
    for _ in range(2):
        assert answers(await send(client, hello(DEVICE), change(SHIQIAO, 1, record=DEVICE), b"\xff\xfe broken")) == [(1, "ok", None)]
    assert len(await world.all("SELECT * FROM quarantine")) == 1
    assert answers(await send(client, hello(DEVICE), b"\xff\xfe broken", change(SHIQIAO, 3))) == [
        (2, "quarantined", "malformed_line"),
        (3, "ok", None),
    ]


async def test_after_a_restore_the_server_skips_what_the_phone_no_longer_holds(world: World) -> None:
    client = await world.client("chen")
    found = await send(client, hello(DEVICE, first={SHIQIAO: 41}), change(SHIQIAO, 41), change(SHIQIAO, 42))
    assert answers(found) == [(41, "ok", None), (42, "ok", None)]
    assert (await world.all("SELECT holes FROM device_stream"))[0]["holes"] == "[[1,40]]"
    # A low number that was skipped cannot be told from a copied phone's.
    assert answers(await send(client, hello(DEVICE), change(SHIQIAO, 7)))[0][1] == "new_device"


async def test_villages_are_numbered_apart(world: World) -> None:
    await world.grant("chen", "0192f000-0000-7000-8000-000000000012")
    client = await world.client("chen")
    found = await send(client, hello(DEVICE), change("0192f000-0000-7000-8000-000000000012", 1), change(SHIQIAO, 1))
    assert [line[1] for line in answers(found)] == ["ok", "ok"]


async def test_the_same_request_many_times_at_once_is_done_once(world: World) -> None:
    client = await world.client("chen")
    lines = body(hello(DEVICE), *(change(SHIQIAO, n) for n in range(1, 21)))
    told = await asyncio.gather(*(client.post("/api/sync", content=lines, headers=NDJSON) for _ in range(6)))
    texts = {b"\n".join(line for line in t.content.splitlines() if b'"answer"' in line) for t in told}
    assert {t.status_code for t in told} == {200} and len(texts) == 1
    assert len(await world.all("SELECT * FROM record")) == 20 == len(await world.all("SELECT * FROM change"))


async def test_several_changes_of_one_record_in_one_request(world: World) -> None:
    client = await world.client("chen")
    record = new_id()
    edits = [change(SHIQIAO, n, {"facts": f"v{n}"}, record=record) for n in range(1, 6)]
    found = await send(client, hello(DEVICE), *edits)
    told = [line for line in found if line["t"] == "answer"]
    assert [line["rev"] for line in told] == [1, 2, 3, 4, 5] and len({line["seq"] for line in told}) == 1
    assert rows(found)[0]["answers"] == {"facts": "v5"} and rows(found)[0]["rev"] == 5
