"""Interruptions that an agreement lists, as the domain's values, with what people call them. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from frappe.utils import cint, cstr, get_datetime

from slm_extension.adapters.site_time import site_zone
from slm_extension.domain.interruptions import Interruption
from slm_extension.domain.recurrence import Every

OFTEN = {
	"Once": None,
	"Daily": Every.DAY,
	"Weekly": Every.WEEK,
	"Monthly": Every.MONTH,
	"Quarterly": Every.QUARTER,
	"Yearly": Every.YEAR,
}


@dataclass(frozen=True, slots=True)
class Agreed:
	"""A row that says when. `service` empty: whatever the agreement is about; `often` is a key of OFTEN."""

	title: str
	service: str
	often: str
	interruption: Interruption


def agreed_in(document: Any) -> Iterator[Agreed]:
	"""The rows of an agreement that say when and for how long; its times are those of the site's wall clock."""
	zone = site_zone()
	for row in document.get("interruptions") or ():
		if not row.starts or not cint(row.duration):
			continue
		often = row.recurrence or "Once"
		yield Agreed(
			cstr(row.title),
			cstr(row.service),
			often,
			Interruption(get_datetime(row.starts), zone, cint(row.duration), OFTEN[often], cint(row.notice)),
		)
