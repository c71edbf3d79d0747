"""A phone's file of unsent changes, taken at the desk: as its author would have sent it, once, whoever comes first."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server import unsent
from server.refusals import Refusal
from server.settings import Settings
from tests.cast import CAST, SHIQIAO
from tests.phone import Phone
from tests.pictures import png
from tests.serving import ROOT
from tests.sync import forms
from tests.sync.conftest import World

WORDS = "柳湾 seven wells"


def head(phone: Phone, proto: int, name: str = "chen") -> dict[str, Any]:
    return {"t": "unsent", "proto": proto, "account": CAST[name].id, "login": name, "device": phone.device, "at": "2026-11-23"}


def inside(phone: Phone, *files: bytes) -> bytes:
    lines: list[dict[str, Any]] = [head(phone, 1)]
    for body in files:
        value = f"{hashlib.sha256(body).hexdigest()}.png"
        lines.append({"t": "file", "value": value, "name": "", "type": "image/png", "body": base64.b64encode(body).decode()})
    lines += [entry.line() for entry in phone.outbox if entry.state == "waiting"]
    return "\n".join(map(json.dumps, lines)).encode() + b"\n"


def sealed(phone: Phone, *files: bytes, words: str = WORDS, name: str = "pbkdf2-sha256") -> bytes:
    return resealed(phone, inside(phone, *files), words=words, name=name)


def resealed(phone: Phone, lines: bytes, *, words: str = WORDS, name: str = "pbkdf2-sha256", cut: int = 0) -> bytes:
    """As the phone seals it; fewer rounds than it takes, to save the tests' time. `cut`: bytes that what was packed lacks."""
    salt, iv = os.urandom(16), os.urandom(12)
    kdf: dict[str, Any] = {"name": name, "salt": base64.b64encode(salt).decode()}
    kdf |= {"iterations": 1000} if name == "pbkdf2-sha256" else {"memory": 64, "passes": 1, "lanes": 1}
    key = unsent._key(unsent.msgspec.convert(kdf, unsent.Kdf), words)
    packed = gzip.compress(lines)
    body = AESGCM(key).encrypt(iv, packed[: len(packed) - cut], None)
    return json.dumps(head(phone, 2) | {"kdf": kdf, "iv": base64.b64encode(iv).decode()}).encode() + b"\n" + body


async def take(world: World, settings: Settings, data: bytes, words: str | None = WORDS) -> unsent.Imported:
    return await unsent.take(world.database, forms.catalogue(), settings, data, words, CAST["admin"].id)


async def test_a_file_stands_for_its_phone_and_twice_or_the_phone_itself_changes_nothing(world: World, settings: Settings) -> None:
    chen, zhang = await world.phone("chen"), await world.phone("zhang")
    home = chen.save(SHIQIAO, "household", {"head": "杨德贵", "visits": {"add": 1}})
    await chen.sync()
    late = chen.save(SHIQIAO, "visit", {"household": home, "facts": "written without a network"})
    chen.save(SHIQIAO, "household", {"visits": {"add": 1}}, home)
    chen.save(SHIQIAO, "household", {"size": "not a number's place"}, home)
    data = sealed(chen)
    done = await take(world, settings, data)
    assert (done.name, done.taken, done.known, done.held) == ("陈志远", 2, 0, 1)
    again = await take(world, settings, data)
    assert (again.taken, again.known, again.held) == (0, 3, 0)
    await zhang.sync()
    rows = zhang.records(SHIQIAO)
    assert rows[late]["by"] == CAST["chen"].id and rows[home]["answers"]["visits"] == 2
    # The phone comes by after all: it gets the same answers, and nothing is counted twice.
    await chen.sync()
    assert [entry.answer["result"] for entry in chen.outbox] == ["ok", "ok", "ok", "quarantined"]
    await zhang.sync()
    assert zhang.records(SHIQIAO)[home]["answers"]["visits"] == 2
    assert len(await world.all("SELECT * FROM quarantine")) == 1
    # Plain files of earlier versions, and a key made the other way.
    chen.save(SHIQIAO, "household", {"phone": "13900000000"}, home)
    assert (await take(world, settings, sealed(chen, name="argon2id"))).taken == 1
    assert (await take(world, settings, inside(chen), None)).known == 1
    assert len(await world.all("SELECT * FROM access_log WHERE action = 'unsent.import'")) == 4


async def test_a_restored_server_takes_it_from_where_the_file_begins(world: World, settings: Settings) -> None:
    chen = await world.phone("chen")
    for n in (1, 2, 5, 6, 9):
        chen.last[SHIQIAO] = n - 1
        chen.save(SHIQIAO, "visit", {"facts": str(n)})
    done = await take(world, settings, sealed(chen))
    assert (done.taken, done.held) == (5, 0)
    assert (await take(world, settings, sealed(chen))).known == 5


async def test_a_copied_phone_s_file_is_taken_under_an_id_of_its_own_once(world: World, settings: Settings) -> None:
    chen = await world.phone("chen")
    chen.save(SHIQIAO, "visit", {"facts": "the original"})
    await chen.sync()
    copy = Phone(chen.client, device=chen.device, forms=forms.hash_of)
    other = copy.save(SHIQIAO, "visit", {"facts": "the copy"})
    data = sealed(copy)
    assert (await take(world, settings, data)).taken == 1
    assert (await take(world, settings, data)).known == 1
    await chen.sync()
    assert chen.records(SHIQIAO)[other]["answers"] == {"facts": "the copy"}


async def test_what_is_not_whole_not_ours_or_not_opened_is_not_taken_at_all(world: World, settings: Settings) -> None:
    chen = await world.phone("chen")
    chen.save(SHIQIAO, "visit", {"facts": "x"})
    good = sealed(chen)
    first, _, body = good.partition(b"\n")
    stranger = json.dumps(json.loads(first) | {"account": CAST["zhang"].id}).encode()
    newer = json.dumps(json.loads(first) | {"proto": 3}).encode()
    slow = json.dumps(json.loads(first) | {"kdf": {"name": "pbkdf2-sha256", "salt": "AAAAAAAAAAAAAAAAAAAAAA==", "iterations": 10**9}}).encode()
    nobody = json.dumps(head(chen, 1) | {"account": "nobody"}).encode()
    for data, words, code in (
        (good, "wrong", "unsent_passphrase"),
        (good[:-1], WORDS, "unsent_passphrase"),
        (b"", WORDS, "unsent_file"),
        (b"PK\x03\x04", WORDS, "unsent_file"),
        (stranger + b"\n" + body, WORDS, "unsent_file"),
        (newer + b"\n" + body, WORDS, "unsent_newer"),
        (slow + b"\n" + body, WORDS, "unsent_file"),
        (nobody, None, "unsent_account"),
        (inside(chen)[:-20], None, "unsent_file"),
    ):
        with pytest.raises(Refusal) as refused:
            await take(world, settings, data, words)
        assert refused.value.kind.code == code, (data[:60], code)
    assert not await world.all("SELECT * FROM record WHERE kind = 'visit'")
    assert not await world.all("SELECT * FROM access_log WHERE action = 'unsent.import'")


async def test_photos_come_with_their_changes_once_and_half_a_file_leaves_nothing(world: World, settings: Settings) -> None:
    chen = await world.phone("chen")
    await chen.sync()
    one, two = png(40), png(50)
    named = {body: f"{hashlib.sha256(body).hexdigest()}.png" for body in (one, two)}
    visit = chen.save(SHIQIAO, "visit", {"photo": named[one]})
    chen.save(SHIQIAO, "household", {"size": named[two]})
    good = sealed(chen, one, two)
    plain = inside(chen, one, two)
    lines = plain.splitlines(keepends=True)
    cut = json.loads(lines[2])
    halves = (
        (resealed(chen, plain[:-20]), "unsent_file"),
        (resealed(chen, lines[0] + lines[1] + lines[2][: len(lines[2]) // 2]), "unsent_file"),
        (resealed(chen, b"".join([*lines[:2], *lines[3:], json.dumps(cut | {"body": cut["body"][:-9]}).encode()])), "unsent_file"),
        (resealed(chen, b"".join([*lines[:2], *lines[3:], json.dumps(cut | {"body": base64.b64encode(one).decode()}).encode()])), "unsent_file"),
        (resealed(chen, plain, cut=12), "unsent_file"),
    )
    for data, code in halves:
        with pytest.raises(Refusal) as refused:
            await take(world, settings, data)
        assert refused.value.kind.code == code
    for table in ("record", "change", "attachment", "quarantine"):
        assert not await world.all(f"SELECT * FROM {table}"), table
    assert not [path for path in (settings.data / "files").rglob("*") if path.is_file()]

    done = await take(world, settings, good)
    assert (done.taken, done.held, done.files, done.files_waiting) == (1, 1, 1, 1)
    again = await take(world, settings, good)
    assert (again.taken, again.known, again.files, again.files_known, again.files_waiting) == (0, 2, 0, 1, 1)
    assert len(await world.all("SELECT * FROM attachment")) == 1
    await chen.sync()
    assert chen.records(SHIQIAO)[visit]["answers"]["photo"] == named[one]


async def test_the_recipe_of_the_readme_opens_it(world: World) -> None:
    chen = await world.phone("chen")
    chen.save(SHIQIAO, "visit", {"facts": "水管又漏了"})
    found = re.search(r"python3 - unsent\.shibu <<'EOF'\n(.*?)^EOF$", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert found
    code = found[1]

    def by_hand(data: bytes) -> subprocess.CompletedProcess[bytes]:
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            # Without a terminal the passphrase is read from what is piped in.
            words = f"{WORDS}\n".encode()
            return subprocess.run([sys.executable, "-c", code, file.name], input=words, capture_output=True, start_new_session=True, check=False)

    opened = await asyncio.to_thread(by_hand, sealed(chen))
    assert opened.returncode == 0, opened.stderr.decode()
    first, change = map(json.loads, opened.stdout.decode().strip().splitlines())
    assert (first["t"], change["set"]["facts"]) == ("unsent", "水管又漏了")


async def test_of_a_phone_that_was_shut_out_it_is_held(world: World, settings: Settings) -> None:
    chen = await world.phone("chen")
    await chen.sync()
    chen.save(SHIQIAO, "visit", {"facts": "x"})
    await world.run("UPDATE device SET revoked_at = '2026', revoked_as = 'lost' WHERE id = ?", chen.device)
    done = await take(world, settings, sealed(chen))
    assert (done.taken, done.held) == (0, 1)
    assert (await world.all("SELECT code FROM quarantine"))[0]["code"] == "device_left"
