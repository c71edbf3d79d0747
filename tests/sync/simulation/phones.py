"""Phones of the simulation: the shipped JavaScript in a Node process each, and the one in Python beside them, over the same wire."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx2

from tests.phone import Cut, Phone
from tests.tools import node

HERE = Path(__file__).parent
ANSWER_SECONDS = 90


class Refused(Exception):
    """The phone said no: an error of its own, by name."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer["text"])
        self.name = answer["error"]
        self.code = answer["code"]


class Died(Exception):
    """The page died before it was done."""


class Installed:
    """A phone with the shipped code. Findings of the phone itself come with each answer and are gathered in `found`."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self.found: list[str] = []

    async def start(self) -> None:
        command = [*node(), "--import", "../../store/register.mjs", "phone_process.mjs"]
        self._process = await asyncio.create_subprocess_exec(
            *command, cwd=HERE, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1 << 26
        )

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def do(self, command: str, **given: Any) -> Any:
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps({"command": command, **given}).encode() + b"\n")
        await process.stdin.drain()
        async with asyncio.timeout(ANSWER_SECONDS):
            line = await process.stdout.readline()
        if not line:
            raise AssertionError(f"the phone's process ended over {command}")
        answer = json.loads(line)
        self.found += answer.get("found", [])
        if "error" in answer:
            raise Refused(answer)
        if answer["value"] == "dead":
            raise Died(command)
        return answer["value"]


class PhoneOverHttp(Phone):
    """tests/phone.py over a real connection, on which anything may go wrong."""

    name = ""

    async def _exchange(self, body: bytes) -> tuple[bytes, bool]:
        parts: list[bytes] = []
        headers = {"content-type": "application/x-ndjson", "x-phone": self.name}
        try:
            async with self.client.stream("POST", "/api/sync", content=body, headers=headers) as response:
                if response.status_code != 200 or not response.headers["content-type"].startswith("application/x-ndjson"):
                    raise Cut
                async for part in response.aiter_bytes():
                    parts.append(part)
        except httpx2.HTTPError:
            return b"".join(parts), False
        return b"".join(parts), True
