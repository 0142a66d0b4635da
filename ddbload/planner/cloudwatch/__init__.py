"""A table that exists as the source of demand: exports of CloudWatch's metrics, and DescribeTable's answer."""
