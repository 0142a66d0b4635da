"""DynamoDB Local from its docker image: command lines, and what docker says. Ports are published to 127.0.0.1 only."""

from __future__ import annotations

import shutil
import subprocess

IMAGE = "amazon/dynamodb-local"
_CONTAINER_PORT = 8000


def run_command(tag: str, port: int, name: str) -> list[str]:
    """The command that serves one image on one loopback port, in memory, and leaves nothing when it stops."""
    return [
        "docker", "run", "--rm", "--name", name,
        "-p", f"127.0.0.1:{port}:{_CONTAINER_PORT}",
        "-e", "DDB_LOCAL_TELEMETRY=0",
        f"{IMAGE}:{tag}", "-jar", "DynamoDBLocal.jar", "-inMemory", "-sharedDb",
    ]  # fmt: skip


def remove_command(name: str) -> list[str]:
    """The command that ends a container however it fares."""
    return ["docker", "rm", "-f", name]


def digest_command(tag: str) -> list[str]:
    """The command that names the image's content."""
    return ["docker", "image", "inspect", "--format", '{{join .RepoDigests " "}}', f"{IMAGE}:{tag}"]


def engine_answers() -> bool:
    """Whether there is a docker client and an engine that it reaches."""
    return (
        shutil.which("docker") is not None and _output(["docker", "version", "--format", "{{.Server.Version}}"]) != ""
    )


def image_digest(tag: str) -> str | None:
    """The image's digest as the registry knows it (`sha256:...`), None for an image that was never pulled."""
    said = _output(digest_command(tag)).split()
    return said[0].partition("@")[2] or None if said else None


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - ours
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
