"""Asking the owners of services, when an agreement on them is concluded, whether their catalogue entries still fit (R034)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime

from slm_extension.services.tell import tell

SERVICE = "SLM Service"


def ask_owners(agreement: Any) -> list[str]:
	"""Tell each owner whose entry nobody has changed since the agreement was drafted; returns the services."""
	names = list(dict.fromkeys(row.service for row in agreement.services))
	asked = []
	for name in names:
		service = frappe.get_cached_doc(SERVICE, name)
		if not service.service_owner or get_datetime(service.modified) >= get_datetime(agreement.creation):
			continue
		tell(
			service,
			[service.service_owner],
			_("Does the catalogue still fit? {0}").format(name),
			_(
				"{0} was concluded on this service. Check whether its catalogue entry says what was agreed."
			).format(agreement.title),
		)
		asked.append(name)
	return asked
