// Services outside any SLA, each figure with the way to what is behind it.

(() => {
	const COLOURS = { OUTSIDE: "red", GENERAL: "orange", COVERED: "green" };

	function agreements(text) {
		return text
			.split(", ")
			.map((name) => frappe.utils.get_form_link("SLM Agreement", name, true, frappe.utils.escape_html(name)))
			.join(", ");
	}

	function tickets(data) {
		const query = new URLSearchParams({
			slm_service: data.service,
			slm_agreement: '["is", "not set"]',
			opening_date: JSON.stringify([">=", data.since]),
		});
		return `<a href="/app/issue?${frappe.utils.escape_html(query.toString())}">${data.issues}</a>`;
	}

	frappe.query_reports["SLM Services Outside SLA"] = {
		filters: [
			{
				fieldname: "show",
				label: __("Show"),
				fieldtype: "Select",
				options: [
					"Outside Any SLA",
					"Only by General Agreement",
					"Outside or Only by General Agreement",
					"All",
				],
				default: "Outside or Only by General Agreement",
			},
		],
		formatter(value, row, column, data, default_formatter) {
			const text = default_formatter(value, row, column, data);
			if (!data) return text;
			if (column.fieldname === "coverage") {
				return `<span class="indicator-pill no-indicator-dot ${COLOURS[data.standing]}">${frappe.utils.escape_html(value)}</span>`;
			}
			if (["own", "general"].includes(column.fieldname) && value) return agreements(value);
			if (column.fieldname === "issues" && value) return `<div style="text-align: right">${tickets(data)}</div>`;
			return text;
		},
	};
})();
