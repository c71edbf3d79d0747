"""The walk itself: phones, faults, restores and changes of scope in any order, in the end all agree and nothing is lost.

Each rule draws numbers only, so that a walk is the same at every run as far as the work of several at once allows. What failed
is printed with its steps; `play` walks the same steps again, which is how a finding becomes a named case.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.sync.simulation.ground import Bench, Ground
from tests.sync.simulation.steps import Steps

WHO = st.integers(0, 3)
WHICH = st.integers(0, 30)
FIELD = st.sampled_from(
    ("phone", "note", "phone", "visits", "tags", "place", "members", "drop member", "log", "first_seen", "extra", "head")
)
FAULT = st.sampled_from(
    ("", "", "", "lost", "lost answer", "cut answer", "cut answer", "cut request", "twice", "kept", "killed", "portal", "401", "429", "503")
)
DEATH = st.sampled_from(("before", "middle", "after", "after"))


def step(name: str) -> Callable[[Any], Any]:
    """A rule that runs the coroutine of `Steps` with its name and is written down."""

    def made(draws: Any) -> Any:
        @functools.wraps(draws)
        def walked(self: Machine, **drawn: Any) -> None:
            self.walk(name, drawn)

        return walked

    return made


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
            self.bench.run(getattr(self.doing, name)(**drawn))
            self.ground.no_findings()
        except BaseException:
            self._say()
            raise

    def _say(self) -> None:
        self.broken = True
        lines = "\n".join(f"    ({name!r}, {drawn!r})," for name, drawn in self.steps)
        self.bench.failed = f"[\n{lines}\n]"
        print(f"The walk that failed, for tests/sync/test_simulated_cases.py:\n{self.bench.failed}")

    @initialize(count=st.integers(2, 4), pages=st.integers(1, 2), locks=st.booleans())
    @step("begin")
    def begin(self) -> None: ...

    @rule(who=WHO, kind=st.sampled_from(("household", "household", "visit", "problem")), draft=st.booleans())
    @step("create")
    def create(self) -> None: ...

    @rule(who=WHO, which=WHICH, field=FIELD, page=st.integers(0, 1))
    @step("edit")
    def edit(self) -> None: ...

    @rule(which=WHICH, field=FIELD)
    @step("two_edit_one")
    def two_edit_one(self) -> None: ...

    @rule(who=WHO, which=WHICH, deleted=st.booleans())
    @step("delete")
    def delete(self) -> None: ...

    @rule(who=WHO, which=WHICH, change=st.sampled_from(("content", "reported_on", "reporter", "yes", "no", "remark", "assigned", "returned")))
    @step("problem")
    def problem(self) -> None: ...

    @rule(who=WHO, which=WHICH, kind=st.sampled_from(("household", "problem")))
    @step("move")
    def move(self) -> None: ...

    @rule(who=WHO, which=WHICH, choice=st.sampled_from(("mine", "theirs", "written")))
    @step("settle")
    def settle(self) -> None: ...

    @rule(who=WHO)
    @step("attach")
    def attach(self) -> None: ...

    @rule(who=WHO, number=st.integers(0, 2))
    @step("draft")
    def draft(self) -> None: ...

    @rule(who=WHO, fault=FAULT, at=st.integers(0, 6000))
    @step("sync")
    def sync(self) -> None: ...

    @rule(fault=FAULT, edits=st.booleans())
    @step("python_phone")
    def python_phone(self) -> None: ...

    @rule(writes=st.integers(0, 3), scope=st.booleans(), left=st.integers(0, 40), how=st.sampled_from(("", "", "busy")))
    @step("all_at_once")
    def all_at_once(self) -> None: ...

    @rule(who=WHO, left=st.integers(1, 12), how=DEATH, saving=st.booleans(), page=st.integers(0, 1))
    @step("crash")
    def crash(self) -> None: ...

    @rule(who=WHO, left=st.integers(1, 8), saving=st.booleans())
    @step("no_room")
    def no_room(self) -> None: ...

    @rule(who=WHO, left=st.integers(1, 50), how=st.sampled_from(("raise", "busy", "die", "die")))
    @step("server_fault")
    def server_fault(self) -> None: ...

    @rule(which=WHICH)
    @step("kept_arrives")
    def kept_arrives(self) -> None: ...

    @rule()
    @step("scope_changes")
    def scope_changes(self) -> None: ...

    @rule()
    @step("role_changes")
    def role_changes(self) -> None: ...

    @rule(own=st.booleans())
    @step("back_up")
    def back_up(self) -> None: ...

    @precondition(lambda self: self.doing.saved is not None and not self.doing.restored)
    @rule()
    @step("restore")
    def restore(self) -> None: ...

    @precondition(lambda self: not self.doing.cloned)
    @rule(who=WHO)
    @step("clone")
    def clone(self) -> None: ...

    @precondition(lambda self: not self.doing.wiped)
    @rule(who=WHO, everything=st.booleans())
    @step("wipe")
    def wipe(self) -> None: ...

    @rule(who=WHO, days=st.sampled_from((-3650, 0, 3650, 40)))
    @step("clock")
    def clock(self) -> None: ...

    @precondition(lambda self: not self.ground.served.newer)
    @rule()
    @step("forms_change")
    def forms_change(self) -> None: ...

    @rule(who=WHO, saves=st.booleans())
    @step("another_account")
    def another_account(self) -> None: ...

    @rule(who=WHO, which=WHICH)
    @step("read_history")
    def read_history(self) -> None: ...

    def teardown(self) -> None:
        try:
            if self.steps and not self.broken:
                self.walk("heal_and_check", {})
        finally:
            self.bench.counts.update(self.ground.proxy.done)
            self.ground.proxy.done.clear()
            self.bench.run(self.ground.end())


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
