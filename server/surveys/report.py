"""Everything a form says of given answers, node by node: for `survey evaluate`, and for comparing engines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.surveys.compute import AnswerContext, holds_true, recalculate, unmet
from server.surveys.expression.context import At
from server.surveys.expression.evaluate import evaluate
from server.surveys.expression.values import to_text
from server.surveys.form import Form, Question
from server.surveys.offered import offered

Report = dict[str, dict[str, Any]]


def report(
    form: Form,
    answers: Mapping[str, Any],
    now: datetime | str | None = None,
    lang: str = "zh",
    record: str = "",
) -> Report:
    """`members[1]/age` → what is true of that question now; entries count from 1."""
    context = AnswerContext(form, recalculate(form, answers, now), now, lang=lang)
    found: Report = {}
    for question in form.questions:
        for at in context.places(question.path):
            found[numbered(form, question.path, at)] = node(context, question, at, record)
    return found


def numbered(form: Form, path: str, at: At) -> str:
    text, start = "", 0
    for repeat, place in zip(form.index.chain(path), at, strict=False):
        text += f"{repeat[start:]}[{place + 1}]"
        start = len(repeat)
    return text + path[start:]


def node(context: AnswerContext, question: Question, at: At, record: str) -> dict[str, Any]:
    relevant = context.relevant(question.path, at)
    found: dict[str, Any] = {"relevant": relevant, "label": words(context, question.label, at)}
    if question.hint:
        found["hint"] = words(context, question.hint, at)
    if question.holds == "entries":
        found["count"] = context.count(question.path, at)
    elif question.holds != "nothing":
        problem = unmet(question, context, at)
        found |= {
            "value": context.value(question.path, at),
            "required": relevant and holds_true(question.required, context, at),
            "read_only": (question.calculate is not None and not question.kept)
            or holds_true(question.read_only, context, at),
            "valid": problem is None,
        }
        if problem is not None:
            found["problem"] = problem
    if question.choices is not None or question.source is not None:
        rows = offered(question, context, at, record)
        found["choices"] = [row["name"] for row in rows]
        found["choice_labels"] = [words(context, row.get("label") or {}, at) for row in rows]
    return found


def words(context: AnswerContext, text: Mapping[str, Any], at: At) -> str:
    """In the context's language, or one there is, with the values inside filled in."""
    chosen = text.get(context.lang)
    if chosen is None:
        chosen = text.get("zh")
    if chosen is None:
        chosen = next(iter(text.values()), "")
    if isinstance(chosen, str):
        return chosen
    return "".join(part if isinstance(part, str) else to_text(evaluate(part, context, at)) for part in chosen)


__all__ = ["report", "words"]
