"""How much a phone fetches: the first screen, the whole installed app, and the modules a start waits for."""

from __future__ import annotations

import gzip
from pathlib import Path

from server.assets import Assets
from server.pages import STYLES, release
from tests.bench.table import Figure

PWA = Path(__file__).parents[2] / "pwa"
FIRST, WHOLE, MODULES = 100 * 1024, 250 * 1024, 25


def measure() -> list[Figure]:
    assets = Assets(PWA)

    def packed(path: str) -> int:
        asset = assets.by_path[path]
        return len(asset.packed or asset.body)

    shell = len(gzip.compress(release(assets).shell.body, 9))
    first = shell + sum(map(packed, [*assets.start_graph, *(f"styles/{name}.css" for name in STYLES), "i18n/zh.json"]))
    whole = shell + sum(packed(assets.by_url[url].path) for url in assets.precache)
    packs = sum(packed(assets.by_url[url].path) for url in assets.packs)
    modules = len(assets.start_graph)
    return [
        _size("first screen's code, compressed", first, FIRST, "shell, start graph, styles, Chinese words; gzip"),
        _size("everything precached, compressed", whole, WHOLE, f"{len(assets.precache)} files; packs apart: {packs / 1024:.0f} KB"),
        Figure("modules in the start graph", str(modules), f"≤ {MODULES}", modules <= MODULES, "the house rule of tests/house"),
    ]


def _size(work: str, size: int, budget: int, how: str) -> Figure:
    return Figure(work, f"{size / 1024:.1f} KB", f"≤ {budget // 1024} KB", size <= budget, how)
