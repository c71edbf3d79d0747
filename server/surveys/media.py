"""Pictures and sounds that a form's words name, kept by their content: `definition.files` leads from a name to its SHA-256.

Promises: only what a form names is kept; a name without its file is told, never refused, because the words stand without it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any

from server import clock
from server.database import Connection
from server.surveys.defaults import FILES
from server.surveys.form import definition_hash

#: No SVG: it can hold scripts.
TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".wav": "audio/wav",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
}


def type_of(name: str) -> str | None:
    return TYPES.get(PurePath(name).suffix.lower())


def named(definition: Mapping[str, Any]) -> list[str]:
    """Every file that words of questions and choices name, in order."""
    owners: list[Mapping[str, Any]] = [*definition["questions"]]
    for rows in definition["lists"].values():
        owners += rows
    found: dict[str, None] = {}
    for owner in owners:
        media = owner.get("media") or {}
        for said in media.values() if isinstance(media, Mapping) else ():
            for name in said.values() if isinstance(said, Mapping) else (said,):
                found[str(name)] = None
    found |= {question["default"][1]: None for question in definition["questions"] if _starts_from(question)}
    return list(found)


def _starts_from(question: Mapping[str, Any]) -> bool:
    """Is it a question for a file that begins with one of the form's (a map to draw on)?"""
    default = question.get("default")
    return question["type"] in FILES and isinstance(default, list) and default[0] == "str"


def _answered(question: Mapping[str, Any], files: Mapping[str, str]) -> Mapping[str, Any]:
    """A file's name in the form becomes what an answer holds: its content's; without its file the question begins empty."""
    if not _starts_from(question):
        return question
    name = question["default"][1]
    value = f"{files[name]}{PurePath(name).suffix.lower()}" if name in files else None
    return {**question, "default": None if value is None else ["str", value]}


def attached(
    definition: Mapping[str, Any], given: Mapping[str, bytes]
) -> tuple[dict[str, Any], dict[str, bytes], list[str]]:
    """The definition with what it names filled in, what of `given` it uses, and the names that nobody gave."""
    wanted = named(definition)
    used = {name: given[name] for name in wanted if name in given and type_of(name)}
    missing = [name for name in wanted if name not in used]
    if not wanted:
        return dict(definition), {}, missing
    files = {name: hashlib.sha256(body).hexdigest() for name, body in used.items()}
    questions = [_answered(question, files) for question in definition["questions"]]
    made = {**definition, "questions": questions, **({"files": files} if files else {})}
    return {**made, "hash": definition_hash(made)}, used, missing


def of_folders(folders: Iterable[Path]) -> dict[str, bytes]:
    """Name → bytes of every picture and sound in these folders; the first folder wins."""
    found: dict[str, bytes] = {}
    for folder in folders:
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            if type_of(path.name) and path.name not in found:
                found[path.name] = path.read_bytes()
    return found


class Folders(Mapping[str, bytes]):
    """The same, read only where a form asks for one: somebody's folder may hold a camera's pictures of years."""

    def __init__(self, folders: Iterable[Path]) -> None:
        self._paths: dict[str, Path] = {}
        for folder in folders:
            for path in sorted(folder.glob("*")) if folder.is_dir() else ():
                if type_of(path.name):
                    self._paths.setdefault(path.name, path)

    def __getitem__(self, name: str) -> bytes:
        return self._paths[name].read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


async def keep(connection: Connection, files: Mapping[str, bytes]) -> None:
    for name, body in files.items():
        await connection.run(
            "INSERT INTO form_media (sha256, type, body, at) VALUES (?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
            hashlib.sha256(body).hexdigest(),
            type_of(name),
            body,
            clock.now(),
        )


async def known(
    connection: Connection, definitions: Iterable[str], wanted: Iterable[str]
) -> dict[str, bytes]:
    """Of the names wanted, those that one of these stored definitions has a file for."""
    names = set(wanted)
    hashes: dict[str, str] = {}
    for text in definitions:
        if '"files":' in text:
            files = json.loads(text).get("files") or {}
            hashes |= {name: hash_ for name, hash_ in files.items() if name in names}
    found = {}
    for name, hash_ in hashes.items():
        body = await connection.value("SELECT body FROM form_media WHERE sha256 = ?", hash_)
        if body is not None:
            found[name] = bytes(body)
    return found


async def forget_unused(connection: Connection) -> None:
    """Drops what no stored definition and no trial names any more."""
    await connection.run(
        "DELETE FROM form_media WHERE NOT EXISTS"
        " (SELECT 1 FROM form_version v WHERE v.definition LIKE '%' || form_media.sha256 || '%')"
        " AND NOT EXISTS (SELECT 1 FROM form_trial t WHERE t.definition LIKE '%' || form_media.sha256 || '%')"
    )
