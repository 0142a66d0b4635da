"""Who is admitted: a write by the table and by every index that it touches, or not at all; a read by itself.

Source: DynamoDB Developer Guide, "Using Global Secondary Indexes in DynamoDB", provisioned throughput considerations: a
write to the table is throttled where an index that it must write to has too little capacity.
"""

from __future__ import annotations

import numpy as np

from ddbload.capacity.behaviour.settings import Floats


def refused_together(own: Floats, touches: Floats) -> tuple[Floats, Floats]:
    """The share of each resource's units that is refused, and of the table's, that for want of an index's capacity.

    Of the table's writes the greatest part is refused that any resource asks for; what is refused for one index falls
    on the writes of the others in proportion.

    Args:
        own: the share that each would refuse by itself, shape (resources, ...), the table first.
        touches: the share of the table's writes that each is part of, shape (resources,), 1 for the table.
    """
    parts = own if (touches == 1).all() else own * touches.reshape(-1, *(1,) * (own.ndim - 1))
    of_table = parts.max(axis=0)
    return np.maximum(own, of_table), of_table - own[0]
