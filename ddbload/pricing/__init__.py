"""What units cost: dated price books for each region, and the bill made from them. Pure, but for reading a book."""

from ddbload.pricing.bill import bill, run_cost
from ddbload.pricing.book import OnDemand, Price, PriceBook, PriceError, RequestPrice, Status
from ddbload.pricing.free import FreeTier
from ddbload.pricing.shelf import load_book, regions
from ddbload.pricing.usage import Bill, BillError, BillLine, Usage

__all__ = [
    "Bill",
    "BillError",
    "BillLine",
    "FreeTier",
    "OnDemand",
    "Price",
    "PriceBook",
    "PriceError",
    "RequestPrice",
    "Status",
    "Usage",
    "bill",
    "load_book",
    "regions",
    "run_cost",
]
