"""Every generator to the bit: a changed hash is a changed workload, and every recorded run would lose its twin."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pytest

from ddbload.values import (
    Binary,
    Choice,
    Code,
    Column,
    ConstantSize,
    FixedPoint,
    Gaussian,
    HistogramSize,
    Hotspot,
    Latest,
    ListOf,
    LognormalSize,
    Number,
    Scatter,
    SetOf,
    Text,
    Timestamp,
    Uniform,
    UniformSize,
    Uuid,
    WordsText,
    Zipf,
    distinct_choices,
    words,
)
from ddbload.values.philox import further_words
from ddbload.values.transforms import exponential, normal, normal_cdf

BLOCK = words(2024, "golden", 10_000, 5_000)
NUMBERS = np.arange(10_000, 15_000)
GOLDEN: list[tuple[str, Callable[[], list[object]], str]] = [
    ("words", BLOCK.tolist, "98d55f00c88cd4709cc77064"),
    (
        "exponential",
        lambda: [gap.hex() for gap in exponential(BLOCK[:, 0]).tolist()],
        "5c8609e2f53556b75d74331f",
    ),
    ("normal", lambda: [z.hex() for z in normal(BLOCK[:, 0]).tolist()], "3a6f58b46cd3b853801a1256"),
    ("uniform of 1000", lambda: Uniform(1000).draw(BLOCK).tolist(), "f4d53a38e0555c88fa3f76d5"),
    ("uniform of 1e15", lambda: Uniform(10**15).draw(BLOCK).tolist(), "77cba1ee13d7389608767534"),
    ("hotspot", lambda: Hotspot(1000, 50, 0.8).draw(BLOCK).tolist(), "d6ab9bb025c16248382a23cd"),
    ("zipf 0.99 of 5000", lambda: Zipf(5000, 0.99).draw(BLOCK).tolist(), "7fb7e24ed22dd956b46d2428"),
    ("zipf 1 of 1e10", lambda: Zipf(10**10, 1.0).draw(BLOCK).tolist(), "f0fbb91eb564d30bd9a0c57b"),
    ("zipf 2.5 of 1e6", lambda: Zipf(10**6, 2.5).draw(BLOCK).tolist(), "91f66dabc54580f1cef1a238"),
    ("scatter by table", lambda: Scatter(5000, 7, "s")(np.arange(5000)).tolist(), "45c610a801e4b19f7c6409aa"),
    ("scatter by walk", lambda: Scatter(10**10, 7, "s")(np.arange(5000)).tolist(), "16523aec761af63a267c4afb"),
    (
        "choice",
        lambda: [*Choice(("open", "paid", "void"), (20, 70, 10)).draw(BLOCK)],
        "090c51d7b6d03973de017832",
    ),
    ("number", lambda: [*Number(-50, 12_345).draw(BLOCK)], "9253ff4a1c5df646253ab7dc"),
    ("timestamp", lambda: [*Timestamp(7_776_000, 1_767_225_600).draw(BLOCK)], "73534d6ed46fa55bebd1cf8f"),
    ("uuid", lambda: [*Uuid().draw(BLOCK)], "6085e4082565fe01580df958"),
    ("text, constant", lambda: [*Text(ConstantSize(100)).draw(BLOCK)], "5e0fc774da7281c6d7dc760d"),
    ("text, uniform", lambda: [*Text(UniformSize(0, 300)).draw(BLOCK)], "4fe87e34a0aef79fd21e8057"),
    (
        "text, lognormal",
        lambda: [*Text(LognormalSize(700, 6000, 32_000)).draw(BLOCK[:500])],
        "e4266624351b3485553d7790",
    ),
    ("binary", lambda: [*Binary(UniformSize(1, 64)).draw(BLOCK)], "98c1c8ff110cc12d7786701e"),
    ("words of a lane", lambda: words(2024, "golden", 10_000, 5_000, lane=3).tolist(), "e1041896a250acc6081c9577"),
    ("further words", lambda: further_words(BLOCK, NUMBERS).tolist(), "92cf50246ae0f4c4ba0609e6"),
    (
        "normal shares",
        lambda: [share.hex() for share in normal_cdf(normal(BLOCK[:, 0])).tolist()],
        "2f066f2a4175b851c22c7377",
    ),
    ("gaussian", lambda: Gaussian(10**6, 0.4, 0.2).draw(BLOCK).tolist(), "3935b4e068a619c38e615fcb"),
    ("latest 0.99", lambda: Latest(0.99).draw(BLOCK, NUMBERS * 13).tolist(), "92eaafc9f17325bc7135f975"),
    ("latest 1", lambda: Latest(1.0).draw(BLOCK, NUMBERS * 10**6).tolist(), "22906b296a1ded6e2dbe93f9"),
    (
        "distinct",
        lambda: distinct_choices(Zipf(100, 0.99), 20, 2024, "golden", NUMBERS[:500]).tolist(),
        "94bca15ce047a1d60e1394ab",
    ),
    (
        "distinct, all",
        lambda: distinct_choices(Hotspot(9, 1, 0.9), 9, 2024, "golden", NUMBERS[:500]).tolist(),
        "9dc4d3bacfaaa7c364cfcc8f",
    ),
    (
        "a histogram",
        lambda: HistogramSize((5, 900, 70), (0.3, 1, 7)).draw(BLOCK[:, 0]).tolist(),
        "c333731329f76b89251d8d43",
    ),
    ("text, histogram", lambda: [*Text(HistogramSize((5, 90), (0.3, 1))).draw(BLOCK)], "aa2f895cca2abf222142d313"),
    ("text of words", lambda: [*WordsText(UniformSize(0, 12)).draw(BLOCK)], "a840626af9e1b5f588803dbf"),
    ("fixed point", lambda: [*FixedPoint(-5, 1000, 2).draw(BLOCK)], "26099e454c887111dd1b9b77"),
    ("a column", lambda: [*Column(("x", "y", "z"), "S", Zipf(3, 0.99)).draw(BLOCK)], "b7badf1484096141c12b426b"),
    (
        "a column in order",
        lambda: [*Column(("1", "2.5", "3"), "N", "sequential").draw(BLOCK, NUMBERS)],
        "10d5200b37f72251e9eb1601",
    ),
    ("a list", lambda: [*ListOf(Number(0, 99), UniformSize(0, 5)).draw(BLOCK[:500])], "a03a14fabacbdc49331271c5"),
    (
        "a set",
        lambda: [*SetOf(Choice(("a", "b", "c"), (1, 2, 9)), UniformSize(1, 3)).draw(BLOCK[:500])],
        "4db90ed15b06d7d883e8c5d6",
    ),
    (
        "a set of numbers",
        lambda: [*SetOf(FixedPoint(0, 1, 1), ConstantSize(8)).draw(BLOCK[:500])],
        "0b6aa8c1d07790d4d83d55d1",
    ),
    (
        "code",
        lambda: [*Code("m:f", lambda source, number: f"{number} {source.random()}", "S", 40).draw(BLOCK, NUMBERS)],
        "7bf34ced39e78b0d0fb41c9e",
    ),
]


@pytest.mark.parametrize(("make", "digest"), [row[1:] for row in GOLDEN], ids=[row[0] for row in GOLDEN])
def test_the_sequence_is_the_one_recorded(make: Callable[[], list[object]], digest: str) -> None:
    assert hashlib.sha256(repr(make()).encode()).hexdigest()[:24] == digest
