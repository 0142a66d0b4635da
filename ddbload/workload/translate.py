"""The scenario's words for data as generators: `scenario.model` values, sizes and choosers -> `values`."""

from __future__ import annotations

from ddbload import values
from ddbload.errors import Problem, ScenarioError
from ddbload.scenario import model


def problem(scenario: model.Scenario, message: str, fits: str = "") -> ScenarioError:
    """An error about a scenario that was not read from a file, or that passed its checks unnoticed."""
    return ScenarioError([Problem(scenario.name, 0, 0, message, fits)])


def value(scenario: model.Scenario, name: str) -> values.Values:
    """The generator of a named value.

    Raises:
        ScenarioError: its numbers contradict each other.
    """
    try:
        return _value(scenario.values[name])
    except ValueError as error:
        raise problem(scenario, f"values.{name}: {error}") from error


def _value(spec: model.Value) -> values.Values:
    match spec:
        case model.Choice(weighted=weighted):
            options, weights = zip(*weighted, strict=True)
            return values.Choice(options, weights)
        case model.Number(number=span):
            return values.Number(span.min, span.max)
        case model.Text(text=text):
            return values.Text(_size(text.size))
        case model.Binary(binary=binary):
            return values.Binary(_size(binary.size))
        case model.Timestamp(timestamp=span):
            return values.Timestamp(span.seconds, span.until)
        case _:
            return values.Uuid()


def _size(size: model.Size) -> values.Size:
    match size:
        case model.UniformSizeForm(uniform=span):
            return values.UniformSize(span.min, span.max)
        case model.LognormalSizeForm(lognormal=shape):
            return values.LognormalSize(shape.median, shape.p99, shape.max)
        case _:
            return values.ConstantSize(size)


def chooser(spec: model.Chooser, n: int) -> values.Chooser:
    """The random chooser of one of n; `sequential` counts instead and has none.

    Raises:
        ValueError: for `sequential`.
    """
    match spec:
        case model.Zipf(zipf=exponent):
            return values.Zipf(n, exponent)
        case model.Hotspot(hotspot=spot):
            return values.Hotspot(n, spot.hot(n), spot.share)
        case "uniform":
            return values.Uniform(n)
        case _:
            raise ValueError(f"{spec!r} does not choose at random")
