"""How many walks, which ones, and what is said of them."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.simulation.ground import Bench
from tests.sync.simulation.machine import Machine

__all__ = ["LONGEST", "PROOF", "Bench", "walks"]

PROOF = bool(os.environ.get("PROOF"))
LONGEST = 3 * 3600 if PROOF else 600
STEPS = 24


def walks(bench: Bench, examples: int, chosen: int | None = None) -> None:
    """So many walks over fresh ground, by a seed or, without one, always the same. A failing one is not made shorter: phones
    that sync at the same moment do not do the same twice."""

    class Here(Machine):
        pass

    Here.bench = bench
    machine = Here if chosen is None else seed(chosen)(Here)
    run_state_machine_as_test(
        machine,  # type: ignore[arg-type]
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            derandomize=chosen is None and not PROOF,
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            print_blob=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
