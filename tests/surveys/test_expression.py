"""The expression language: one table for both evaluators, and random expressions put to both."""

from __future__ import annotations

import os
from json import dumps
from typing import Any

import pytest

from tests.surveys.expressions import FORMS, TABLE, compiled, in_javascript, in_python, refusal
from tests.surveys.sentences import Sentences
from tests.surveys.test_compile import compiled as compiled_form
from tests.surveys.test_compile import small

GROUPS = TABLE["groups"]


def jobs(group: dict[str, Any]) -> list[dict[str, Any]]:
    form = FORMS[group["form"]]
    home = group.get("home", "name" if group["form"] == "plain" else "head")
    return [
        {
            "definition": form.definition,
            "tree": compiled(text, form, home) if isinstance(text, str) else text,
            "answers": group["answers"],
            "at": group.get("at", []),
            "lang": group.get("lang", "zh"),
            "last": group.get("last", {}),
        }
        for text, _ in group["cases"]
    ]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group["name"])
def test_python_gives_what_the_table_says(group: dict[str, Any]) -> None:
    form = FORMS[group["form"]]
    found = {}
    for (text, wanted), job in zip(group["cases"], jobs(group), strict=True):
        value = in_python(form, job["tree"], job["answers"], job["at"], job["lang"], job["last"])
        if dumps(value) != dumps(wanted):
            found[dumps(text)] = (value, wanted)
    assert found == {}


def test_javascript_gives_what_the_table_says() -> None:
    asked = [job for group in GROUPS for job in jobs(group)]
    wanted = [value for group in GROUPS for _, value in group["cases"]]
    texts = [text for group in GROUPS for text, _ in group["cases"]]
    values = in_javascript(asked)
    wrong = {dumps(t): (v, w) for t, v, w in zip(texts, values, wanted, strict=True) if dumps(v) != dumps(w)}
    assert wrong == {}


def test_the_table_is_large_and_names_every_function() -> None:
    from server.surveys.expression.evaluate import SPECIAL
    from server.surveys.expression.functions import FUNCTIONS

    texts = [text for group in GROUPS for text, _ in group["cases"]]
    assert len(texts) > 400
    unnamed = [
        name
        for name in FUNCTIONS | SPECIAL
        if not any(f"{name}(" in text for text in texts if isinstance(text, str))
    ]
    assert unnamed == []


@pytest.mark.parametrize(("text", "code"), TABLE["refused"])
def test_what_cannot_be_evaluated_is_refused_by_name(text: str, code: str) -> None:
    assert refusal(text, FORMS["plain"]) == code


def test_a_condition_over_all_entries_is_looked_at_in_each_and_a_plain_one_only_in_its_own() -> None:
    rows = """
| | begin repeat | r | R | |
| | text | n | N | count(${r}[n = current()/../n]) = 1 |
| | text | m | M | . != 'x' |
| | end repeat | | | |
| | text | o | O | . != 'x' |"""
    definition = compiled_form(small(rows, "| | type | name | label | constraint |"))
    assert "r/n" in definition["dependents"]["r/n"]
    assert "r/m" not in definition["dependents"].get("r/m", [])
    assert "o" not in definition["dependents"].get("o", [])


def test_both_give_the_same_for_random_expressions() -> None:
    """Seeded, so that a failure can be had again; the full count under `make proof`."""
    source = Sentences(20261123)
    asked: list[dict[str, Any]] = []
    for _ in range(20_000 if os.environ.get("PROOF") else 1_500):
        form = source.pick(list(FORMS.values()))
        answers, home, at = source.answers(form)
        tree = source.compiled(form, home)
        asked.append({"definition": form.definition, "tree": tree, "answers": answers, "at": at})
    ours = [
        in_python(FORMS[job["definition"]["kind"]], job["tree"], job["answers"], job["at"]) for job in asked
    ]
    theirs = in_javascript(asked)
    differing = [
        (job["tree"], job["answers"], job["at"], mine, other)
        for job, mine, other in zip(asked, ours, theirs, strict=True)
        if dumps(mine) != dumps(other)
    ]
    assert differing[:3] == []
    kinds = {type(value).__name__ for value in ours}
    assert kinds >= {"bool", "str", "int", "float", "dict"}, "the generator has become one-sided"
