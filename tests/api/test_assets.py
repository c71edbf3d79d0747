"""How the phone app is delivered: addresses that keep, a shell that is asked for anew, a worker that names every file."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from server.app import create_app
from server.assets import Assets, load
from server.pages import release
from server.settings import Settings

BASE = "http://localhost"
#: How a browser asks for a page.
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def pages(tmp_path: Path) -> Starlette:
    """The app without a database: pages and files must not need one."""
    return create_app(Settings(data=tmp_path))


@pytest.fixture
async def visitor(pages: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(pages), base_url=BASE) as client:
        yield client


@pytest.fixture
def assets(pages: Starlette) -> Assets:
    return load(pages.state.settings.pwa)


async def test_every_file_is_served_for_ever_with_its_type(
    visitor: httpx2.AsyncClient, assets: Assets
) -> None:
    types = {
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".css": "text/css",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".png": "image/png",
        ".wasm": "application/wasm",
    }
    for asset in assets.by_path.values():
        if asset.path == "sw.js":
            continue
        answer = await visitor.get(asset.url)
        assert answer.status_code == 200, asset.path
        assert answer.content == asset.body
        assert answer.headers["content-type"].partition(";")[0] == types[Path(asset.path).suffix]
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert hashlib.sha256(asset.body).hexdigest()[:10] in asset.url


@pytest.mark.parametrize(
    ("offer", "packed"),
    [
        ("gzip", True),
        ("br, gzip;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, br", False),
        ("br", False),
        ("identity", False),
    ],
)
async def test_what_is_packed_is_packed_once_and_only_for_those_who_take_it(
    visitor: httpx2.AsyncClient, assets: Assets, offer: str, packed: bool
) -> None:
    for url in (assets.url("main.js"), "/"):
        async with visitor.stream("GET", url, headers={"Accept-Encoding": offer}) as answer:
            raw = b"".join([piece async for piece in answer.aiter_raw()])
        assert (answer.headers.get("content-encoding") == "gzip") is packed
        assert answer.headers["vary"] == "Accept-Encoding"
        assert int(answer.headers["content-length"]) == len(raw)
        body = gzip.decompress(raw) if packed else raw
        assert body == (assets.by_path["main.js"].body if url != "/" else release(assets).shell.body)


async def test_what_the_client_holds_is_not_sent_again(visitor: httpx2.AsyncClient, assets: Assets) -> None:
    for url in (assets.url("main.js"), "/", "/sw.js", "/manifest.webmanifest"):
        first = await visitor.get(url)
        tag = first.headers["etag"]
        for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = await visitor.get(url, headers={"If-None-Match": held})
            assert again.status_code == 304, (url, held)
            assert again.content == b""
            assert again.headers["etag"] == tag
            assert again.headers["cache-control"] == first.headers["cache-control"]
        assert (await visitor.get(url, headers={"If-None-Match": '"other"'})).status_code == 200


async def test_a_head_request_has_no_body(visitor: httpx2.AsyncClient, assets: Assets) -> None:
    for url in ("/", assets.url("main.js"), "/sw.js"):
        answer = await visitor.head(url)
        assert answer.status_code == 200
        assert answer.content == b""
        assert int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "path",
    ["/a/main.js", "/a/main.0000000000.js", "/a/../server/app.py", "/a/..%2f..%2fpyproject.toml", "/a/", "/a/jsconfig.json", "/a/vendor/VENDOR.md", "/nothing"],
)  # fmt: skip
async def test_what_is_not_there_is_a_page_that_says_so(visitor: httpx2.AsyncClient, path: str) -> None:
    answer = await visitor.get(path, headers=BROWSER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "没有这个地址" in answer.text
    assert "There is nothing at this address" in answer.text


async def test_an_old_worker_s_address_does_not_serve_the_bare_worker(
    visitor: httpx2.AsyncClient, assets: Assets
) -> None:
    assert (await visitor.get(assets.url("sw.js"))).status_code == 404


async def test_under_api_what_is_not_there_is_a_refusal(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/api/nothing")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_the_error_page_shows_text_as_text(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/<script>alert(1)</script>", headers=BROWSER)
    assert answer.status_code == 404
    assert "<script" not in answer.text
    inlined = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert inlined and sum_of(inlined.group(1)) in answer.headers["content-security-policy"]


async def test_the_shell_is_asked_for_each_time_and_names_its_version(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/")
    assert answer.headers["cache-control"] == "no-cache"
    version = answer.headers["shibu-version"]
    assert f'data-version="{version}"' in answer.text
    worker = await visitor.get("/sw.js")
    assert f'const VERSION = "{version}";' in worker.text


def sum_of(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


async def test_whatever_is_inlined_is_named_by_its_sum(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/")
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    scripts = re.findall(r"<script(?: type=\"importmap\")?>(.*?)</script>", answer.text, re.DOTALL)
    assert len(scripts) == 2
    assert {f"'{sum_of(script)}'" for script in scripts} == set(
        re.findall(r"'sha256-[^']+'", policy["script-src"])
    )
    styles = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert {f"'{sum_of(style)}'" for style in styles} == set(
        re.findall(r"'sha256-[^']+'", policy["style-src"])
    )
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", answer.text)
    assert policy["require-trusted-types-for"] == "'script'"


async def test_all_that_the_shell_names_is_there(visitor: httpx2.AsyncClient, assets: Assets) -> None:
    page = (await visitor.get("/")).text
    named = set(re.findall(r'(?:href|src)="(/[^"#]+)"', page))
    assert assets.url("main.js") in named
    for url in named:
        assert (await visitor.get(url)).status_code == 200, url
    found = re.search(r'<script type="importmap">(.*?)</script>', page)
    assert found and set(json.loads(found.group(1))["imports"].values()) <= set(assets.by_url)
    assert "<noscript>" in page
    assert 'id="old"' in page, "a browser too old gets one plain page"


async def test_the_shell_speaks_before_any_module_runs(visitor: httpx2.AsyncClient) -> None:
    page = (await visitor.get("/")).text
    body = page.partition("<body>")[2]
    for text in ("十步", "Shibu", "正在打开", "Opening", "这个浏览器太旧", "This browser is too old"):
        assert text in body


async def test_the_worker_may_rule_the_whole_app_and_is_never_kept(
    visitor: httpx2.AsyncClient, assets: Assets
) -> None:
    answer = await visitor.get("/sw.js")
    assert answer.headers["service-worker-allowed"] == "/"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    files = json.loads(re.search(r"^const FILES = (.*);$", answer.text, re.MULTILINE).group(1))  # type: ignore[union-attr]
    assert files == assets.precache
    packs = json.loads(re.search(r"^const PACKS = (.*);$", answer.text, re.MULTILINE).group(1))  # type: ignore[union-attr]
    assert packs == assets.packs and packs
    assert not set(files) & set(packs)
    assert not [url for url in files + packs if not url.startswith("/a/")], "only code is kept"


async def test_the_manifest_lets_the_app_be_installed(visitor: httpx2.AsyncClient) -> None:
    answer = await visitor.get("/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    assert answer.headers["cache-control"] == "no-cache"
    manifest = answer.json()
    assert manifest["start_url"] == manifest["scope"] == "/"
    assert manifest["display"] == "standalone"
    sizes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for icon in manifest["icons"]:
        picture = await visitor.get(icon["src"])
        assert picture.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            width = int.from_bytes(picture.content[16:20])
            assert icon["sizes"] == f"{width}x{width}"


def test_a_changed_file_changes_its_address_and_the_version_and_nothing_else(tmp_path: Path) -> None:
    source = Settings().pwa
    copy = tmp_path / "pwa"
    for asset in Assets(source).by_path.values():
        target = copy / asset.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(asset.body)
    before = Assets(copy)
    (copy / "i18n/zh.json").write_bytes(before.by_path["i18n/zh.json"].body + b"\n")
    after = Assets(copy)
    moved = {path for path in after.by_path if after.url(path) != before.url(path)}
    assert moved == {"i18n/zh.json"}
    assert release(before).version != release(after).version
    assert release(before).version == release(Assets(source)).version
