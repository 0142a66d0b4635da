"""The rate over time: counts in intervals, and the simplest shape that explains them, straight pieces or a wave."""

from ddbload.trace.fit.rate.counts import RateCounts
from ddbload.trace.fit.rate.fitting import fit_rate
from ddbload.trace.fit.rate.shape import Piece, RateFit

__all__ = ["Piece", "RateCounts", "RateFit", "fit_rate"]
