"""What units cost: dated price books for each region, and the bill made from them. Pure, but for reading a book."""

from ddbload.pricing.bill import bill, run_cost
from ddbload.pricing.book import OnDemand, Price, PriceBook, PriceError, RequestPrice, Status
from ddbload.pricing.conventions import breakeven_utilisation, gb, hours_of_month, warm_usd
from ddbload.pricing.free import FreeTier
from ddbload.pricing.reserved import Reservation, reserve, reserved_at, reserved_breakeven, reserved_discount
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
    "Reservation",
    "Status",
    "Usage",
    "bill",
    "breakeven_utilisation",
    "gb",
    "hours_of_month",
    "load_book",
    "regions",
    "reserve",
    "reserved_at",
    "reserved_breakeven",
    "reserved_discount",
    "run_cost",
    "warm_usd",
]
