"""The few pages the server draws: the shell of the phone app, its manifest and service worker, and what to show of an error.

Promises: the shell draws before any module runs; a version names the shell, the worker and every file together.
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import __version__
from server.assets import Assets, answer, assets_of
from server.refusals import Refusal
from server.security import content_security_policy

TEMPLATES = Path(__file__).parent / "templates"
STYLES = ("tokens", "parts", "fields", "forms", "screens", "modes")
LANGUAGES = ("zh", "en")
HTML = "text/html; charset=utf-8"

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Page:
    """A page drawn once: its bytes, as they are and packed, and what may run in it."""

    body: bytes
    packed: bytes
    policy: str


@dataclass(frozen=True)
class Release:
    """Everything that changes together when the app does."""

    version: str
    shell: Page
    worker: bytes
    manifest: bytes


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8").strip()


def _hash(inlined: str) -> str:
    """How a content security policy names a script or style that stands in the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(inlined.encode()).digest()).decode()


def _json(value: object) -> str:
    """JSON that may stand inside a script element or a classic script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _draw(template: str, scripts: tuple[str, ...], **values: object) -> Page:
    style = _source("start.css")
    body = _templates.get_template(template).render(start_style=Markup(style), **values).encode()  # noqa: S704
    policy = content_security_policy([_hash(script) for script in scripts], [_hash(style)])
    return Page(body, gzip.compress(body, 9, mtime=0), policy)


def _version(assets: Assets) -> str:
    """Changes with any file, template or rule that a phone would notice."""
    digest = hashlib.sha256(__version__.encode())
    for url in sorted(assets.by_url):
        digest.update(url.encode())
    for template in sorted(TEMPLATES.iterdir()):
        digest.update(template.read_bytes())
    digest.update(content_security_policy().encode())
    return f"{__version__}-{digest.hexdigest()[:8]}"


def _shell(assets: Assets, version: str) -> Page:
    import_map = _json({"imports": assets.import_map})
    start = _source("start.js")
    return _draw(
        "shell.html",
        (import_map, start),
        version=version,
        import_map=Markup(import_map),  # noqa: S704  ours, and escaped for its element
        start_script=Markup(start),  # noqa: S704
        sprite=Markup(assets.by_path["icons/sprite.svg"].body.decode()),  # noqa: S704
        styles=[assets.url(f"styles/{name}.css") for name in STYLES],
        words={name: assets.url(f"i18n/{name}.json") for name in LANGUAGES},
        start_graph=[assets.url(path) for path in assets.start_graph],
        main=assets.url("main.js"),
        icon=assets.url("icons/icon.svg"),
        touch_icon=assets.url("icons/icon-192.png"),
    )


def _manifest(assets: Assets) -> bytes:
    def icon(name: str, sizes: str, purpose: str = "any") -> dict[str, str]:
        asset = assets.by_path[f"icons/{name}"]
        return {"src": asset.url, "sizes": sizes, "type": asset.type, "purpose": purpose}

    return json.dumps(
        {
            "id": "/",
            "name": "十步 Shibu",
            "short_name": "十步",
            "description": "驻村工作的随身本。没有网也能用。",
            "lang": "zh-CN",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "orientation": "any",
            "background_color": "#f6f4ee",
            "theme_color": "#f6f4ee",
            "icons": [
                icon("icon-192.png", "192x192"),
                icon("icon-512.png", "512x512"),
                icon("maskable-512.png", "512x512", "maskable"),
                icon("icon.svg", "any"),
            ],
        },
        ensure_ascii=False,
    ).encode()


@functools.cache
def release(assets: Assets) -> Release:
    version = _version(assets)
    header = f"const VERSION = {_json(version)};\nconst FILES = {_json(assets.precache)};\nconst PACKS = {_json(assets.packs)};\n"
    worker = header.encode() + assets.by_path["sw.js"].body
    return Release(version, _shell(assets, version), worker, _manifest(assets))


def _fresh(request: Request, body: bytes, content_type: str, **headers: str) -> Response:
    """Asked for anew each time, sent anew only when it changed."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    sent = {"Content-Type": content_type, "Cache-Control": "no-cache", "ETag": etag, **headers}
    return answer(request, body, None, sent)


async def shell(request: Request) -> Response:
    now = release(assets_of(request.app))
    headers = {
        "Content-Type": HTML,
        "Content-Security-Policy": now.shell.policy,
        "Cache-Control": "no-cache",
        "ETag": f'"{now.version}"',
        # The worker keeps a shell only if it is of its own version.
        "Shibu-Version": now.version,
    }
    return answer(request, now.shell.body, now.shell.packed, headers)


async def worker(request: Request) -> Response:
    body = release(assets_of(request.app)).worker
    return _fresh(request, body, "text/javascript; charset=utf-8", **{"Service-Worker-Allowed": "/"})


async def manifest(request: Request) -> Response:
    return _fresh(request, release(assets_of(request.app)).manifest, "application/manifest+json")


async def error_page(request: Request, refusal: Refusal) -> Response:
    """A refusal for a person who typed an address, in both languages."""
    page = _draw("error.html", (), refusal=refusal.body(), status=refusal.kind.status)
    headers = {"Content-Type": HTML, "Content-Security-Policy": page.policy, "Cache-Control": "no-store"}
    return Response(page.body, refusal.kind.status, headers)


routes = [
    Route("/", shell),
    Route("/sw.js", worker),
    Route("/manifest.webmanifest", manifest),
]
