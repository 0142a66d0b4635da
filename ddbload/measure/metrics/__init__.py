"""The one table of metrics: every number of a result with its name, unit, definition and direction.

The documentation, `--explain` and the tooltips of reports all read it here, so that a number has one meaning.
"""

from ddbload.measure.metrics.metric import Direction, Metric
from ddbload.measure.metrics.table import METRICS, metric_of

__all__ = ["METRICS", "Direction", "Metric", "metric_of"]
