"""The simulation over PostgreSQL: the same walks at every `make test`, many new ones at every `make proof`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.databases import PostgresMaker
from tests.sync.simulation.walking import LONGEST, PROOF, Bench, walks


@pytest.mark.timeout(LONGEST)
def test_all_agree_and_nothing_is_lost(postgres_maker: PostgresMaker, tmp_path: Path) -> None:
    with Bench(postgres_maker, tmp_path) as bench:
        walks(bench, examples=250 if PROOF else 10)
