// How SLM Workload asks and shows: filters, colours, and the way from a count to its tickets.

{% include "slm_extension/public/js/slm_filters.js" %}

(() => {
	const COLOURS = { above: "red", heading: "orange", inside: "green" };

	frappe.query_reports["SLM Workload"] = {
		filters: [
			...slm.day_filters(),
			...slm.party_filters(),
			{
				fieldname: "per",
				label: __("Per"),
				fieldtype: "Select",
				options: ["", "Day", "Week", "Month", "Quarter", "Year"],
			},
			{
				fieldname: "show",
				label: __("Show"),
				fieldtype: "Select",
				options: ["Periods", "Tickets"],
				default: "Periods",
			},
			{
				fieldname: "above_only",
				label: __("Above the Limit Only"),
				fieldtype: "Check",
				depends_on: "eval:doc.show=='Tickets'",
			},
			{ fieldname: "row", label: __("Limit No."), fieldtype: "Int", depends_on: "eval:doc.show=='Tickets'" },
		],

		formatter(value, row, column, data, default_formatter) {
			const empty = value === null || value === undefined || value === "";
			const plain = column.fieldtype === "Data" && typeof value === "string";
			const text = empty
				? ""
				: plain
				? frappe.utils.escape_html(value)
				: default_formatter(value, row, column, data);
			if (!data) return text;
			if (["verdict", "mark"].includes(column.fieldname) && !empty) {
				return `<span class="indicator-pill no-indicator-dot ${COLOURS[data.standing]}">${frappe.utils.escape_html(
					value
				)}</span>`;
			}
			if (column.fieldname === "agreement" && !empty) {
				return frappe.utils.get_form_link("SLM Agreement", value, true, frappe.utils.escape_html(value));
			}
			if (["tickets", "above"].includes(column.fieldname) && data.ask && value) {
				const asked = new URLSearchParams(data.ask);
				if (column.fieldname === "above") asked.set("above_only", 1);
				const url = `/app/query-report/SLM Workload?${asked}`;
				return `<div style="text-align: right"><a href="${frappe.utils.escape_html(url)}" target="_blank">${value}</a></div>`;
			}
			return column.align === "right" && !empty ? `<div style="text-align: right">${text}</div>` : text;
		},
	};
})();
