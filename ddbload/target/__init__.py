"""Where operations go: embedded, DynamoDB Local, an endpoint, AWS; and tables: adopt, create, load, drop."""

from ddbload.target.aws import confirmation
from ddbload.target.model import Target, TargetOptions, parse_spec
from ddbload.target.opening import open_target

__all__ = ["Target", "TargetOptions", "confirmation", "open_target", "parse_spec"]
