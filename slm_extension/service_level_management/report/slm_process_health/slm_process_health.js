{% include "slm_extension/public/js/slm_behind.js" %}

// How SLM Process Health asks and shows: filters, pills, and the way from a figure to what is behind it.

(() => {
	const COLOURS = { Good: "green", Attention: "orange", Bad: "red", "No Data": "gray" };
	const TRENDS = [
		"Tickets Repaired by the Reconciler",
		"Misses Explained in Time",
		"Open Hours from Miss to Explanation",
		"Excuses and Disputes Decided in Time",
		"Misses Closed without Root Cause",
		"Corrections Asked For",
		"Corrections Decided in Time",
		"Tickets without a Service",
		"Tickets without an Agreement",
		"Targets with a Small Sample",
		"Agreements Ended without Successor",
		"Supplier Reports in Time",
		"Users Satisfied",
		"Warnings That Reached Nobody",
	];

	function figure(value, behind) {
		if (value === null || value === undefined || value === "") return "";
		const shown = format_number(value, null, Number.isInteger(value) ? 0 : 1);
		return `<div style="text-align: right">${behind ? slm.link_behind(behind, shown) : shown}</div>`;
	}

	frappe.query_reports["SLM Process Health"] = {
		filters: [
			{ fieldname: "month", label: __("Month"), fieldtype: "Data", default: moment().format("YYYY-MM") },
			{
				fieldname: "group",
				label: __("Part"),
				fieldtype: "Select",
				options: ["", "Timing", "Misses", "Late Knowledge", "Coverage", "Agreements", "Operation"],
			},
			{
				fieldname: "standing",
				label: __("Standing"),
				fieldtype: "Select",
				options: ["", "Good", "Attention", "Bad", "No Data"],
			},
			{ fieldname: "chart", label: __("Chart: How Many Stand How"), fieldtype: "Select", options: ["", ...TRENDS] },
		],

		onload(report) {
			report.page.add_inner_button(__("Limits"), () => frappe.set_route("Form", "SLM Settings"));
			report.page.add_inner_button(__("Dashboard"), () => frappe.set_route("dashboard-view", "SLM Process Health"));
			report.$report.on("click", ".slm-trend", (event) => {
				event.preventDefault();
				report.set_filter_value("chart", event.currentTarget.dataset.indicator);
			});
		},

		formatter(value, row, column, data, default_formatter) {
			const text = default_formatter(value, row, column, data);
			if (!data) return text;
			const escape = frappe.utils.escape_html;
			if (column.fieldname === "standing") {
				return `<span class="indicator-pill no-indicator-dot ${COLOURS[data.standing_key]}">${escape(value)}</span>`;
			}
			if (column.fieldname === "indicator" && data.monthly) {
				return `<a href="#" class="slm-trend" title="${escape(__("Show its twelve months"))}"
					data-indicator="${escape(data.indicator_key)}">${escape(value)}</a>`;
			}
			if (["value", "before", "attention_at", "bad_at"].includes(column.fieldname)) {
				return figure(value, { value: data.behind, before: data.behind_before }[column.fieldname]);
			}
			return text;
		},
	};
})();
