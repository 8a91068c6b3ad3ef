"""Other people's Python against Rolecall. What the tests share is here: `rolecall-cli` as a process,
as any stranger would start it.

`cargo xtask test peers-python` runs these tests. By hand, after `cargo build -p rolecall-cli` at the
root, with what `requirements.txt` names installed:

    ROLECALL_CLI=target/debug/rolecall-cli python -m pytest tests/peers/python
"""

import json
import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

CLI = os.environ["ROLECALL_CLI"]


@dataclass
class Sandbox:
    """A running `rolecall-cli sandbox`."""

    issuer: str
    project_id: str
    client_id: str
    folder: Path

    def key(self, name):
        """The content of one of its key files, for example `api`."""
        return json.loads(self.file(name).read_text())

    def file(self, name):
        return self.folder / f"{name}.json"

    @property
    def audience_scope(self):
        """Makes a token out to the project."""
        return f"urn:zitadel:iam:org:project:id:{self.project_id}:aud"

    def token(self, bot):
        """A token that our own client asked for."""
        arguments = ["--user", self.file(bot), "--api-key", self.file("api")]
        return token(self.issuer, *arguments)


def token(issuer, *arguments):
    """What `rolecall-cli token` prints."""
    command = [CLI, "token", "--issuer", issuer, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def serving(folder, kind):
    """A sandbox whose users get tokens of this kind."""
    command = [CLI, "sandbox", "--port", "0", "--out", folder, "--token-type", kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            ready = json.loads(process.stdout.readline())
            yield Sandbox(ready["issuer"], ready["project_id"], ready["client_id"], folder)
        finally:
            process.terminate()


@pytest.fixture(scope="session", params=["opaque", "jwt", "jwe"])
def sandbox(request, tmp_path_factory):
    """One for every kind of token; no test changes it."""
    with serving(tmp_path_factory.mktemp(request.param), request.param) as sandbox:
        yield sandbox


@pytest.fixture
def own_sandbox(tmp_path):
    """One to be changed. Its tokens are JWTs, which look good whatever became of their user."""
    with serving(tmp_path, "jwt") as sandbox:
        yield sandbox
