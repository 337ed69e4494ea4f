"""Comment, a DocType of Frappe: what a customer writes beneath his ticket in the portal. Notes of the desk are no messages."""

from __future__ import annotations

from typing import Any

import frappe

from slm_extension.adapters import facts as translate
from slm_extension.adapters import site_time
from slm_extension.adapters.settings import enabled
from slm_extension.adapters.store import Ticket
from slm_extension.domain.timeline import Kind
from slm_extension.services import observe
from slm_extension.services.guard import guarded


def after_insert(comment: Any, _method: str | None = None) -> None:
	if comment.reference_doctype != "Issue" or comment.comment_type != "Comment" or not enabled():
		return
	if frappe.get_cached_value("User", comment.owner, "user_type") != "Website User":
		return
	ticket = Ticket("Issue", comment.reference_name)
	with guarded(ticket, "message"):
		news = translate.News(Kind.CUSTOMER_REPLIED, comment.owner)
		observe.put(ticket, observe.happened(ticket, [news], site_time.now(), comment.name))
