"""Stand-ins for DynamoDB: servers whose answers, delays and faults are chosen, for tests, benchmarks and rehearsals."""

from ddbload.standin.answer import DATA_APIS, Answer, Behaviour, Flaw
from ddbload.standin.canned import null
from ddbload.standin.delay import Constant, Distribution, Lognormal, Uniform, delayed, freezing
from ddbload.standin.fault import KINDS, always, error, every, faulty, first, only, rate
from ddbload.standin.process import StandinProcess, standin_process
from ddbload.standin.server import Traffic, serve
from ddbload.standin.spec import compose

__all__ = [
    "DATA_APIS",
    "KINDS",
    "Answer",
    "Behaviour",
    "Constant",
    "Distribution",
    "Flaw",
    "Lognormal",
    "StandinProcess",
    "Traffic",
    "Uniform",
    "always",
    "compose",
    "delayed",
    "error",
    "every",
    "faulty",
    "first",
    "freezing",
    "null",
    "only",
    "rate",
    "serve",
    "standin_process",
]
