"""Prints the figures of the budgets (design, section 10): `python -m tests.bench [NAME …] [--ground DIR]`.

Ratios are of one run and its interleaved rounds; times are medians with the least and the most. Nothing here fails because a
machine is slow: the table says what was kept and what was missed.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from tests.bench import (
    filling,
    find,
    first_pull,
    online,
    sealing,
    server_rate,
    size,
    start,
    together,
    township,
)
from tests.bench.engines.measure import measure as engines
from tests.bench.ground import Ground
from tests.bench.installed import Installed, installed
from tests.bench.table import Figure, written

#: Without a browser.
PLAIN: dict[str, Callable[[], list[Figure]]] = {
    "size": size.measure,
    "rate-sqlite": server_rate.sqlite,
    "rate-postgres": server_rate.postgres,
    "together": together.measure,
}
#: With a browser and a village of 10,000 records.
WIRE: dict[str, Callable[[Playwright, Ground, Path], list[Figure]]] = {
    "first-pull": first_pull.measure,
    "online": online.measure,
    "engines": engines,
    "sealing": sealing.measure,
}
#: On a phone with the large village, by the account it is signed in to.
PHONE: dict[str, dict[str, Callable[[Installed], list[Figure]]]] = {
    "cadre1": {"start": start.measure, "filling": filling.measure, "find": find.measure},
    "leader1": {"township": township.measure},
}
NAMES = [*PLAIN, *WIRE, *(name for measures in PHONE.values() for name in measures)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all of them when none is named")
    parser.add_argument("--ground", type=Path, help="keep the built townships here for the next run")
    args = parser.parse_args()
    if unknown := set(args.names) - set(NAMES):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    asked = set(args.names or NAMES)
    began = datetime.now()
    figures = _measured(asked, args.ground)
    load = " ".join(f"{part:.1f}" for part in os.getloadavg())
    print(f"\n{began:%Y-%m-%d %H:%M}, {os.cpu_count()} cores, load of the machine at the end {load}")
    print("Times are medians (least–most). On a busy machine they are upper bounds; ratios and bytes hold.\n")
    print(written(figures))


def _measured(asked: set[str], folder: Path | None) -> list[Figure]:
    figures: list[Figure] = []

    def run(name: str, measure: Callable[[], list[Figure]]) -> None:
        if name in asked:
            print(f"{name} …", flush=True)
            figures.extend(measure())

    for name, plain in PLAIN.items():
        run(name, plain)
    if not asked - set(PLAIN):
        return figures
    with ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        ground = Ground(folder)
        playwright = stack.enter_context(sync_playwright())
        for name, wire in WIRE.items():
            with tempfile.TemporaryDirectory() as scratch:
                run(name, lambda wire=wire, scratch=scratch: wire(playwright, ground, Path(scratch)))  # type: ignore[misc]
        for account, measures in PHONE.items():
            if asked & set(measures):
                with tempfile.TemporaryDirectory() as scratch, installed(playwright, ground, Path(scratch), account) as phone:
                    for name, measure in measures.items():
                        run(name, lambda measure=measure, phone=phone: measure(phone))  # type: ignore[misc]
    return figures


if __name__ == "__main__":
    main()
