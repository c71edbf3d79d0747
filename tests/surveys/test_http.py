"""GET /api/forms/<hash>, and many at once."""

from __future__ import annotations

import httpx2

from server.surveys.catalogue import Catalogue
from tests.conftest import ClientOf


async def test_a_form_is_served_for_ever_under_its_hash(client_of: ClientOf, catalogue: Catalogue) -> None:
    client = await client_of("chen")
    for kind, digest in catalogue.hashes.items():
        answer = await client.get(f"/api/forms/{digest}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"] and "private" in answer.headers["cache-control"]
        definition = answer.json()
        assert (definition["kind"], definition["hash"]) == (kind, digest)
        assert definition["questions"] or kind == "guide"


async def test_it_travels_compressed_to_whoever_can_read_that(
    client_of: ClientOf, catalogue: Catalogue
) -> None:
    client = await client_of("chen")
    address = f"/api/forms/{catalogue.hashes['village_profile']}"
    packed = await client.get(address, headers={"Accept-Encoding": "gzip"})
    plain = await client.get(address, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) * 5 < int(plain.headers["content-length"])


async def test_without_a_session_there_is_no_form(visitor: httpx2.AsyncClient, catalogue: Catalogue) -> None:
    answer = await visitor.get(f"/api/forms/{next(iter(catalogue.hashes.values()))}")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in")


async def test_an_unknown_hash_is_refused(client_of: ClientOf) -> None:
    client = await client_of("chen")
    for digest in ("0" * 16, "..%2f", "x" * 3000):
        answer = await client.get(f"/api/forms/{digest}")
        assert answer.status_code == 404
        assert answer.json()["code"] in {"unknown_form", "not_found"}


async def test_many_come_at_once_whole_or_as_heads(client_of: ClientOf, catalogue: Catalogue) -> None:
    client = await client_of("chen")
    asked = ",".join(sorted(catalogue.hashes.values()))
    answer = await client.get(f"/api/forms?hashes={asked}")
    assert "immutable" in answer.headers["cache-control"] and answer.headers["content-encoding"] == "gzip"
    whole = {one["kind"]: one for one in answer.json()}
    assert whole == {kind: (await client.get(f"/api/forms/{digest}")).json() for kind, digest in catalogue.hashes.items()}
    heads = {one["kind"]: one for one in (await client.get(f"/api/forms?heads={asked}")).json()}
    assert heads.keys() == whole.keys()
    for kind, head in heads.items():
        same = ("hash", "title", "envelope", "moves")
        assert {key: head.get(key) for key in same} == {key: whole[kind].get(key) for key in same}
    assert {place["path"] for place in heads["visit"]["questions"]} == {"location"}


async def test_what_is_not_known_is_left_out_and_asked_for_again(
    client_of: ClientOf, catalogue: Catalogue
) -> None:
    client = await client_of("chen")
    answer = await client.get(f"/api/forms?hashes={catalogue.hashes['visit']},00")
    assert [one["kind"] for one in answer.json()] == ["visit"]
    assert answer.headers["cache-control"] == "no-store"
