"""House rules of the phone app: who imports whom, how much a start loads, what is vendored, what the installed app keeps."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from server.assets import LIBRARIES, NOT_KEPT, PACKS, TYPES, Assets, lean
from server.pages import STYLES, release

ROOT = Path(__file__).parents[2]
PWA = ROOT / "pwa"
VENDOR = PWA / "vendor"
MODULES = sorted(
    path.relative_to(PWA).as_posix()
    for path in PWA.rglob("*.js")
    if not path.is_relative_to(VENDOR) and path.name != "sw.js"
)
LINES = 400
START_MODULES = 25
FIRST_SCREEN_BYTES = 100 * 1024
PRECACHE_BYTES = 250 * 1024
WORKER_LINES = 80

COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.DOTALL | re.MULTILINE)
STATIC = re.compile(r"""(?:^|[;}\s])(?:import|export)\b(?:[^'"();]*?\bfrom)?\s*["']([^"']+)["']""")
DYNAMIC = re.compile(r"""\bimport\(\s*["']([^"']+)["']\s*\)""")
NETWORK = re.compile(r"\b(?:fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts)\b\s*\(")
#: What reaches outside of a calculation.
OUTSIDE = re.compile(
    r"\b(?:document|window|localStorage|sessionStorage|indexedDB|navigator|location|caches|history)\s*[.\[]|"
    r"\b(?:fetch|setTimeout|setInterval|requestAnimationFrame|alert)\s*\("
)
#: Sinks that make code or markup out of text; the policy of the pages forbids them at run time as well.
SINKS = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|eval)\b|document\.write|new Function"
)


def code(path: str) -> str:
    return COMMENT.sub("", (PWA / path).read_text("utf-8"))


def resolved(path: str, name: str) -> str:
    if not name.startswith("."):
        return name
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / name).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def imports(path: str) -> Iterator[str]:
    """Everything a module may load, at once or when asked to."""
    text = code(path)
    for name in STATIC.findall(text) + DYNAMIC.findall(text):
        yield resolved(path, name)


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets(PWA)


def test_what_is_imported_exists() -> None:
    known = set(MODULES) | set(LIBRARIES)
    lost = [f"{path}: {name}" for path in MODULES for name in imports(path) if name not in known]
    assert not lost


def area(path: str) -> str:
    return path.partition("/")[0] if "/" in path else path


#: Which areas of the app each area may import. The rest of the root's files are main's own.
MAY_IMPORT = {
    # addresses.js holds the policy that lets our own workers through.
    "domain": {"domain", "form/pure"},
    "store": {"store", "form/pure", "addresses.js"},
    "sync": {"sync", "store", "form/pure"},
    "form": {"form", "form/pure", "domain", "store", "ui", "i18n.js", "routes.js", "addresses.js"},
    "ui": {"ui", "store", "i18n.js", "routes.js", "install.js"},
    "screens": {"screens", "ui", "form", "form/pure", "domain", "store", "sync", "i18n.js", "routes.js"},
}
PURE_FORM = re.compile(r"form/(?:expression[^/]*|expression/.*|interview|definition)\.js$")


def test_imports_flow_one_way() -> None:
    wrong = []
    for path in MODULES:
        allowed = MAY_IMPORT.get(area(path))
        if allowed is None:
            continue
        for name in imports(path):
            target = "form/pure" if PURE_FORM.match(name) else area(name)
            if name not in LIBRARIES and target not in allowed:
                wrong.append(f"{path} imports {name}")
    assert not wrong


def pure_modules() -> set[str]:
    """domain/, the expression language, the interview, and whatever these import."""
    found = [path for path in MODULES if path.startswith("domain/") or PURE_FORM.match(path)]
    for path in found:
        found.extend(name for name in imports(path) if name not in found and name not in LIBRARIES)
    return set(found)


def test_what_only_thinks_touches_nothing() -> None:
    pure = pure_modules()
    assert any(path.startswith("domain/") for path in pure)
    assert "form/interview.js" in pure
    outside = [f"{path}: {hit.group()}" for path in sorted(pure) for hit in OUTSIDE.finditer(code(path))]
    assert not outside
    strangers = [path for path in pure if not path.startswith(("domain/", "form/"))]
    assert not strangers, "a module that only thinks imports one that does more"
    libraries = {name for path in pure for name in imports(path) if name in LIBRARIES}
    assert libraries <= {"pinyin-pro"}


def test_only_one_file_touches_the_network() -> None:
    # i18n.js reads the app's own words, a file of the app like any module.
    reaching = {path for path in MODULES if NETWORK.search(code(path))}
    assert reaching <= {"sync/api.js", "i18n.js"}
    assert "sync/api.js" in reaching


def test_no_text_becomes_markup_or_code() -> None:
    found = [f"{path}: {hit.group()}" for path in MODULES for hit in SINKS.finditer(code(path))]
    assert not found


def test_a_start_loads_few_modules(assets: Assets) -> None:
    graph = assets.start_graph
    assert graph[:2] == ["main.js", "screens/today.js"]
    assert len(graph) <= START_MODULES, f"{len(graph)} modules: {', '.join(graph)}"


def test_the_shell_preloads_exactly_the_start_graph(assets: Assets) -> None:
    page = release(assets).shell.body.decode()
    preloaded = re.findall(r'<link rel="modulepreload" href="([^"]+)">', page)
    assert preloaded == [assets.url(path) for path in assets.start_graph]


def test_files_are_short() -> None:
    files = [
        *MODULES,
        "sw.js",
        *(path.relative_to(PWA).as_posix() for path in (PWA / "styles").glob("*.css")),
    ]
    long = {path: n for path in files if (n := len((PWA / path).read_text("utf-8").splitlines())) >= LINES}
    assert not long
    assert len((PWA / "sw.js").read_text("utf-8").splitlines()) <= WORKER_LINES


def test_the_vendored_files_are_what_vendor_md_says() -> None:
    text = (VENDOR / "VENDOR.md").read_text("utf-8")
    listed = {
        path: digest
        for digest, path in re.findall(r"^\| `([0-9a-f]{64})` \| `([^`]+)` \|$", text, re.MULTILINE)
    }
    present = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "VENDOR.md"
    }
    assert listed == present, "write into VENDOR.md: " + "; ".join(
        f"{d} {p}" for p, d in present.items() if listed.get(p) != d
    )
    named = dict(
        re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| [^|]+ \| [\d.]+ \| [\w.-]+ \|$", text, re.MULTILINE)
    )
    assert {name: f"vendor/{path}" for name, path in named.items()} == dict(LIBRARIES)
    for path in named.values():
        package = "/".join(path.split("/")[: 2 if path.startswith("@") else 1])
        assert (VENDOR / package / "LICENSE").is_file(), f"{package} has no licence text"


def test_the_installed_app_keeps_every_file_it_may_need(assets: Assets) -> None:
    kept = set(assets.precache)
    served = {
        path.relative_to(PWA).as_posix()
        for path in PWA.rglob("*")
        if path.is_file() and path.suffix in TYPES and path.name != "jsconfig.json"
    }
    assert set(assets.by_path) == served
    packs = set(assets.packs)
    left_out = {path for path in served if assets.url(path) not in kept | packs}
    assert all(path.startswith(NOT_KEPT) for path in left_out)
    worker = release(assets).worker.decode()
    for url in assets.precache + assets.packs:
        assert f'"{url}"' in worker


def test_what_is_served_is_what_stands_in_the_editor_but_for_comments(assets: Assets) -> None:
    for path, asset in assets.by_path.items():
        source = (PWA / path).read_bytes()
        if path.startswith("vendor/") or not path.endswith((".js", ".css")):
            assert asset.body == source, path
            continue
        assert asset.body == lean(source)
        written, served = source.splitlines(), asset.body.splitlines()
        changed = [line.strip() for line, now in zip(written, served, strict=False) if line != now]
        assert not [line for line in changed if not line.startswith((b"/*", b"*", b"//"))], path
        assert asset.body.count(b"\n") == source.count(b"\n"), (
            "an error must name the line that the editor shows"
        )


def test_no_comment_stands_inside_a_text_over_several_lines() -> None:
    """Comments are left out line by line, so a line of a template that looks like one would be lost."""
    for path in MODULES:
        inside = False
        for number, line in enumerate((PWA / path).read_text("utf-8").splitlines(), 1):
            bare = re.sub(r"\\.", "", line)
            comment = bare.lstrip().startswith(("//", "/*", "*"))
            assert not (inside and bare.lstrip().startswith(("//", "/*"))), f"{path}:{number}"
            if not comment and bare.count("`") % 2:
                inside = not inside


def test_the_import_map_leads_every_module_to_its_file(assets: Assets) -> None:
    leads = assets.import_map
    packed = {path for path in assets.by_path if path.startswith(PACKS)} - set(LIBRARIES.values())
    assert set(leads) == {f"/a/{path}" for path in {*MODULES, *packed}} | set(LIBRARIES)
    assert all(url in assets.by_url for url in leads.values())


def test_packs_come_only_when_they_are_asked_for(assets: Assets) -> None:
    """Whatever imports a pack at once would fetch it at once; a pack itself needs no more than packs and the precache."""
    packed = {path for path in assets.by_path if path.startswith(PACKS)}
    assert all(any(path.startswith(pack) for path in packed) for pack in PACKS), "no pack is empty"
    held = {assets.by_url[url].path for url in assets.precache} | packed
    # The administrator's desk is only there with a network, so its screens may need each other.
    desk = {path for path in assets.by_path if path.startswith("screens/desk/")}
    for path in assets.by_path:
        if not path.endswith((".js", ".mjs")) or path == "sw.js":
            continue
        wanted = assets.imports(path)
        assert path in packed or not packed & set(wanted), f"{path} imports a pack at once"
        assert set(wanted) <= (held | desk if path in desk else held), path


def test_the_first_screen_and_the_whole_app_are_small(assets: Assets) -> None:
    def packed(path: str) -> int:
        asset = assets.by_path[path]
        return len(asset.packed or asset.body)

    shell = len(gzip.compress(release(assets).shell.body, 9))
    first = shell + sum(
        packed(path)
        for path in [*assets.start_graph, *(f"styles/{name}.css" for name in STYLES), "i18n/zh.json"]
    )
    assert first <= FIRST_SCREEN_BYTES, f"first screen: {first} bytes"
    whole = shell + sum(packed(assets.by_url[url].path) for url in assets.precache)
    assert whole <= PRECACHE_BYTES, f"precache: {whole} bytes"
