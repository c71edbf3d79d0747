"""Who asks and over what: the client's address and whether HTTPS is in front.

`X-Forwarded-For` and `X-Forwarded-Proto` are believed only from the proxies the operator named; anybody can send them.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send


class TrustedProxy:
    """ASGI middleware: puts the true scheme and client into the scope."""

    def __init__(self, app: ASGIApp, trusted: tuple[str, ...]) -> None:
        self.app = app
        self.trusted = frozenset(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        if self.trusted and scope["type"] == "http" and (client is None or client[0] in self.trusted):
            headers = Headers(scope=scope)
            if headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower() == "https":
                scope["scheme"] = "https"
            # The last address not one of ours: what stands left of it the client may have written itself.
            for address in reversed(headers.get("x-forwarded-for", "").split(",")):
                if address.strip() and address.strip() not in self.trusted:
                    scope["client"] = (address.strip(), 0)
                    break
        await self.app(scope, receive, send)


def is_loopback(host_header: str) -> bool:
    """Does the address in the browser's bar mean this very machine?"""
    name = urlsplit(f"//{host_header}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
