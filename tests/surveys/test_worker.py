"""The worker: whatever a file holds, there is an answer within the limits and the server is none the worse."""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from server.surveys import worker, workshop
from server.surveys.cli import source_of
from server.surveys.compile import Source, compile_form
from tests.surveys.test_compile import BILINGUAL, small

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def codes(outcome: worker.Outcome) -> list[str]:
    return [line["code"] for line in outcome.errors]


async def test_a_form_is_compiled_in_a_process_of_its_own() -> None:
    outcome = await worker.run(Source("house.md", BILINGUAL.encode(), strict=False))
    assert outcome.ok and outcome.definition is not None
    assert outcome.definition["kind"] == "house"
    assert outcome.xform.startswith("<?xml")
    assert "pyxform" not in sys.modules or "server.surveys.convert" in sys.modules


async def test_a_form_that_spins_is_stopped() -> None:
    rows = "\n".join(
        f"| | calculate | c{n} | | {'+'.join('${c0}' for _ in range(60)) if n else '1'} | |"
        for n in range(4000)
    )
    started = time.monotonic()
    outcome = await worker.run(
        Source("big.md", small(rows).encode(), strict=False), worker.Limits(cpu_seconds=2)
    )
    assert codes(outcome) == ["took_too_long"]
    assert time.monotonic() - started < 60


async def test_the_wall_clock_stops_what_does_not_even_compute() -> None:
    outcome = await worker.run(
        Source("a.md", BILINGUAL.encode(), strict=False), worker.Limits(wall_seconds=0.05)
    )
    assert codes(outcome) == ["took_too_long"]


def bomb(megabytes: int) -> bytes:
    """A workbook whose one sheet unpacks to this size."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "survey"
    plain = io.BytesIO()
    book.save(plain)
    packed = io.BytesIO()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            if item.filename == "xl/worksheets/sheet1.xml":
                cell = b"<row><c t='inlineStr'><is><t>" + b"a" * 1_000_000 + b"</t></is></c></row>"
                with new.open(item.filename, "w") as sheet:
                    sheet.write(
                        b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
                    )
                    for _ in range(megabytes):
                        sheet.write(cell)
                    sheet.write(b"</sheetData></worksheet>")
            else:
                new.writestr(item, old.read(item))
    return packed.getvalue()


async def test_a_form_that_eats_memory_is_refused() -> None:
    data = bomb(400)
    assert len(data) < 2_000_000
    outcome = await worker.run(
        Source("bomb.xlsx", data, strict=False), worker.Limits(memory_bytes=256 * 1024 * 1024)
    )
    assert codes(outcome) == ["too_much_memory"]


async def test_a_file_too_large_never_reaches_the_worker() -> None:
    outcome = await worker.run(Source("a.md", b"x" * (worker.MAX_SOURCE + 1)))
    assert codes(outcome) == ["too_large"]


async def test_the_worker_sees_none_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIBU_DATABASE", "postgres://secret")
    assert not any(key.startswith("SHIBU_") for key in worker.environment("/tmp"))


async def test_a_killed_worker_leaves_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    await worker.run(Source("a.md", BILINGUAL.encode(), strict=False), worker.Limits(wall_seconds=0.3))
    assert os.listdir(tmp_path) == []


def own_odd_files() -> list[Source]:
    """Broken in the ways people break them; used with or without the corpus of others."""
    table = BILINGUAL.encode()
    odd = {
        "empty.md": b"",
        "nul.md": b"\x00" * 100,
        "latin.md": BILINGUAL.encode("gb18030"),
        "half.md": table[: len(table) // 2],
        "shifted.md": table.replace(b"| |", b"|"),
        "quotes.csv": b'survey,"type,name\n',
        "deep.md": small("\n".join(["| | begin group | g | G | | |"] * 60)).encode(),
        "deep_expression.md": small(f"| | calculate | a | | {'(' * 5000}1{')' * 5000} | |").encode(),
        "long_expression.md": small(f"| | calculate | a | | {'1+' * 20000}1 | |").encode(),
        "dollar.md": small("| | text | a | ${ | ${} | ${${a}} |").encode(),
        "many.md": small("| | text | a | A | | |\n" * 500).encode(),
        "loop.md": small("| | begin repeat | r | R | | |\n| | end group | | | | |").encode(),
        "zip.xlsx": zipped({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<a" * 50}),
        "xml.xml": b"<?xml version='1.0'?>" + b"<a>" * 20000,
        "entities.xml": b"<!DOCTYPE a [<!ENTITY b '" + b"x" * 1000 + b"'>]><a>&b;</a>",
    }
    return [Source(name, data, strict=False) for name, data in odd.items()]


def zipped(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return packed.getvalue()


def others_files(*folders: str) -> list[Source]:
    """The corpus, where it is: XLSForms and XForms of other projects."""
    suffixes = {".md", ".xlsx", ".xlsm", ".xls", ".csv", ".xml"}
    paths = [path for folder in folders for path in sorted((CORPUS / folder).glob("*"))]
    forms = [
        path
        for path in paths
        if path.suffix in suffixes and (path.suffix != ".csv" or path.parent.name != "xforms")
    ]
    return [source_of(path, []) for path in forms]


def clear(lines: list[dict[str, Any]]) -> bool:
    """Is every line a refusal that someone can act on?"""
    codes = {line["code"] for line in lines}
    texts = [line[language] for line in lines for language in ("zh", "en")]
    return (
        bool(lines)
        and not codes & {"crashed", "too_much_memory", "took_too_long"}
        and not any("Traceback" in t for t in texts)
    )


async def test_hostile_files_convert_or_get_clear_refusals() -> None:
    sources = own_odd_files() + others_files("hostile")
    outcomes = await workshop.run_many(sources)
    unclear = {
        source.name: outcome.errors
        for source, outcome in zip(sources, outcomes, strict=True)
        if not outcome.ok and not clear(outcome.errors)
    }
    assert unclear == {}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("folder", ["xlsforms", "xforms"])
def test_forms_of_others_compile_or_get_clear_refusals(folder: str) -> None:
    """Here in this process: these are not hostile, and a process for each would take minutes."""
    unclear = {}
    own = [
        Source("house.md", BILINGUAL.encode(), strict=False)
    ]  # where there is no corpus beside the repository
    for source in others_files(folder) or own:
        found = compile_form(source)
        lines = [refused.line() for refused in found.errors]
        if found.definition is None and not clear(lines):
            unclear[source.name] = lines
        assert (found.definition is None) == bool(lines)
    assert unclear == {}
