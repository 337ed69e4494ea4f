"""Planned maintenance: what a window must be, and whether it was announced in time (R136, R204)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_datetime

from slm_extension.adapters import site_time
from slm_extension.adapters.catalogue import tree
from slm_extension.adapters.interruptions import longest_notice, notices_by_agreement
from slm_extension.adapters.outages import window_of
from slm_extension.adapters.refusals import refusing
from slm_extension.adapters.wording import duration, moment_to_the_second
from slm_extension.domain.instants import Instant, Seconds
from slm_extension.services.outages import TOLERANCE, unusable

USUAL_NOTICE: Seconds = 48 * 3600
"""Notice of a site whose settings say nothing."""

LONGEST: Seconds = 31 * 24 * 3600


def check(window: Any, now: Instant) -> None:
	"""Everything a window has to be before it is saved. Refuses in a sentence."""
	window.title = " ".join((window.title or "").split())
	_refuse_services(window)
	_refuse_times(window, now)
	_refuse_changes_of_the_past(window, now)
	_take_notice(window)
	_forget_announcement_of_other_times(window)
	with refusing(window):
		window.in_time = int(window_of(window).in_time)
	_refuse_announcing_the_past(window, now)


def announce(window: Any, now: Instant) -> None:
	"""The users are told of a window now."""
	window.announced_on = site_time.to_site(now)
	window.save()


def usual_notice(agreement: str | None, services: Iterable[str]) -> Seconds:
	"""The longest notice that an agreement asks for interruptions of some services, or else the settings' notice."""
	notices = notices_by_agreement(agreement).get(agreement, ()) if agreement else ()
	known = tree() if notices else None
	named = {*services, *(one for service in services if known for one in known.ancestors(service))}
	return (
		longest_notice(notices, named)
		or cint(frappe.get_cached_doc("SLM Settings").get("maintenance_notice"))
		or USUAL_NOTICE
	)


def _refuse_services(window: Any) -> None:
	before = window.get_doc_before_save()
	known = set() if before is None else {row.service for row in before.services}
	seen: set[str] = set()
	for row in window.services:
		name = frappe.bold(escape_html(row.service))
		if row.service in seen:
			frappe.throw(
				_("Row {0}: {1} is there twice. Remove one.").format(row.idx, name), title=_("Services")
			)
		seen.add(row.service)
		if row.service in known:
			continue
		if why := unusable(row.service):
			frappe.throw(_("Row {0}: {1}").format(row.idx, why), title=_("Services"))


def _refuse_times(window: Any, now: Instant) -> None:
	with refusing(window):
		starts, ends = site_time.to_instant(window.starts), site_time.to_instant(window.ends)
		announced = site_time.to_instant(window.announced_on) if window.announced_on else None
	if ends <= starts:
		frappe.throw(
			_("It ends at {0}, not after it starts at {1}. Correct one of the times.").format(
				moment_to_the_second(window.ends), moment_to_the_second(window.starts)
			),
			title=_("Times Swapped"),
		)
	if ends - starts > LONGEST:
		frappe.throw(
			_(
				"It lasts {0}. Maintenance of more than a month is an interruption of the service: shorten it."
			).format(duration(ends - starts, days=True)),
			title=_("Too Long"),
		)
	if announced is not None and announced > now + TOLERANCE:
		frappe.throw(
			_("Announced On ({0}) lies in the future. Leave it empty until the users have been told.").format(
				moment_to_the_second(window.announced_on)
			),
			title=_("Not Yet"),
		)


def _refuse_changes_of_the_past(window: Any, now: Instant) -> None:
	"""A window that has begun is what it was; work that goes on longer is another window, or an outage."""
	before = window.get_doc_before_save()
	if before is None or site_time.to_instant(before.starts) > now:
		return
	if _reaches_further(before, window) or (before.cancelled and not window.cancelled):
		frappe.throw(
			_(
				"It began at {0}. It can be made shorter or be cancelled; for more time or services make another"
				" window."
			).format(moment_to_the_second(before.starts)),
			title=_("Begun Already"),
		)


def _refuse_announcing_the_past(window: Any, now: Instant) -> None:
	"""What counts as announced in time once it has begun did so before it began.

	Past windows of another system are brought in by whoever may write the settings.
	"""
	before = window.get_doc_before_save()
	begins = min(site_time.to_instant(one.starts) for one in (window, before) if one is not None)
	if not window.in_time or begins > now:
		return
	if before is None and frappe.has_permission("SLM Settings", "write"):
		return
	if before is None or not before.in_time or site_time.to_instant(before.starts) > now:
		frappe.throw(
			_(
				"It began at {0}. Nothing that is entered now makes it announced in time: leave Announced On,"
				" Notice and Starts as they were, or empty."
			).format(moment_to_the_second(site_time.to_site(begins))),
			title=_("Begun Already"),
		)


def _take_notice(window: Any) -> None:
	usual = usual_notice(window.agreement, [row.service for row in window.services])
	if not window.minimum_notice:
		window.minimum_notice = usual
	elif cint(window.minimum_notice) < usual and _asks_anew(window):
		who = frappe.bold(window.agreement or _("SLM Settings"))
		frappe.throw(
			_("{0} asks for a notice of {1}. Enter that or more, or leave it empty.").format(
				who, duration(usual, days=True)
			),
			title=_("Notice Too Short"),
		)


def _asks_anew(window: Any) -> bool:
	"""Whether what the notice depends on is another than before; what was usual once stays."""
	before = window.get_doc_before_save()
	if before is None:
		return True
	wanted, had = (
		(cint(one.minimum_notice), one.agreement or "", {row.service for row in one.services})
		for one in (window, before)
	)
	return wanted[:2] != had[:2] or not wanted[2] <= had[2]


def _forget_announcement_of_other_times(window: Any) -> None:
	"""What users were told was about other times or fewer services, unless it is entered anew."""
	before = window.get_doc_before_save()
	if before is None or not before.announced_on or not window.announced_on:
		return
	same = get_datetime(before.announced_on) == get_datetime(window.announced_on)
	if same and _reaches_further(before, window):
		window.announced_on = None
		frappe.msgprint(
			_("The users were told something else. Announce it again."), alert=True, indicator="orange"
		)


def _reaches_further(before: Any, window: Any) -> bool:
	"""Whether a window takes more time, or more services, than it did."""
	return (
		get_datetime(window.starts) < get_datetime(before.starts)
		or get_datetime(window.ends) > get_datetime(before.ends)
		or not {row.service for row in window.services} <= {row.service for row in before.services}
	)
