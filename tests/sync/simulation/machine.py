"""The walk itself: phones, faults, restores and changes of scope in any order, in the end all agree and nothing is lost.

Each step draws numbers only, so that a walk is the same at every run as far as the work of several at once allows. What failed
is printed with its steps; `play` walks the same steps again, which is how a finding becomes a named case.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.sync.simulation.ground import Bench, Found, Ground
from tests.sync.simulation.named import FAULTS
from tests.sync.simulation.steps import Steps

#: Far more than any step needs on a machine that has much else to do.
STEP_SECONDS = 70
WHO = st.integers(0, 4)
WHICH = st.integers(0, 30)
PAGE = st.integers(0, 1)
FIELD = st.sampled_from(
    ("phone", "note", "phone", "visits", "tags", "place", "members", "drop member", "log", "first_seen", "extra", "head")
)
FAULT = st.sampled_from(
    ("", "", "", "lost", "lost answer", "cut answer", "cut answer", "cut request", "twice", "kept", "killed", "portal", "401", "429", "503")
)
CHANGE = st.sampled_from(("content", "reported_on", "reported_on", "reporter", "yes", "no", "remark", "assigned", "returned"))

#: Each step with how often it is taken, and what it draws.
STEPS: tuple[tuple[int, str, dict[str, Any]], ...] = (
    (2, "create", {"who": WHO, "kind": st.sampled_from(("household", "household", "visit", "problem")), "draft": st.booleans()}),
    (5, "edit", {"who": WHO, "which": WHICH, "field": FIELD, "page": PAGE}),
    (5, "two_edit_one", {"which": WHICH, "field": FIELD}),
    (2, "delete", {"who": WHO, "which": WHICH, "deleted": st.booleans()}),
    (3, "problem", {"who": WHO, "which": WHICH, "change": CHANGE}),
    (2, "move", {"who": WHO, "which": WHICH, "kind": st.sampled_from(("household", "problem"))}),
    (3, "settle", {"who": WHO, "which": WHICH, "choice": st.sampled_from(("mine", "theirs", "written"))}),
    (1, "attach", {"who": WHO}),
    (1, "draft", {"who": WHO, "number": st.integers(0, 2)}),
    (8, "sync", {"who": WHO, "fault": FAULT, "at": st.integers(0, 6000)}),
    (2, "python_phone", {"fault": FAULT, "edits": st.booleans()}),
    (3, "all_at_once", {"writes": st.integers(0, 3), "scope": st.booleans(), "left": st.integers(0, 40), "how": st.sampled_from(("", "", "busy"))}),
    (4, "crash", {"who": WHO, "left": st.integers(1, 12), "how": st.sampled_from(("before", "middle", "after", "after")), "saving": st.booleans(), "page": PAGE}),
    (2, "no_room", {"who": WHO, "left": st.integers(1, 8), "saving": st.booleans()}),
    (4, "server_fault", {"who": WHO, "left": st.integers(1, 50), "how": st.sampled_from(("raise", "busy", "die", "die"))}),
    (1, "kept_arrives", {"which": WHICH}),
    (2, "scope_changes", {}),
    (1, "role_changes", {}),
    (1, "back_up", {"own": st.booleans()}),
    (1, "restore", {}),
    (1, "clone", {"who": WHO}),
    (1, "wipe", {"who": WHO, "everything": st.booleans()}),
    (1, "clock", {"who": WHO, "days": st.sampled_from((-3650, 0, 3650, 40))}),
    (1, "forms_change", {}),
    (1, "another_account", {"who": WHO, "saves": st.booleans()}),
    (1, "read_history", {"who": WHO, "which": WHICH}),
)
DRAWS = {name: st.fixed_dictionaries(draws) for _, name, draws in STEPS}
#: One rule for all of them: hypothesis would otherwise leave out most rules in most walks, which takes many walks to pay.
STEP = st.sampled_from([name for often, name, _ in STEPS for _ in range(often)]).flatmap(
    lambda name: DRAWS[name].map(lambda drawn: (name, drawn))
)


class Machine(RuleBasedStateMachine):
    """`bench` is set on a subclass."""

    bench: Bench

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[tuple[str, dict[str, Any]]] = []
        self.ground = Ground(self.bench)
        self.doing = Steps(self.ground)
        self.broken = False
        self.bench.walks += 1

    def walk(self, name: str, drawn: dict[str, Any]) -> None:
        self.steps.append((name, drawn))
        self.bench.counts[name] += 1
        try:
            self.bench.run(self._ends(getattr(self.doing, name)(**drawn)))
            self.ground.no_findings()
        except BaseException as exc:
            self._say(f"{type(exc).__name__}: {exc}")
            raise

    async def _ends(self, work: Coroutine[Any, Any, None]) -> None:
        """Invariant 38: nothing waits for ever."""
        try:
            async with asyncio.timeout(STEP_SECONDS):
                await work
        except TimeoutError as exc:
            raise Found(f"everything_ends: a step took more than {STEP_SECONDS} s\n{self.ground.served.log()}") from exc

    def _say(self, found: str) -> None:
        self.broken = True
        if self.bench.failed:
            return
        lines = "\n".join(f"    ({name!r}, {drawn!r})," for name, drawn in self.steps)
        self.bench.failed, self.bench.found = f"[\n{lines}\n]", found
        print(f"The walk that failed, for tests/sync/test_simulated_cases.py:\n{self.bench.failed}\n{found:.4000}")

    @initialize(count=st.integers(2, 4), pages=st.integers(1, 2), locks=st.booleans())
    def begin(self, count: int, pages: int, locks: bool) -> None:
        self.walk("begin", {"count": count, "pages": pages, "locks": locks})

    @rule(step=STEP)
    def step(self, step: tuple[str, dict[str, Any]]) -> None:
        self.walk(*step)

    def teardown(self) -> None:
        try:
            if self.steps and not self.broken:
                self.walk("heal_and_check", {})
        finally:
            done = self.ground.proxy.done
            self.bench.happened.update({FAULTS[kind]: count for kind, count in done.items()})
            done.clear()
            self.bench.run(self.ground.end())
            self.ground.clear()


def play(bench: Bench, steps: list[tuple[str, dict[str, Any]]]) -> None:
    """The same steps again."""

    class Here(Machine):
        pass

    Here.bench = bench
    machine = Here()
    try:
        for name, drawn in steps:
            if name != "heal_and_check":
                machine.walk(name, drawn)
    finally:
        machine.teardown()
