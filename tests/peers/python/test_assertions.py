"""What our client signs, verified by joserfc, on an issuer that takes everything and keeps it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from urllib.parse import parse_qs

import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import RSAKey

from conftest import token

# User ids and key ids as a file may hold them, scopes of any character that RFC 6749 allows.
UNUSUAL = [
    ("400873178240388134", "400873178273942566", ["openid", "profile"]),
    ("78366401571920522@acme", "key 1", ["urn:zitadel:iam:org:project:role:read:messages"]),
    ('a"quoted\\ id', "{}", ["a+b", "c&d=e%20f", "g#h?i"]),
    ("Zoë 見る 🗝", "\ufeffключ", ["!$'()*,/:;@[]^_`{|}~."]),
    (" in between ", "a\tb", ["openid", "openid"]),
    ("\x01\x7f\u2028", "\r\n.", ["openid"]),
]


class KeepingIssuer(ThreadingHTTPServer):
    """Discovery, and a token endpoint that keeps the forms it is sent."""

    def __init__(self):
        super().__init__(("localhost", 0), Handler)
        self.url = f"http://localhost:{self.server_port}"
        self.forms = SimpleQueue()

    def discovery(self):
        ends = {"token_endpoint": "token", "introspection_endpoint": "introspect"}
        return {"issuer": self.url} | {name: f"{self.url}/{path}" for name, path in ends.items()}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(self.server.discovery())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.forms.put({name: one for name, [one] in parse_qs(body).items()})
        self.answer({"access_token": "t", "token_type": "Bearer", "expires_in": 60})

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Not a word."""


@pytest.fixture(scope="module")
def issuer():
    with KeepingIssuer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def key():
    """Of a library that knows nothing of ZITADEL, which writes it as PKCS #8."""
    return RSAKey.generate_key(2048)


def key_file(folder, key, user_id, key_id):
    pem = key.as_pem(private=True).decode()
    path = folder / "key.json"
    file = {"type": "serviceaccount", "keyId": key_id, "key": pem, "userId": user_id}
    path.write_text(json.dumps(file))
    return path


@pytest.mark.parametrize(("user_id", "key_id", "scopes"), UNUSUAL)
def test_an_assertion_is_good_whatever_ids_and_scopes(
    issuer, key, tmp_path, user_id, key_id, scopes
):
    path = key_file(tmp_path, key, user_id, key_id)
    asked = [argument for scope in scopes for argument in ("--scope", scope)]
    assert token(issuer.url, "--user", path, *asked) == "t"
    form = issuer.forms.get(timeout=10)
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert form["scope"] == " ".join(scopes)

    public = RSAKey.import_key(key.as_pem(private=False))
    assertion = jwt.decode(form["assertion"], public, algorithms=["RS256"])
    assert assertion.header == {"typ": "JWT", "alg": "RS256", "kid": key_id}
    one = {"essential": True}
    jwt.JWTClaimsRegistry(
        iss=one | {"value": user_id},
        sub=one | {"value": user_id},
        aud=one | {"value": issuer.url},
        iat=one,
        exp=one,
    ).validate(assertion.claims)
    assert assertion.claims["exp"] - assertion.claims["iat"] == 600



def test_a_signature_is_good_for_one_key_only(issuer, key, tmp_path):
    path = key_file(tmp_path, key, "1", "2")
    token(issuer.url, "--user", path, "--scope", "openid")
    assertion = issuer.forms.get(timeout=10)["assertion"]
    with pytest.raises(BadSignatureError):
        jwt.decode(assertion, RSAKey.generate_key(2048), algorithms=["RS256"])
