"""Tells the owners of the process once that an indicator has turned bad, and once that it is good again (R220).

What was told stands in SLM Process Alert. Between bad and good an indicator keeps the state that was told last, so
that one that goes up and down at its limit is not told every night. One message a night, whatever has turned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction

import frappe
from frappe import _

from slm_extension.adapters import store
from slm_extension.adapters.civil_months import in_words, month_of
from slm_extension.adapters.permissions import of_readable_tickets
from slm_extension.adapters.site_time import to_site
from slm_extension.domain.instants import DAY, Instant
from slm_extension.services.process_health import Stand, Standing, Unit, health
from slm_extension.services.tell import PROCESS_OWNER, holders_of, tell_owners

ALERT = "SLM Process Alert"
_SAVEPOINT = "slm_process_alert"


def watch(now: Instant) -> tuple[tuple[Stand, ...], tuple[Stand, ...]]:
	"""Look at every indicator, in the month of yesterday, and tell what has turned bad, and what is good again."""
	wall, yesterday = to_site(now), to_site(now - DAY)
	assert wall is not None
	assert yesterday is not None
	month = month_of(yesterday)
	stands = health(now, month, current=True)
	bad = tuple(one for one in stands if one.standing is Standing.BAD and _turned_bad(one, wall))
	good = tuple(one for one in stands if one.standing is Standing.GOOD and _good_again(one, wall))
	if bad or good:
		_tell(bad, good, month)
	return bad, good


def _turned_bad(one: Stand, wall: datetime) -> bool:
	"""Note that it is bad; False where that is noted, or is noted by another at this moment."""
	name = one.indicator.name
	if frappe.db.exists(ALERT, {"open_key": name}):
		return False
	alert = frappe.get_doc(
		{"doctype": ALERT, "indicator": name, "status": "Bad", "bad_since": wall, "open_key": name}
	)
	frappe.db.savepoint(_SAVEPOINT)
	try:
		alert.insert(ignore_permissions=True)
	except (frappe.UniqueValidationError, frappe.DuplicateEntryError):
		frappe.db.rollback(save_point=_SAVEPOINT)
		return False
	return True


def _good_again(one: Stand, wall: datetime) -> bool:
	"""Note that it is good; False where nothing bad was told, or another notes it at this moment."""
	known = frappe.db.get_value(
		ALERT, {"open_key": one.indicator.name}, "name", for_update=store.locks_rows()
	)
	if not known:
		return False
	frappe.db.set_value(ALERT, known, {"status": "Good Again", "good_since": wall, "open_key": None})
	return True


def _tell(bad: Sequence[Stand], good: Sequence[Stand], month: int) -> None:
	"""Figures about tickets go to those alone who may read every ticket; the others are told that it is so."""
	owners = holders_of(PROCESS_OWNER)
	seeing = [user for user in owners if not of_readable_tickets(user)]
	for users, sees in ((seeing, True), ([user for user in owners if user not in seeing], False)):
		if users:
			tell_owners(_subject(bad, good), "\n".join(_lines(bad, good, month, sees)), users)


def _subject(bad: Sequence[Stand], good: Sequence[Stand]) -> str:
	if bad and good:
		return _("The process: {0} indicators have turned bad, {1} are good again").format(
			len(bad), len(good)
		)
	if len(bad) == 1:
		return _("The process: {0} has turned bad").format(_(bad[0].indicator.name))
	if bad:
		return _("The process: {0} indicators have turned bad").format(len(bad))
	if len(good) == 1:
		return _("The process: {0} is good again").format(_(good[0].indicator.name))
	return _("The process: {0} indicators are good again").format(len(good))


def _lines(bad: Sequence[Stand], good: Sequence[Stand], month: int, sees: bool) -> Iterator[str]:
	for one in bad:
		yield f"{_said(one, month, sees, one.limit.bad, _('bad at {0}'))} {_(one.indicator.advice)}"
	for one in good:
		yield _said(one, month, sees, one.limit.attention, _("good again; wants attention at {0}"))
	yield _("See the report SLM Process Health.")


def _said(one: Stand, month: int, sees: bool, limit: Fraction, words: str) -> str:
	name = _(one.indicator.name)
	if one.indicator.monthly:
		name = f"{name} ({in_words(month)})"
	bound = words.format(_number(limit))
	if one.indicator.tickets and not sees:
		return f"{name}: {bound}."
	assert one.figure.value is not None
	unit = "" if one.indicator.unit is Unit.NUMBER else f" {_(one.indicator.unit.value)}"
	return f"{name}: {_number(one.figure.value)}{unit}, {bound}."


def _number(value: Fraction) -> str:
	return f"{(value * 10).__floor__() / 10:g}"
