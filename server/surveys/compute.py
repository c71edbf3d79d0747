"""Answers + form → calculations filled in, and what is unmet. The phone does the same in pwa/form/interview.js."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from server.surveys.expression.context import At, Context
from server.surveys.expression.evaluate import evaluate, is_true
from server.surveys.expression.values import (
    DAY_MS,
    Value,
    date_text,
    day_fraction,
    moment,
    offset_text,
    time_text,
    to_number,
    to_text,
)
from server.surveys.validate import MAX_NUMBER, MAX_TEXT

if TYPE_CHECKING:
    from server.surveys.form import Form, Question

#: China has one zone and no summer time; dates in forms are meant in it, whatever the clock of a phone or of the server is set
#: to (pwa/form/interview.js takes the same), so that both work out the same day.
OFFSET = 480
#: Functions whose value a second evaluation does not give again.
FLEETING = frozenset(("random", "uuid", "now", "property", "randomize"))
#: Functions whose value depends on the language.
SPEAKING = frozenset(("jr:choice-name", "pulldata", "lang", "format-date", "format-date-time"))
_SPACE = re.compile(r"[ \t\r\n]+")


def local_now(now: datetime | str | None, offset: int = OFFSET) -> tuple[str, str]:
    """Today's date and the time now as the forms' functions give them, in the forms' zone."""
    if isinstance(now, str):
        found = moment(now, offset)
        if found is not None:
            return date_text(found[0]), f"{date_text(found[0])}T{time_text(found[1])}{offset_text(offset)}"
        now = None
    return _local(now or datetime.now(UTC), offset)


@lru_cache(maxsize=64)
def _local(now: datetime, offset: int) -> tuple[str, str]:
    moved = now.astimezone(UTC) + timedelta(minutes=offset)
    clock = time_text(
        int((moved.hour * 60 + moved.minute) * 60 + moved.second) * 1000 + moved.microsecond // 1000
    )
    return moved.strftime("%Y-%m-%d").zfill(
        10
    ), f"{moved.year:04d}-{moved.month:02d}-{moved.day:02d}T{clock}{offset_text(offset)}"


class AnswerContext(Context):
    """Reads one record's answers. What is not relevant reads as empty."""

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, Any],
        now: datetime | str | None,
        offset: int = OFFSET,
        lang: str = "zh",
        last: Mapping[str, Any] | None = None,
    ) -> None:
        today, moment_now = local_now(now, offset)
        super().__init__(form.index, today=today, now=moment_now, offset=offset, lang=lang)
        self.form = form
        self.answers = answers
        self._last = last or {}
        self._relevant: dict[tuple[str, At], bool] = {}

    def holder(self, path: str, at: At) -> tuple[Mapping[str, Any] | None, str]:
        """The object that holds the path's value (the record's answers or a repeat's entry) and its key there."""
        holder: Any = self.answers
        start = 0
        chain = self.index.chain(path)
        if not chain:
            return holder, path
        around = chain[:-1] if chain and chain[-1] == path else chain
        for repeat, place in zip(around, at, strict=False):
            entries = holder.get(repeat[start:])
            if (
                not isinstance(entries, list)
                or place >= len(entries)
                or not isinstance(entries[place], Mapping)
            ):
                return None, ""
            holder = entries[place]
            start = len(repeat) + 1
        return holder, path[start:]

    def stored(self, path: str, at: At) -> Any:
        holder, key = self.holder(path, at)
        return None if holder is None else holder.get(key)

    def value(self, path: str, at: At) -> Any:
        return self.stored(path, at) if self.relevant(path, at) else None

    def last(self, path: str) -> Any:
        """What the record of this kind that was saved last says there."""
        return self._last.get(path)

    def count(self, path: str, at: At) -> int:
        entries = self.stored(path, at)
        return len(entries) if isinstance(entries, list) and self.relevant(path, at) else 0

    def relevant(self, path: str, at: At) -> bool:
        """Its own condition and those of everything around it."""
        if path == "":
            return True
        known = self._relevant.get((path, at))
        if known is None:
            question = self.form.question(path)
            parent = self.index.parents.get(path, "")
            known = self.relevant(parent, at[: len(self.index.chain(parent))])
            if known and question is not None and question.relevant is not None:
                known = is_true(question.relevant, self, at)
            self._relevant[path, at] = known
        return known

    def places(self, path: str) -> Iterator[At]:
        """Every entry (or the one place there is) in which the question stands."""
        chain = self.index.chain(path)
        if not chain:
            yield ()
            return
        around = chain[:-1] if chain[-1] == path else chain
        yield from self._places(around, ())

    def _places(self, chain: tuple[str, ...], at: At) -> Iterator[At]:
        if len(at) == len(chain):
            yield at
            return
        entries = self.stored(chain[len(at)], at)
        for place, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, Mapping):
                yield from self._places(chain, (*at, place))


def stored(question: Question, value: Value, offset: int = OFFSET) -> Any:
    """What a question stores of an expression's value; None when that comes out empty (NaN counts as empty)."""
    if question.holds == "number":
        number = to_number(value, offset)
        if not math.isfinite(number) or abs(number) > MAX_NUMBER:
            return None
        if question.type == "integer":
            number = float(math.trunc(number))
        return int(number) if number == int(number) and abs(number) < 2**53 else number
    if isinstance(value, float) and math.isnan(value):
        return None
    # What no answer may be, a calculation must not store either: `shape` would put the whole change aside for it.
    text = to_text(value).replace("\0", "")
    # A character is at most two of the phone's: only what is long needs counting.
    if len(text) > MAX_TEXT // 2 and utf16_length(text) > MAX_TEXT:
        return None
    if question.holds == "list":
        return [item for item in _SPACE.split(text) if item] or None
    if question.type == "date":
        found = moment(text, offset)
        return date_text(found[0]) if found else None
    return text or None if _fits(question.type, text, offset) else None


def utf16_length(text: str) -> int:
    """Its length as the phone counts it."""
    return len(text) + sum(char > "\uffff" for char in text)


def _fits(kind: str, text: str, offset: int) -> bool:
    """Can the text be an answer of the type? What is no place or time is none, as in XForms' types."""
    if kind == "dateTime":
        return moment(text, offset) is not None
    if kind == "time":
        return day_fraction(text, offset) is not None
    return not kind.startswith("geo") or all(_POINT.fullmatch(point) for point in text.split(";"))


_POINT = re.compile(r" *(?:-?[0-9.]+(?: +-?[0-9.]+){1,3} *)?")


def is_once(tree: Any) -> bool:
    """A value the form makes once stays, also while its question is away."""
    return bool(tree[:2] == ["call", "once"])


def lasts(tree: Any) -> bool:
    """Would working it out here give another value than on the phone, or than the first time?"""
    if not isinstance(tree, list) or not tree:
        return False
    if tree[0] == "last" or (tree[0] == "call" and tree[1] in FLEETING) or is_once(tree):
        return True
    return any(lasts(part) for part in tree[1:])


def speaks(tree: Any) -> bool:
    """Does an expression take words out of a list or a calendar, so that it comes out differently in another language?"""
    if not isinstance(tree, list) or not tree:
        return False
    if tree[0] == "words" or (tree[0] == "call" and tree[1] in SPEAKING):
        return True
    return (
        tree == ["field", "label"]
        or (tree[0] == "column" and tree[2] == "label")
        or any(map(speaks, tree[1:]))
    )


def recalculate(form: Form, answers: Mapping[str, Any], now: datetime | str | None) -> dict[str, Any]:
    copied = _copy(answers)
    context = AnswerContext(form, copied, now)
    for path in form.definition["order"]:
        question = form.question(path)
        if question is None or question.calculate is None:
            continue
        for at in context.places(path):
            holder, key = context.holder(path, at)
            if holder is None:
                continue
            assert isinstance(holder, dict)
            value = None
            if context.relevant(path, at):
                if path in form.lasting and key in holder:
                    continue
                values = _worked(form, question, context, at)
                value = present if (present := holder.get(key)) in values else values[0]
            elif question.kept or is_once(question.calculate):
                continue
            if value is None:
                holder.pop(key, None)
            else:
                holder[key] = value
    return copied


def _worked(form: Form, question: Question, context: AnswerContext, at: At) -> list[Any]:
    """The calculation's value; where it takes words out of a list or a calendar, in every language of the form, as its
    writer's is not known."""
    own = context.lang
    found = []
    for language in dict.fromkeys([own, *form.languages]) if question.path in form.speaking else [own]:
        context.lang = language
        found.append(stored(question, evaluate(question.calculate, context, at), context.offset))
    context.lang = own
    return found


def _copy(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _copied(value) for key, value in answers.items()}


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _copy(value)
    return [_copied(item) for item in value] if isinstance(value, list) else value


def flags(form: Form, answers: Mapping[str, Any], now: datetime | str | None) -> list[dict[str, str]]:
    context = AnswerContext(form, answers, now)
    found: list[dict[str, str]] = []
    for question in form.conditional:
        for at in context.places(question.path):
            code = unmet(question, context, at)
            if code is not None:
                found.append({"code": code, "question": named(context, question.path, at)})
    return found


def unmet(question: Question, context: AnswerContext, at: At) -> str | None:
    """`required` or `constraint` when the answer there does not meet it. What costs least is asked first: most answers are
    empty and need not be there, and whether they are relevant then decides nothing."""
    value = context.stored(question.path, at)
    empty = value is None or value == "" or value == []
    condition, code = (question.required, "required") if empty else (question.constraint, "constraint")
    if condition is (False if empty else None) or not context.relevant(question.path, at):
        return None
    return code if holds_true(condition, context, at) is empty else None


def holds_true(condition: Any, context: Context, at: At) -> bool:
    return is_true(condition, context, at) if isinstance(condition, list) else bool(condition)


def named(context: AnswerContext, path: str, at: At) -> str:
    """The path with each repeat's entry named by its id."""
    text, start = "", 0
    for i, repeat in enumerate(context.index.chain(path)[: len(at)]):
        entries = context.stored(repeat, at[:i])
        text += f"{repeat[start:]}[{entries[at[i]].get('id', at[i])}]"
        start = len(repeat)
    return text + path[start:]


__all__ = ["DAY_MS", "AnswerContext", "flags", "local_now", "recalculate", "stored", "unmet"]
