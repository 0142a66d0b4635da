"""What a trace is made of: its mix, rate, arrivals, keys, sizes and sessions, each with how well it fits."""

from ddbload.trace.fit.fitting import MOST_KEYS, Fit, GroupFit, fit
from ddbload.trace.fit.rate import Piece, RateFit
from ddbload.trace.fit.scenario import scenario_text
from ddbload.trace.fit.sessions import SessionFit
from ddbload.trace.fit.sizes import SizeFit
from ddbload.trace.fit.skew import Skew

__all__ = ["MOST_KEYS", "Fit", "GroupFit", "Piece", "RateFit", "SessionFit", "SizeFit", "Skew", "fit", "scenario_text"]
