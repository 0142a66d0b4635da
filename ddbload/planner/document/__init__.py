"""A plan as a value: what `ddbload plan --format json` prints, and every report is drawn from. Its keys are a contract.

Units are capacity units (request units, on demand) a second unless said otherwise; money is US dollars, before tax.
"""

from ddbload.planner.document.basis import AssumptionLine, OperationPlan, PricesUsed, UnitsOf
from ddbload.planner.document.comparison import PLANS_SCHEMA, DesignCost, PlanComparison, PlansDocument
from ddbload.planner.document.plan import SCHEMA, Finding, MonthPlan, Plan
from ddbload.planner.document.table import Band, CandidatePlan, DayCurve, Line, ResourceSetting, TablePlan

__all__ = [
    "PLANS_SCHEMA",
    "SCHEMA",
    "AssumptionLine",
    "Band",
    "CandidatePlan",
    "DayCurve",
    "DesignCost",
    "Finding",
    "Line",
    "MonthPlan",
    "OperationPlan",
    "Plan",
    "PlanComparison",
    "PlansDocument",
    "PricesUsed",
    "ResourceSetting",
    "TablePlan",
    "UnitsOf",
]
