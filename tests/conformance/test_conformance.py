"""Every form, filled at random in our engine and in ODK's, shows the same in both after every step.

`python -m tests.conformance` prints what came of each form.
"""

from __future__ import annotations

import os

import pytest

from tests.conformance.compared import EXPLAINED, Result, compared, report, share
from tests.conformance.forms import CORPUS, entries

PROOF = bool(os.environ.get("PROOF"))
SEEDS, STEPS, LONGEST = (25, 60, 3_000) if PROOF else (2, 25, 400)
#: Of the forms that both engines load.
AGREE_AT_LEAST = 0.98

pytestmark = pytest.mark.timeout(LONGEST + 30)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    return compared(entries(), SEEDS, STEPS, tmp_path_factory.mktemp("conformance"), LONGEST)


def test_our_own_forms_agree(results: list[Result]) -> None:
    ours = [result for result in results if result.name.startswith("surveys/")]
    assert len(ours) >= 5
    assert {result.name: result.said() for result in ours if result.result != "agree" and result.name not in EXPLAINED["forms"]} == {}
    assert all(result.steps >= SEEDS * STEPS // 2 for result in ours), "the filler does nothing"


def test_every_difference_is_explained_and_every_explanation_needed(results: list[Result]) -> None:
    print(report(results))
    names = {result.name for result in results}
    wrong = {result.name: problem for result in results if (problem := result.problem())}
    if CORPUS.is_dir():
        wrong |= {name: "there is no such form" for name in EXPLAINED["forms"] if name not in names}
    assert wrong == {}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of other people's forms is not here")
def test_nearly_all_forms_agree_completely(results: list[Result]) -> None:
    agreeing, loaded = share(results)
    assert loaded >= 100, "forms that compiled before are refused now"
    assert agreeing / loaded >= AGREE_AT_LEAST, report(results)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of other people's forms is not here")
def test_no_reading_has_become_idle(results: list[Result]) -> None:
    used = {reading for result in results for reading in result.readings}
    assert used == set(EXPLAINED["readings"])
