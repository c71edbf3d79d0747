"""Does a change have the shape its form gives it? Types and names only; required and constraint are flags, not shape."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from server.surveys.expression.values import day_fraction, day_number, moment
from server.surveys.remarks import LONGEST, marked

if TYPE_CHECKING:
    from server.surveys.form import Form, Question

Found = tuple[str, str, str]

MAX_TEXT = 65_536
MAX_LIST = 2_000
MAX_ENTRIES = 2_000
MAX_NUMBER = 9_007_199_254_740_991
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


def shape(form: Form, changes: Mapping[str, Any]) -> list[Found]:
    """Everything wrong with the values of one change, per path."""
    return list(_shape(form, changes))


def _shape(form: Form, changes: Mapping[str, Any]) -> Iterator[Found]:
    for path, value in changes.items():
        asked, mark = (path, "") if form.question(path) else marked(path)
        question = form.question(asked)
        if question is None or question.holds == "nothing" or question.repeat:
            yield "unknown_question", path, ""
        elif question.sensitivity == "local-only":
            yield "local_only", path, ""
        elif mark:
            yield from _noted(path, mark, value)
        elif value is not None:
            yield from _change(form, question, value)


def _noted(path: str, mark: str, value: Any) -> Iterator[Found]:
    """A remark is text, the mark to come back says yes or is not there."""
    fits_remark = _is_text(value) and len(value) <= LONGEST
    if value is not None and not (fits_remark if mark == "remark" else value == "yes"):
        yield "wrong_type", path, mark


def _change(form: Form, question: Question, value: Any) -> Iterator[Found]:
    if isinstance(value, Mapping):
        yield from _operation(form, question, value)
    elif question.holds == "entries":
        yield from _entries(form, question, value)
    elif not fits(question, value):
        yield "wrong_type", question.path, question.type


def _operation(form: Form, question: Question, value: Mapping[str, Any]) -> Iterator[Found]:
    """{"add": n}, {"put": […], "drop": […]} or {"append": […]}: only where the question merges that way."""
    keys = set(value)
    wrong: Found = ("wrong_type", question.path, "operation")
    if keys == {"add"}:
        if question.merge != "counter" or not _is_number(value["add"], whole=question.type == "integer"):
            yield wrong
    elif keys == {"append"} and question.merge == "log" and question.holds == "entries":
        yield from _entries(form, question, value["append"])
    elif keys and keys <= {"put", "drop"} and _is_set(question):
        put, drop = value.get("put", []), value.get("drop", [])
        if not (isinstance(drop, list) and len(drop) <= MAX_LIST and all(_is_text(item) for item in drop)):
            yield wrong
        elif question.holds == "entries":
            yield from _entries(form, question, put)
        elif question.holds != "list" or not fits(question, put):
            yield wrong
    else:
        yield wrong


def _is_set(question: Question) -> bool:
    """A repeat's entries merge one by one unless it is a log; a list of choices only where the form says `set`."""
    return question.merge != "log" if question.holds == "entries" else question.merge == "set"


def _entries(form: Form, repeat: Question, value: Any) -> Iterator[Found]:
    wrong: Found = ("wrong_type", repeat.path, "entries")
    if not isinstance(value, list) or len(value) > MAX_ENTRIES:
        yield wrong
        return
    seen: set[str] = set()
    for entry in value:
        if not isinstance(entry, Mapping) or not _is_id(entry.get("id")) or entry["id"] in seen:
            yield wrong
            return
        seen.add(entry["id"])
        yield from _entry(form, repeat, entry)


def _entry(form: Form, repeat: Question, entry: Mapping[str, Any]) -> Iterator[Found]:
    for key, value in entry.items():
        if key == "id":
            continue
        path = f"{repeat.path}/{key}"
        asked, mark = marked(path)
        question = form.question(asked)
        if question is None or question.holds == "nothing" or question.repeat != repeat.path:
            yield "unknown_question", path, ""
        elif question.sensitivity == "local-only":
            yield "local_only", path, ""
        elif mark:
            yield from _noted(path, mark, value)
        elif value is None:
            continue
        elif question.holds == "entries":
            yield from _entries(form, question, value)
        elif not fits(question, value):
            yield "wrong_type", path, question.type


def fits(question: Question, value: Any) -> bool:
    """Is this a value the question can hold? Choices are not looked up: an old record may hold a choice that is gone."""
    if question.holds == "list":
        return (
            isinstance(value, list)
            and len(value) <= MAX_LIST
            and all(_is_text(item) and item != "" and not re.search(r"\s", item) for item in value)
            and len(set(value)) == len(value)
        )
    if question.holds == "number":
        return _is_number(value, whole=question.type == "integer")
    if question.holds != "text" or not _is_text(value):
        return False
    if question.calculate is not None:
        return True
    if question.type == "date":
        match = _DATE.fullmatch(value)
        return match is not None and day_number(int(match[1]), int(match[2]), int(match[3])) is not None
    if question.type == "dateTime":
        return "T" in value and moment(value, 0) is not None
    if question.type == "time":
        return day_fraction(value, 0) is not None
    return True


def _is_text(value: Any) -> bool:
    """Text that can be stored: no lone surrogate, no NUL."""
    if not isinstance(value, str) or len(value) > MAX_TEXT or "\x00" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_number(value: Any, whole: bool) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if isinstance(value, float) and (not math.isfinite(value) or (whole and value != int(value))):
        return False
    return abs(value) <= MAX_NUMBER


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
