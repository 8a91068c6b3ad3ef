"""A protected API's side, in the sense of ZITADEL's guide for Django: Authlib's own introspecting
validator, which shows who it is with a signed client assertion and looks for roles where ZITADEL
puts them.
"""

import requests
from authlib.oauth2.rfc6749 import ResourceProtector
from authlib.oauth2.rfc6750 import InsufficientScopeError, InvalidTokenError
from authlib.oauth2.rfc7523.assertion import private_key_jwt_sign
from authlib.oauth2.rfc7662 import IntrospectTokenValidator

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ROLES = "urn:zitadel:iam:org:project:roles"


class ZitadelTokenValidator(IntrospectTokenValidator):
    """Asks the issuer in the name of the API whose key file it is given."""

    def __init__(self, issuer, api_key):
        super().__init__()
        self.issuer = issuer
        self.api_key = api_key
        document = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
        self.endpoint = document["introspection_endpoint"]

    def introspect_token(self, token_string):
        assertion = private_key_jwt_sign(
            self.api_key["key"],
            self.api_key["clientId"],
            self.issuer,
            header={"kid": self.api_key["keyId"]},
        )
        form = {
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
            "token": token_string,
        }
        answer = requests.post(self.endpoint, data=form, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def validate_token(self, token, scopes, request):
        """`scopes` are roles here: ZITADEL drops scopes of that name without a word."""
        if not token or not token["active"]:
            raise InvalidTokenError()
        held = token.get(ROLES, {})
        if scopes and not any(role in held for role in scopes):
            raise InsufficientScopeError()


class Request:
    """As much of a request as Authlib looks at."""

    def __init__(self, token=None):
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}


def protector(issuer, api_key):
    """What a view is decorated with."""
    protector = ResourceProtector()
    protector.register_token_validator(ZitadelTokenValidator(issuer, api_key))
    return protector
