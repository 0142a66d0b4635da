"""The command line as a shell: exit codes, errors said once on standard error, commands imported when called."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from ddbload.cli import app
from ddbload.errors import TargetError

SCENARIO = """\
ddbload: 1
name: orders
params: {rate: 10}
table: {name: orders, key: {pk: S}}
items: {order: {of: {n: 10}, shape: {pk: "order#{n}"}}}
operations: {read: {get: order}}
load: {mix: {read: 1}, rate: $rate, phases: [{hold: 10s}]}
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "orders.yaml"
    path.write_text(SCENARIO)
    return path


def test_a_sound_scenario_is_summed_up_on_standard_output(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["check", str(scenario), "-p", "rate=20"]) == 0
    said = capsys.readouterr()
    assert "open loop: constant arrivals, 20 a second at 100%" in said.out
    assert said.err == ""


def test_every_mistake_is_told_with_its_line_and_a_mark_and_nothing_else(
    scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario.write_text(SCENARIO.replace("name: orders\n", "nam: orders\n"))
    assert app.run(["check", str(scenario)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    keys = (
        "ddbload, name, seed, params, table, tables, values, items, operations, load, client, limits, objectives,"
        " forecast, bill"
    )
    assert said.err.splitlines() == [
        f"{scenario}:1:1: error: the scenario lacks the key 'name' (the scenario's name; results are kept under it)",
        "    ddbload: 1",
        "    ^",
        f"{scenario}:2:1: error: unknown key 'nam' in the scenario (did you mean 'name'? it takes: {keys})",
        "    nam: orders",
        "    ^",
        "2 mistakes; nothing was sent",
    ]


def test_a_warning_is_no_mistake_unless_strict(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["check", str(scenario), "-p", "rate=100000"]) == 0
    assert "warning: " in capsys.readouterr().err
    assert app.run(["check", "--strict", str(scenario), "-p", "rate=100000"]) == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["chek"], "No such command 'chek'", id="an unknown command"),
        pytest.param(["check"], "Missing argument", id="a missing argument"),
        pytest.param(["check", "x.yaml", "--nope"], "No such option", id="an unknown option"),
        pytest.param(["check", "x.yaml"], "x.yaml: error: there is no such file", id="a file that is not there"),
        pytest.param(["check", "x.yaml", "-p", "rate"], "name=value", id="a parameter without a value"),
    ],
)
def test_wrong_usage_ends_with_2(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(words) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("error", "code"), [(TargetError("nobody answers"), 3), (KeyboardInterrupt(), 130), (ZeroDivisionError("oops"), 70)]
)
def test_an_error_ends_with_its_code(
    scenario: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, tmp_path: Path
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("ddbload.scenario.load.load_scenario", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert app.run(["check", str(scenario)]) == code


def test_a_bug_leaves_its_trace_in_a_file_and_one_line_for_the_person(
    scenario: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("ddbload.scenario.load.load_scenario", fail)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    app.run(["check", str(scenario)])
    (trace,) = tmp_path.glob("ddbload-*.log")
    assert "Traceback" in trace.read_text()
    assert capsys.readouterr().err == (
        f"internal error: ZeroDivisionError: oops; this is a bug, its trace is in {trace}\n"
    )


def test_the_schema_is_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "ddbload scenario"


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("ddbload ")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"  {name} " in said for name in app.COMMANDS)


def test_whoever_reads_the_output_may_go_away(scenario: Path) -> None:
    command = (
        f'"{sys.executable}" -c "from ddbload.cli.app import main; main()" schema | head -c 1; exit ${{PIPESTATUS[0]}}'
    )
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, cwd=scenario.parent)
    assert ended.returncode in {0, 141}
    assert ended.stderr == ""


def test_check_imports_nothing_that_only_a_run_needs(scenario: Path) -> None:
    program = (
        "import sys\nfrom ddbload.cli.app import run\n"
        f"assert run(['check', {str(scenario)!r}]) == 0\n"
        "heavy = {'numpy', 'aioboto3', 'botocore', 'rich', 'uvloop', 'asyncio'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


def test_ctrl_c_at_a_question_of_init_is_an_interruption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise typer.Abort

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(typer, "prompt", interrupted)
    assert app.run(["init", "shop"]) == 130
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is Linux's")
@pytest.mark.parametrize("words", [["schema", "run"], ["--help"], ["local", "list"]], ids=" ".join)
def test_a_full_disk_is_no_bug_of_ours(words: list[str]) -> None:
    command = [sys.executable, "-c", "from ddbload.cli.app import main; main()", *words]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=300)
    assert done.returncode == 2
    assert done.stderr == "error: the output cannot be written: No space left on device\n"
