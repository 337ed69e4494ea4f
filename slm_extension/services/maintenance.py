"""Planned maintenance: what a window must be, whether it was announced in time, and what lies in one (R136, R204)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, escape_html, get_datetime

from slm_extension.adapters import site_time
from slm_extension.adapters.agreement_states import AGREEMENT
from slm_extension.adapters.catalogue import SERVICE
from slm_extension.adapters.outages import beneath, window_of, windows_between
from slm_extension.adapters.refusals import refusing
from slm_extension.adapters.wording import duration
from slm_extension.domain.instants import Instant, Seconds

USUAL_NOTICE: Seconds = 48 * 3600
"""Notice of a site whose settings say nothing."""

LONGEST: Seconds = 31 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Window:
	"""A maintenance window that was announced in time."""

	name: str
	starts: Instant
	ends: Instant


def windows_for(service: str, at: Instant) -> tuple[Window, ...]:
	"""The windows announced in time, about a service or what it rests on, in which an instant lies; by name."""
	windows = windows_between(at, at)
	if not windows:
		return ()
	found = {
		name: Window(name, window.starts, window.ends)
		for one in beneath([service])[service]
		for name, window in windows.get(one, ())
		if window.in_time and window.starts <= at < window.ends
	}
	return tuple(found[name] for name in sorted(found))


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


def announce(window: Any, now: Instant) -> None:
	"""The users are told of a window now."""
	window.announced_on = site_time.to_site(now)
	window.save()


def usual_notice(agreement: str | None, services: Iterable[str]) -> Seconds:
	"""The longest notice that an agreement asks for interruptions of some services, or else the settings' notice."""
	rows = (
		frappe.get_all(
			"SLM Agreement Interruption",
			filters={"parent": agreement, "parenttype": AGREEMENT},
			fields=["service", "notice"],
			order_by="idx asc",
		)
		if agreement
		else []
	)
	named = {"", *services}
	agreed = max((cint(row.notice) for row in rows if (row.service or "") in named), default=0)
	return agreed or cint(frappe.get_cached_doc("SLM Settings").get("maintenance_notice")) or USUAL_NOTICE


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
		is_group, status = frappe.db.get_value(SERVICE, row.service, ["is_group", "status"]) or (0, "")
		if is_group:
			frappe.throw(
				_("Row {0}: {1} is a group of services. Name the services.").format(row.idx, name),
				title=_("Services"),
			)
		if status == "Retired":
			frappe.throw(
				_("Row {0}: {1} is retired. Take it out.").format(row.idx, name), title=_("Services")
			)


def _refuse_times(window: Any, now: Instant) -> None:
	with refusing(window):
		starts, ends = site_time.to_instant(window.starts), site_time.to_instant(window.ends)
		announced = site_time.to_instant(window.announced_on) if window.announced_on else None
	if ends <= starts:
		frappe.throw(
			_("It ends at {0}, not after it starts at {1}. Correct one of the times.").format(
				_shown(window.ends), _shown(window.starts)
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
	if announced is not None and announced > now + 300:
		frappe.throw(
			_("Announced On ({0}) lies in the future. Leave it empty until the users have been told.").format(
				_shown(window.announced_on)
			),
			title=_("Not Yet"),
		)


def _refuse_changes_of_the_past(window: Any, now: Instant) -> None:
	"""A window that has begun is what it was; work that goes on longer is another window, or an outage."""
	before = window.get_doc_before_save()
	if before is None or before.cancelled or site_time.to_instant(before.starts) > now:
		return
	if _reaches_further(before, window):
		frappe.throw(
			_(
				"It began at {0}. It can be made shorter or be cancelled; for more time or services make another"
				" window."
			).format(_shown(before.starts)),
			title=_("Begun Already"),
		)


def _take_notice(window: Any) -> None:
	usual = usual_notice(window.agreement, [row.service for row in window.services])
	if not window.minimum_notice:
		window.minimum_notice = usual
	elif window.agreement and cint(window.minimum_notice) < usual:
		frappe.throw(
			_("{0} asks for a notice of {1}. Enter that or more, or leave it empty.").format(
				frappe.bold(window.agreement), duration(usual, days=True)
			),
			title=_("Notice Too Short"),
		)


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


def _shown(value: Any) -> str:
	return str(frappe.format(value, "Datetime"))
