"""People who write records with files and send them: what the tests of files share. Their forms ask for pictures, as ours do not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from server.surveys.builtin import DEFINITIONS
from server.surveys.catalogue import Catalogue
from tests.api.test_matrix import push
from tests.cast import CAST, SHIQIAO
from tests.conftest import ClientOf
from tests.sync.forms import definition, question

SMALL = 64 * 1024
REPAIR = definition(
    "repair",
    [
        question("title", envelope="title"),
        question("photo", "image"),
        question("hidden", "image", township="no"),
        question("reported_on", "date", envelope="reported_on"),
        question("reply_photo", "image", writers="leader"),
        question("steps", "repeat"),
        question("steps/voice", "audio"),
        question("paper", "file"),
        question("note"),
    ],
)
PROBLEM = definition("problem", REPAIR["questions"])
CURRENT = {made["kind"]: made for made in (REPAIR, PROBLEM, *DEFINITIONS.values())}


def named(data: bytes, ending: str = "png") -> str:
    return f"{hashlib.sha256(data).hexdigest()}.{ending}"


@dataclass
class Hands:
    """One person's client, who writes records and sends files."""

    name: str
    client: httpx2.AsyncClient
    village: str = SHIQIAO
    n: int = 0
    made: int = 0
    ids: list[str] = field(default_factory=list)

    async def write(
        self, set_: dict[str, Any], *, record: str = "", kind: str = "repair", base: int = 0
    ) -> str:
        self.n += 1
        if not record:
            self.made += 1
            record = f"0192f000-0000-7000-b{self.name.encode().hex()[:3]:0>3}-{self.made:012d}"
        answer = await push(self.client, self.name, self.village, record, kind, set_, base=base, n=self.n)
        assert answer["result"] in ("ok", "conflict"), answer
        return record

    def at(self, value: str, record: str) -> str:
        return f"/api/files/{value[:64]}?record={record}"

    async def head(self, value: str, record: str) -> tuple[int, int, str]:
        answer = await self.client.head(self.at(value, record))
        headers = answer.headers
        return answer.status_code, int(headers.get("upload-offset", -1)), headers.get("upload-complete", "")

    async def piece(
        self, value: str, record: str, offset: int, data: bytes, length: int, **headers: str
    ) -> httpx2.Response:
        sent = {
            "upload-offset": str(offset), "upload-length": str(length), "content-type": "application/octet-stream", **headers,
        }  # fmt: skip
        return await self.client.patch(self.at(value, record), content=data, headers=sent)

    async def send(self, data: bytes, value: str, record: str, size: int = SMALL) -> httpx2.Response:
        """All of it from where the server is."""
        offset = (await self.head(value, record))[1]
        while True:
            answer = await self.piece(value, record, offset, data[offset : offset + size], len(data))
            if answer.status_code != 200 or answer.json()["complete"]:
                return answer
            offset = answer.json()["offset"]

    async def get(self, value: str, record: str) -> httpx2.Response:
        return await self.client.get(self.at(value, record))


HandsOf = Callable[[str], Any]


@pytest.fixture
def hands_of(app: Starlette, client_of: ClientOf) -> HandsOf:
    app.state.catalogue = Catalogue(
        {kind: made["hash"] for kind, made in CURRENT.items()},
        {made["hash"]: json.dumps(made) for made in CURRENT.values()},
    )

    async def hands(name: str, village: str = "") -> Hands:
        return Hands(name, await client_of(name), village or CAST[name].village or SHIQIAO)

    return hands


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]
