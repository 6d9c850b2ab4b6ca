"""In and out: conversations as files, and files of ours and of others as conversations."""

from nicewen.services.exchange.courier import Courier
from nicewen.services.exchange.exporting import KINDS, ExportedFile, Kind
from nicewen.services.exchange.report import Report, Unmapped

__all__ = ["KINDS", "Courier", "ExportedFile", "Kind", "Report", "Unmapped"]
