"""Runs handed to other tools: tables (CSV, JSON, Parquet), HdrHistogram logs, and series for Apache Otava."""

from ddbload.results.export.export import ExportFormat, export
from ddbload.results.export.files import Exported

__all__ = ["ExportFormat", "Exported", "export"]
