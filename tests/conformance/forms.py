"""The forms both engines fill: those others wrote (a folder beside the project, not part of it) and ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.surveys.catalogue import LIST_TYPES, sources
from server.surveys.compile import Source, compile_form

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("CORPUS") or ROOT.parent / "shared" / "corpus")
SHEETS = {".md", ".xlsx", ".xls", ".csv"}


@dataclass
class Entry:
    """One form: compiled, or refused with these sentences."""

    name: str
    xform: str = ""
    definition: dict[str, Any] | None = None
    files: dict[str, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)


def _ours() -> Iterator[tuple[str, Source]]:
    for source in sources(ROOT / "surveys"):
        yield f"surveys/{source.name}", source


def _mine() -> Iterator[tuple[str, Source]]:
    """Forms made for this comparison, beside it."""
    for path in sorted((Path(__file__).parent / "forms").glob("*.md")):
        yield f"conformance/{path.name}", Source(path.name, path.read_bytes(), {}, [], strict=False)


def _lists(folder: Path, prefix: str) -> dict[str, str]:
    return {
        path.name.removeprefix(prefix): path.read_text("utf-8-sig", errors="replace")
        for path in sorted(folder.glob(f"{prefix}*"))
        if path.suffix.lower() in LIST_TYPES and not path.name.endswith(".xform.xml")
    }


def _xlsforms() -> Iterator[tuple[str, Source]]:
    folder = CORPUS / "xlsforms"
    lists = _lists(folder, "")
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in SHEETS and "survey" not in lists.get(path.name, "survey")[:200]:
            continue
        if path.suffix.lower() in SHEETS:
            yield f"xlsforms/{path.name}", Source(path.name, path.read_bytes(), lists, [], strict=False)


def _xforms() -> Iterator[tuple[str, Source]]:
    folder = CORPUS / "xforms"
    for path in sorted(folder.glob("*.xml")):
        data = path.read_bytes()
        if b"<model" in data:
            # The part before `__` is the folder the form and its lists lay in.
            lists = _lists(folder, f"{path.name.partition('__')[0]}__")
            yield f"xforms/{path.name}", Source(path.name, data, lists, [], strict=False)


def entries() -> Iterator[Entry]:
    """All forms, compiled here: they are known files, and a process for each would take minutes."""
    found = [
        *_ours(),
        *_mine(),
        *(_xlsforms() if CORPUS.is_dir() else ()),
        *(_xforms() if CORPUS.is_dir() else ()),
    ]
    for name, source in found:
        compiled = compile_form(source)
        refusals = [line["en"] for line in (refused.line() for refused in compiled.errors)]
        yield Entry(name, compiled.xform, compiled.definition, source.files, refusals)
