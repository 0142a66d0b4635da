"""pytest's side of ddbload: its options and the fixture `ddbload`. What that does is imported when a test asks for it.

A plugin is loaded by every pytest of an environment: nothing else may be imported here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ddbload.pytest_plugin.bench import Bench

RESULTS = "ddbload_results"


class InconclusiveWarning(UserWarning):
    """A comparison could not tell, and the test said that this is fine."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--ddbload-results` and its line of pytest.ini, and the word without which nothing is sent to AWS."""
    group = parser.getgroup("ddbload", "load tests of DynamoDB")
    group.addoption(
        "--ddbload-results",
        metavar="DIR",
        default=None,
        help="where runs are kept; wins over ddbload_results of the ini file",
    )
    group.addoption(
        "--ddbload-aws",
        action="store_true",
        help="let tests send load to AWS, which costs money; without it such tests are skipped",
    )
    parser.addini(RESULTS, "where ddbload's runs are kept, relative to the rootdir", default="results")


@pytest.fixture
def ddbload(request: pytest.FixtureRequest) -> Bench:
    """Runs scenarios, and says whether they pass and are not worse than a tag.

    `ddbload.run("orders.yaml", times=5).assert_passes()`, `ddbload.assert_not_worse("orders", than="v1.2")`.
    """
    from ddbload.pytest_plugin.bench import bench_of  # noqa: PLC0415 - nothing is loaded before a test asks for it

    return bench_of(request)
