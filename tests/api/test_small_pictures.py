"""The small picture beside each photo: made of real pixels only, for exactly those who may have the photo, within its limits."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import httpx2
import pytest
from PIL import Image
from starlette.applications import Starlette

from server.contents import checked
from server.pictures import MOST_BYTES, SIDE, Limits, smaller
from server.refusals import Refusal
from tests.api.senders import Hands, HandsOf, code, hands_of, named
from tests.cast import CAST
from tests.conftest import one_engine
from tests.pictures import jpeg, photo, png, segment

__all__ = ["hands_of"]


async def small(one: Hands, value: str, record: str, size: str = "small") -> httpx2.Response:
    return await one.client.get(f"{one.at(value, record)}&size={size}")


def smalls(app: Starlette) -> list[Path]:
    folder: Path = app.state.settings.data / "files/small"
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_photo_is_had_small_by_whoever_may_have_it(app: Starlette, hands_of: HandsOf) -> None:
    chen, zhang = await hands_of("chen"), await hands_of("zhang")
    data = photo(1600, 1200, side=6)
    value = named(data, "jpg")
    record = await chen.write({"title": "路灯", "photo": value})
    assert (await chen.send(data, value, record)).json()["complete"]
    answer = await small(zhang, value, record)
    assert answer.status_code == 200 and len(answer.content) <= MOST_BYTES
    shown = answer.headers
    assert shown["content-type"] == "image/jpeg" and shown["original-length"] == str(len(data))
    assert shown["cache-control"] == "no-store" and shown["x-content-type-options"] == "nosniff"
    assert shown["content-disposition"].startswith("attachment") and "sandbox" in shown["content-security-policy"]
    picture = Image.open(io.BytesIO(answer.content))
    assert max(picture.size) == SIDE and picture.size[1] > picture.size[0], "upright, as it was taken"
    red, green, _ = picture.getpixel((picture.width // 2, 20))  # type: ignore[misc]
    assert red > green + 60, "the left half is now above"
    assert not picture.getexif() and b"Exif" not in answer.content
    (path,) = smalls(app)
    path.unlink()
    assert (await small(zhang, value, record)).content == answer.content, "made anew where a restore left it out"
    assert (await zhang.get(value, record)).content == data, "the photo itself stays to the byte"


@one_engine
async def test_the_small_one_needs_the_same_right_as_the_photo(hands_of: HandsOf) -> None:
    chen, leader, outsider, liu = [await hands_of(name) for name in ("chen", "leader", "outsider", "liu")]
    shown, hidden = photo(seed=1), photo(seed=2)
    files = {"photo": named(shown, "jpg"), "hidden": named(hidden, "jpg")}
    record = await chen.write({"title": "路", **files, "reported_on": "2026-11-20"}, kind="problem")
    kept = await chen.write({"title": "不上报", **files}, kind="problem")
    for data in (shown, hidden):
        await chen.send(data, named(data, "jpg"), record)
    for one in (chen, leader):
        assert (await small(one, files["photo"], record)).status_code == 200
    assert code(await small(leader, files["hidden"], record)) == (404, "unknown_file")
    assert code(await small(leader, files["photo"], kept))[0] == 404
    for stranger in (outsider, liu):
        assert code(await small(stranger, files["photo"], record))[0] == 404
        own = await stranger.write({"photo": files["photo"]})
        assert code(await small(stranger, files["photo"], own))[0] == 404, "naming a foreign hash gives nothing"
    other = await chen.write({"title": "没有照片", "note": files["photo"]})
    assert code(await small(chen, files["photo"], other)) == (404, "unknown_file")
    assert code(await small(chen, files["photo"], record, "huge")) == (400, "malformed")
    assert code(await small(chen, "../" * 21 + "x", record))[0] == 404


@one_engine
async def test_what_has_no_small_one_and_what_has_not_come_say_so(hands_of: HandsOf) -> None:
    chen, zhang = await hands_of("chen"), await hands_of("zhang")
    paper, late = b"%PDF-1.7\n%\xe2\xe3\n", photo(seed=3)
    record = await chen.write({"paper": named(paper, "pdf"), "photo": named(late, "jpg")})
    await chen.send(paper, named(paper, "pdf"), record)
    assert code(await small(zhang, named(paper, "pdf"), record)) == (422, "file_type")
    await zhang.write({"title": "后来改的"}, record=record, base=1)
    for answer in (await small(zhang, named(late, "jpg"), record), await zhang.get(named(late, "jpg"), record)):
        assert code(answer) == (404, "unknown_file")
        assert answer.json()["detail"]["awaited"]["by"] == CAST["chen"].id, "on the phone of who named it"


@one_engine
async def test_a_picture_that_cannot_be_decoded_is_not_taken(app: Starlette, hands_of: HandsOf) -> None:
    chen = await hands_of("chen")
    whole = photo(seed=4)
    page = whole[:2] + segment(0xFE, b"<html><body><script>alert(1)</script>") + whole[2:]
    for data, ending, expected in (
        (page, "jpg", "file_unsafe"),
        (jpeg(400, 400), "jpg", "file_type"), (photo(format_="GIF"), "jpg", "file_type"), (photo(format_="WEBP")[:-4000], "webp", "file_type"),
    ):  # fmt: skip
        value = named(data, ending)
        record = await chen.write({"photo": value})
        assert code(await chen.send(data, value, record)) == (422, expected), ending
        assert code(await chen.get(value, record)) == (404, "unknown_file")
    assert smalls(app) == []
    assert (await chen.send(whole, named(whole, "jpg"), await chen.write({"photo": named(whole, "jpg")}))).json()["complete"]


@one_engine
async def test_a_name_with_a_path_or_a_line_break_never_reaches_disk_or_header(app: Starlette, hands_of: HandsOf) -> None:
    chen = await hands_of("chen")
    data = png(8, 8, seed=77)
    value = named(data)
    await chen.send(data, value, await chen.write({"photo": value}))
    for ending in ("../../x", "png\r\nSet-Cookie: a=b", 'png"; filename="x.html', "x\0y", "é" * 255, "CON", "html"):
        chen.n += 1
        change = {"photo": f"{value[:64]}.{ending}"}
        record = f"0192f000-0000-7000-b000-{chen.n:012d}"
        from tests.api.test_matrix import push

        told = await push(chen.client, "chen", chen.village, record, "repair", change, n=chen.n)
        assert told["result"] in ("ok", "quarantined"), ending
        for answer in (await chen.get(value, record), await small(chen, value, record)):
            assert "set-cookie" not in answer.headers, ending
            assert answer.status_code == 404 or (
                answer.headers["content-type"] in ("image/png", "image/jpeg")
                and answer.headers["content-disposition"].isascii()
                and f"{value[:12]}" in answer.headers["content-disposition"]
                and "html" not in answer.headers["content-disposition"]
            ), (ending, answer.headers)
    assert {path.name for path in (app.state.settings.data / "files").rglob("*") if path.is_file()} == {value[:64]}


@one_engine
async def test_a_server_too_busy_for_the_picture_asks_for_it_again(
    hands_of: HandsOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    chen = await hands_of("chen")
    data = photo(seed=5)
    value = named(data, "jpg")
    record = await chen.write({"photo": value})

    def busy(*_: object) -> bytes:
        raise Refusal("busy", seconds=60)

    with monkeypatch.context() as patched:
        patched.setattr("server.attachments.smaller", busy)
        assert code(await chen.send(data, value, record)) == (503, "busy")
    assert (await chen.head(value, record))[1] == len(data), "nothing was thrown away"
    assert (await chen.piece(value, record, len(data), b"", len(data))).json()["complete"]


@pytest.mark.parametrize(("format_", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P"])
def test_every_kind_of_picture_becomes_a_small_jpeg(tmp_path: Path, format_: str, ending: str, mode: str) -> None:
    if format_ == "JPEG" and mode in ("RGBA", "P"):
        mode = "CMYK" if mode == "RGBA" else "L"
    if format_ == "WEBP" and mode in ("L", "P"):
        mode = "RGB"
    path = tmp_path / "picture"
    path.write_bytes(photo(90, 600, format_=format_, mode=mode))
    made = Image.open(io.BytesIO(smaller(path, ending)))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (48, 320))


@pytest.mark.parametrize("limits", [Limits(memory_bytes=140 * 2**20), Limits(cpu_seconds=0)])
def test_a_picture_that_takes_too_much_ends_within_its_limits(tmp_path: Path, limits: Limits) -> None:
    path = tmp_path / "picture"
    # Forty million pixels in few bytes.
    Image.new("RGB", (8000, 5000)).save(path, "PNG", optimize=True)
    assert path.stat().st_size < 400_000 and checked(path, "png") == "image/png"
    with pytest.raises(Refusal) as refused:
        smaller(path, "png", limits)
    assert refused.value.kind.code == "file_pixels"


async def test_many_pictures_at_once_are_made_one_after_the_other(tmp_path: Path) -> None:
    paths = []
    for seed in range(6):
        path = tmp_path / str(seed)
        path.write_bytes(photo(seed=seed))
        paths.append(path)
    made = await asyncio.gather(*(asyncio.to_thread(smaller, path, "jpg") for path in paths))
    assert len(set(made)) == 6
