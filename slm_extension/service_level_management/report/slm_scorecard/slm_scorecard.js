// How SLM Scorecard asks and shows: filters, colours, and the way from each figure to what is behind it.

{% include "slm_extension/public/js/slm_filters.js" %}

(() => {
	const COLOURS = { good: "green", "good on paper": "red", forgiven: "blue", bad: "red", "no figures": "gray" };

	// the list that a figure leads to, and what of it the figure counts
	const DECIDED = ["outcome", ["in", "Met,Missed"]];
	const BEHIND = {
		attainment: ["SLM Clock", [DECIDED]],
		net: ["SLM Clock", [DECIDED, ["excused", 0]]],
		decided: ["SLM Clock", [DECIDED]],
		missed: ["SLM Clock", [["outcome", "Missed"]]],
		tickets: ["Issue", []],
		score: ["SLM Feedback", []],
		answers: ["SLM Feedback", []],
		satisfied: ["SLM Feedback", [["score", [">=", 4]]]],
		availability: ["SLM Outage", []],
		technical: ["SLM Outage", []],
		failures: ["SLM Outage", []],
	};

	function url_behind(row, figure) {
		const [doctype, more] = BEHIND[figure];
		if (!row.behind?.[doctype]) return "";
		const list = frappe.utils.generate_route({ type: "doctype", name: doctype, doc_view: "List" });
		const query = new URLSearchParams();
		[...row.behind[doctype], ...more].forEach(([field, value]) =>
			query.append(field, Array.isArray(value) ? JSON.stringify(value) : value)
		);
		return `${list}?${query}`;
	}

	frappe.query_reports["SLM Scorecard"] = {
		filters: [
			...slm.month_filters(2),
			{
				fieldname: "group_by",
				label: __("Group By"),
				fieldtype: "Select",
				options: ["Service", "Agreement", "Customer"],
				default: "Service",
			},
			{
				fieldname: "against",
				label: __("Compare With"),
				fieldtype: "Select",
				options: ["Months Before", "Year Before", "Nothing"],
				default: "Months Before",
			},
			{ fieldname: "service", label: __("Service"), fieldtype: "Link", options: "SLM Service" },
			...slm.party_filters(),
			{
				fieldname: "chart",
				label: __("Chart"),
				fieldtype: "Select",
				options: ["By Line", "By Month"],
				default: "By Line",
			},
		],

		formatter(value, row, column, data, default_formatter) {
			const empty = value === null || value === undefined || value === "";
			if (column.fieldtype === "Data" && column.fieldname === "title" && !empty) {
				return frappe.utils.escape_html(value);
			}
			const text = empty ? "" : default_formatter(value, row, column, data);
			if (!data || empty) return text;
			if (column.fieldname === "view") {
				const colour = COLOURS[data.standing] || "orange";
				return `<span class="indicator-pill no-indicator-dot ${colour}">${frappe.utils.escape_html(
					value
				)}</span>`;
			}
			if (column.fieldname.endsWith("_change") || column.fieldname === "gap") {
				const sign = value > 0 ? `+${value}` : `${value}`;
				const better = column.fieldname !== "tickets_change" && value !== 0;
				const colour = better ? (value > 0 ? "text-success" : "text-danger") : "text-muted";
				return `<div class="${colour}" style="text-align: right">${sign}</div>`;
			}
			if (BEHIND[column.fieldname]) {
				const url = value === 0 ? "" : url_behind(data, column.fieldname);
				const shown = url ? `<a href="${frappe.utils.escape_html(url)}">${value}</a>` : value;
				return `<div style="text-align: right">${shown}</div>`;
			}
			return text;
		},
	};
})();
