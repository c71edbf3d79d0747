"""Merging one change into one record, answer by answer, against the revision its writer last saw. Pure: no I/O, no clock.

Promises: an answer changed on one side only is taken; the same value from both sides is one value; a device never conflicts
with itself; anything else leaves the present value standing and names a clash that keeps both. What is done once, counted,
collected or appended never clashes. Inputs are not altered.

Who set an answer last is kept per record as {path: [rev, device]}: "*" stands for every answer not named, an entry of a
repeat is named `path/<entry id>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Answers = dict[str, Any]
Revs = dict[str, Any]

DELETED = "deleted"
GROUP = "group:"


class QuestionLike(Protocol):
    """What merging asks of a question."""

    @property
    def path(self) -> str: ...
    @property
    def merge(self) -> str: ...
    @property
    def holds(self) -> str: ...


class FormLike(Protocol):
    """What merging asks of a form."""

    @property
    def hash(self) -> str: ...
    @property
    def questions(self) -> Any: ...
    @property
    def calculated(self) -> frozenset[str]: ...
    def question(self, path: str) -> Any: ...


@dataclass(slots=True)
class Standing:
    """A record as it stands; rev 0 is a record that does not exist yet."""

    rev: int = 0
    answers: Answers = field(default_factory=dict)
    revs: Revs = field(default_factory=dict)
    deleted: bool = False


@dataclass(slots=True)
class Clash:
    """Two values for one question (a path, `path/<entry id>`, `group:<name>` or `deleted`)."""

    question: str
    mine: Any
    theirs: Any

    @property
    def paths(self) -> list[str]:
        """The answers it is about."""
        return list(self.mine) if self.question.startswith(GROUP) else [self.question]


@dataclass(slots=True)
class Merged:
    """What came out: the record's new content, and for its history what was set, what undoes it and what was let lie."""

    answers: Answers
    revs: Revs
    deleted: bool
    changed: Answers = field(default_factory=dict)
    before: Answers = field(default_factory=dict)
    passed_over: Answers = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)


def merge(form: FormLike, standing: Standing, base: int, changes: Mapping[str, Any], device: str, rev: int) -> Merged:
    """`changes` may hold `deleted`; `rev` is the revision the record takes if anything changes."""
    return _Merging(form, standing, base, device, rev).all(changes)


def last_set(standing: Standing, path: str, present: bool) -> tuple[int, str | None]:
    """The revision and device that set an answer last; (0, None) for one that never was."""
    found = standing.revs.get(path)
    if found is None and present:
        found = standing.revs.get("*")
    return (found[0], found[1]) if found else (0, None)


def members(form: FormLike, name: str) -> list[str]:
    """The paths of the questions that merge as this group."""
    return [q.path for q in form.questions if q.merge == GROUP + name]


def entry_of(value: Any, entry_id: str) -> Any:
    """The entry of a repeat or log with this id, or None."""
    return next((e for e in value or () if isinstance(e, dict) and e.get("id") == entry_id), None)


class _Merging:
    def __init__(self, form: FormLike, standing: Standing, base: int, device: str, rev: int) -> None:
        self.form = form
        self.old = standing
        self.base = base
        self.device = device
        self.rev = rev
        self.new = Merged(dict(standing.answers), dict(standing.revs), standing.deleted)

    def all(self, changes: Mapping[str, Any]) -> Merged:
        groups: dict[str, Answers] = {}
        for path, value in changes.items():
            if path == DELETED:
                continue
            if path in self.form.calculated:
                self._put(path, value)  # taken as it is, and no change by itself
                continue
            question = self.form.question(path)
            rule = question.merge if question is not None else "plain"
            if rule.startswith(GROUP) and not isinstance(value, dict):
                groups.setdefault(rule.removeprefix(GROUP), {})[path] = value
            else:
                self._one(path, rule, question, value)
        for name, values in groups.items():
            self._group(name, values)
        edited = any(path != DELETED and path not in self.form.calculated for path in changes)
        self._deletion(changes.get(DELETED, None), DELETED in changes, edited)
        if self.old.rev == 0:
            self.new.revs = {"*": [self.rev, self.device]}
            if self.new.deleted:
                self.new.revs[DELETED] = [self.rev, self.device]
        return self.new

    # One answer

    def _one(self, path: str, rule: str, question: Any, value: Any) -> None:
        if isinstance(value, dict):
            if "add" in value:
                self._add(path, value["add"])
            elif "append" in value:
                self._append(path, value["append"])
            elif question is not None and question.holds == "entries":
                self._entries(path, value.get("put") or [], value.get("drop") or [])
            else:
                self._elements(path, value.get("put") or [], value.get("drop") or [])
        elif isinstance(value, list) and question is not None and question.holds == "entries":
            self._whole_repeat(path, value)
        elif rule == "once":
            self._once(path, value)
        else:
            self._plain(path, value)

    def _plain(self, path: str, value: Any) -> None:
        present = self.new.answers.get(path)
        if present == value:
            return
        if self._free(path, present is not None):
            self._set(path, value, value, present)
        else:
            self.new.clashes.append(Clash(path, value, present))

    def _once(self, path: str, value: Any) -> None:
        present = self.new.answers.get(path)
        if present is None and value is not None:
            self._set(path, value, value, None)
        elif present != value and last_set(self.old, path, True)[1] == self.device:
            self._set(path, value, value, present)
        elif present != value:
            self.new.passed_over[path] = value

    def _add(self, path: str, amount: Any) -> None:
        if amount:
            present = self.new.answers.get(path)
            self._set(path, (present or 0) + amount, {"add": amount}, present)

    def _elements(self, path: str, put: list[Any], drop: list[Any]) -> None:
        present: list[Any] = self.new.answers.get(path) or []
        put = [item for item in dict.fromkeys(put) if item not in present]
        drop = [item for item in dict.fromkeys(drop) if item in present]
        if put or drop:
            value = [item for item in present if item not in drop] + put
            self._set(path, value or None, _operation(put, drop), _operation(drop, put))

    def _append(self, path: str, entries: list[Any]) -> None:
        present: list[Any] = self.new.answers.get(path) or []
        known = {entry.get("id"): entry for entry in present}
        fresh = []
        for entry in entries:
            if entry.get("id") not in known:
                known[entry.get("id")] = entry
                fresh.append(entry)
            elif known[entry["id"]] != entry:
                self.new.passed_over.setdefault(path, {"append": []})["append"].append(entry)
        if fresh:
            self._set(path, [*present, *fresh], {"append": fresh}, {"drop": [entry.get("id") for entry in fresh]})

    # A repeat, entry by entry

    def _whole_repeat(self, path: str, entries: list[Any]) -> None:
        """A list without put and drop means: these entries, and of the ones its writer knew no others."""
        kept = {entry.get("id") for entry in entries}
        drop = []
        for entry in self.new.answers.get(path) or []:
            revision, device = last_set(self.old, f"{path}/{entry.get('id')}", True)
            if entry.get("id") not in kept and (revision <= self.base or device == self.device):
                drop.append(entry.get("id"))
        self._entries(path, entries, drop)

    def _entries(self, path: str, put: list[Any], drop: list[Any]) -> None:
        entries: list[Any] = list(self.new.answers.get(path) or [])
        done: list[Any] = []
        undo_put: list[Any] = []
        undo_drop: list[Any] = []
        dropped: list[Any] = []
        wanted = {entry_id: None for entry_id in drop} | {entry.get("id"): entry for entry in put}
        for entry_id, value in wanted.items():
            present = entry_of(entries, entry_id)
            if present == value:
                continue
            key = f"{path}/{entry_id}"
            if not self._free(key, present is not None):
                self.new.clashes.append(Clash(key, value, present))
                continue
            if present is None:
                entries.append(value)
                undo_drop.append(entry_id)
            else:
                at = entries.index(present)
                entries[at : at + 1] = [] if value is None else [value]
                undo_put.append(present)
            (dropped if value is None else done).append(entry_id if value is None else value)
            self.new.revs[key] = [self.rev, self.device]
        if done or dropped:
            self._put(path, entries or None)
            self.new.changed[path] = _operation(done, dropped)
            self.new.before[path] = _operation(undo_put, undo_drop)

    # Answers that only make sense together

    def _group(self, name: str, values: Answers) -> None:
        differing = {path: value for path, value in values.items() if self.new.answers.get(path) != value}
        if not differing:
            return
        paths = members(self.form, name)
        if all(self._free(path, path in self.old.answers) for path in paths):
            for path, value in differing.items():
                self._set(path, value, value, self.new.answers.get(path))
        else:
            present = {path: self.new.answers[path] for path in paths if path in self.new.answers}
            self.new.clashes.append(Clash(GROUP + name, values, present))

    # The record as a whole

    def _deletion(self, wanted: Any, named: bool, edited: bool) -> None:
        if wanted and not self.old.deleted:
            if self._edited_elsewhere():
                self.new.clashes.append(Clash(DELETED, True, False))
            else:
                self._delete(True)
        elif self.old.deleted and not wanted and (named or edited):
            revision, device = last_set(self.old, DELETED, False)
            if revision > self.base and device != self.device:
                self.new.clashes.append(Clash(DELETED, False, True))
            self._delete(False)

    def _delete(self, deleted: bool) -> None:
        self.new.deleted = deleted
        self.new.revs[DELETED] = [self.rev, self.device]
        self.new.changed[DELETED] = deleted
        self.new.before[DELETED] = not deleted

    def _edited_elsewhere(self) -> bool:
        return any(revision > self.base and device != self.device for revision, device in self.old.revs.values())

    def _free(self, path: str, present: bool) -> bool:
        """Nobody else changed it since this writer looked."""
        revision, device = last_set(self.old, path, present)
        return revision <= self.base or device == self.device

    def _set(self, path: str, value: Any, changed: Any, before: Any) -> None:
        self._put(path, value)
        self.new.revs[path] = [self.rev, self.device]
        self.new.changed[path] = changed
        self.new.before[path] = before

    def _put(self, path: str, value: Any) -> None:
        if value is None:
            self.new.answers.pop(path, None)
        else:
            self.new.answers[path] = value


def _operation(put: list[Any], drop: list[Any]) -> dict[str, Any]:
    operation = {}
    if put:
        operation["put"] = put
    if drop:
        operation["drop"] = drop
    return operation
