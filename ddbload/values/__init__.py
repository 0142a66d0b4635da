"""Data as pure functions of (seed, stream name, counter): random bits, choosers, sizes and the values of attributes.

Nothing here knows a scenario. Golden hashes in the tests hold every generator to the bit. Names are imported when they
are first used, since most modules need numpy, which takes longer to import than a check may last; `files`, `lognormal`
and `vocabulary` do not.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ddbload.values.choosers import Chooser, Gaussian, Hotspot, Scatter, Uniform
    from ddbload.values.documents import ListOf, SetOf
    from ddbload.values.files import Histogram, read_column, read_histogram
    from ddbload.values.functions import Code, load_function
    from ddbload.values.philox import Words, words, words_at
    from ddbload.values.sampling import distinct, distinct_choices
    from ddbload.values.sizes import ConstantSize, HistogramSize, LognormalSize, Size, UniformSize
    from ddbload.values.specs import (
        Binary,
        Choice,
        Column,
        FixedPoint,
        Number,
        Text,
        Timestamp,
        Uuid,
        Values,
        WordsText,
    )
    from ddbload.values.zipf import Latest, Zipf

__all__ = [
    "Binary",
    "Choice",
    "Chooser",
    "Code",
    "Column",
    "ConstantSize",
    "FixedPoint",
    "Gaussian",
    "Histogram",
    "HistogramSize",
    "Hotspot",
    "Latest",
    "ListOf",
    "LognormalSize",
    "Number",
    "Scatter",
    "SetOf",
    "Size",
    "Text",
    "Timestamp",
    "Uniform",
    "UniformSize",
    "Uuid",
    "Values",
    "Words",
    "WordsText",
    "Zipf",
    "distinct",
    "distinct_choices",
    "load_function",
    "read_column",
    "read_histogram",
    "words",
    "words_at",
]

_HOMES = {
    "Binary": "specs",
    "Choice": "specs",
    "Chooser": "choosers",
    "Code": "functions",
    "Column": "specs",
    "ConstantSize": "sizes",
    "FixedPoint": "specs",
    "Gaussian": "choosers",
    "Histogram": "files",
    "HistogramSize": "sizes",
    "Hotspot": "choosers",
    "Latest": "zipf",
    "ListOf": "documents",
    "LognormalSize": "sizes",
    "Number": "specs",
    "Scatter": "choosers",
    "SetOf": "documents",
    "Size": "sizes",
    "Text": "specs",
    "Timestamp": "specs",
    "Uniform": "choosers",
    "UniformSize": "sizes",
    "Uuid": "specs",
    "Values": "specs",
    "Words": "philox",
    "WordsText": "specs",
    "Zipf": "zipf",
    "distinct": "sampling",
    "distinct_choices": "sampling",
    "load_function": "functions",
    "read_column": "files",
    "read_histogram": "files",
    "words": "philox",
    "words_at": "philox",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'ddbload.values' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"ddbload.values.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
