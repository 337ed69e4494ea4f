"""The standard metrics as documents: what an agreement may name, in plain words. They come again if they are gone."""

from __future__ import annotations

from dataclasses import replace

import frappe

from slm_extension.adapters.metrics import METRIC, conditions_in, site_name, usual_holds
from slm_extension.domain.targets import METRICS

DESCRIPTIONS = {
	"acknowledgement": "Somebody confirms that the request has arrived, takes it, or answers it.",
	"response": "The requester gets a first answer from a person.",
	"resolution": "The request is solved.",
	"closure": "The request is closed, after all that belongs to it.",
	"ownership": "A named person takes the request on.",
	"restoration": "The service works again, and its users have been told so.",
	"turnaround": "A team or supplier is done with what it was given, or hands it back. For OLAs and UCs.",
	"next reply": "Each further message of the requester is answered.",
	"update interval": "While the request is open, the requester never waits longer than this for news.",
	"escalation": "A request that is not solved is handed to the next level.",
}


def seed() -> None:
	for name, metric in METRICS.items():
		if frappe.db.exists(METRIC, site_name(name)):
			continue
		said = conditions_in(replace(metric, holds=usual_holds(name)))
		document = frappe.get_doc(
			{
				"doctype": METRIC,
				"metric_name": site_name(name),
				"standard": 1,
				"description": DESCRIPTIONS[name],
				"recurs": int(metric.recurs),
				**{table: [{"what": what} for what in rows] for table, rows in said.items()},
			}
		)
		document.flags.seeded = True
		document.insert(ignore_permissions=True)
