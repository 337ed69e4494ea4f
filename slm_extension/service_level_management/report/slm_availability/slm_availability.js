// How SLM Availability asks and shows: filters, colours, and the way from a figure to the outages behind it.

{% include "slm_extension/public/js/slm_filters.js" %}

(() => {
	const COLOURS = { kept: "green", missed: "red", open: "blue" };
	const COUNTED = ["downtime", "failures", "mtrs", "longest", "as_agreed"];

	function outages_url(row) {
		const list = frappe.utils.generate_route({ type: "doctype", name: "SLM Outage", doc_view: "List" });
		const query = new URLSearchParams();
		Object.entries(row.list).forEach(([field, value]) =>
			query.set(
				field,
				Array.isArray(value)
					? JSON.stringify([value[0], value[0] === "in" ? value[1].join(",") : value[1]])
					: value
			)
		);
		return `${list}?${query}`;
	}

	frappe.query_reports["SLM Availability"] = {
		filters: [
			...slm.day_filters(),
			{
				fieldname: "period",
				label: __("Period"),
				fieldtype: "Select",
				options: ["Month", "Quarter", "Year"],
				default: "Month",
			},
			{ fieldname: "service", label: __("Service"), fieldtype: "Link", options: "SLM Service" },
			...slm.party_filters(),
			{
				fieldname: "show",
				label: __("Show"),
				fieldtype: "Select",
				options: ["Promised or Down", "All Services"],
				default: "Promised or Down",
			},
		],
		initial_depth: 1,

		formatter(value, row, column, data, default_formatter) {
			const empty = value === null || value === undefined || value === "";
			const text = empty ? "" : default_formatter(value, row, column, data);
			if (!data) return text;
			let shown = text;
			if (column.fieldname === "verdict" && !empty) {
				const colour = COLOURS[data.standing] || "gray";
				return `<span class="indicator-pill no-indicator-dot ${colour}">${frappe.utils.escape_html(
					value
				)}</span>`;
			}
			if (column.fieldname === "agreement" && !empty) {
				return frappe.utils.get_form_link("SLM Agreement", value, true, value);
			}
			if (COUNTED.includes(column.fieldname) && data.outages && value) {
				shown = `<a href="${frappe.utils.escape_html(outages_url(data))}">${value}</a>`;
			}
			return column.align === "right" || column.fieldtype === "Int"
				? `<div style="text-align: right">${shown}</div>`
				: shown;
		},
	};
})();
