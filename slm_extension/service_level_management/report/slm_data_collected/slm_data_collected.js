{% include "slm_extension/public/js/slm_behind.js" %}

// How SLM Data Collected asks and shows: filters, and the way from a figure to its documents.

(() => {
	const month = (fieldname, label) => ({
		fieldname,
		label,
		fieldtype: "Data",
		default: moment().format("YYYY-MM"),
	});

	frappe.query_reports["SLM Data Collected"] = {
		filters: [
			month("from_month", __("From Month")),
			month("to_month", __("To Month")),
			{ fieldname: "service", label: __("Service"), fieldtype: "Link", options: "SLM Service" },
			{
				fieldname: "group",
				label: __("About"),
				fieldtype: "Select",
				options: ["", "Tickets", "Timing", "Availability", "Catalogue"],
			},
			{ fieldname: "gaps_only", label: __("Only Where Something Is Missing"), fieldtype: "Check" },
		],

		formatter(value, row, column, data, default_formatter) {
			if (column.fieldtype === "Data" && value) value = frappe.utils.escape_html(value);
			const text = default_formatter(value, row, column, data);
			if (!data) return text;
			if (column.fieldtype === "Int" && (value === null || value === undefined)) return "";
			const behind = { records: data.behind, gaps: data.behind_gap }[column.fieldname];
			if (!behind) return text;
			return `<div style="text-align: right">${slm.link_behind(behind, format_number(value, null, 0))}</div>`;
		},
	};
})();
