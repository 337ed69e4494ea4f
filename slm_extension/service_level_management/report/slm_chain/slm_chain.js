// What every agreement rests on and where that is too weak, each line with the way to the agreements.

(() => {
	const COLOURS = { Feasible: "green", Infeasible: "red", Waived: "orange" };

	frappe.query_reports["SLM Chain"] = {
		filters: [
			{
				fieldname: "state",
				label: __("Chain"),
				fieldtype: "Select",
				options: ["", "Feasible", "Infeasible", "Waived", "Nothing Beneath", "Not Checked"],
			},
			{ fieldname: "supplier", label: __("Supplier"), fieldtype: "Link", options: "Supplier" },
			{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
		],
		formatter(value, row, column, data, default_formatter) {
			if (!data) return default_formatter(value, row, column, data);
			if (column.fieldname === "state") {
				const colour = COLOURS[data.standing] || "gray";
				return `<span class="indicator-pill no-indicator-dot ${colour}">${frappe.utils.escape_html(value)}</span>`;
			}
			if (["agreement", "beneath"].includes(column.fieldname) && value)
				return frappe.utils.get_form_link("SLM Agreement", value, true, frappe.utils.escape_html(value));
			if (column.fieldtype === "Data") return frappe.utils.escape_html(value || "");
			return default_formatter(value, row, column, data);
		},
	};
})();
