"""`ddbload compare`: its code in every format, what wrong and missing input says, where a report goes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from ddbload.cli import app
from ddbload.cli.compare import check_page, exit_code, write_page
from ddbload.compare.document import Comparison, SelfCheck, Trend
from ddbload.compare.request import CompareRequest
from ddbload.errors import UsageError
from ddbload.results.record import RunRecord
from ddbload.results.store import write_run
from tests.compare.records import noisy, operation, side
from tests.report.comparisons import (
    ALARMING,
    CANNOT_TELL,
    COMPARISONS,
    IMPROVED,
    INVALID,
    NOT_WORSE,
    QUIET,
    REFUSED,
    REGRESSED,
    SLOWED,
    STEADY,
    TOO_NOISY,
    comparison,
)

FORMATS = ["terminal", "json", "markdown", "junit", "github"]
CODES = [
    (NOT_WORSE, 0, "nothing is worse"),
    (IMPROVED, 0, "something is better"),
    (REGRESSED, 1, "something is worse"),
    (INVALID, 3, "too few valid runs"),
    (CANNOT_TELL, 4, "these runs cannot tell"),
    (comparison("not worse", ()), 4, "nothing was judged"),
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[CompareRequest]:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return []


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch, asked: list[CompareRequest]) -> Callable[[str, object], None]:
    """Puts an answer in the place of what compares: by the name of the function."""

    def put(name: str, found: object) -> None:
        def stands_in(request: CompareRequest) -> object:
            asked.append(request)
            return found

        module = ModuleType(f"ddbload.compare.{name}")
        monkeypatch.setattr(module, name, stands_in, raising=False)
        monkeypatch.setitem(sys.modules, module.__name__, module)

    return put


Answer = Callable[[str, object], None]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("found", "code"), [pytest.param(*each[:2], id=each[2]) for each in CODES])
def test_a_comparison_ends_with_the_code_of_its_verdict_in_every_format(
    found: Comparison, code: int, form: str, answer: Answer
) -> None:
    answer("compare", found)
    assert app.run(["compare", "base", "new", "--format", form]) == code


@pytest.mark.parametrize(
    ("found", "code"),
    [(CANNOT_TELL, 0), (REGRESSED, 1), (INVALID, 3)],
    ids=["what cannot be told", "what is worse", "what is invalid"],
)
def test_inconclusive_ok_lets_pass_what_cannot_be_told_and_nothing_else(
    found: Comparison, code: int, answer: Answer
) -> None:
    answer("compare", found)
    assert app.run(["compare", "base", "new", "--inconclusive-ok"]) == code


@pytest.mark.parametrize("name", COMPARISONS)
def test_no_verdict_but_of_what_is_not_worse_ends_with_0(name: str) -> None:
    found = COMPARISONS[name]
    assert (exit_code(found, inconclusive_ok=False) == 0) == (found.verdict in ("not worse", "improved"))


@pytest.mark.parametrize(("found", "code"), [(STEADY, 0), (SLOWED, 1)])
def test_three_tags_are_a_trend_of_which_the_last_decides(found: Trend, code: int, answer: Answer) -> None:
    answer("trend", found)
    assert app.run(["compare", "v1.0", "v1.1", "v1.2"]) == code


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("found", "code"), [(QUIET, 0), (ALARMING, 1), (REFUSED, 2), (TOO_NOISY, 4)])
def test_a_self_check_ends_with_its_code_in_every_format(
    found: SelfCheck, code: int, form: str, answer: Answer
) -> None:
    answer("self_check", found)
    assert app.run(["compare", "v1.1.0", "--self-check", "--format", form]) == code


def test_what_is_asked_reaches_the_comparison(answer: Answer, asked: list[CompareRequest]) -> None:
    answer("compare", NOT_WORSE)
    words = ["--results", "store", "--scenario", "orders", "--across", "target", "--across", "params"]
    app.run(["compare", "a", "b", *words, "--matters", "read.p99=5%", "--matters", "p50 = 2%"])
    assert asked == [
        CompareRequest(
            ("a", "b"), Path("store"), "orders", frozenset({"target", "params"}), {"read.p99": 0.05, "p50": 0.02}
        )
    ]


WRONG = [
    ([], "name a base and what is new", "no word at all"),
    (["only"], "only has nothing to be compared with", "one side"),
    (["base", ""], "word 2 is empty", "an empty word, as of an unset variable"),
    (["a", "b", "--self-check"], "--self-check takes one tag", "a self-check of two"),
    (["--self-check"], "--self-check takes one tag", "a self-check of none"),
    (["a", "b", "--across", "targets"], "did you mean target?", "a part that is not"),
    (["a", "b", "--across", "zzz"], "one of scenario, params, seed", "a part like none"),
    (["a", "b", "--matters", "read.p99"], "like --matters read.p99=5%", "a gate without a share"),
    (["a", "b", "--matters", "=5%"], "like --matters read.p99=5%", "a share without a gate"),
    (["a", "b", "--matters", "read.p99=5"], "is not a percentage", "a share without its sign"),
    (["a", "b", "--matters", "read.p99=0%"], "write more than 0%", "a share of nothing"),
    (["a", "b", "--matters", "p99=1%", "--matters", "p99=2%"], "given twice", "a gate twice"),
    (["a", "b", "--format", "xml"], "'xml' is not one of", "a format that is not"),
]


@pytest.mark.parametrize(("words", "said"), [pytest.param(*each[:2], id=each[2]) for each in WRONG])
@pytest.mark.usefixtures("asked")
def test_wrong_words_end_with_2_and_say_what_would_fit(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["compare", *words]) == 2
    shown = capsys.readouterr()
    assert said in shown.err
    assert shown.out == ""


# --- for build servers ---------------------------------------------------------------------------------------------


def test_for_github_the_report_is_added_to_the_summary_of_the_job(
    answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer("compare", REGRESSED)
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    app.run(["compare", "base", "new", "--format", "github"])
    assert "### ❌ REGRESSED" in summary.read_text(encoding="utf-8")
    assert all(line.startswith("::") for line in capsys.readouterr().out.splitlines())


def test_a_summary_that_cannot_be_written_is_told_and_the_verdict_stands(
    answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer("compare", NOT_WORSE)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "missing" / "summary.md"))
    assert app.run(["compare", "base", "new", "--format", "github"]) == 0
    assert "the job's summary cannot be written" in capsys.readouterr().err


def test_only_for_github_is_there_a_summary(answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer("compare", NOT_WORSE)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    app.run(["compare", "base", "new", "--format", "junit"])
    assert list(tmp_path.iterdir()) == []


# --- from the store ------------------------------------------------------------------------------------------------


def keep(root: Path, runs: Sequence[RunRecord]) -> list[Path]:
    return [write_run(root, run, "ddbload: 1\nname: orders\n", [], []) for run in runs]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base, the same again, one half slower and one a third faster, ten runs of each."""
    root = tmp_path_factory.mktemp("store") / "results"
    for place, (tag, factor) in enumerate([("base", 1.0), ("same", 1.0), ("slower", 1.5), ("faster", 0.67)]):
        keep(root, side(noisy(factor, 0.004, 10, seed=place), tag=tag, first=100 * place))
    return root


@pytest.fixture
def store(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it in the working directory."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(kept, tmp_path / "results"))


REAL = [
    (["base", "slower"], 1, "REGRESSED"),
    (["base", "faster"], 0, "IMPROVED"),
    (["base", "base"], 2, ""),
    (["base", "nowhere"], 2, ""),
    (["nowhere", "base"], 2, ""),
    (["base", "same", "nowhere"], 2, ""),
]


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(("words", "code", "badge"), REAL, ids=[" ".join(each[0]) for each in REAL])
def test_runs_from_the_store_are_compared(
    words: list[str], code: int, badge: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.run(["compare", *words]) == code
    assert capsys.readouterr().out.strip().startswith(badge)


@pytest.mark.usefixtures("store")
def test_tags_of_the_store_are_a_trend(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["compare", "base", "same", "slower", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["schema"] == "ddbload-trend/1"


@pytest.mark.usefixtures("store")
def test_a_tag_of_the_store_is_checked_against_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["compare", "base", "--self-check", "--format", "json"]) in (0, 4)
    assert json.loads(capsys.readouterr().out)["schema"] == "ddbload-self-check/1"


@pytest.mark.usefixtures("store")
def test_a_margin_below_the_noise_is_refused_by_a_self_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["compare", "base", "--self-check", "--matters", "read.p99=0.01%"]) == 2
    assert "below the floor" in capsys.readouterr().out


def test_a_store_that_is_empty_or_missing_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert app.run(["compare", "base", "new"]) == 2
    (tmp_path / "results" / "orders" / "base").mkdir(parents=True)
    (tmp_path / "results" / "orders" / "new").mkdir()
    assert app.run(["compare", "base", "new"]) == 2
    assert app.run(["compare", "results/orders/base", "results/orders/new"]) == 2


@pytest.mark.parametrize("form", FORMATS)
def test_a_damaged_run_ends_with_2_by_name_in_every_format(
    store: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = next((store / "orders" / "same").iterdir()) / "run.json"
    damaged.write_bytes(damaged.read_bytes()[:100])
    assert app.run(["compare", "base", "same", "--format", form]) == 2
    shown = capsys.readouterr()
    assert damaged.parent.name in shown.err
    assert shown.out == ""


def test_runs_that_measured_nothing_do_not_pass(store: Path) -> None:
    empty = side([1.0] * 5, tag="empty", first=900, operations={"read": operation(outcomes={})})
    keep(store, empty)
    assert app.run(["compare", "empty", "base"]) != 0
    assert app.run(["compare", "base", "empty"]) != 0


def test_a_side_of_invalid_runs_ends_with_3(store: Path) -> None:
    keep(store, side([1.0] * 5, tag="void", first=900, verdict="invalid", reasons=["late by the client's fault"]))
    assert app.run(["compare", "base", "void"]) == 3


@pytest.mark.usefixtures("store")
def test_one_run_a_side_cannot_tell(capsys: pytest.CaptureFixture[str]) -> None:
    runs = sorted(Path("results/orders/base").iterdir())
    assert app.run(["compare", str(runs[0]), str(runs[1])]) == 4
    assert capsys.readouterr().out.startswith(" CANNOT TELL ")


@pytest.mark.usefixtures("store")
def test_junit_from_the_store_can_be_read_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    app.run(["compare", "base", "slower", "--format", "junit"])
    (suite,) = ET.fromstring(capsys.readouterr().out)  # noqa: S314 - it is our own
    assert int(suite.attrib["failures"]) > 0


def test_a_page_is_written_beside_the_report(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = store.parent / "pages" / "out.html"
    assert app.run(["compare", "base", "slower", "--html", str(page)]) == 1
    assert page.read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    assert "REGRESSED" in capsys.readouterr().out


def test_a_trend_has_a_page(store: Path) -> None:
    page = store.parent / "trend.html"
    assert app.run(["compare", "base", "same", "slower", "--html", str(page)]) == 1
    assert page.read_text(encoding="utf-8").lower().startswith("<!doctype html>")


def test_a_self_check_has_a_page(store: Path) -> None:
    page = store.parent / "self-check.html"
    assert app.run(["compare", "base", "--self-check", "--html", str(page)]) in (0, 4)
    assert "base against itself" in page.read_text(encoding="utf-8")


def test_a_self_check_of_too_few_runs_ends_with_3(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for run in sorted((store / "orders" / "base").iterdir())[3:]:
        shutil.rmtree(run)
    assert app.run(["compare", "base", "--self-check"]) == 3
    assert "base has 3 valid runs of 3: halves of a tag need 4" in capsys.readouterr().err


@pytest.mark.usefixtures("store")
def test_a_page_that_cannot_be_written_ends_with_2_before_anything_is_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert app.run(["compare", "base", "slower", "--html", str(tmp_path / "file" / "out.html")]) == 2
    said = capsys.readouterr()
    assert "cannot be written" in said.err
    assert said.out == ""


@pytest.mark.usefixtures("store")
def test_a_page_that_stands_there_stays_when_nothing_can_be_compared(tmp_path: Path) -> None:
    page, other = tmp_path / "old.html", tmp_path / "new.html"
    page.write_text("of last week")
    for file in (page, other):
        assert app.run(["compare", "base", "nowhere", "--html", str(file)]) == 2
    assert page.read_text() == "of last week"
    assert not other.exists()


@pytest.mark.skipif(not Path("/proc/self/comm").is_file(), reason="such a file is Linux's")
def test_a_page_needs_room_beside_it_to_be_made_in() -> None:
    with pytest.raises(UsageError, match="/proc/self/comm: cannot be written"):
        check_page(Path("/proc/self/comm"))


def test_the_command_imports_nothing_heavy_before_it_is_called() -> None:
    heavy = "('numpy', 'rich', 'pydantic', 'orjson')"
    code = f"import sys, ddbload.cli.compare; print(*(m for m in {heavy} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.strip() == ""


def test_a_page_that_the_disk_has_no_room_for_leaves_the_page_that_was_there(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    page = tmp_path / "out.html"
    page.write_text("of last week", encoding="utf-8")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))  # Python ignores SIGXFSZ: the write fails
    try:
        with pytest.raises(UsageError, match="cannot be written"):
            write_page(page, lambda: "x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert page.read_text(encoding="utf-8") == "of last week"
    assert list(tmp_path.iterdir()) == [page]
