// How SLM Compliance asks and shows: filters, colours, and the way from each figure to the clocks behind it.

{% include "slm_extension/public/js/slm_filters.js" %}

(() => {
	const GROUPS = [
		"",
		"Period",
		"Agreement",
		"Customer",
		"Service",
		"Kind",
		"Metric",
		"Dimension",
		"Target",
		"Priority",
		"Team or Supplier",
	];

	// which clocks of a line a figure counts; `within` adds the months of the line
	const FIGURES = {
		met: { within: true, outcome: "Met" },
		missed: { within: true, outcome: "Missed" },
		overdue: { within: true, outcome: "Missed", phase: '["in","Running,Held"]' },
		pending: { outcome: "Pending", phase: '["in","Running,Held,Stopped"]' },
		excused: { within: true, excused: "1", outcome: '["in","Met,Missed"]' },
		attainment: { within: true, outcome: '["in","Met,Missed"]' },
		net: { within: true, excused: "0", outcome: '["in","Met,Missed"]' },
	};

	const COLOURS = { kept: "green", failed: "red" };

	function clocks_url(row, figure) {
		const { within, ...fields } = FIGURES[figure];
		const list = frappe.utils.generate_route({ type: "doctype", name: "SLM Clock", doc_view: "List" });
		const query = [row.clocks, within ? row.within : "", new URLSearchParams(fields).toString()];
		return `${list}?${query.filter(Boolean).join("&")}`;
	}

	frappe.query_reports["SLM Compliance"] = {
		filters: [
			...slm.month_filters(11),
			{
				fieldname: "period",
				label: __("Period"),
				fieldtype: "Select",
				options: ["Month", "Quarter", "Year", "None"],
				default: "Month",
			},
			{
				fieldname: "group_by",
				label: __("Group By"),
				fieldtype: "Select",
				options: GROUPS,
				default: "Agreement",
			},
			{
				fieldname: "then_by",
				label: __("Then By"),
				fieldtype: "Select",
				options: GROUPS,
				default: "Target",
			},
			{
				fieldname: "last_by",
				label: __("Last By"),
				fieldtype: "Select",
				options: GROUPS,
			},
			{
				fieldname: "agreement",
				label: __("Agreement"),
				fieldtype: "Link",
				options: "SLM Agreement",
			},
			{
				fieldname: "customer",
				label: __("Customer"),
				fieldtype: "Link",
				options: "Customer",
			},
			{
				fieldname: "service",
				label: __("Service"),
				fieldtype: "Link",
				options: "SLM Service",
			},
			{
				fieldname: "priority",
				label: __("Priority"),
				fieldtype: "Link",
				options: "Issue Priority",
			},
			{
				fieldname: "metric",
				label: __("Metric"),
				fieldtype: "Link",
				options: "SLM Metric",
			},
			{
				fieldname: "dimension",
				label: __("Dimension"),
				fieldtype: "Select",
				options: ["", "Quality", "Quantity", "Cost"],
			},
			{
				fieldname: "kind",
				label: __("Kind"),
				fieldtype: "Select",
				options: ["", "SLA", "OLA", "UC", "Commitment"],
				default: "SLA",
			},
			{
				fieldname: "chart",
				label: __("Chart"),
				fieldtype: "Select",
				options: ["Attainment", "Met and Missed"],
				default: "Attainment",
			},
		],

		formatter(value, row, column, data, default_formatter) {
			if (data?.is_total && column.fieldtype === "Link") {
				column = { ...column, fieldtype: "Data" };
			}
			const figure = column.fieldname in FIGURES;
			const empty = value === null || value === undefined || value === "";
			let text = default_formatter(value, row, column, data);
			if (!data) return text;
			if (figure && !empty && value !== 0) {
				const url = frappe.utils.escape_html(clocks_url(data, column.fieldname));
				text = `<a href="${url}">${value}</a>`;
			} else if (column.fieldname === "agreement" && !empty && !data.is_total) {
				text = frappe.utils.get_form_link("SLM Agreement", value, true, value);
			} else if (column.fieldname === "verdict" && !empty) {
				const colour = COLOURS[data.standing] || "gray";
				text = `<span class="indicator-pill no-indicator-dot ${colour}">${frappe.utils.escape_html(
					value
				)}</span>`;
			}
			if (column.align === "right" || figure) {
				text = `<div style="text-align: right">${empty ? "" : figure ? text : value}</div>`;
			}
			return data.is_total ? `<b>${text}</b>` : text;
		},
	};
})();
