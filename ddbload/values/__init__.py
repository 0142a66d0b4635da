"""Data as pure functions of (seed, stream name, counter): random bits, choosers, sizes and the values of attributes.

Nothing here knows a scenario. Golden hashes in the tests hold every generator to the bit.
"""

from ddbload.values.choosers import Chooser, Hotspot, Scatter, Uniform, Zipf
from ddbload.values.philox import Words, words, words_at
from ddbload.values.sizes import ConstantSize, LognormalSize, Size, UniformSize
from ddbload.values.specs import Binary, Choice, Number, Text, Timestamp, Uuid, Values

__all__ = [
    "Binary",
    "Choice",
    "Chooser",
    "ConstantSize",
    "Hotspot",
    "LognormalSize",
    "Number",
    "Scatter",
    "Size",
    "Text",
    "Timestamp",
    "Uniform",
    "UniformSize",
    "Uuid",
    "Values",
    "Words",
    "Zipf",
    "words",
    "words_at",
]
