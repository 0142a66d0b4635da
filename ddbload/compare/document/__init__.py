"""What a comparison says, as data: the document of `compare --format json`. Its keys are a contract for scripts.

Changes are fractions: of a time, a rate, units or a cost `new / base - 1`; of a share of calls the plain difference
(0.001 is a tenth of a percentage point). Times are milliseconds. A bound that does not exist is None.
"""

from ddbload.compare.document.comparison import COMPARISON, Comparison, Curve, Overall
from ddbload.compare.document.finding import Change, Finding, Level, Margin, MarginSource, Scale, Verdict
from ddbload.compare.document.self_check import SELF_CHECK, Floor, SelfCheck
from ddbload.compare.document.sides import Design, Excluded, Likeness, RunLine, Side
from ddbload.compare.document.trend import TREND, ChangePoint, Trend, TrendLine

__all__ = [
    "COMPARISON",
    "SELF_CHECK",
    "TREND",
    "Change",
    "ChangePoint",
    "Comparison",
    "Curve",
    "Design",
    "Excluded",
    "Finding",
    "Floor",
    "Level",
    "Likeness",
    "Margin",
    "MarginSource",
    "Overall",
    "RunLine",
    "Scale",
    "SelfCheck",
    "Side",
    "Trend",
    "TrendLine",
    "Verdict",
]
