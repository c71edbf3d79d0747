"""`make soak MINUTES=n`: new walks over both databases in turn for as long as asked.

    python -m tests.sync.simulation.soak        minutes from SOAK_MINUTES, the first seed from SOAK_SEED

Says what was walked; a finding ends it with exit code 1, its seed and its steps.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.databases import PostgresMaker, SqliteMaker
from tests.sync.simulation import named
from tests.sync.simulation.walking import Bench, walks

#: Walks by one seed: hypothesis begins each with a plain one.
WALKS = 12


def main() -> int:
    end = time.monotonic() + 60 * float(os.environ.get("SOAK_MINUTES") or 20)
    first = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(10**9))
    total: Counter[str] = Counter()
    happened: Counter[str] = Counter()
    walked: Counter[str] = Counter()
    number = first
    with tempfile.TemporaryDirectory(prefix="shibu-soak-") as folder, PostgresMaker() as postgres:
        makers = {"sqlite": SqliteMaker(Path(folder)), "postgres": postgres}
        while time.monotonic() < end:
            for engine, maker in makers.items():
                if time.monotonic() >= end:
                    break
                with Bench(maker, Path(folder) / f"{engine}-{number}") as bench:
                    try:
                        walks(bench, WALKS, chosen=number)
                    except BaseException as exc:
                        if isinstance(exc, KeyboardInterrupt):
                            raise
                        print(f"\n{bench.found or repr(exc):.4000}\n{bench.failed}\nseed {number} on {engine}: SOAK_SEED={number} make soak MINUTES=1")
                        return 1
                    finally:
                        total.update(bench.counts)
                        happened.update(bench.happened)
                        walked[engine] += bench.walks
                        _say(walked, total)
            number += 1
    print(f"Nothing found. Seeds {first} to {number - 1}.")
    print("Steps drawn:", ", ".join(f"{name} {count}" for name, count in sorted(total.items())))
    print(f"What came of them, by the names of sync.md 4:\n{named.table(happened)}")
    if never := named.missing(happened):
        print(f"Too few walks for: {', '.join(never)}.")
    return 0


def _say(walked: Counter[str], total: Counter[str]) -> None:
    print(f"{walked['sqlite']} walks on SQLite, {walked['postgres']} on PostgreSQL, {sum(total.values())} steps", flush=True)


if __name__ == "__main__":
    sys.exit(main())
