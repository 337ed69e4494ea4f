// How SLM What-If Tickets asks and shows: the tickets behind a figure of a run, the largest overrun first.

(() => {
	const COLOURS = {
		Met: "green",
		Missed: "red",
		Pending: "blue",
		"Newly Missed": "red",
		"No Longer Missed": "green",
		"Missed Both Ways": "orange",
	};

	const select = (fieldname, label, options, more) => ({ fieldname, label, fieldtype: "Select", options, ...more });

	frappe.query_reports["SLM What-If Tickets"] = {
		filters: [
			{ fieldname: "what_if", label: __("What-If"), fieldtype: "Link", options: "SLM What-If", reqd: 1 },
			select("side", __("Side"), ["As Drafted", "Really"], { default: "As Drafted" }),
			select("outcome", __("Outcome"), ["", "Decided", "Met", "Missed", "Pending"]),
			select("difference", __("Difference"), [
				"",
				"Newly Missed",
				"No Longer Missed",
				"Missed Both Ways",
				"Met Both Ways",
				"Undecided",
				"Not Promised Before",
				"No Longer Promised",
			]),
			{ fieldname: "month", label: __("Month (202606)"), fieldtype: "Data" },
			{ fieldname: "metric", label: __("Metric"), fieldtype: "Data" },
			{ fieldname: "target", label: __("Target"), fieldtype: "Data" },
			{ fieldname: "priority", label: __("Priority"), fieldtype: "Data" },
			{ fieldname: "limit", label: __("Rows (0: all)"), fieldtype: "Int", default: 2000 },
		],
		formatter(value, row, column, data, default_formatter) {
			const text = default_formatter(value, row, column, data);
			if (!value || !["outcome", "real_outcome", "difference"].includes(column.fieldname)) return text;
			const colour = COLOURS[value] || "gray";
			return `<span class="indicator-pill no-indicator-dot ${colour}">${frappe.utils.escape_html(__(value))}</span>`;
		},
	};
})();
