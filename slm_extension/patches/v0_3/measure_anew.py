"""Breaches, levels and clocks of what was timed before they existed: a rebuild on the job queue, where there is anything."""

from __future__ import annotations

from slm_extension.adapters import issues, store
from slm_extension.install import add_indexes
from slm_extension.services import jobs


def execute() -> None:
	"""The queue may begin at once: what tells a breach or level that is there already has to be there before."""
	add_indexes()
	if store.ticket_page(issues.ISSUE, "", 1):
		jobs.rebuild_after_upgrade()
