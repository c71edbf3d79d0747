"""Who may send and have a file: through which record, by which question, in which village, and for how long."""

from __future__ import annotations

from starlette.applications import Starlette

from server.clock import now
from tests.api.senders import HandsOf, code, hands_of, named
from tests.cast import CAST, LIUWAN
from tests.pictures import png

__all__ = ["hands_of"]


async def test_a_file_is_had_only_through_a_record_that_names_it(hands_of: HandsOf) -> None:
    chen, outsider, liu = await hands_of("chen"), await hands_of("outsider"), await hands_of("liu")
    data = png(12, 12)
    value = named(data)
    record = await chen.write({"photo": value})
    await chen.send(data, value, record)
    other = await chen.write({"title": "没有照片", "note": value})
    assert code(await chen.get(value, other)) == (404, "unknown_file"), (
        "a text that looks like a file names none"
    )
    for stranger in (outsider, liu):
        assert code(await stranger.get(value, record))[0] == 404
        assert code(await stranger.piece(value, record, 0, b"x", 1))[0] == 404
        assert (await stranger.head(value, record))[0] == 404
        own = await stranger.write({"photo": value})
        assert code(await stranger.get(value, own)) == (404, "unknown_file"), (
            "naming a foreign hash gives nothing"
        )
        assert await stranger.head(value, own) == (200, 0, "?0"), "nor does it tell whether others have it"
    nowhere = "0192f000-0000-7000-b000-999999999999"
    for record_ in ("", "x", "../../etc/passwd", "%00", nowhere):
        assert code(await chen.get(value, record_))[0] == 404


async def test_a_replaced_photo_and_one_in_a_repeat_are_named_too(hands_of: HandsOf) -> None:
    chen = await hands_of("chen")
    old, new, voice = png(8, 8, seed=1), png(8, 8, seed=2), b"OggS\0\x02" + bytes(50)
    record = await chen.write({"photo": named(old)})
    await chen.write({"photo": named(new)}, record=record, base=1)
    entry = {"id": "0192f000-0000-7000-b000-0000000000e1", "voice": named(voice, "ogg")}
    await chen.write({"steps": {"put": [entry]}}, record=record, base=2)
    for data, ending in ((old, "png"), (new, "png"), (voice, "ogg")):
        assert (await chen.send(data, named(data, ending), record)).json()["complete"]
        assert (await chen.get(named(data, ending), record)).content == data
    await chen.write({"deleted": True}, record=record, base=3)
    assert (await chen.get(named(new), record)).content == new, "who had a record may ask what became of it"


async def test_the_photo_that_lost_a_conflict_is_kept_and_seen(hands_of: HandsOf) -> None:
    chen, zhang = await hands_of("chen"), await hands_of("zhang")
    first, second = png(8, 8, seed=3), png(8, 8, seed=4)
    record = await chen.write({"title": "桥"})
    await chen.write({"photo": named(first)}, record=record, base=1)
    await zhang.write({"photo": named(second)}, record=record, base=1)
    assert (await zhang.send(second, named(second), record)).json()["complete"]
    assert (await chen.get(named(second), record)).content == second
    history = (await chen.client.get("/api/quarantine")).json()
    assert history["entries"] == []


async def test_the_township_sees_and_writes_what_its_view_shows(hands_of: HandsOf) -> None:
    chen, leader = await hands_of("chen"), await hands_of("leader")
    shown, hidden, reply = png(8, 8, seed=5), png(8, 8, seed=6), png(8, 8, seed=7)
    files = {"photo": named(shown), "hidden": named(hidden)}
    record = await chen.write({"title": "路", **files, "reported_on": "2026-11-20"}, kind="problem")
    kept = await chen.write({"title": "不上报", **files}, kind="problem")
    for data in (shown, hidden):
        await chen.send(data, named(data), record)
    assert (await leader.get(named(shown), record)).content == shown
    assert code(await leader.get(named(hidden), record)) == (404, "unknown_file")
    assert code(await leader.get(named(shown), kept))[0] == 404
    assert code(await leader.piece(named(shown), record, 0, b"x", 1))[0] == 404, "reading is not writing"
    await leader.write({"reply_photo": named(reply)}, record=record, kind="problem", base=1)
    assert (await leader.send(reply, named(reply), record)).json()["complete"]
    assert (await chen.get(named(reply), record)).content == reply


async def test_a_moved_record_keeps_its_photos_and_takes_late_ones(app: Starlette, hands_of: HandsOf) -> None:
    chen, liu = await hands_of("chen"), await hands_of("liu")
    early, late = png(8, 8, seed=8), png(8, 8, seed=9)
    record = await chen.write({"photo": named(early), "paper": named(late)})
    await chen.send(early, named(early), record)
    async with app.state.database.transaction() as connection:
        township = CAST["chen"].township
        await connection.run(
            "UPDATE record SET village_id = ? WHERE township_id = ? AND id = ?", LIUWAN, township, record
        )
    assert (await liu.get(named(early), record)).content == early
    assert code(await chen.get(named(early), record))[0] == 404
    assert (await liu.send(late, named(late), record)).json()["complete"]


async def test_a_photo_follows_its_text_after_the_village_was_lost(app: Starlette, hands_of: HandsOf) -> None:
    chen, zhang = await hands_of("chen"), await hands_of("zhang")
    mine, others = png(8, 8, seed=10), png(8, 8, seed=11)
    record = await chen.write({"photo": named(mine)})
    foreign = await zhang.write({"photo": named(others)})

    async def lost(at: str) -> None:
        async with app.state.database.transaction() as connection:
            await connection.run(
                "UPDATE membership SET revoked_at = ? WHERE account_id = ?", at, CAST["chen"].id
            )

    await lost("2026-01-01T00:00:00.000Z")
    assert code(await chen.piece(named(mine), record, 0, mine, len(mine)))[0] == 404
    await lost(now())
    assert code(await chen.piece(named(others), foreign, 0, others, len(others)))[0] == 404, (
        "only what belongs to one's own text"
    )
    assert (await chen.send(mine, named(mine), record)).json()["complete"]
    assert code(await chen.get(named(mine), record))[0] == 404, "giving is not reading"
