"""The shipped rules and the interview under Node, over the case tables and the forms as the server compiles them."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.tools import node

HERE = Path(__file__).parent
PINYIN = HERE.parents[1] / "pwa/vendor/pinyin-pro/dist/index.js"
FILES = sorted(path.name for path in HERE.glob("*.test.mjs"))


@pytest.fixture(scope="module")
def compiled(forms: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Definition by kind, as phones get them."""
    path = tmp_path_factory.mktemp("definitions") / "forms.json"
    definitions = [json.loads(row["definition"]) for row in forms]
    path.write_text(json.dumps({one["kind"]: one for one in definitions}, ensure_ascii=False), "utf-8")
    return path


@pytest.mark.parametrize("name", FILES)
def test_in_node(name: str, compiled: Path) -> None:
    done = subprocess.run(
        [*node(), "--import", "./register.mjs", "--test", "--test-reporter=spec", name],
        cwd=HERE,
        env={**os.environ, "SHIBU_FORMS": str(compiled), "SHIBU_PINYIN": str(PINYIN)},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "ℹ pass 0" not in done.stdout, "no test ran"
