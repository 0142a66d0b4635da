"""The scenario as a value: every key of the file, typed, closed and frozen. The JSON Schema comes from here.

Reading a file, its line numbers and its messages live in `load`; what the words do lives in `values` and `workload`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from ddbload.operation import KeyType
from ddbload.scenario.quantity import Fraction, PositiveSeconds, Seconds, Share

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
"""A name given by the scenario's author: letters, digits and underscores."""
Scalar = bool | int | float | str
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]


class Closed(BaseModel):
    """Frozen; an unknown key is an error; no silent conversion between types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _key_of(*choices: str) -> Any:
    """Tell the members of a union apart by which of their own keys is there; `?` when none or several are."""

    def tag(value: Any) -> str:
        if isinstance(value, dict):
            found = [key for key in choices if key in value]
        else:
            found = [key for key in choices if key in type(value).model_fields] if isinstance(value, BaseModel) else []
        return found[0] if len(found) == 1 else "?"

    return Discriminator(tag, custom_error_type="one_of", custom_error_message=f"exactly one of: {', '.join(choices)}")


# --- the table -----------------------------------------------------------------------------------------------------


class Index(Closed):
    """A secondary index."""

    key: Annotated[
        dict[str, KeyType],
        Field(min_length=1, max_length=2, description="partition key, then sort key", examples=[{"status": "S"}]),
    ]
    project: Literal["all", "keys"] | list[str] = Field("all", description="attributes the index holds")
    kind: Literal["global", "local"] = "global"


class Provisioned(Closed):
    """Provisioned capacity, in units a second."""

    read: Count
    write: Count


class Table(Closed):
    """The table under load."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{3,255}$")]
    key: Annotated[
        dict[str, KeyType],
        Field(min_length=1, max_length=2, description="partition key, then sort key", examples=[{"pk": "S", "sk": "S"}]),
    ]
    indexes: dict[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{3,255}$")], Index] = {}
    billing: Literal["on-demand"] | Provisioned = "on-demand"
    create: bool | None = Field(
        None, description="create the table when it is missing; on loopback that is the default, on AWS never"
    )


# --- values --------------------------------------------------------------------------------------------------------


class UniformSize(Closed):
    min: Annotated[int, Field(ge=0)]
    max: Count


class LognormalSize(Closed):
    """Sizes with a long tail: half lie below the median, 99 % below p99; cut at max."""

    median: Count
    p99: Count
    max: Count


class UniformSizeForm(Closed):
    uniform: UniformSize


class LognormalSizeForm(Closed):
    lognormal: LognormalSize


Size = Annotated[
    Annotated[Count, Tag("bytes")]
    | Annotated[UniformSizeForm, Tag("uniform")]
    | Annotated[LognormalSizeForm, Tag("lognormal")],
    Discriminator(
        lambda v: (
            "uniform" if isinstance(v, UniformSizeForm) or (isinstance(v, dict) and "uniform" in v)
            else "lognormal" if isinstance(v, (LognormalSizeForm, dict)) else "bytes"
        )
    ),
]
"""Bytes: a constant, or a distribution."""


class Choice(Closed):
    """One of several constants; a mapping gives each its weight."""

    choice: dict[str, Positive] | Annotated[list[Scalar], Field(min_length=1)]


class NumberRange(Closed):
    min: int = 0
    max: int


class Number(Closed):
    """A whole number, uniform from min to max (both included)."""

    number: NumberRange


class TextSpec(Closed):
    size: Size


class Text(Closed):
    """Printable ASCII text of a size."""

    text: TextSpec


class Binary(Closed):
    """Bytes of a size."""

    binary: TextSpec


class TimestampSpec(Closed):
    within: PositiveSeconds
    until: int = Field(1_767_225_600, description="the newest second (Unix time); default 2026-01-01T00:00:00Z")


class Timestamp(Closed):
    """Whole Unix seconds, uniform within a span that ends at `until`."""

    timestamp: TimestampSpec


Value = Literal["uuid"] | Annotated[
    Annotated[Choice, Tag("choice")]
    | Annotated[Number, Tag("number")]
    | Annotated[Text, Tag("text")]
    | Annotated[Binary, Tag("binary")]
    | Annotated[Timestamp, Tag("timestamp")],
    _key_of("choice", "number", "text", "binary", "timestamp"),
]

# --- items ---------------------------------------------------------------------------------------------------------

Shape = dict[str, Any]
"""Attribute -> a template text such as "cust#{customer}", a constant, or a nested list or map of these."""


class Items(Closed):
    """Enumerated items: item i has its own key; its attributes are a pure function of (seed, i)."""

    of: Annotated[
        dict[Name, Count],
        Field(min_length=1, max_length=4, description="coordinates and their counts; the first varies slowest"),
    ]
    shape: Annotated[Shape, Field(min_length=1)]

    @property
    def count(self) -> int:
        """How many items are loaded."""
        total = 1
        for size in self.of.values():
            total *= size
        return total


# --- choosing an item ----------------------------------------------------------------------------------------------


class Zipf(Closed):
    """Rank r with probability proportional to 1 / r ** zipf; ranks are scattered over the items by a bijection."""

    zipf: Annotated[float, Field(gt=0, lt=5)]


class HotspotSpec(Closed):
    items: Share = Field(description="the share of the items that is hot")
    share: Share = Field(description="the share of the calls that goes to them")


class Hotspot(Closed):
    """A share of the calls goes to a share of the items."""

    hotspot: HotspotSpec


Chooser = Literal["uniform", "sequential"] | Annotated[
    Annotated[Zipf, Tag("zipf")] | Annotated[Hotspot, Tag("hotspot")], _key_of("zipf", "hotspot")
]
"""How one number out of 0..n-1 is chosen."""

Pick = Literal["next"] | Chooser | dict[Name, Chooser]
"""`next` for new items; one chooser over all items; or one for each coordinate."""

# --- operations ----------------------------------------------------------------------------------------------------


class _OnItem(Closed):
    pick: Pick = "uniform"
    missing: Share = Field(0.0, description="share of the calls that go to an item which is not there")


class Get(_OnItem):
    """GetItem."""

    get: Name
    consistent: bool = False


class Put(_OnItem):
    """PutItem: the whole item, as its shape says."""

    put: Name
    condition: str | None = None


class Update(_OnItem):
    """UpdateItem."""

    update: Name
    update_expression: str
    condition: str | None = None


class Delete(_OnItem):
    """DeleteItem."""

    delete: Name
    condition: str | None = None


class Query(_OnItem):
    """Query of the table or of an index: one page."""

    query: Name
    key: str = Field(description="key condition expression", examples=["pk = {pk} AND begins_with(sk, 'order#')"])
    index: str | None = None
    filter: str | None = None
    limit: Count | None = None
    consistent: bool = False
    descending: bool = False


AnyOperation = Annotated[
    Annotated[Get, Tag("get")]
    | Annotated[Put, Tag("put")]
    | Annotated[Update, Tag("update")]
    | Annotated[Delete, Tag("delete")]
    | Annotated[Query, Tag("query")],
    _key_of("get", "put", "update", "delete", "query"),
]

# --- load ----------------------------------------------------------------------------------------------------------


class ClosedLoop(Closed):
    """A fixed number of slots, each sending its next call when the last is answered and the think time is over."""

    concurrency: Count
    think: Seconds = 0.0


class ClosedArrivals(Closed):
    closed: ClosedLoop


class Warm(Closed):
    """Load that is excluded from the results."""

    warm: PositiveSeconds
    at: Fraction = 1.0


class Ramp(Closed):
    """A straight line from the level before (0 % at the start) to another."""

    ramp: PositiveSeconds
    to: Fraction
    measure: bool = True


class Hold(Closed):
    """A constant level: `at`, else the level that a ramp just before it reached, else 100 %."""

    hold: PositiveSeconds
    at: Fraction | None = None
    measure: bool = True


Phase = Annotated[
    Annotated[Warm, Tag("warm")] | Annotated[Ramp, Tag("ramp")] | Annotated[Hold, Tag("hold")],
    _key_of("warm", "ramp", "hold"),
]


class Load(Closed):
    """What arrives, how often and for how long."""

    mix: Annotated[dict[Name, Annotated[float, Field(ge=0)]], Field(min_length=1)]
    arrivals: Literal["constant", "poisson"] | ClosedArrivals = "constant"
    rate: Positive | None = Field(None, description="arrivals a second at 100 %; not with closed arrivals")
    phases: Annotated[list[Phase], Field(min_length=1)]


# --- client, limits, objectives ------------------------------------------------------------------------------------


class Retries(Closed):
    """Retries as the SDK's standard mode has them: jittered exponential back-off."""

    attempts: Annotated[int, Field(ge=1, le=20)] = Field(4, description="requests in total for one call")
    base: PositiveSeconds = 0.025
    base_throttled: PositiveSeconds = 1.0
    max: PositiveSeconds = 20.0


class Validity(Closed):
    """When a run measures the client rather than the table: beyond any of these it is invalid."""

    lag: PositiveSeconds = Field(0.002, description="dispatch lag p99 may reach this ...")
    lag_share: Share = Field(0.10, description="... or this share of the response p99, whichever is more")
    late: Share = Field(0.001, description="calls late by the client's fault")
    released: Share = Field(0.995, description="calls released, of those due")


class Client(Closed):
    """The limits of the client. `max_in_flight` is shared out among the workers."""

    max_in_flight: Count = 512
    connections: Count | None = Field(None, description="default: max_in_flight")
    timeout: PositiveSeconds = 1.0
    connect_timeout: PositiveSeconds = 1.0
    max_late: PositiveSeconds | None = Field(None, description="default: the timeout")
    retries: Literal[0] | Retries = 0
    validity: Validity = Validity()


class Limits(Closed):
    """The run stops within a second of reaching one of these."""

    requests: Count | None = None
    spend_usd: Positive | None = None


class Objective(Closed):
    """What must hold for one operation, or for `all`."""

    p50: PositiveSeconds | None = None
    p90: PositiveSeconds | None = None
    p95: PositiveSeconds | None = None
    p99: PositiveSeconds | None = None
    p99_9: PositiveSeconds | None = None
    max: PositiveSeconds | None = None
    errors: Share | None = Field(None, description="share of calls that are not ok, not_found or condition_failed")
    not_found: Share | None = None
    condition_failed: Share | None = None
    throttled: Share | None = None
    rejected: Share | None = None
    conflict: Share | None = None
    timeout: Share | None = None
    server_error: Share | None = None
    connection: Share | None = None
    corrupt: Share | None = None
    late: Share | None = None
    matters: Share | None = Field(None, description="the change that a comparison must not let pass")


class Scenario(Closed):
    """A workload, written down once."""

    ddbload: Literal[1]
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 1
    params: dict[Name, Scalar] = {}
    table: Table
    values: dict[Name, Value] = {}
    items: Annotated[dict[Name, Items], Field(min_length=1)]
    operations: Annotated[dict[Name, AnyOperation], Field(min_length=1)]
    load: Load
    client: Client = Client()
    limits: Limits = Limits()
    objectives: dict[Name, Objective] = {}
