"""The table of invariants is whole, and every test it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.serving import ROOT

TABLE = Path(__file__).with_name("README.md")
HOW_MANY = 44
#: The title of a test in Node; a template's holes stand for anything.
TITLE = re.compile(r"""^\s*test\((['"`])(.+?)(?<!\\)\1""", re.MULTILINE)


def rows() -> dict[int, list[str]]:
    lines = re.findall(r"^\| (\d+) \| [^|]+ \| (.+) \|$", TABLE.read_text("utf-8"), re.MULTILINE)
    assert len(lines) == len({number for number, _ in lines}), "a number stands twice"
    return {int(number): tests.split(" · ") for number, tests in lines}


def is_there(path: Path, name: str) -> bool:
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        defined = ast.parse(text).body
        return any(isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name == name for one in defined)
    for quote, title in TITLE.findall(text):
        wanted = re.escape(title.replace("\\'", "'"))
        if quote == "`":
            wanted = re.sub(r"\\\$\\\{.*?\\\}", ".+", wanted)
        if re.fullmatch(wanted, name):
            return True
    return False


def test_each_of_the_invariants_is_held_by_tests_that_are_there() -> None:
    found = rows()
    assert sorted(found) == list(range(1, HOW_MANY + 1))
    missing = []
    for number, tests in found.items():
        for named in tests:
            path, _, name = named.partition("::")
            if not (ROOT / path).is_file() or not is_there(ROOT / path, name):
                missing.append(f"{number}: {named}")
    assert missing == []
    assert not is_there(ROOT / "tests/store/faults.test.mjs", "no test of this name")
    assert not is_there(ROOT / "tests/sync/test_feed.py", "rows"), "what is no test of the file is not taken for one"
