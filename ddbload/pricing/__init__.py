"""What units cost: a dated price book for each region, bundled with the package, and the bill made from it. Pure."""

from ddbload.pricing.bill import run_cost
from ddbload.pricing.book import OnDemand, Price, PriceBook, PriceError, RequestPrice, Status, load_book

__all__ = ["OnDemand", "Price", "PriceBook", "PriceError", "RequestPrice", "Status", "load_book", "run_cost"]
