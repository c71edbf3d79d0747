"""Which choices a question offers now: the rows of its list that its filter lets through, or a repeat's entries, in the form's
order or shuffled. Twin: pwa/form/choices.js.

Promises: shuffled choices stand in the same order whenever the record is looked at; the order is JavaRosa's for the same seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from server.surveys.expression.context import At, Context
from server.surveys.expression.evaluate import evaluate, is_true
from server.surveys.expression.shuffle import hashed, seed_of, shuffled
from server.surveys.expression.values import Node, to_text

if TYPE_CHECKING:
    from server.surveys.form import Question

Choice = Mapping[str, Any]


def offered(question: Question, context: Context, at: At, record: str = "") -> list[Choice]:
    """`record` is the record's id, which decides the order of choices that are shuffled without a seed."""
    if question.source is not None:
        rows = _entries(question.source, context, at)
    else:
        rows = list(context.index.lists.get(question.choices or "", []))
        if question.choice_filter is not None:
            rows = [row for row in rows if is_true(question.choice_filter, context, at, dict(row))]
    if not question.randomize:
        return rows
    if isinstance(question.randomize, list):
        seed = seed_of(evaluate(question.randomize, context, at), context.offset)
    else:
        seed = hashed(f"{record}/{question.path}")
    return shuffled(rows, seed, context.random)


def _entries(source: Mapping[str, Any], context: Context, at: At) -> list[Choice]:
    """Entries of a repeat as choices; one without a value is none yet."""
    found = evaluate(source["nodes"], context, at)
    rows: list[Choice] = []
    for node in found if isinstance(found, Sequence) and not isinstance(found, str) else ():
        if isinstance(node, Node) and (name := _text(source["value"], node, context)):
            label = _text(source["label"], node, context)
            rows.append({"name": name, "label": {context.lang: label}})
    return rows


def _text(path: str, entry: Node, context: Context) -> str:
    return to_text(evaluate(["path", f"{entry.path}/{path}", len(entry.at)], context, entry.at))
