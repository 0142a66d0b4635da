"""How DynamoDB's capacity behaves in time, on a virtual clock: buckets, partitions, auto scaling, on-demand growth.

Pure, and vectorised over candidates and worlds. It needs numpy, so nothing that must start fast imports it.
"""
