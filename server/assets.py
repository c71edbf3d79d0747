"""The phone app's files as they are served: read once, packed once, each at an address that carries its content's hash.

Promises: an address answers with the same bytes for ever; what the service worker must fetch is listed completely; our own
files go out without the comments that fill whole lines, every other line at its number; libraries go out byte for byte.
Modules keep their plain relative imports: the import map leads `/a/ui/parts.js` to `/a/ui/parts.<hash>.js`.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.refusals import Refusal

PREFIX = "/a/"
#: What modules import by name; VENDOR.md says where each comes from.
LIBRARIES: Mapping[str, str] = {
    "preact": "vendor/preact/dist/preact.mjs",
    "preact/hooks": "vendor/preact/hooks/dist/hooks.mjs",
    "@preact/signals-core": "vendor/@preact/signals-core/dist/signals-core.mjs",
    "@preact/signals": "vendor/@preact/signals/dist/signals.mjs",
    "htm": "vendor/htm/dist/htm.mjs",
    "idb": "vendor/idb/build/index.js",
    "fflate": "vendor/fflate/esm/browser.js",
    "pmtiles": "vendor/pmtiles/dist/esm/index.js",
    "pinyin-pro": "vendor/pinyin-pro/dist/index.js",
    "hash-wasm/argon2": "vendor/hash-wasm/dist/argon2.umd.min.js",
    "zxing-wasm/reader": "vendor/zxing-wasm/dist/es/reader/index.js",
}
#: Too large, of few forms or few people, or about what only a sync brings (a home, a person, a problem): not fetched before the first use; the service
#: worker keeps them after the first sync, and every later version whole with them.
PACKS = (
    "vendor/fflate/",
    "vendor/pinyin-pro/",
    "vendor/pmtiles/",
    "vendor/zxing-wasm/",
    "domain/leader.js",
    "domain/pack/",
    "domain/problem-log.js",
    "form/widgets/pack/",
    "screens/admin.js",
    "screens/conflict.js",
    "screens/doctor.js",
    "screens/drafts.js",
    "screens/edit.js",
    "screens/gone/",
    "screens/handover/",
    "screens/homes/",
    "screens/household.js",
    "screens/install.js",
    "screens/leader-",
    "screens/leader/",
    "screens/lock/page.js",
    "screens/lock/present.js",
    "screens/parts/answers.js",
    "screens/parts/differences.js",
    "screens/parts/draft-rows.js",
    "screens/parts/files-kept.js",
    "screens/parts/former.js",
    "screens/parts/history.js",
    "screens/parts/house-and-water.js",
    "screens/parts/later.js",
    "screens/parts/leader-",
    "screens/parts/masked.js",
    "screens/parts/named.js",
    "screens/parts/password.js",
    "screens/parts/people.js",
    "screens/parts/problem-acts.js",
    "screens/parts/problem-state.js",
    "screens/parts/problem-timeline.js",
    "screens/parts/shown-file.js",
    "screens/parts/unsaid.js",
    "screens/parts/wide.js",
    "screens/parts/write-another.js",
    "screens/person.js",
    "screens/problem.js",
    "screens/problems.js",
    "screens/receipts.js",
    "screens/record.js",
    "screens/refused.js",
    "screens/reports/",
    "screens/review/",
    "screens/safe/",
    "screens/settings.js",
    "screens/steps/",
    "screens/tasks/",
    "screens/village/",
    "screens/voice/",
    "screens/work/",
    "store/bare.js",
    "store/erasing.js",
    "store/filing.js",
    "store/form-media.js",
    "store/map-tiles.js",
    "store/migration.js",
    "store/past.js",
    "store/private.js",
    "store/sealed-file.js",
    "store/unsent.js",
    "store/smalls.js",
    "store/traffic.js",
    "styles/device.css",
    "styles/pack/",
    "sync/files.js",
    "sync/maps.js",
    "sync/revoked.js",
    "sync/smalls.js",
)
#: The modules a start needs: what these import, and what that imports.
START = ("main.js", "screens/today.js")
#: The browser and the server fetch these themselves, or an administrator's desk does: an app without a network needs none.
NOT_KEPT = ("icons/", "sw.js", "screens/desk/")
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".wasm": "application/wasm",
}
_NEVER_SERVED = {"jsconfig.json"}
_IMPORT = re.compile(r"""(?:^|[;}\s])(?:import|export)\b(?:[^'"();]*?\bfrom)?\s*["']([^"']+)["']""")
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.DOTALL | re.MULTILINE)
_COMMENT_LINES = re.compile(rb"^[ \t]*(?:/\*(?:(?!\*/).)*\*/[ \t]*$|//[^\n]*$)", re.DOTALL | re.MULTILINE)
_TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")


@dataclass(frozen=True)
class Asset:
    """One file: where it lies, where it is served, its bytes as they are and packed."""

    path: str
    url: str
    body: bytes
    packed: bytes | None
    type: str
    etag: str


class Assets:
    """All files of one folder, by path and by address."""

    def __init__(self, folder: Path) -> None:
        self.by_path = {asset.path: asset for asset in _read(folder)}
        self.by_url = {asset.url: asset for asset in self.by_path.values()}
        self.libraries = {name: path for name, path in LIBRARIES.items() if path in self.by_path}

    def url(self, path: str) -> str:
        return self.by_path[path].url

    @property
    def import_map(self) -> dict[str, str]:
        """Every module by the address its neighbours know it by, every library by its name. Packs look up in it, by the
        same rule, what they load that is no module."""
        names = {name: self.url(path) for name, path in self.libraries.items()}
        named = set(self.libraries.values())
        files = {
            PREFIX + p: a.url
            for p, a in self.by_path.items()
            if (_is_module(p) or p.startswith(PACKS)) and p not in named
        }
        return names | files

    @property
    def packs(self) -> list[str]:
        return sorted(a.url for a in self.by_path.values() if a.path.startswith(PACKS))

    @property
    def precache(self) -> list[str]:
        """What the installed app needs to work without a network, packs apart."""
        packs = set(self.packs)
        return sorted(
            a.url for a in self.by_path.values() if not a.path.startswith(NOT_KEPT) and a.url not in packs
        )

    def imports(self, path: str) -> list[str]:
        """What a module imports at once (not when it is asked to), as paths."""
        text = _COMMENT.sub("", self.by_path[path].body.decode())
        return [self._resolve(path, name) for name in _IMPORT.findall(text)]

    def graph(self, roots: Iterable[str]) -> list[str]:
        """The roots and everything they import at once, nearest first."""
        found = [root for root in roots if root in self.by_path]
        for path in found:
            found.extend(name for name in dict.fromkeys(self.imports(path)) if name not in found)
        return found

    @property
    def start_graph(self) -> list[str]:
        return self.graph(START)

    def _resolve(self, path: str, name: str) -> str:
        if not name.startswith("."):
            return self.libraries[name]
        parts: list[str] = []
        for part in (PurePosixPath(path).parent / name).parts:
            if part == "..":
                parts.pop()
            else:
                parts.append(part)
        return "/".join(parts)


def _is_module(path: str) -> bool:
    return path.endswith((".js", ".mjs")) and path != "sw.js"


def lean(body: bytes) -> bytes:
    """Without the comments that fill whole lines: a fifth of what a phone must fetch. Lines keep their numbers."""
    return _COMMENT_LINES.sub(lambda comment: b"\n" * comment.group().count(b"\n"), body)


def _read(folder: Path) -> Iterable[Asset]:
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if file.suffix not in TYPES or path in _NEVER_SERVED or not file.is_file():
            continue
        body = file.read_bytes()
        if file.suffix in (".js", ".css") and not path.startswith("vendor/"):
            body = lean(body)
        digest = hashlib.sha256(body).hexdigest()[:10]
        stem = path.removesuffix(file.suffix)
        packed = None if file.suffix == ".png" else gzip.compress(body, 9, mtime=0)
        if packed is not None and len(packed) >= len(body):
            packed = None
        yield Asset(
            path, f"{PREFIX}{stem}.{digest}{file.suffix}", body, packed, TYPES[file.suffix], f'"{digest}"'
        )


@functools.cache
def load(folder: Path) -> Assets:
    """The files as they were when first asked for; a new version of the app is a new process."""
    return Assets(folder)


def assets_of(app: Starlette) -> Assets:
    return load(app.state.settings.pwa)


def unchanged(request: Request, etag: str) -> bool:
    """Whether the client already holds this; a proxy that packs marks its tags as weak."""
    held = request.headers.get("if-none-match", "")
    return any(tag.strip().removeprefix("W/") in (etag, "*") for tag in held.split(","))


def takes_gzip(headers: Headers) -> bool:
    """Whether the client takes packed bytes; `gzip;q=0` says it does not."""
    return bool(_TAKES_GZIP.search(headers.get("accept-encoding", "").lower()))


def answer(request: Request, body: bytes, packed: bytes | None, headers: Mapping[str, str]) -> Response:
    """The bytes, packed if the client takes them so, or 304 if it holds them already. `headers` name the ETag."""
    sent = {**headers, "Vary": "Accept-Encoding"}
    if unchanged(request, headers["ETag"]):
        sent.pop("Content-Type", None)
        return Response(status_code=304, headers=sent)
    if packed is not None and takes_gzip(request.headers):
        return Response(packed, headers={**sent, "Content-Encoding": "gzip"})
    return Response(body, headers=sent)


async def asset(request: Request) -> Response:
    found = assets_of(request.app).by_url.get(PREFIX + request.path_params["path"])
    if found is None or found.path == "sw.js":
        raise Refusal("not_found")
    headers = {
        "Content-Type": found.type,
        "ETag": found.etag,
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    return answer(request, found.body, found.packed, headers)


routes = [Route(PREFIX + "{path:path}", asset)]
