"""Where the engines run: a bare web server over our modules as they are shipped and the others' bundles, minified.

The others are brought by npm when they are first asked for; Enketo is bundled and its forms are transformed before anything
is measured, as its own server would do.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser

from server.assets import LIBRARIES, TYPES
from server.surveys.compile import Source, compile_form
from tests.bench.engines.forms import FORMS
from tests.tools import ROOT, Missing, node, npm, run

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
TRANSFORM = """async (xform) => {
  const { transform } = await import('/transformer.js');
  const { form, model } = await transform({ xform });
  return { form, model };
}"""


@dataclass
class Ground:
    """What is served, and what a page has asked for since it was last looked."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def body(self, path: str) -> bytes | None:
        if path.startswith("/a/"):
            file = (ROOT / "pwa" / path.removeprefix("/a/")).resolve()
            return file.read_bytes() if file.is_relative_to(ROOT / "pwa") and file.is_file() else None
        return self.files.get(path)

    def packed(self) -> int:
        """Bytes of what was asked for, each compressed as a server would; forms apart."""
        found = {path for path in self.asked if not path.startswith("/forms/")}
        return sum(len(gzip.compress(self.body(path) or b"", 9)) for path in found)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, ground: Ground, *rest: object) -> None:
        self.ground = ground
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        body = self.ground.body(path)
        self.ground.asked.append(path)
        self.send_response(200 if body is not None else 404)
        self.send_header(
            "Content-Type",
            "text/html; charset=utf-8"
            if path.endswith(".html")
            else TYPES.get(Path(path).suffix, "text/plain"),
        )
        self.send_header("Content-Length", str(len(body or b"")))
        # As an installed app: code comes from the phone.
        self.send_header("Cache-Control", "max-age=3600")
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        """Nothing is printed between the figures."""


def bring() -> None:
    """The other engines, as their lock file names them."""
    lock, stamp = HERE / "package-lock.json", MODULES / ".package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        env = {
            **os.environ,
            "PATH": os.pathsep.join((str(Path(node()[0]).parent), os.environ.get("PATH", ""))),
        }
        if run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, env=env):
            raise Missing("`npm ci` in tests/bench/engines failed: see above. It needs the npm registry.")
        stamp.touch()
    made: dict[str, tuple[Path, str]] = {
        "enketo.js": (HERE / "enketo-entry.mjs", "--bundle"),
        "engine.js": (MODULES / "@getodk/xforms-engine/dist/index.js", "--log-level=error"),
    }
    for name, (source, how) in made.items():
        if not (MODULES / name).exists():
            flags: tuple[str, ...] = ("--minify", "--format=esm", f"--outfile={MODULES / name}")
            command: list[str | Path] = [*node(), MODULES / "esbuild/bin/esbuild", source, how, *flags]
            if run(command, cwd=HERE):
                raise Missing(f"{name} could not be made: see above.")


@contextmanager
def served() -> Iterator[Ground]:
    bring()
    ground = Ground()
    imports = json.dumps({"imports": {name: f"/a/{path}" for name, path in LIBRARIES.items()}})
    for page in HERE.glob("*.html"):
        ground.files[f"/{page.name}"] = page.read_text("utf-8").replace("IMPORTS", imports).encode()
    ground.files["/engine.js"] = (MODULES / "engine.js").read_bytes()
    ground.files["/enketo.js"] = (MODULES / "enketo.js").read_bytes()
    transformer = MODULES / "enketo-transformer/dist/enketo-transformer/web/transformer.js"
    ground.files["/transformer.js"] = transformer.read_bytes()
    ground.files["/blank.html"] = b"<!doctype html><title>blank</title>"
    for name, text in FORMS.items():
        found = compile_form(Source(f"{name}.md", text.encode(), strict=False))
        if found.definition is None:
            raise AssertionError([refused.line() for refused in found.errors])
        ground.files[f"/forms/{name}.json"] = json.dumps(
            found.definition, ensure_ascii=False, separators=(",", ":")
        ).encode()
        ground.files[f"/forms/{name}.xml"] = found.xform.encode()
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, ground))
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    ground.url = f"http://127.0.0.1:{httpd.server_port}"
    try:
        yield ground
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def transform(ground: Ground, browser: Browser) -> None:
    """Enketo's forms, made by its own transformer in a page of their own."""
    page = browser.new_page()
    try:
        page.goto(f"{ground.url}/blank.html")
        for name in FORMS:
            made = page.evaluate(TRANSFORM, ground.files[f"/forms/{name}.xml"].decode())
            # Its addresses are escaped for a server of its own; nothing here names a file.
            made["form"] = re.sub(r'src="[^"]*"', "", made["form"])
            ground.files[f"/forms/{name}.enketo.json"] = json.dumps(made, ensure_ascii=False).encode()
    finally:
        page.close()
