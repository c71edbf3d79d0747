"""Tortoise models over the schema of server/sql, for lists and screens that are asked for rarely.

The SQL files are the schema; these only name its columns, and tests/api/test_migrations.py holds the two together. Tortoise
knows no composite keys: queries on a tenant table filter by township_id themselves, and nothing is saved through a model
of one. The sync path is plain SQL.
"""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Township(Model):
    township_id = fields.CharField(max_length=200, primary_key=True)
    name = fields.TextField()
    county = fields.TextField()
    code = fields.TextField()

    class Meta:
        table = "township"


class Village(Model):
    id = fields.CharField(max_length=200, primary_key=True)
    township_id = fields.TextField()
    name = fields.TextField()
    code = fields.TextField()
    kind = fields.TextField()
    seq = fields.BigIntField()
    created_at = fields.TextField()

    class Meta:
        table = "village"


class Account(Model):
    id = fields.CharField(max_length=200, primary_key=True)
    login = fields.TextField()
    name = fields.TextField()
    password_hash = fields.TextField()
    disabled = fields.IntField()
    scope_version = fields.BigIntField()
    created_at = fields.TextField()

    class Meta:
        table = "account"


class Membership(Model):
    id = fields.CharField(max_length=200, primary_key=True)
    township_id = fields.TextField()
    account_id = fields.TextField()
    village_id = fields.TextField(null=True)
    role = fields.TextField()
    granted_at = fields.TextField()
    revoked_at = fields.TextField(null=True)

    class Meta:
        table = "membership"


class Device(Model):
    id = fields.CharField(max_length=200, primary_key=True)
    account_id = fields.TextField()
    label = fields.TextField()
    created_at = fields.TextField()
    last_seen = fields.TextField()
    last_ip = fields.TextField()
    unsent = fields.IntField(null=True)
    skew_ms = fields.BigIntField(null=True)
    app = fields.TextField()
    revoked_at = fields.TextField(null=True)
    revoked_as = fields.TextField(null=True)

    class Meta:
        table = "device"


class FormVersion(Model):
    hash = fields.CharField(max_length=200, primary_key=True)
    kind = fields.TextField()
    source_hash = fields.TextField()
    definition = fields.TextField()
    xform = fields.TextField()
    created_at = fields.TextField()
    current = fields.IntField()
    folder = fields.IntField()

    class Meta:
        table = "form_version"


class AccessLog(Model):
    n = fields.BigIntField(primary_key=True, generated=False)
    at = fields.TextField()
    account_id = fields.TextField()
    action = fields.TextField()
    detail = fields.TextField()
    previous_hash = fields.TextField()
    hash = fields.TextField()

    class Meta:
        table = "access_log"
