"""The scenario's words for data as generators: `scenario.model` values, sizes and choosers -> `values`."""

from __future__ import annotations

from decimal import Decimal

from ddbload import values
from ddbload.errors import Problem, ScenarioError
from ddbload.scenario import model


def problem(scenario: model.Scenario, message: str, fits: str = "") -> ScenarioError:
    """An error about a scenario that was not read from a file, or that passed its checks unnoticed."""
    return ScenarioError([Problem(scenario.name, 0, 0, message, fits)])


class Generators:
    """The generators of a scenario's named values, each made once, when it is first asked for."""

    def __init__(self, scenario: model.Scenario, *, allow_code: bool = False) -> None:
        self._scenario = scenario
        self._allow_code = allow_code
        self._made: dict[str, values.Values] = {}

    def of(self, name: str) -> values.Values:
        """The generator of a named value.

        Raises:
            ScenarioError: its numbers contradict each other, or its file cannot be used.
            UsageError: it is a function, and running code was not allowed.
            CodeError: there is no such function.
        """
        if name not in self._made:
            try:
                self._made[name] = self._value(self._scenario.values[name])
            except ValueError as error:
                raise problem(self._scenario, f"values.{name}: {error}") from error
        return self._made[name]

    def _value(self, spec: model.Value) -> values.Values:  # noqa: C901, PLR0911 - one branch a kind of value
        match spec:
            case model.Choice(weighted=weighted):
                options, weights = zip(*weighted, strict=True)
                return values.Choice(options, weights)
            case model.Number(number=span) if span.decimals:
                return values.FixedPoint(Decimal(span.min), Decimal(span.max), span.decimals)
            case model.Number(number=span):
                return values.Number(span.min, span.max)
            case model.Text(text=text):
                return values.Text(self._size(text.size))
            case model.Binary(binary=binary):
                return values.Binary(self._size(binary.size))
            case model.Timestamp(timestamp=span):
                return values.Timestamp(span.seconds, span.until)
            case model.WordsText(count=count):
                return values.WordsText(self._size(count))
            case model.ListValue(list=members):
                return values.ListOf(self.of(members.of), self._size(members.count))
            case model.SetValue(set=members):
                return values.SetOf(self.of(members.of), self._size(members.count))
            case model.CsvColumn(csv=column):
                return self._column(column)
            case model.PythonValue(python=code):
                function = values.load_function(code.function, allow=self._allow_code, folder=self._scenario.folder)
                return values.Code(code.function, function, code.type, code.max_bytes, code.cardinality)
            case _:
                return values.Uuid()

    def _column(self, spec: model.CsvSpec) -> values.Column:
        entries = values.read_column(self._scenario.beside(spec.file), spec.column, spec.type)
        if spec.pick == "sequential":
            return values.Column(entries, spec.type, "sequential")
        return values.Column(entries, spec.type, chooser(spec.pick, len(entries)))

    def _size(self, size: model.Size) -> values.Size:
        match size:
            case model.UniformSizeForm(uniform=span):
                return values.UniformSize(span.min, span.max)
            case model.LognormalSizeForm(lognormal=shape):
                return values.LognormalSize(shape.median, shape.p99, shape.max)
            case model.HistogramSizeForm(histogram=counted):
                if isinstance(counted, str):
                    read = values.read_histogram(self._scenario.beside(counted))
                    return values.HistogramSize(read.sizes, read.weights)
                return values.HistogramSize(tuple(map(int, counted)), tuple(counted.values()))
            case _:
                return values.ConstantSize(size)


def chooser(spec: model.Chooser, n: int) -> values.Chooser:
    """The random chooser of one of n; `sequential`, `next` and `latest` have none of their own.

    Raises:
        ValueError: for these.
    """
    match spec:
        case model.Zipf(zipf=exponent):
            return values.Zipf(n, exponent)
        case model.Hotspot(hotspot=spot):
            return values.Hotspot(n, spot.hot(n), spot.share)
        case model.Gaussian(gaussian=bell):
            return values.Gaussian(n, bell.mean, bell.deviation)
        case "uniform":
            return values.Uniform(n)
        case _:
            raise ValueError(f"{spec!r} does not choose at random by itself")


def latest(exponent: float) -> values.Latest:
    """How far back from the newest."""
    return values.Latest(exponent)


def value(scenario: model.Scenario, name: str, *, allow_code: bool = False) -> values.Values:
    """The generator of one named value."""
    return Generators(scenario, allow_code=allow_code).of(name)
