"""Whatever is uploaded as a form, there is a definition or there are refusals that say why, within the worker's limits."""

from __future__ import annotations

import os
import re
from collections import Counter

import pytest

from server.surveys import workshop
from server.surveys.form import Form
from server.surveys.refusal import SENTENCES
from server.surveys.worker import Limits, Outcome
from tests.surveys.mutations import mutated

SEED = 20261123
COUNT = 10_000 if os.environ.get("PROOF") else 500
BATCH = 500
LIMITS = Limits(cpu_seconds=10, wall_seconds=60, memory_bytes=512 * 1024 * 1024)


def fault(outcome: Outcome) -> str:
    """What is wrong with how a form was taken; "" when nothing is."""
    if outcome.ok == bool(outcome.errors):
        return "neither a definition nor a refusal, or both"
    for line in outcome.errors:
        if line["code"] not in SENTENCES:
            return f"unknown code {line['code']}"
        if line["code"] == "crashed":
            return "crashed"
        if not re.search("[一-龥]", line["zh"]) or not re.search("[A-Za-z]", line["en"]):
            return f"{line['code']} is not in both languages"
        if any(sign in line["zh"] + line["en"] for sign in ("Traceback", 'File "', "object at 0x")):
            return f"a traceback in {line['code']}"
    if outcome.definition is not None:
        Form(outcome.definition).recalculate({})
    return ""


@pytest.mark.timeout(3600 if os.environ.get("PROOF") else 300)
async def test_broken_forms_are_taken_or_refused() -> None:
    faults: list[tuple[int, str, str]] = []
    codes: Counter[str] = Counter()
    for start in range(0, COUNT, BATCH):
        sources = [mutated(number, SEED) for number in range(start, min(COUNT, start + BATCH))]
        outcomes = await workshop.run_many(sources, LIMITS)
        for number, (source, outcome) in enumerate(zip(sources, outcomes, strict=True), start):
            said = fault(outcome)
            if said:
                faults.append((number, source.name, said))
            codes.update({line["code"] for line in outcome.errors} or {"taken"})
    assert faults == []
    assert codes["taken"] > COUNT / 20, "the mutations have become too coarse"
    assert len(codes) > 20, f"the mutations have become one-sided: {sorted(codes)}"
