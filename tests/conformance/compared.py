"""Runs both engines over forms and judges what came of it by explained.json."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conformance.forms import Entry
from tests.tools import node

HERE = Path(__file__).parent
NUMBERED = re.compile(r"\[\d+\]")
EXPLAINED: dict[str, Any] = json.loads((HERE / "explained.json").read_text("utf-8"))


@dataclass
class Result:
    """What came of one form: agree · differ (explained, or not) · unloadable (there) · refused (here) · broken (either)."""

    name: str
    result: str
    reason: str = ""
    differences: list[dict[str, Any]] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    steps: int = 0

    @property
    def places(self) -> set[str]:
        """Node and aspect of each difference, without the numbers of entries."""
        return {f"{NUMBERED.sub('', one['node'])} {one['aspect']}" for one in self.differences}

    def problem(self) -> str | None:
        """Why this result may not stand: a difference nobody has explained, or an explanation of none."""
        told = EXPLAINED["forms"].get(self.name)
        if told is None:
            return (
                None if self.result in {"agree", "unloadable", "refused"} else f"{self.result}: {self.said()}"
            )
        if self.result != "differ":
            return f"is explained, but the result is: {self.result} {self.reason}"
        known = [*told["where"], *told.get("sometimes", [])]
        strange = {place for place in self.places if not any(fnmatch.fnmatch(place, one) for one in known)}
        stale = [one for one in told["where"] if not fnmatch.filter(self.places, one)]
        if strange or stale:
            return f"differs elsewhere than explained: {sorted(strange)}; no longer there: {stale}"
        return None

    def said(self) -> str:
        """In one line."""
        found = [
            f"{one['node']} {one['aspect']}: ours {_short(one.get('ours'))}, theirs {_short(one.get('theirs'))}"
            f" (seed {one['seed']}, step {one['step']})"
            for one in self.differences[:3]
        ]
        return "; ".join([*([self.reason] if self.reason else []), *found])


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 80 else f"{text[:77]}…"


def compared(forms: Iterable[Entry], seeds: int, steps: int, folder: Path, timeout: float) -> list[Result]:
    """Fills every form that compiles in both engines, with the seeds 1…`seeds`."""
    found: list[Result] = []
    jobs: list[dict[str, Any]] = []
    for entry in forms:
        if entry.definition is None:
            found.append(Result(entry.name, "refused", "; ".join(entry.refusals[:3])))
        else:
            jobs.append(
                {
                    "name": entry.name,
                    "xform": entry.xform,
                    "definition": entry.definition,
                    "files": entry.files,
                }
            )
    job = folder / "forms.json"
    job.write_text(json.dumps({"forms": jobs, "seeds": seeds, "steps": steps}, ensure_ascii=False), "utf-8")
    # `browser`: without it Node would get the half of solid-js that never reacts to a change.
    loader = ["--conditions=browser", "--import", "../domain/register.mjs"]
    done = subprocess.run(
        [*node(), *loader, "compare.mjs", str(job)],
        cwd=HERE,
        env={**os.environ, "TZ": "UTC"},
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-3000:])
    found += [Result(**json.loads(line)) for line in done.stdout.decode().splitlines()]
    return sorted(found, key=lambda result: result.name)


def share(results: Iterable[Result]) -> tuple[int, int]:
    """(forms that agree completely, forms both can load)."""
    loaded = [result for result in results if result.result in {"agree", "differ", "broken"}]
    return sum(result.result == "agree" for result in loaded), len(loaded)


def report(results: list[Result]) -> str:
    """Every form with its result, as Markdown."""
    agreeing, loaded = share(results)
    plainly = sum(result.result == "agree" and not result.readings for result in results)
    lines = [
        f"{agreeing} of the {loaded} forms that both engines load agree completely"
        f" ({100 * agreeing / max(1, loaded):.1f} %), {plainly} of them without a reading"
        f" ({', '.join(EXPLAINED['readings'])}); {sum(result.steps for result in results)} steps.",
        "",
        "| form | result | steps | |",
        "| --- | --- | --- | --- |",
    ]
    for result in results:
        told = EXPLAINED["forms"].get(result.name)
        why = f"{told['right']} is right: {told['why']}" if told else result.said()
        note = "; ".join([*(f"read: {name}" for name in result.readings), *([why] if why else [])])
        lines.append(f"| {result.name} | {result.result} | {result.steps or ''} | {note.replace('|', '/')} |")
    return "\n".join(lines)
