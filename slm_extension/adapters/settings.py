"""SLM Settings, read from the host's cache: no query once a process has them."""

from __future__ import annotations

from collections.abc import Mapping

import frappe

from slm_extension.adapters.facts import ISSUE_STATUSES, MEANINGS, Meaning


def enabled() -> bool:
	"""Whether tickets are timed on this site."""
	return bool(frappe.get_cached_doc("SLM Settings").enabled)


def meanings() -> Mapping[str, Meaning]:
	"""What each status of an Issue means for time: as the settings say, otherwise as ERPNext means it."""
	said = {row.status: row.meaning for row in frappe.get_cached_doc("SLM Settings").status_meanings}
	return {status: MEANINGS[meaning] for status, meaning in {**ISSUE_STATUSES, **said}.items()}
