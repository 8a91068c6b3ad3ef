"""The vendor's own Python client gets tokens from the sandbox as a service user."""

import json

import pytest
from zitadel_client import ZitadelError
from zitadel_client.auth.web_token_authenticator import WebTokenAuthenticator

from validator import ROLES, Request, protector


def authenticator(sandbox, key, *scopes):
    builder = WebTokenAuthenticator.builder(sandbox.issuer, key["userId"], key["key"])
    return builder.key_identifier(key["keyId"]).scopes(*scopes).build()


def test_a_service_user_gets_a_token_that_opens_its_doors(sandbox):
    key = sandbox.key("reader-bot")
    authentication = authenticator(sandbox, key, "openid", "profile", sandbox.audience_scope)
    token = authentication.get_auth_token()
    api = protector(sandbox.issuer, sandbox.key("api"))
    claims = api.validate_request(["read:messages"], Request(token))
    assert list(claims[ROLES]) == ["read:messages"]
    assert claims["sub"] == key["userId"]
    assert set(claims["scope"].split()) == {"openid", "profile", sandbox.audience_scope}
    assert authentication.get_auth_headers() == {"Authorization": f"Bearer {token}"}, "kept"


def test_a_key_file_is_read_as_it_was_downloaded(sandbox):
    path = str(sandbox.file("reader-bot"))
    assert WebTokenAuthenticator.from_json(sandbox.issuer, path).get_auth_token()


def test_another_users_key_is_refused(sandbox):
    posing = sandbox.key("reader-bot") | {"key": sandbox.key("writer-bot")["key"]}
    with pytest.raises(ZitadelError):
        authenticator(sandbox, posing, "openid").get_auth_token()


def test_a_key_that_nobody_registered_is_refused(sandbox, tmp_path):
    path = tmp_path / "key.json"
    path.write_text(json.dumps(sandbox.key("reader-bot") | {"keyId": "9"}))
    with pytest.raises(ZitadelError):
        WebTokenAuthenticator.from_json(sandbox.issuer, str(path)).get_auth_token()
