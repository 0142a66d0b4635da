"""A run record as a report: which sections there are and what each says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ddbload.report.capacity import capacity_section, cost_section, hot_section
from ddbload.report.latency import cold_section, latency_section, outcomes_section
from ddbload.report.model import Block, Facts, Line, Report, Section
from ddbload.report.objectives import objectives_section
from ddbload.report.quantity import count, counted, duration, limit_ms, minute, rate, share, span
from ddbload.report.spark import CURVE, sparkline
from ddbload.report.verdict import headline
from ddbload.report.verify import verify_section
from ddbload.results.record import DRAIN, ClientHealth, RunRecord, Second
from ddbload.results.subject import target_label

_BUSY = 0.9  # of a core
_MORE = 0.001  # requests beyond the arrivals, from which on both are said
_STAND_IN = (
    "the embedded target is a functional stand-in, no measure of DynamoDB: times are its own, units are modelled"
)
_EMULATOR = "DynamoDB Local is an emulator: its times are those of this machine, not of DynamoDB"


def report_of(record: RunRecord, seconds: Sequence[Second] = ()) -> Report:
    """The report of a run; with its timeline, curves stand beside the numbers."""
    sections = (
        _rate(record, seconds),
        latency_section(record, seconds),
        cold_section(record),
        outcomes_section(record),
        objectives_section(record),
        capacity_section(record),
        hot_section(record),
        verify_section(record.verify),
        cost_section(record),
        _client(record.client),
        _notes(record),
    )
    return Report(
        verdict=record.verdict,
        headline=headline(record),
        reasons=tuple(record.reasons),
        subject=tuple(_subject(record)),
        sections=tuple(section for section in sections if section is not None),
        where=record.path,
    )


def _subject(record: RunRecord) -> Iterator[str]:
    yield " · ".join((record.fingerprint.scenario, f"tag {record.tag}", f"{minute(record.started_at)} UTC"))
    client = record.client
    workers = counted(client.workers, "worker")
    yield " · ".join((target_label(record.fingerprint.target), f"{client.transport} transport", workers))


def _rate(record: RunRecord, seconds: Sequence[Second]) -> Section:
    given = record.rate

    def of_offered(name: str, value: float) -> str:
        part = f" ({share(value / given.offered)})" if given.offered else ""
        return f"{name} {rate(value)}/s{part}"

    completed = of_offered("completed", given.completed)
    text = f"offered {rate(given.offered)}/s · {of_offered('achieved', given.achieved)} · {completed}"
    # a second that only takes in the last answers is no second of load; one in which nothing ended belongs to the curve
    curve = sparkline([second.completed for second in seconds if second.phase != DRAIN], CURVE)
    blocks: list[Block] = [Line(text)]
    if given.requests is not None and given.requests > given.achieved * (1 + _MORE):
        blocks.append(Line(f"{rate(given.requests)} requests/s: steps, pages and attempts made again included"))
    if curve and record.operations:
        blocks.append(Facts((("completed by the second", curve),)))
    loop = "open loop" if given.loop == "open" else "closed loop: the rate follows the answers"
    return Section("Rate", tuple(blocks), f"{loop}, {span(given.measured_s)} measured")


# --- the client, and what to mind ----------------------------------------------------------------------------------


def _client(client: ClientHealth) -> Section:
    lag = client.lag_ms
    cpu = "" if client.cpu_share is None else f"CPU {100 * client.cpu_share:.0f}% of a core"
    if cpu and client.workers > 1:
        cpu += f" (the busiest of {client.workers} workers)"
    opened = f"{count(client.connections_opened)} connection{'' if client.connections_opened == 1 else 's'}"
    means = [
        cpu,
        f"{opened} opened, {count(client.connections)} at most",
        f"{count(client.max_in_flight)} in flight at most",
        f"timeout {limit_ms(client.timeout_ms)}",
        f"{client.retries} retries" if client.retries else "no retries",
    ]
    facts = (
        ("dispatch lag", f"p50 {duration(lag.p50)}, p99 {duration(lag.p99)}, max {duration(lag.max)}"),
        ("set-up", " · ".join(text for text in means if text)),
    )
    blocks: list[Block] = [Facts(facts)]
    if client.cpu_share is not None and client.cpu_share > _BUSY:
        blocks.append(Line("a core was busy: more workers would tell whether it held the load back", "doubt"))
    return Section("Client", tuple(blocks))


def _notes(record: RunRecord) -> Section | None:
    target = record.fingerprint.target
    notes = []
    if target.get("functional"):
        if not any("stand-in" in warning for warning in record.warnings):  # the target may have said so itself
            notes.append(_STAND_IN)
    elif target.get("kind") == "local":
        notes.append(_EMULATOR)
    lines = tuple(Line(text, "doubt", "!") for text in [*notes, *record.warnings])
    return Section("Notes", lines) if lines else None
