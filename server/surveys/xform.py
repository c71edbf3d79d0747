"""XForm XML → Draft: the primary instance, binds, words, lists. The body is read by xform_body. Decides nothing.

Promises: XML is parsed without entities or outside files; anything that is no XForm raises Refused("bad_xform").
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from server.surveys import xform_body
from server.surveys.draft import JR, ORX, SHIBU, Draft, EntityNode, H, Leaf, X, language_key, local, parts
from server.surveys.refusal import Refused

MAX_NODES = 10_000
MAX_DEPTH = 40


def read(xml: str | bytes) -> Draft:
    """The parts of an XForm."""
    try:
        tree = fromstring(xml.encode() if isinstance(xml, str) else xml)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as exc:
        raise Refused("bad_xform", detail=str(exc)[:200]) from exc
    model = tree.find(f"{H}head/{X}model")
    if model is None:
        raise Refused("bad_xform", detail="no model")
    draft = Draft(title=(tree.findtext(f"{H}head/{H}title") or "").strip())
    submission = model.find(f"{X}submission")
    draft.public_key = submission.get("base64RsaPublicKey", "") if submission is not None else ""
    _read_itext(draft, model)
    _read_instances(draft, model)
    for bind in model.findall(f"{X}bind"):
        path = xform_body.path_of(draft, bind.get("nodeset") or bind.get("ref") or "", "")
        draft.binds.setdefault(path, {}).update(bind.attrib)
        if bind.get("id"):
            draft.bind_paths[bind.get("id", "")] = path
    for action in xform_body.actions_in(model):
        draft.actions.append(xform_body.action(draft, action, ""))
    body = tree.find(f"{H}body")
    if body is not None:
        draft.style = body.get("class", "")
        xform_body.read(draft, body, "", "", 0)
    return draft


def _read_itext(draft: Draft, model: Element) -> None:
    for translation in model.findall(f"{X}itext/{X}translation"):
        key = language_key(translation.get("lang", ""))
        if translation.get("default") is not None or not draft.default_language:
            draft.default_language = key
        texts = draft.itext.setdefault(key, {})
        for text in translation.findall(f"{X}text"):
            forms = texts.setdefault(text.get("id", ""), {})
            for value in text.findall(f"{X}value"):
                forms[value.get("form", "")] = parts(value)


def _read_instances(draft: Draft, model: Element) -> None:
    primary = True
    for instance in model.findall(f"{X}instance"):
        name = instance.get("id", "")
        if primary:
            primary = False
            roots = list(instance)
            if not roots:
                raise Refused("bad_xform", detail="an empty primary instance")
            draft.root = local(roots[0])
            draft.form_id = roots[0].get("id", "")
            draft.version = roots[0].get("version", "") or roots[0].get(f"{ORX}version", "")
            _read_tree(draft, roots[0], "", 0)
        elif instance.get("src"):
            draft.sources[name] = instance.get("src", "")
        else:
            draft.lists[name] = rows_of(instance)


def _read_tree(draft: Draft, element: Element, path: str, depth: int) -> None:
    if depth > MAX_DEPTH or len(draft.leaves) > MAX_NODES:
        raise Refused("bad_xform", detail="too many questions or too deep")
    for child in element:
        name = local(child)
        if not name:
            continue
        if name == "meta" and (path == "" or _entity_in(child) is not None):
            _read_meta(draft, child, path)
            continue
        below = f"{path}/{name}" if path else name
        template = child.get(f"{JR}template") is not None
        if not template:
            draft.entries.setdefault(below, []).append(child)
        # A further entry of a repeat: the first (template or not) has given the tree.
        if below not in draft.leaves:
            draft.first[below] = child
            draft.leaves[below] = Leaf(below, path, (child.text or "").strip(), len(child) > 0, template)
            _read_tree(draft, child, below, depth + 1)


def _entity_in(meta: Element) -> Element | None:
    return next((child for child in meta if local(child) == "entity" and child.get("dataset")), None)


def _read_meta(draft: Draft, meta: Element, around: str) -> None:
    if around == "":
        draft.instance_name = any(local(child) == "instanceName" for child in meta)
    entity = _entity_in(meta)
    if entity is not None:
        label = next((child.text or "" for child in entity if local(child) == "label"), "")
        path = f"{around}/meta/entity".lstrip("/")
        if not any(known.path == path for known in draft.entities):
            draft.entities.append(
                EntityNode(around, path, entity.get("dataset", ""), dict(entity.attrib), label.strip())
            )


def rows_of(instance: Element) -> list[dict[str, str]]:
    """<instance><root><item><name>…: each item's children by name."""
    rows: list[dict[str, str]] = []
    for root in list(instance)[:1]:
        for item in root:
            rows.append({local(cell): "".join(cell.itertext()).strip() for cell in item if local(cell)})
    return rows


__all__ = ["SHIBU", "local", "read", "rows_of"]
