"""House rules of words and looks: both languages whole, nothing left over; icons that exist; text that can be read in the sun."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

PWA = Path(__file__).parents[2] / "pwa"
CODE = "\n".join(
    path.read_text("utf-8")
    for path in sorted(PWA.rglob("*.js"))
    if "vendor" not in path.parts and path.name != "sw.js" and not path.name.endswith("texts.js")
)
#: Keys that are parts of others' names.
KEY = r"[a-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*"
HOLE = re.compile(r"\{(\w+)\}")
HAN = re.compile(r"[\u3400-\u9fff]")
TEXT_CONTRAST = 7.0
CONTROL_CONTRAST = 3.0


def table(language: str) -> dict[str, str]:
    """What every phone has, and what the administrator's desk and rare widgets bring along."""
    found: dict[str, str] = json.loads((PWA / "i18n" / f"{language}.json").read_text("utf-8"))
    for path in sorted(path for path in PWA.rglob("*texts.js") if "vendor" not in path.parts):
        brought = path.read_text("utf-8").partition("export default ")[2].strip().rstrip(";")
        found |= json.loads(brought)[language]
    return found


def asked_for() -> set[str]:
    """The keys that code names outright: t('…'), and both branches of t(condition ? '…' : '…')."""
    whole = set(re.findall(rf"\bt\(\s*'({KEY})'", CODE))
    branches = re.findall(rf"\bt\([^()'`]*\?\s*'({KEY})'\s*:\s*'({KEY})'\s*[),]", CODE)
    return whole | {key for pair in branches for key in pair}


def templates() -> list[re.Pattern[str]]:
    """Keys that code puts together: t(`kind.${…}`)."""
    found = re.findall(r"`([a-z][\w-]*[._](?:[^`\\]|\\.)*?\$\{(?:[^`\\]|\\.)*?)`", CODE)
    patterns = set()
    for text in found:
        pieces = re.split(r"\$\{[^}]*\}+", text)
        if all(re.fullmatch(r"[\w.-]*", piece) for piece in pieces):
            patterns.add(".+".join(map(re.escape, pieces)))
    return [re.compile(pattern) for pattern in sorted(patterns)]


def test_both_languages_say_everything() -> None:
    zh, en = table("zh"), table("en")
    assert set(zh) == set(en)
    assert not [key for key, text in [*zh.items(), *en.items()] if not text.strip()]
    holes = [
        key for key in zh if set(HOLE.findall(zh[key])) != set(HOLE.findall(en[key])) and "|" not in en[key]
    ]
    assert not holes, "a hole is filled in one language only"
    plurals = [
        key
        for key, text in en.items()
        if "|" in text and ("{n}" not in text.split("|")[1] and "n" not in HOLE.findall(zh[key]))
    ]
    assert not plurals
    assert not [key for key, text in zh.items() if "|" in text]


def test_chinese_is_chinese_and_english_is_english() -> None:
    assert not [key for key, text in table("en").items() if HAN.search(text)]
    latin_only = [
        key
        for key, text in table("zh").items()
        if not HAN.search(text) and re.search(r"[A-Za-z]{4}", HOLE.sub("", text))
    ]
    assert not latin_only


def test_every_text_that_code_asks_for_exists() -> None:
    zh = table("zh")
    assert not sorted(asked_for() - set(zh))
    empty = [
        pattern.pattern
        for pattern in templates()
        if re.search(rf"\bt\(`{pattern.pattern.split('.+')[0]}", CODE) and not any(map(pattern.fullmatch, zh))
    ]
    assert not empty


def test_no_text_is_left_over() -> None:
    patterns = templates()
    unused = [
        key
        for key in table("zh")
        if f"'{key}'" not in CODE and f'"{key}"' not in CODE and not any(p.fullmatch(key) for p in patterns)
    ]
    assert not unused


def test_words_we_do_not_use() -> None:
    never = re.compile(r"您|失败|成功|异常|必填|操作|提交|[!！]")
    assert not {key: text for key, text in table("zh").items() if never.search(text)}
    assert not {
        key: text
        for key, text in table("en").items()
        if "!" in text or re.search(r"\b(?:fail|error|invalid|submit)", text, re.I)
    }


def test_every_icon_named_is_drawn() -> None:
    sprite = (PWA / "icons/sprite.svg").read_text("utf-8")
    drawn = set(re.findall(r'id="i-([\w-]+)"', sprite))
    parts = re.findall(r"""\bicon(?:=|: )["']([\w-]+)["']""", CODE)
    parts += re.findall(r"""<\$\{Icon\} name=["']([\w-]+)["']""", CODE)
    parts += re.findall(r"""href=["']#i-([\w-]+)["']""", CODE)
    assert set(parts) <= drawn
    mentioned = set(re.findall(r"""["'`]([\w-]+)["'`]|#i-([\w-]+)""", CODE))
    words = {a or b for a, b in mentioned} | set(parts)
    assert drawn - words == set(), "an icon that nothing shows"


# — colours —


def tokens(dark: bool) -> dict[str, str]:
    text = (PWA / "styles/tokens.css").read_text("utf-8")
    light, _, night = text.partition(":root[data-theme=dark]")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", light))
    return (
        found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", night.partition("}")[0])) if dark else found
    )


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_text_can_be_read_in_the_sun(dark: bool) -> None:
    value = tokens(dark)
    grounds = {
        "ink": ("paper", "card", "sunk"),
        "ink-2": ("paper", "card"),
        "on-pine": ("pine",),
        "pine-ink": ("pine-wash", "card"),
        "ochre": ("ochre-wash", "card"),
        "rust": ("rust-wash", "card"),
        "slate": ("slate-wash", "card"),
    }
    low = {
        f"{text} on {ground}": contrast(value[text], value[ground])
        for text, on in grounds.items()
        for ground in on
    }
    assert not {pair: ratio for pair, ratio in low.items() if ratio < TEXT_CONTRAST}
    for control in ("edge", "pine", "slate"):
        for ground in ("paper", "card"):
            assert contrast(value[control], value[ground]) >= CONTROL_CONTRAST, f"{control} on {ground}"


def test_styles_are_flat_for_old_browsers() -> None:
    """Chrome 89 drops nested rules and whole layers; everything it must draw stands outside of them."""
    for path in (PWA / "styles").glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert "@layer" not in text
        stack: list[str] = []
        for opening, closing in re.findall(r"([^{};]*\{)|(\})", text):
            if closing:
                stack.pop()
                continue
            rule = opening.strip()
            assert not stack or stack[-1].startswith("@"), f"{path.name}: {rule} is nested in {stack[-1]}"
            stack.append(rule)
