"""Passwords: Argon2id hashes, checked in the same time whether or not the account exists, and the rule for new ones."""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from server.refusals import Refusal

#: OWASP's second choice; 19 MiB keeps a small server usable while many sign in together.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)

MINIMUM = 8
MAXIMUM = 256

#: What guessers try first, beyond single-character runs and plain counting, among those long enough to pass the length rule.
_COMMON = frozenset(
    word
    for line in (
        "password passw0rd password1 password123 qwertyui qwertyuiop qwerty123 asdfghjkl zxcvbnm123 1qaz2wsx 1q2w3e4r",
        "1q2w3e4r5t q1w2e3r4 abcd1234 abc12345 a1234567 a12345678 aa123456 abc123456 iloveyou sunshine football baseball",
        "princess welcome1 letmein1 admin123 admin888 administrator trustno1 superman woaini1314 woaini520 5201314520",
        "wang1234 zhang123 147258369 123123123 123321123 11223344 12341234 112233445566 88888888 66668888 12344321",
        "zhongguo china123 qazwsxedc 123qweasd 1qazxsw2 asdf1234 p@ssw0rd p@ssword changeme default1 test1234 guest123",
        "shibu123 cadre123 zhucun123 xiangcun zhenxing",
    )
    for word in line.split()
)


@cache
def _pool() -> ThreadPoolExecutor:
    # Each hash takes 19 MiB and a core: more at once than cores would only make everybody slower.
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="argon2")


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_hex(16))


async def hashed(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_pool(), _HASHER.hash, password)


async def matches(password_hash: str | None, password: str) -> bool:
    """Always costs one hash, also without an account, so that the time tells nobody who exists."""
    loop = asyncio.get_running_loop()
    right = await loop.run_in_executor(_pool(), _verify, password_hash, password)
    return right and password_hash is not None


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False


def outdated(password_hash: str) -> bool:
    """Was this made with other parameters than today's?"""
    return _HASHER.check_needs_rehash(password_hash)


def check_new(password: str, login: str) -> None:
    """Refuses what would be guessed soon. No rule about kinds of characters: length serves better."""
    plain = password.casefold()
    steps = {ord(b) - ord(a) for a, b in itertools.pairwise(plain)}
    weak = (
        not MINIMUM <= len(password) <= MAXIMUM
        or plain in _COMMON
        or (login and login.casefold() in plain and len(plain) - len(login) <= 4)
        or (len(steps) == 1 and steps <= {-1, 0, 1})
    )
    if weak:
        raise Refusal("weak_password", minimum=MINIMUM, maximum=MAXIMUM)


def random_password() -> str:
    """Readable over a telephone: no characters that look or sound alike."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))
