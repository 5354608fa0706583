"""All reports, by name."""

from __future__ import annotations

from typing import Final

from app.reports.catalogue import audit, budgets, control, costs, digest, service, traffic
from app.reports.report import Report

REPORTS: Final[dict[str, Report]] = {
    report.name: report
    for report in (
        *digest.REPORTS,
        *costs.REPORTS,
        *budgets.REPORTS,
        *traffic.REPORTS,
        *service.REPORTS,
        *control.REPORTS,
        *audit.REPORTS,
    )
}
"""In the order of the catalogue."""
