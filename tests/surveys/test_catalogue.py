"""The catalogue: what is new is compiled and stored, what is stored stays, what is wrong stops the start."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from server.database import Database
from server.surveys import builtin, catalogue
from server.surveys.catalogue import Catalogue, FormsProblem
from tests.surveys.test_compile import ours

VISIT = ours("| | text | content | 内容 | Content | internal | | | title | | | |")
PLACE = VISIT.replace("| problem |", "| place |").replace(
    "text | content", "select_one_from_file cl_p.csv | content"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("forms", "lists"):
        (tmp_path / name).mkdir()
    (tmp_path / "forms" / "problem.md").write_text(VISIT, "utf-8")
    (tmp_path / "forms" / "place.md").write_text(PLACE, "utf-8")
    (tmp_path / "lists" / "cl_p.csv").write_text("name,label,en\na,甲,A\n", "utf-8")
    return tmp_path


async def test_forms_are_compiled_once_and_every_version_stays(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await Catalogue.load(database, folder)
    assert set(first.hashes) == {"problem", "place"} | builtin.RESERVED
    old = first.current("problem")
    assert old is not None and first.by_hash(old.hash) is old

    async def never(*_: object) -> None:
        raise AssertionError("nothing is new, so nothing may be compiled")

    with monkeypatch.context() as patch:
        patch.setattr(catalogue.workshop, "run_many", never)
        started = time.perf_counter()
        again = await Catalogue.load(database, folder)
        assert time.perf_counter() - started < 1.0
    assert again.hashes == first.hashes

    (folder / "forms" / "problem.md").write_text(VISIT.replace("内容", "说了什么"), "utf-8")
    newer = await Catalogue.load(database, folder)
    assert newer.hashes["place"] == first.hashes["place"]
    assert newer.hashes["problem"] != old.hash
    kept = newer.by_hash(old.hash)
    assert kept is not None and kept.definition == old.definition


async def test_a_changed_list_makes_a_new_version_of_the_forms_that_use_it(
    database: Database, folder: Path
) -> None:
    first = await Catalogue.load(database, folder)
    (folder / "lists" / "cl_p.csv").write_text("name,label,en\na,甲,A\nb,乙,B\n", "utf-8")
    second = await Catalogue.load(database, folder)
    assert second.hashes["place"] != first.hashes["place"]
    assert second.hashes["problem"] == first.hashes["problem"]


async def test_going_back_to_an_old_form_brings_its_hash_back(database: Database, folder: Path) -> None:
    first = await Catalogue.load(database, folder)
    path = folder / "forms" / "problem.md"
    path.write_text(VISIT.replace("内容", "说了什么"), "utf-8")
    await Catalogue.load(database, folder)
    path.write_text(VISIT, "utf-8")
    assert (await Catalogue.load(database, folder)).hashes == first.hashes


async def test_a_form_taken_away_is_no_longer_current_but_still_known(
    database: Database, folder: Path
) -> None:
    first = await Catalogue.load(database, folder)
    (folder / "forms" / "place.md").unlink()
    second = await Catalogue.load(database, folder)
    assert second.current("place") is None
    assert second.by_hash(first.hashes["place"]) is not None


async def test_broken_forms_stop_the_start_and_store_nothing(database: Database, folder: Path) -> None:
    (folder / "forms" / "place.md").write_text(PLACE.replace("cl_p.csv", "cl_missing.csv"), "utf-8")
    with pytest.raises(
        FormsProblem, match=r"place\.md \(survey 2\): The list “cl_missing.csv” cannot be found"
    ):
        await Catalogue.load(database, folder)
    async with database.snapshot() as connection:
        assert await connection.value("SELECT COUNT(*) FROM form_version") == 0


async def test_the_text_sent_is_the_definition_itself(database: Database, folder: Path) -> None:
    found = await Catalogue.load(database, folder)
    for kind, digest in found.hashes.items():
        text = found.text(digest)
        assert text is not None
        definition = json.loads(text)
        assert (definition["kind"], definition["hash"]) == (kind, digest)
    assert (
        found.text("0" * 16) is None and found.by_hash("0" * 16) is None and found.current("nothing") is None
    )
