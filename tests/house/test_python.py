"""The house rules of design.md 3 for Python: imports flow one way, files and functions stay small, words are the house's
own, and every setting and refusal is documented."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from server.refusals import CATALOGUE
from server.settings import table

ROOT = Path(__file__).parent.parent.parent
SERVER = ROOT / "server"

FILE_LINES = 400
FUNCTION_LINES = 40
#: A test tells one story; it may be longer before it is better told in two.
STORY_LINES = 80

#: From the ground up. A module may import those of its own floor and below; a new module must be put on a floor here.
FLOORS = (
    # What anything may stand on.
    "clock ids lines merge checksums cursor refusals settings models database group_commit shared_commit sqlite_engine postgres_engine migrations"
    " network passwords throttle logs openapi security failures access_log unpacking contents pictures attachments",
    "surveys",
    # Who may, and the one writer and the one reader.
    "scope sessions sitting conflicts settle apply numbering quarantine push records feed_pages feed told",
    # Doors.
    "escrow accounts devices held sync summaries history files unsent desk maps instances health roster policies pages assets surveys.http surveys.publishing surveys.cli demo"
    " backup backup.pack backup.make backup.restore backup.cli doctor suggestions",
    "app",
    "__main__",
)
NAMED_FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names.split()}

#: Words that say nothing about what a thing is.
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "service", "services", "manager", "managers", "common", "misc", "base"}

#: Who may write to the table of records.
WRITERS = {"records.py"}


def files() -> list[Path]:
    found = [*SERVER.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    return sorted(p for p in found if not {"node_modules", "_bundled"} & set(p.parts))


def of_server() -> list[Path]:
    return [path for path in files() if path.is_relative_to(SERVER)]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def module(path: Path) -> str:
    """`server/surveys/http.py` → `surveys.http`."""
    name = ".".join(path.relative_to(SERVER).with_suffix("").parts)
    return name.removesuffix(".__init__") if name != "__init__" else ""


def floor(name: str) -> int | None:
    while name:
        if name in NAMED_FLOOR:
            return NAMED_FLOOR[name]
        name = name.rpartition(".")[0] if name.startswith("surveys") else ""
    # The demo is as many files as its size asks for.
    return None


@cache
def names() -> dict[str, Path]:
    return {module(path): path for path in of_server() if module(path)}


def imports(path: Path, *, at_start: bool = False) -> set[str]:
    """Modules of the server that a file imports; `at_start` leaves out what is imported later or only for types."""
    found: set[str] = set()
    nodes = [n for top in tree(path).body for n in ([top] if at_start else ast.walk(top))]
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "server":
            parent = node.module.removeprefix("server").removeprefix(".")
            for alias in node.names:
                full = f"{parent}.{alias.name}".removeprefix(".")
                found.add(full if full in names() else parent)
        elif isinstance(node, ast.Import):
            found |= {a.name.removeprefix("server.") for a in node.names if a.name.startswith("server.")}
    return {name for name in found if name}


def test_every_module_stands_on_a_floor() -> None:
    lost = [name for name in names() if floor(_without_demo(name)) is None]
    assert not lost, f"Put these on a floor in {Path(__file__).name}: {lost}"
    gone = [name for name in NAMED_FLOOR if name not in names()]
    assert not gone, f"No such module any more: {gone}"


def _without_demo(name: str) -> str:
    return "demo" if re.match(r"demo(_|\.)", name) else name


@pytest.mark.parametrize("path", of_server(), ids=shown)
def test_imports_flow_one_way(path: Path) -> None:
    own = floor(_without_demo(module(path))) if module(path) else 0
    for name in imports(path):
        below = floor(_without_demo(name))
        assert own is not None and below is not None and below <= own, f"{shown(path)} imports {name} from a floor above"


def test_no_modules_import_each_other_in_a_circle() -> None:
    edges = {name: imports(path, at_start=True) for name, path in names().items()}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for other in sorted(edges.get(name, ())):
                walk(other, (*trail, name))
            done.add(name)

    for name in edges:
        walk(name, ())


@pytest.mark.parametrize("path", files(), ids=shown)
def test_a_file_is_short_says_what_it_owns_and_leaves_nothing_undone(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) < FILE_LINES
    assert not text or ast.get_docstring(tree(path)), "say in the first line what this file owns"
    marks = re.findall(r"\b(?:TODO|FIXME|XXX|HACK)\b", text) if path.name != "test_python.py" else []
    assert not marks


@pytest.mark.parametrize("path", files(), ids=shown)
def test_functions_fit_on_a_screen_and_names_say_something(path: Path) -> None:
    assert path.stem not in EMPTY_WORDS
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            most = FUNCTION_LINES if path.is_relative_to(SERVER) else STORY_LINES
            assert length <= most, f"{node.name} has {length} lines"
        if isinstance(node, ast.ClassDef):
            words = {word.lower() for word in re.findall(r"[A-Z][a-z]+", node.name)}
            assert not words & (EMPTY_WORDS - {"base"}), node.name


@pytest.mark.parametrize("path", of_server(), ids=shown)
def test_the_server_keeps_to_its_places(path: Path) -> None:
    text, name = path.read_text("utf-8"), path.name
    if name not in ("settings.py", "__main__.py", "worker.py", "pictures.py"):  # the last two hand a child process the little it needs
        assert "os.environ" not in text and "getenv" not in text, "settings come through settings.py"
    prints = {n.func.id for n in ast.walk(tree(path)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)} & {"print"}
    assert not prints or name in ("__main__.py", "doctor.py", "cli.py", "report.py"), "only the command line prints"
    if name not in WRITERS:
        writes = re.findall(r"\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+record\b", text)
        assert not writes, "only records.py writes a record"


def test_every_setting_is_in_the_readme() -> None:
    """`python -m server doctor --settings-table` prints the table."""
    readme = (ROOT / "README.md").read_text("utf-8")
    for row in table().splitlines():
        assert row in readme, f"README.md lacks the row: {row}"
    assert set(re.findall(r"\| (SHIBU_\w+) \|", readme)) == set(re.findall(r"\| (SHIBU_\w+) \|", table()))


def test_every_refusal_is_documented() -> None:
    """`python -m server doctor --refusals-table` prints the table."""
    text = "\n".join((ROOT / name).read_text("utf-8") for name in ("README.md", "server/README.md"))
    missing = [code for code in CATALOGUE if f"| `{code}` |" not in text]
    assert not missing, f"README.md or server/README.md lacks {missing}"
    stale = set(re.findall(r"\| `([a-z_]+)` \| [45]\d\d \|", text)) - set(CATALOGUE)
    assert not stale, f"documented but gone: {stale}"


@pytest.mark.parametrize("path", of_server(), ids=shown)
def test_no_refusal_is_raised_that_the_catalogue_lacks(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Refusal" and node.args:
            code = node.args[0]
            if isinstance(code, ast.Constant):
                assert code.value in CATALOGUE, f"line {node.lineno}"


def test_no_refusal_is_left_over() -> None:
    """A code nobody raises is a promise nobody keeps."""
    text = "\n".join(p.read_text("utf-8") for p in of_server() if p.name != "refusals.py")
    unused = [code for code in CATALOGUE if not re.search(rf"[\"']{code}[\"']", text)]
    assert not unused, f"Raised nowhere: {unused}"
