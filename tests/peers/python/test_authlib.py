"""Authlib, as an API, lets in and turns away the sandbox's users."""

import pytest
import requests
from authlib.oauth2.rfc6749.errors import MissingAuthorizationError
from authlib.oauth2.rfc6750 import InsufficientScopeError, InvalidTokenError

from validator import ROLES, Request, protector

READ = ["read:messages"]


@pytest.fixture
def api(sandbox):
    return protector(sandbox.issuer, sandbox.key("api"))


def test_a_reader_gets_in_by_its_role(sandbox, api):
    token = api.validate_request(READ, Request(sandbox.token("reader-bot")))
    assert list(token[ROLES]) == READ
    assert token["username"] == "reader-bot"
    assert token["iss"] == sandbox.issuer
    assert sandbox.project_id in token["aud"]


@pytest.mark.parametrize("bot", ["writer-bot", "visitor-bot"])
def test_whoever_lacks_the_role_gets_in_only_where_none_is_needed(sandbox, api, bot):
    request = Request(sandbox.token(bot))
    assert api.validate_request([], request)["username"] == bot
    with pytest.raises(InsufficientScopeError):
        api.validate_request(READ, request)


def test_a_role_claim_is_absent_without_a_role(sandbox, api):
    assert ROLES not in api.validate_request([], Request(sandbox.token("visitor-bot")))


def garbled(token):
    middle = len(token) // 2
    return token[:middle] + ("B" if token[middle] == "A" else "A") + token[middle + 1 :]


def test_a_garbled_token_is_no_token(sandbox, api):
    good = sandbox.token("reader-bot")
    for token in [garbled(good), good[:20], "x"]:
        with pytest.raises(InvalidTokenError):
            api.validate_request([], Request(token))


def test_a_token_is_dead_once_its_user_is_locked_and_stays_dead(own_sandbox):
    api = protector(own_sandbox.issuer, own_sandbox.key("api"))
    request = Request(own_sandbox.token("reader-bot"))
    api.validate_request(READ, request)
    for change in ["_lock", "_unlock"]:
        manage(own_sandbox, f"users/{own_sandbox.key('reader-bot')['userId']}/{change}")
        with pytest.raises(InvalidTokenError):
            api.validate_request([], request)
    api.validate_request(READ, Request(own_sandbox.token("reader-bot")))


def manage(sandbox, path):
    """A change as ZITADEL's own management takes it."""
    pat = (sandbox.folder / "admin.pat").read_text().strip()
    headers = {"Authorization": f"Bearer {pat}"}
    url = f"{sandbox.issuer}/management/v1/{path}"
    requests.post(url, json={}, headers=headers, timeout=10).raise_for_status()


def test_nobody_is_asked_for_a_token(api):
    with pytest.raises(MissingAuthorizationError):
        api.validate_request([], Request())


def test_an_api_with_another_key_is_told_nothing(sandbox):
    posing = sandbox.key("api") | {"key": sandbox.key("writer-bot")["key"]}
    with pytest.raises(requests.HTTPError):
        protector(sandbox.issuer, posing).validate_request([], Request("x"))
