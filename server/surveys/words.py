"""Labels, hints and messages of a form in each of its languages, with the values embedded in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from server.surveys.draft import Draft, Parts, element_text, file_name, itext_id
from server.surveys.refusal import Refused

#: What pyxform puts where a translation is missing.
MISSING = "-"
#: pyxform's own English for `or_other`; it has no other language.
OR_OTHER = {
    "Specify other.": {"zh": "请说明", "en": "Please specify"},
    "Other": {"zh": "其他", "en": "Other"},
}

#: Files that go with a label.
MEDIA = ("image", "big-image", "audio", "video")
MAX_NESTING = 5

Words = dict[str, Any]
Media = dict[str, dict[str, str]]
Compile = Callable[[str], list[Any]]


_CHINESE = re.compile("[一-鿿]")


def _own_words(element: Element | None) -> Parts:
    found = element_text(element)
    return found if isinstance(found, list) else []


class Wording:
    """Turns what the XForm says into {language: text}; expressions inside a text are compiled by `compile_output`."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        found = draft.languages() or ["zh"]
        #: the form's default language first
        self.languages = sorted(found, key=lambda language: language != draft.default_language)

    @cached_property
    def chinese(self) -> bool:
        """Is a form that does not name its language written in Chinese?"""
        said = [
            part
            for texts in self.draft.itext.values()
            for forms in texts.values()
            for part in forms.get("", [])
        ]
        labels = [part for control in self.draft.controls.values() for part in _own_words(control.label)]
        texts = [self.draft.title, *(part for part in [*said, *labels] if isinstance(part, str))]
        return any(_CHINESE.search(text) for text in texts)

    def of_element(self, element: Element | None, compile_output: Compile) -> Words:
        found = element_text(element)
        if found is None:
            return {}
        if isinstance(found, tuple):
            return self.of_id(found[1], "", compile_output)
        return self.plain(found, compile_output)

    def of_hint(self, element: Element | None, form: str, compile_output: Compile) -> Words:
        """The hint, or with form "guidance" the guidance hint that lives beside it."""
        found = element_text(element)
        if isinstance(found, tuple):
            return self.of_id(found[1], form, compile_output)
        return self.plain(found, compile_output) if found and not form else {}

    def of_message(self, text: str | None, compile_output: Compile) -> Words:
        if not text:
            return {}
        found = itext_id(text)
        if found is not None:
            return self.of_id(found, "", compile_output)
        return self.plain([text], compile_output)

    def of_id(self, name: str, form: str, compile_output: Compile) -> Words:
        words: Words = {}
        for language in self.draft.itext:
            text = self.joined(self.parts_of(name, form, language), compile_output, language)
            if text not in ("", MISSING):
                words[language] = text
        return self.translated(words)

    def parts_of(self, name: str, form: str, language: str) -> Parts:
        forms = self.draft.itext.get(language, {}).get(name, {})
        parts = forms.get(form)
        if parts is None and form == "":
            # Older forms write the words as a long and a short form.
            parts = forms.get("long", forms.get("short"))
        return parts or []

    def media_of_id(self, name: str) -> Media:
        """image, big-image, audio, video of a label → language → file name."""
        found: Media = {}
        for language, texts in self.draft.itext.items():
            for form in MEDIA:
                parts = texts.get(name, {}).get(form, [])
                text = "".join(part for part in parts if isinstance(part, str)).strip()
                if any(isinstance(part, tuple) for part in parts):
                    raise Refused("unsupported_media", text)
                if text and text != MISSING:
                    found.setdefault(form, {})[language] = file_name(text)
        return found

    def plain(self, parts: Parts, compile_output: Compile) -> Words:
        """Untranslated words belong to the form's first language."""
        language = self.draft.default_language or self.languages[0]
        text = self.joined(parts, compile_output, language)
        return self.translated({language: text}) if text not in ("", MISSING) else {}

    def translated(self, words: Words) -> Words:
        """pyxform's English in a form of several languages becomes each language's own."""
        texts = {text if isinstance(text, str) else "" for text in words.values()}
        ours = OR_OTHER.get(next(iter(texts))) if len(texts) == 1 else None
        if ours is None:
            return words
        if len(self.languages) < 2:
            named = self.draft.languages()
            chinese = named == ["zh"] or (named in ([], ["default"]) and self.chinese)
            return dict.fromkeys(words, ours["zh"]) if chinese else words
        return {language: ours.get(language, next(iter(texts))) for language in self.languages}

    def joined(self, parts: Parts, compile_output: Compile, language: str) -> Any:
        found: list[Any] = []
        for part in self.spelled_out(parts, language):
            if isinstance(part, str):
                found.append(re.sub(r"[ \t]*\n[ \t]*", "\n", part))
            elif part[1].strip():
                found.append(compile_output(part[1]))
        texts = [part for part in found if not (isinstance(part, str) and part == "")]
        if all(isinstance(part, str) for part in texts):
            return "".join(texts).strip()
        if isinstance(texts[0], str):
            texts[0] = texts[0].lstrip()
        if isinstance(texts[-1], str):
            texts[-1] = texts[-1].rstrip()
        return [part for part in texts if part != ""]

    def spelled_out(self, parts: Parts, language: str, depth: int = 0) -> Parts:
        """`<output value="jr:itext('x')"/>` gives way to those words."""
        found: Parts = []
        for part in parts:
            name = itext_id(part[1]) if isinstance(part, tuple) else None
            if name is None:
                found.append(part)
            elif depth < MAX_NESTING:
                found += self.spelled_out(self.parts_of(name, "", language), language, depth + 1)
        return found
