"""python -m tests.conformance [--seeds N] [--steps N] [part of a form's name …]: every form with its result, as Markdown."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.conformance.compared import compared, report
from tests.conformance.forms import entries


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="random fillings of each form")
    parser.add_argument("--steps", type=int, default=40, help="steps of each filling")
    parser.add_argument("names", nargs="*", help="only forms with one of these in their names")
    args = parser.parse_args()
    forms = [entry for entry in entries() if not args.names or any(part in entry.name for part in args.names)]
    with tempfile.TemporaryDirectory() as folder:
        print(report(compared(forms, args.seeds, args.steps, Path(folder), 7_200)))


if __name__ == "__main__":
    main()
