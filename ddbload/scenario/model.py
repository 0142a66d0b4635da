"""The scenario as a value: every key of the file, typed, closed and frozen. The JSON Schema comes from here.

Reading a file, its line numbers and its messages live in `load`; what the words do lives in `values` and `workload`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from ddbload.operation import KeyType
from ddbload.scenario.quantity import Fraction, PositiveSeconds, Seconds, Share

NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"
TABLE_NAME_PATTERN = r"^[A-Za-z0-9_.-]{3,255}$"
SCENARIO_NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
PATTERNS = {
    NAME_PATTERN: "a name has letters, digits and underscores, begins with no digit, and has at most 64 of them",
    TABLE_NAME_PATTERN: "a name of a table or an index has 3 to 255 of a-z, A-Z, 0-9, '_', '-' and '.'",
    SCENARIO_NAME_PATTERN: "a scenario's name has up to 64 of a-z, A-Z, 0-9, '_', '-', '.', a letter or digit first",
}
"""What each pattern asks for, in words."""

Name = Annotated[str, Field(pattern=NAME_PATTERN)]
"""A name given by the scenario's author: letters, digits and underscores."""
TableName = Annotated[str, Field(pattern=TABLE_NAME_PATTERN)]
Count = Annotated[int, Field(ge=1, lt=2**53)]
Positive = Annotated[float, Field(gt=0)]


def _a_constant(value: Any) -> Any:
    if isinstance(value, (bool, int, float, str)):
        return value
    raise PydanticCustomError("scalar", "a constant: text, a number, true or false")


Scalar = Annotated[bool | int | float | str, BeforeValidator(_a_constant)]


class Closed(BaseModel):
    """Frozen; an unknown key is an error; no silent conversion between types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _forms(
    *keys: str,
    words: tuple[str | int, ...] = (),
    number: str = "",
    listed: str = "",
    mapping: str = "",
    expected: str = "",
) -> Discriminator:
    """Tell the forms of a value apart: one of `words`, a number, a list, a mapping with exactly one of `keys`, another.

    Tags are `<form>`, which no key of a file can be taken for: `<word>`, `<key>`, and those given for a number, a list
    and any other mapping. `expected` says what would fit when none does.
    """

    def tag(value: Any) -> str | None:
        if isinstance(value, (dict, BaseModel)):
            names = value if isinstance(value, dict) else type(value).model_fields
            found = [key for key in keys if key in names]
            return f"<{found[0]}>" if len(found) == 1 else None if found or not mapping else mapping
        if isinstance(value, (list, tuple)):
            return listed or None
        if isinstance(value, bool):
            return None
        if isinstance(value, (str, int)) and value in words:
            return "<word>"
        return number if number and isinstance(value, (int, float)) else None

    sentence = expected or f"a mapping with exactly one of: {', '.join(keys)}"
    return Discriminator(tag, custom_error_type="one_of", custom_error_message=sentence)


# --- the table -----------------------------------------------------------------------------------------------------

KeySchema = Annotated[dict[str, KeyType], Field(min_length=1, max_length=2)]


class Index(Closed):
    """A secondary index."""

    key: KeySchema = Field(
        description="partition key, then sort key, each with its type: S, N or B",
        examples=[{"status": "S", "placed": "N"}],
    )
    project: Annotated[
        Annotated[Literal["all", "keys"], Tag("<word>")]
        | Annotated[list[str], Field(min_length=1, max_length=100), Tag("<list>")],
        _forms(words=("all", "keys"), listed="<list>", expected="all, keys, or a list of attributes"),
    ] = Field(
        "all",
        description="what an entry holds beside the keys: all attributes, none (keys), or those listed",
        examples=["keys", ["total", "note"]],
    )
    kind: Literal["global", "local"] = Field(
        "global",
        description="a global index has its own partition key; a local one shares the table's",
        examples=["global"],
    )


class Provisioned(Closed):
    """Provisioned capacity, in units a second."""

    read: Count = Field(description="read capacity units: 4 KB a second each, consistent", examples=[100])
    write: Count = Field(description="write capacity units: 1 KB a second each", examples=[50])


class Table(Closed):
    """The table under load."""

    name: TableName = Field(description="the table's name in DynamoDB", examples=["orders"])
    key: KeySchema = Field(
        description="partition key, then sort key, each with its type: S, N or B", examples=[{"pk": "S", "sk": "S"}]
    )
    indexes: dict[TableName, Index] = Field(
        {}, description="secondary indexes by name", examples=[{"by_status": {"key": {"status": "S"}}}]
    )
    billing: Annotated[
        Annotated[Literal["on-demand"], Tag("<word>")] | Annotated[Provisioned, Tag("<provisioned>")],
        _forms(
            words=("on-demand",),
            mapping="<provisioned>",
            expected="on-demand, or provisioned capacity: {read: 100, write: 50}",
        ),
    ] = Field(
        "on-demand",
        description="on-demand, or provisioned capacity in units a second",
        examples=["on-demand", {"read": 100, "write": 50}],
    )
    create: bool | None = Field(
        None,
        description="create the table when it is missing; on loopback that is the default, on AWS it must be asked for",
        examples=[True],
    )


# --- values --------------------------------------------------------------------------------------------------------


class UniformSize(Closed):
    """Sizes from min to max, all equally likely."""

    min: Annotated[int, Field(ge=0)] = Field(description="the smallest size in bytes", examples=[100])
    max: Count = Field(description="the largest size in bytes", examples=[2000])


class LognormalSize(Closed):
    """Sizes with a long tail: half lie below the median, 99 % below p99; cut at max."""

    median: Count = Field(description="half of the sizes lie below it, in bytes", examples=[700])
    p99: Count = Field(description="99 % of the sizes lie below it, in bytes; above the median", examples=[6000])
    max: Count = Field(description="no size lies above it, in bytes", examples=[32000])


class UniformSizeForm(Closed):
    """Sizes from min to max, all equally likely."""

    uniform: UniformSize = Field(description="every size in a range", examples=[{"min": 100, "max": 2000}])


class LognormalSizeForm(Closed):
    """Sizes with a long tail."""

    lognormal: LognormalSize = Field(
        description="sizes with a long tail", examples=[{"median": 700, "p99": 6000, "max": 32000}]
    )


Size = Annotated[
    Annotated[Count, Tag("<bytes>")]
    | Annotated[UniformSizeForm, Tag("<uniform>")]
    | Annotated[LognormalSizeForm, Tag("<lognormal>")],
    _forms(
        "uniform",
        "lognormal",
        number="<bytes>",
        expected="bytes: a whole number, or a mapping with exactly one of: uniform, lognormal",
    ),
]
"""Bytes: a constant, or a distribution."""


class Choice(Closed):
    """One of several constants; a mapping gives each its weight."""

    choice: Annotated[
        Annotated[dict[str, Positive], Field(min_length=1), Tag("<weights>")]
        | Annotated[list[Scalar], Field(min_length=1), Tag("<list>")],
        _forms(
            listed="<list>",
            mapping="<weights>",
            expected="a list of constants, or a mapping of each text to its weight: {open: 20, paid: 70}",
        ),
    ] = Field(
        description="a list of equally likely constants, or a mapping of each text to its weight",
        examples=[{"open": 20, "paid": 70}, [1, 2, 3]],
    )


class NumberRange(Closed):
    """A range of whole numbers, both ends included."""

    min: int = Field(0, description="the smallest number", examples=[0])
    max: int = Field(description="the largest number", examples=[100000])


class Number(Closed):
    """A whole number, uniform from min to max (both included)."""

    number: NumberRange = Field(description="a whole number in a range", examples=[{"min": 1, "max": 100}])


class TextSpec(Closed):
    """How long a text or a binary is."""

    size: Size = Field(
        description="bytes: a whole number, or a distribution (uniform, lognormal)",
        examples=[100, {"uniform": {"min": 100, "max": 2000}}],
    )


class Text(Closed):
    """Printable ASCII text of a size."""

    text: TextSpec = Field(description="printable ASCII text of a size", examples=[{"size": 100}])


class Binary(Closed):
    """Bytes of a size."""

    binary: TextSpec = Field(description="random bytes of a size", examples=[{"size": 100}])


class TimestampSpec(Closed):
    """A span of time."""

    within: PositiveSeconds = Field(description="how far back from `until`", examples=["90d"])
    until: int = Field(
        1_767_225_600,
        description="the newest second (Unix time); default 2026-01-01T00:00:00Z",
        examples=[1_767_225_600],
    )


class Timestamp(Closed):
    """Whole Unix seconds, uniform within a span that ends at `until`."""

    timestamp: TimestampSpec = Field(
        description="Unix seconds within a span that ends at `until`", examples=[{"within": "90d"}]
    )


Value = Annotated[
    Annotated[Literal["uuid"], Tag("<word>")]
    | Annotated[Choice, Tag("<choice>")]
    | Annotated[Number, Tag("<number>")]
    | Annotated[Text, Tag("<text>")]
    | Annotated[Binary, Tag("<binary>")]
    | Annotated[Timestamp, Tag("<timestamp>")],
    _forms(
        "choice",
        "number",
        "text",
        "binary",
        "timestamp",
        words=("uuid",),
        expected="uuid, or a mapping with exactly one of: choice, number, text, binary, timestamp",
    ),
]

# --- items ---------------------------------------------------------------------------------------------------------

Shape = dict[str, Any]
"""Attribute -> a template text such as "cust#{customer}", a constant, or a nested list or map of these."""


class Items(Closed):
    """Enumerated items: item i has its own key; its attributes are a pure function of (seed, i)."""

    of: Annotated[dict[Name, Count], Field(min_length=1, max_length=4)] = Field(
        description="coordinates and their counts; the first varies slowest, and their product is the number of items",
        examples=[{"customer": 5000, "number": 20}],
    )
    shape: Annotated[Shape, Field(min_length=1)] = Field(
        description="attributes: a text with {names} of coordinates and values, a constant, or lists and maps of these",
        examples=[{"pk": "cust#{customer}", "sk": "order#{number}", "status": "{status}"}],
    )

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

    zipf: Annotated[float, Field(gt=0, lt=5)] = Field(
        description="rank r is chosen in proportion to 1 / r ** zipf; ranks are scattered over the items",
        examples=[0.99],
    )


class HotspotSpec(Closed):
    """A hot set."""

    items: Share = Field(description="the share of the items that is hot", examples=["1%"])
    share: Share = Field(description="the share of the calls that goes to them", examples=["80%"])


class Hotspot(Closed):
    """A share of the calls goes to a share of the items."""

    hotspot: HotspotSpec = Field(
        description="a share of the calls goes to a share of the items", examples=[{"items": "1%", "share": "80%"}]
    )


CHOOSER_KEYS = ("zipf", "hotspot")
Chooser = Annotated[
    Annotated[Literal["uniform", "sequential"], Tag("<word>")]
    | Annotated[Zipf, Tag("<zipf>")]
    | Annotated[Hotspot, Tag("<hotspot>")],
    _forms(
        *CHOOSER_KEYS,
        words=("uniform", "sequential"),
        expected="uniform, sequential, or a mapping with exactly one of: zipf, hotspot",
    ),
]
"""How one number out of 0..n-1 is chosen."""

Pick = Annotated[
    Annotated[Literal["next", "uniform", "sequential"], Tag("<word>")]
    | Annotated[Zipf, Tag("<zipf>")]
    | Annotated[Hotspot, Tag("<hotspot>")]
    | Annotated[dict[Name, Chooser], Field(min_length=1), Tag("<coordinates>")],
    _forms(
        *CHOOSER_KEYS,
        words=("next", "uniform", "sequential"),
        mapping="<coordinates>",
        expected="uniform, sequential, next, a mapping with zipf or hotspot, or one chooser for each coordinate",
    ),
]
"""`next` for new items; one chooser over all items; or one for each coordinate (uniform where it is not named)."""

# --- operations ----------------------------------------------------------------------------------------------------


class _OnItem(Closed):
    pick: Pick = Field(
        "uniform",
        description="which item: uniform, sequential, {zipf: s}, {hotspot: {...}}, one of these for each coordinate,"
        " or next (a new item; only for put)",
        examples=["uniform", {"zipf": 0.99}, {"customer": {"zipf": 0.99}, "number": "uniform"}],
    )
    missing: Share = Field(0.0, description="share of the calls that go to an item which is not there", examples=["2%"])


_CONDITION = Field(
    None,
    description="condition expression; literals and {names} stand where DynamoDB has :values",
    examples=["attribute_not_exists(pk)", "#status = 'open'"],
)


class Get(_OnItem):
    """GetItem."""

    get: Name = Field(description="GetItem: the items it reads, by their name under `items`", examples=["order"])
    consistent: bool = Field(False, description="strongly consistent: twice the read units", examples=[True])


class Put(_OnItem):
    """PutItem: the whole item, as its shape says."""

    put: Name = Field(description="PutItem: the items it writes whole, by their name under `items`", examples=["order"])
    condition: str | None = _CONDITION


class Update(_OnItem):
    """UpdateItem."""

    update: Name = Field(
        description="UpdateItem: the items it changes, by their name under `items`", examples=["order"]
    )
    update_expression: str = Field(
        description="SET, REMOVE, ADD and DELETE as DynamoDB has them; literals and {names} stand where it has :values",
        examples=["SET #status = 'paid' REMOVE hold"],
    )
    condition: str | None = _CONDITION


class Delete(_OnItem):
    """DeleteItem."""

    delete: Name = Field(
        description="DeleteItem: the items it deletes, by their name under `items`", examples=["order"]
    )
    condition: str | None = _CONDITION


class Query(_OnItem):
    """Query of the table or of an index: one page."""

    query: Name = Field(
        description="Query: the items it is about, by their name under `items`; one page", examples=["order"]
    )
    key: str = Field(description="key condition expression", examples=["pk = {pk} AND begins_with(sk, 'order#')"])
    index: str | None = Field(
        None, description="the secondary index to read; default: the table", examples=["by_status"]
    )
    filter: str | None = Field(
        None,
        description="filter expression, applied after reading: units are those of what was read",
        examples=["total > 100"],
    )
    limit: Count | None = Field(None, description="items to read at most; default: a page of 1 MB", examples=[20])
    consistent: bool = Field(
        False, description="strongly consistent: twice the read units; not on a global index", examples=[True]
    )
    descending: bool = Field(False, description="the largest sort key first", examples=[True])


OPERATION_KEYS = ("get", "put", "update", "delete", "query")
AnyOperation = Annotated[
    Annotated[Get, Tag("<get>")]
    | Annotated[Put, Tag("<put>")]
    | Annotated[Update, Tag("<update>")]
    | Annotated[Delete, Tag("<delete>")]
    | Annotated[Query, Tag("<query>")],
    _forms(*OPERATION_KEYS, expected="a mapping with exactly one of: get, put, update, delete, query"),
]

# --- load ----------------------------------------------------------------------------------------------------------


class ClosedLoop(Closed):
    """A fixed number of slots, each sending its next call when the last is answered and the think time is over."""

    concurrency: Count = Field(description="calls under way at once, at 100 %", examples=[32])
    think: Seconds = Field(0.0, description="pause between an answer and the next call", examples=["0s", "100ms"])


class ClosedArrivals(Closed):
    """A closed loop: the next call waits for the last answer."""

    closed: ClosedLoop = Field(
        description="a fixed number of calls under way; the rate follows from the answers",
        examples=[{"concurrency": 32}],
    )


class Warm(Closed):
    """Load that is excluded from the results."""

    warm: PositiveSeconds = Field(description="how long; excluded from the results", examples=["10s"])
    at: Fraction = Field(1.0, description="level, in percent of load.rate (closed: of concurrency)", examples=["25%"])


_MEASURE = Field(True, description="whether the phase counts in the results", examples=[False])


class Ramp(Closed):
    """A straight line from the level before (0 % at the start) to another."""

    ramp: PositiveSeconds = Field(description="how long", examples=["2m"])
    to: Fraction = Field(description="the level at its end, in percent of load.rate", examples=["100%"])
    measure: bool = _MEASURE


class Hold(Closed):
    """A constant level: `at`, else the level that a ramp just before it reached, else 100 %."""

    hold: PositiveSeconds = Field(description="how long", examples=["10m"])
    at: Fraction | None = Field(
        None,
        description="level, in percent of load.rate; default: what a ramp just before it reached, else 100%",
        examples=["100%"],
    )
    measure: bool = _MEASURE


PHASE_KEYS = ("warm", "ramp", "hold")
Phase = Annotated[
    Annotated[Warm, Tag("<warm>")] | Annotated[Ramp, Tag("<ramp>")] | Annotated[Hold, Tag("<hold>")],
    _forms(*PHASE_KEYS, expected="a mapping with exactly one of: warm, ramp, hold"),
]


class Load(Closed):
    """What arrives, how often and for how long."""

    mix: Annotated[dict[Name, Annotated[float, Field(ge=0)]], Field(min_length=1)] = Field(
        description="operations and their weights among the arrivals", examples=[{"read_order": 70, "place": 10}]
    )
    arrivals: Annotated[
        Annotated[Literal["constant", "poisson"], Tag("<word>")] | Annotated[ClosedArrivals, Tag("<closed>")],
        _forms("closed", words=("constant", "poisson"), expected="constant, poisson, or {closed: {concurrency: 32}}"),
    ] = Field(
        "constant",
        description="constant or poisson (open loop: arrivals do not wait for answers), or a closed loop",
        examples=["poisson", {"closed": {"concurrency": 32, "think": "0s"}}],
    )
    rate: Positive | None = Field(
        None, description="arrivals a second at 100 %; not with closed arrivals", examples=[800]
    )
    phases: Annotated[list[Phase], Field(min_length=1)] = Field(
        description="one after the other: warm, ramp, hold", examples=[[{"warm": "10s"}, {"hold": "1m"}]]
    )


# --- client, limits, objectives ------------------------------------------------------------------------------------


class Retries(Closed):
    """Retries as the SDK's standard mode has them: jittered exponential back-off."""

    attempts: Annotated[int, Field(ge=1, le=20)] = Field(4, description="requests in total for one call", examples=[4])
    base: PositiveSeconds = Field(0.025, description="first pause at most; doubled each time", examples=["25ms"])
    base_throttled: PositiveSeconds = Field(1.0, description="the same after a throttled request", examples=["1s"])
    max: PositiveSeconds = Field(20.0, description="the longest pause", examples=["20s"])


class Validity(Closed):
    """When a run measures the client rather than the table: beyond any of these it is invalid."""

    lag: PositiveSeconds = Field(0.002, description="dispatch lag p99 may reach this ...", examples=["2ms"])
    lag_share: Share = Field(
        0.10, description="... or this share of the response p99, whichever is more", examples=["10%"]
    )
    late: Share = Field(0.001, description="calls late by the client's fault", examples=["0.1%"])
    released: Share = Field(0.995, description="calls released, of those due", examples=["99.5%"])


class Client(Closed):
    """The limits of the client. `max_in_flight` is shared out among the workers."""

    max_in_flight: Count = Field(512, description="calls under way at once, over all workers", examples=[512])
    connections: Count | None = Field(
        None, description="connections at most, over all workers; default: max_in_flight", examples=[64]
    )
    timeout: PositiveSeconds = Field(1.0, description="a call without an answer by then is given up", examples=["1s"])
    connect_timeout: PositiveSeconds = Field(1.0, description="the same for a connection", examples=["1s"])
    max_late: PositiveSeconds | None = Field(
        None, description="a call not sent so long after it was due is late; default: the timeout", examples=["500ms"]
    )
    retries: Annotated[
        Annotated[Literal[0], Tag("<word>")] | Annotated[Retries, Tag("<retries>")],
        _forms(words=(0,), mapping="<retries>", expected="0, or a mapping such as {attempts: 4}"),
    ] = Field(
        0, description="0 (throttles show as they are), or retries as the SDK makes them", examples=[0, {"attempts": 4}]
    )
    validity: Validity = Field(
        Validity(), description="when a run measures the client rather than the table", examples=[{"lag": "5ms"}]
    )


class Limits(Closed):
    """The run stops within a second of reaching one of these."""

    requests: Count | None = Field(None, description="requests sent at most", examples=[2_000_000])
    spend_usd: Positive | None = Field(
        None, description="US dollars at most, at on-demand prices, reported plus modelled units", examples=[5]
    )


def _share_of(outcome: str) -> Any:
    return Field(None, description=f"share of the calls with the outcome {outcome}, at most", examples=["0.1%"])


def _percentile(text: str) -> Any:
    return Field(None, description=f"{text} of the response time, at most", examples=["10ms"])


class Objective(Closed):
    """What must hold for one operation, or for `all`."""

    p50: PositiveSeconds | None = _percentile("median")
    p90: PositiveSeconds | None = _percentile("90th percentile")
    p95: PositiveSeconds | None = _percentile("95th percentile")
    p99: PositiveSeconds | None = _percentile("99th percentile")
    p99_9: PositiveSeconds | None = _percentile("99.9th percentile")
    max: PositiveSeconds | None = _percentile("maximum")
    errors: Share | None = Field(
        None,
        description="share of the calls that are not ok, not_found or condition_failed, at most",
        examples=["0.1%"],
    )
    not_found: Share | None = _share_of("not_found")
    condition_failed: Share | None = _share_of("condition_failed")
    throttled: Share | None = _share_of("throttled")
    rejected: Share | None = _share_of("rejected")
    conflict: Share | None = _share_of("conflict")
    timeout: Share | None = _share_of("timeout")
    server_error: Share | None = _share_of("server_error")
    connection: Share | None = _share_of("connection")
    corrupt: Share | None = _share_of("corrupt")
    late: Share | None = _share_of("late")
    matters: Share | None = Field(
        None, description="the change that a comparison of runs must not let pass", examples=["10%"]
    )


class Scenario(Closed):
    """A workload, written down once."""

    ddbload: Literal[1] = Field(description="the version of the scenario language", examples=[1])
    name: Annotated[str, Field(pattern=SCENARIO_NAME_PATTERN)] = Field(
        description="the scenario's name; results are kept under it", examples=["orders-evening-peak"]
    )
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(
        1, description="the same seed gives the same items, arrivals and calls", examples=[42]
    )
    params: dict[Name, Scalar] = Field(
        {},
        description="parameters and their defaults; `$name` stands for one as a whole value, `-p name=value` sets it",
        examples=[{"rate": 800}],
    )
    table: Table = Field(description="the table under load", examples=[{"name": "orders", "key": {"pk": "S"}}])
    values: dict[Name, Value] = Field(
        {}, description="data that is drawn: named once, used as {name}", examples=[{"note": {"text": {"size": 100}}}]
    )
    items: Annotated[dict[Name, Items], Field(min_length=1)] = Field(
        description="enumerated items: which there are, and what they look like",
        examples=[{"order": {"of": {"n": 1000}, "shape": {"pk": "order#{n}"}}}],
    )
    operations: Annotated[dict[Name, AnyOperation], Field(min_length=1)] = Field(
        description="what the load is made of, in DynamoDB's own words", examples=[{"read": {"get": "order"}}]
    )
    load: Load = Field(
        description="what arrives, how often and for how long",
        examples=[{"mix": {"read": 1}, "rate": 100, "phases": [{"hold": "1m"}]}],
    )
    client: Client = Field(Client(), description="the limits of the client", examples=[{"timeout": "1s"}])
    limits: Limits = Field(Limits(), description="what stops the run", examples=[{"requests": 2_000_000}])
    objectives: dict[Name, Objective] = Field(
        {}, description="what must hold, for an operation or for `all`", examples=[{"read": {"p99": "10ms"}}]
    )
