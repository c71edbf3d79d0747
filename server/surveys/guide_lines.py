"""The guide for people who read a terminal: what is wrong with its tables, and what it comes to in a village."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from server.surveys import catalogue, workshop
from server.surveys.guide import Compiled, compile_guide, files_of
from server.surveys.guide_reading import Reading


def compiled(folder: Path) -> Compiled:
    """A folder's guide against the folder's own forms; raises catalogue.FormsProblem when one of those is wrong."""
    found = catalogue.found_in(folder)
    outcomes = asyncio.run(workshop.run_many([one.source for one in found]))
    wrong = {one.source.name: outcome.errors for one, outcome in zip(found, outcomes, strict=True) if not outcome.ok}
    if wrong:
        raise catalogue.FormsProblem(wrong)
    return compile_guide(files_of(folder), [outcome.definition for outcome in outcomes if outcome.definition])


def checked(folder: Path) -> tuple[list[str], str]:
    """Every reason why the tables cannot be used, and how much they hold."""
    found = compiled(folder)
    guide = found.definition
    items = sum(len(step["items"]) for step in guide["steps"])
    figures = sum(len(one["figures"]) for one in guide["mechanisms"])
    held = (
        f"{len(guide['steps'])} steps, {items} items, {len(guide['indicators'])} indicators,"
        f" {len(guide['mechanisms'])} mechanisms, {figures} figures, {len(guide['thresholds'])} thresholds"
    )
    return str(catalogue.FormsProblem(found.problems)).splitlines(), held


def told(reading: Reading) -> Iterator[str]:
    """Every item, indicator and mechanism with its value."""
    for step in reading.guide["steps"]:
        state = reading.step(step["id"])
        yield f"{step['id']}\t{step['title']['zh']}\t{state['done']}/{state['all'] - state['na']}{' ✓' if state['isDone'] else ''}"
        for item in step["items"]:
            found = reading.item(item["id"])
            yield f"  {item['id']}\t{item['title']['zh']}\t{found['state']}\t{found['n']}"
    for one in reading.guide["indicators"]:
        found = reading.indicator(one["id"])
        yield f"{one['id']}\t{one['title']['zh']}\t{found['value']}\t{found['from']} {found['asOf']}\t{found['n']}"
    for one in reading.guide["mechanisms"]:
        found = reading.mechanism(one["id"])
        yield f"{one['id']}\t{one['title']['zh']}\tn {found['n']}\tlast {found['last']}\tdue {found['due']}"
        for figure in one["figures"]:
            yield f"  {figure['id']}\t{figure['title']['zh']}\t{found['figures'].get(figure['id'])}"
