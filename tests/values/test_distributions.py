"""Every generator against its definition, by chi-square or Kolmogorov-Smirnov tests with fixed seeds.

DDBLOAD_EVIDENCE_DRAWS sets how many draws each test makes: 20,000 unless it is set, 2,000,000 for evidence.

Every score is a normal one or is compared with its own bound, and lies beyond it in one of ten thousand samples of the
right distribution. The seeds are fixed: a test that holds once holds for good, until the generator changes.
"""

from __future__ import annotations

import math
import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations, permutations
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from ddbload.values import (
    Binary,
    Choice,
    Chooser,
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
    Size,
    Text,
    Timestamp,
    Uniform,
    UniformSize,
    Uuid,
    Values,
    WordsText,
    Zipf,
    distinct_choices,
    words,
)
from ddbload.values.philox import Words
from ddbload.values.specs import binary_pool, text_pool, word_pool
from ddbload.values.transforms import Floats, Integers, exponential, normal, unit
from ddbload.values.vocabulary import VOCABULARY
from ddbload.values.zipf import _zipf_table

DRAWS = int(os.environ.get("DDBLOAD_EVIDENCE_DRAWS", "20000"))
FEWER = max(DRAWS // 10, 2_000)
"""For values that are made one by one."""
CHI_BOUND = 3.72  # standard deviations; one of ten thousand lies beyond
KS_BOUND = 2.23  # sqrt(n) * D; 2 exp(-2 * 2.23 ** 2) = 1e-4
_LEAST_EXPECTED = 10
STARTS = 2**18  # places of the pools that texts begin at


def block(stream: str, count: int = DRAWS) -> Words:
    return words(20_260_101, stream, 0, count)


def chi_square(observed: Sequence[int] | Integers, shares: Sequence[float] | Floats) -> float:
    """Pearson's chi-square as a normal score, by Wilson and Hilferty; rare classes go with their neighbours."""
    assert len(observed) == len(shares), "a value that the definition does not have"
    assert math.isclose(sum(shares), 1.0, rel_tol=1e-9)
    draws = int(np.sum(observed))
    counts, expected = [0.0], [0.0]
    for count, share in zip(np.asarray(observed).tolist(), np.asarray(shares).tolist(), strict=True):
        if expected[-1] >= _LEAST_EXPECTED:
            counts.append(0.0)
            expected.append(0.0)
        counts[-1] += count
        expected[-1] += share * draws
    if expected[-1] < _LEAST_EXPECTED and len(expected) > 1:
        counts[-2:], expected[-2:] = [sum(counts[-2:])], [sum(expected[-2:])]
    freedom = len(counts) - 1
    assert freedom > 0, "nothing to compare"
    statistic = sum((count - mean) ** 2 / mean for count, mean in zip(counts, expected, strict=True))
    spread = 2 / (9 * freedom)
    return float(((statistic / freedom) ** (1 / 3) - (1 - spread)) / math.sqrt(spread))


def kolmogorov_smirnov(shares_below: Floats) -> float:
    """sqrt(n) * D of numbers that are uniform from 0 to 1 if the distribution function they went through is right."""
    u = np.sort(shares_below)
    steps = np.arange(len(u) + 1) / len(u)
    return float(math.sqrt(len(u)) * max((steps[1:] - u).max(), (u - steps[:-1]).max()))


def uniform_shares(n: int) -> Floats:
    return np.full(n, 1 / n)


def zipf_shares(n: int, exponent: float) -> Floats:
    """1 / r ** s, divided by zeta(n, s): YCSB's ZipfianGenerator, whose constant is 0.99."""
    weights: Floats = np.arange(1, n + 1, dtype=np.float64) ** -exponent
    return weights / float(weights.sum())


def hotspot_shares(n: int, hot_set: float, hot_operations: float) -> Floats:
    """YCSB's HotspotIntegerGenerator: a fraction of the operations goes to the first int(n * fraction) numbers."""
    hot = int(n * hot_set)
    return np.array([hot_operations / hot] * hot + [(1 - hot_operations) / (n - hot)] * (n - hot))


def gaussian_shares(n: int, mean: float, deviation: float) -> Floats:
    ends = [NormalDist(mean * n, deviation * n).cdf(position) for position in range(n + 1)]
    return np.diff(ends) / (ends[-1] - ends[0])


CHOOSERS: list[tuple[str, Chooser, Floats]] = [
    ("uniform", Uniform(97), uniform_shares(97)),
    ("zipf as YCSB has it", Zipf(1000, 0.99), zipf_shares(1000, 0.99)),
    ("zipf beyond its table", Zipf(300_000, 0.99), zipf_shares(300_000, 0.99)),
    ("zipf near 1", Zipf(100_000, 1.0), zipf_shares(100_000, 1.0)),
    ("zipf, flat", Zipf(100_000, 0.2), zipf_shares(100_000, 0.2)),
    ("zipf, steep", Zipf(100_000, 2.5), zipf_shares(100_000, 2.5)),
    ("hotspot as YCSB has it", Hotspot(1000, hot=200, share=0.8), hotspot_shares(1000, 0.2, 0.8)),
    ("a small hotspot", Hotspot(500, hot=5, share=0.95), hotspot_shares(500, 0.01, 0.95)),
    ("gaussian about the middle", Gaussian(100, 0.5, 0.1), gaussian_shares(100, 0.5, 0.1)),
    ("gaussian cut at its mean", Gaussian(100, 0.0, 0.3), gaussian_shares(100, 0.0, 0.3)),
    ("gaussian, wider than its range", Gaussian(60, 0.9, 2.0), gaussian_shares(60, 0.9, 2.0)),
    ("gaussian over few positions", Gaussian(3, 0.4, 0.2), gaussian_shares(3, 0.4, 0.2)),
]


@pytest.mark.parametrize(("name", "chooser", "shares"), CHOOSERS, ids=[row[0] for row in CHOOSERS])
def test_a_chooser_draws_by_its_definition(name: str, chooser: Chooser, shares: Floats) -> None:
    assert chi_square(np.bincount(chooser.draw(block(name)), minlength=chooser.n), shares) < CHI_BOUND


def test_the_sum_of_zipfs_weights_is_the_constant_of_ycsb() -> None:
    _, zeta = _zipf_table(10_000_000_000, 0.99)
    assert zeta == pytest.approx(26.46902820178302, rel=1e-9)  # ScrambledZipfianGenerator.ZETAN, of 10 billion items


def test_scattering_gives_each_item_the_frequency_of_its_rank() -> None:
    n = 2000
    items = Scatter(n, 3, "items")(Zipf(n, 0.99).draw(block("scattered")))
    by_rank = np.bincount(items, minlength=n)[Scatter(n, 3, "items")(np.arange(n))]
    assert chi_square(by_rank, zipf_shares(n, 0.99)) < CHI_BOUND
    assert by_rank[0] > np.bincount(items, minlength=n)[:1][0]  # the first item is not the hottest any more


@pytest.mark.parametrize("exponent", [0.5, 0.99, 1.0, 2.0])
def test_latest_is_zipf_over_as_many_items_as_there_are_at_each_draw(exponent: float) -> None:
    # Each draw goes through the distribution function of its own count, and to a random place within its own step.
    counts = 1 + np.arange(DRAWS) * 150_000 // DRAWS
    ranks = Latest(exponent).draw(block("latest"), counts)
    assert (ranks < counts).all()
    sums = np.concatenate([[0.0], np.cumsum(np.arange(1, counts[-1] + 1, dtype=np.float64) ** -exponent)])
    within = unit(block("latest, within")[:, 0])
    below = (sums[ranks] + within * (sums[ranks + 1] - sums[ranks])) / sums[counts]
    assert kolmogorov_smirnov(below) < KS_BOUND


def test_numbers_without_repetition_are_those_of_draws_one_after_the_other() -> None:
    shares = zipf_shares(5, 1.0)
    pairs = list(permutations(range(5), 2))
    expected = [shares[a] * shares[b] / (1 - shares[a]) for a, b in pairs]
    found = Counter(map(tuple, distinct_choices(Zipf(5, 1.0), 2, 1, "pairs", np.arange(DRAWS)).tolist()))
    assert chi_square([found[pair] for pair in pairs], expected) < CHI_BOUND


def test_uniform_numbers_without_repetition_come_in_every_order_alike() -> None:
    triples = list(permutations(range(6), 3))
    found = Counter(map(tuple, distinct_choices(Uniform(6), 3, 1, "triples", np.arange(DRAWS)).tolist()))
    assert chi_square([found[triple] for triple in triples], uniform_shares(len(triples))) < CHI_BOUND


def lognormal_shares(median: int, p99: int, most: int) -> Floats:
    """Of the sizes 1 .. most: size k is drawn for what rounds to it, the ends for all beyond them."""
    sigma = math.log(p99 / median) / NormalDist().inv_cdf(0.99)
    log_size = NormalDist(math.log(median), sigma)
    ends = [0.0, *(log_size.cdf(math.log(k + 0.5)) for k in range(1, most)), 1.0]
    return np.diff(ends)


SIZES: list[tuple[str, Size, dict[int, float]]] = [
    ("uniform sizes", UniformSize(5, 104), dict(zip(range(5, 105), uniform_shares(100), strict=True))),
    (
        "lognormal sizes",
        LognormalSize(70, 600, 2000),
        dict(zip(range(1, 2001), lognormal_shares(70, 600, 2000), strict=True)),
    ),
    ("sizes of a histogram", HistogramSize((100, 2000, 7, 50), (5, 1, 0, 4)), {100: 0.5, 2000: 0.1, 50: 0.4}),
]


@pytest.mark.parametrize(("name", "size", "shares"), SIZES, ids=[row[0] for row in SIZES])
def test_sizes_are_drawn_by_their_definition(name: str, size: Size, shares: dict[int, float]) -> None:
    found = Counter(size.draw(block(name)[:, 0]).tolist())
    assert set(found) <= set(shares)
    assert chi_square([found[one] for one in shares], list(shares.values())) < CHI_BOUND


def test_every_size_of_one_is_that_one() -> None:
    assert set(ConstantSize(37).draw(block("constant")[:, 0]).tolist()) == {37}


SCALARS: list[tuple[str, Values, dict[object, float]]] = [
    ("a choice by weight", Choice(("open", "paid", "void"), (20, 70, 10)), {"open": 0.2, "paid": 0.7, "void": 0.1}),
    ("whole numbers", Number(-50, 49), dict.fromkeys(range(-50, 50), 0.01)),
    ("timestamps", Timestamp(64, 1_767_225_600), dict.fromkeys(range(1_767_225_537, 1_767_225_601), 1 / 64)),
    ("numbers of two decimals", FixedPoint(-1, 1, 2), {f"{k / 100:.2f}": 1 / 201 for k in range(-100, 101)}),
    ("a column by zipf", Column(("a", "b", "c"), "S", Zipf(3, 1.0)), {"a": 6 / 11, "b": 3 / 11, "c": 2 / 11}),
]


@pytest.mark.parametrize(("name", "spec", "shares"), SCALARS, ids=[row[0] for row in SCALARS])
def test_values_are_drawn_by_their_definition(name: str, spec: Values, shares: dict[object, float]) -> None:
    found: Counter[object] = Counter(spec.draw(block(name)))
    assert set(found) <= set(shares)
    assert chi_square([found[one] for one in shares], list(shares.values())) < CHI_BOUND


def test_the_random_digits_of_uuids_are_uniform() -> None:
    texts = [str(text).replace("-", "") for text in Uuid().draw(block("uuid", FEWER))]
    digits = Counter("".join(text[:12] + text[13:16] + text[17:] for text in texts))
    assert chi_square([digits[digit] for digit in "0123456789abcdef"], uniform_shares(16)) < CHI_BOUND
    variants = Counter(text[16] for text in texts)
    assert chi_square([variants[digit] for digit in "89ab"], uniform_shares(4)) < CHI_BOUND
    assert set(variants) == set("89ab")


POOLS: list[tuple[str, Values, Callable[[int], object]]] = [
    ("texts", Text(ConstantSize(12)), lambda at: text_pool(2 * STARTS)[at : at + 12]),
    ("binaries", Binary(ConstantSize(9)), lambda at: binary_pool(2 * STARTS)[at : at + 9]),
]


@pytest.mark.parametrize(("name", "spec", "piece"), POOLS, ids=[row[0] for row in POOLS])
def test_texts_and_binaries_begin_at_every_place_of_their_pool_alike(
    name: str, spec: Values, piece: Callable[[int], object]
) -> None:
    where = {piece(at): at for at in range(STARTS)}
    assert len(where) == STARTS  # every place has a text of its own
    begins = np.array([where[value] for value in spec.draw(block(name))])
    assert chi_square(np.bincount(begins * 64 // STARTS, minlength=64), uniform_shares(64)) < CHI_BOUND


def test_stretches_of_words_begin_at_every_place_alike() -> None:
    pool = word_pool(2 * STARTS)[0].split(" ")
    where = {" ".join(pool[at : at + 6]): at for at in range(STARTS)}
    begins = np.array([where[str(text)] for text in WordsText(ConstantSize(6)).draw(block("words"))])
    assert chi_square(np.bincount(begins * 64 // STARTS, minlength=64), uniform_shares(64)) < CHI_BOUND


def test_the_pools_are_uniform() -> None:
    octets = np.bincount(np.frombuffer(binary_pool(STARTS), dtype=np.uint8), minlength=256)
    assert chi_square(octets, uniform_shares(256)) < CHI_BOUND
    assert chi_square(list(Counter(text_pool(STARTS)).values()), uniform_shares(64)) < CHI_BOUND
    counted = Counter(word_pool(STARTS)[0].split())
    assert chi_square([counted[word] for word in VOCABULARY], uniform_shares(len(VOCABULARY))) < CHI_BOUND
    assert set(counted) == set(VOCABULARY)


def test_texts_have_as_many_words_as_asked_for() -> None:
    counts = Counter(len(str(text).split()) for text in WordsText(UniformSize(3, 9)).draw(block("counts of words")))
    assert chi_square([counts[k] for k in range(3, 10)], uniform_shares(7)) < CHI_BOUND
    assert set(counts) == set(range(3, 10))


def test_lists_have_their_counts_and_their_members_the_values_of_their_kind() -> None:
    lists = [list_["L"] for list_ in drawn_documents(ListOf(Number(0, 9), UniformSize(0, 7)), "lists")]
    counts = Counter(map(len, lists))
    assert chi_square([counts[k] for k in range(8)], uniform_shares(8)) < CHI_BOUND
    for place in range(7):
        members = Counter(int(members[place]["N"]) for members in lists if len(members) > place)
        assert chi_square([members[k] for k in range(10)], uniform_shares(10)) < CHI_BOUND


def test_the_members_of_a_list_do_not_depend_on_each_other() -> None:
    pairs = Counter(
        (one["L"][0]["N"], one["L"][1]["N"]) for one in drawn_documents(ListOf(Number(0, 4), ConstantSize(2)), "pairs")
    )
    assert chi_square([pairs[str(a), str(b)] for a in range(5) for b in range(5)], uniform_shares(25)) < CHI_BOUND


def test_sets_are_drawn_without_repetition() -> None:
    weights = {"a": 0.5, "b": 0.3, "c": 0.15, "d": 0.05}
    spec = SetOf(Choice(tuple(weights), tuple(weights.values())), ConstantSize(2))
    found = Counter(frozenset(one["SS"]) for one in drawn_documents(spec, "sets"))
    pairs = list(combinations(weights, 2))
    expected = [
        weights[a] * weights[b] / (1 - weights[a]) + weights[b] * weights[a] / (1 - weights[b]) for a, b in pairs
    ]
    assert chi_square([found[frozenset(pair)] for pair in pairs], expected) < CHI_BOUND


def drawn_documents(spec: Values, stream: str) -> list[dict[str, Any]]:
    return spec.draw(block(stream, FEWER))  # type: ignore[return-value]


def test_a_functions_random_source_is_uniform_from_value_to_value() -> None:
    def draw(source: random.Random, _: int) -> float:
        return source.random()

    drawn = Code("tests:draw", draw, "N", 21).draw(block("code", FEWER), np.arange(FEWER))
    assert kolmogorov_smirnov(np.array(drawn, dtype=np.float64)) < KS_BOUND


def test_the_transforms_have_their_distributions() -> None:
    assert kolmogorov_smirnov(unit(block("unit")[:, 0])) < KS_BOUND
    assert kolmogorov_smirnov(-np.expm1(-exponential(block("gaps")[:, 0]))) < KS_BOUND
    z = normal(block("normal")[:, 0])
    assert kolmogorov_smirnov(np.array([NormalDist().cdf(one) for one in z.tolist()])) < KS_BOUND


def test_a_wrong_distribution_is_seen() -> None:
    hotter = Zipf(1000, 1.1).draw(block("wrong"))
    assert chi_square(np.bincount(hotter, minlength=1000), zipf_shares(1000, 0.99)) > CHI_BOUND
    assert kolmogorov_smirnov(unit(block("wrong")[:, 0]) ** 1.1) > KS_BOUND
