// Cost beside quality: filters, and what is marked.

(() => {
	frappe.query_reports["SLM Cost and Value"] = {
		tree: true,
		initial_depth: 1,
		filters: [
			{
				fieldname: "group_by",
				label: __("By"),
				fieldtype: "Select",
				options: ["Agreement", "Service"],
				default: "Agreement",
			},
			{
				fieldname: "show",
				label: __("Show"),
				fieldtype: "Select",
				options: ["Everything", "Over Budget", "Without Cost Analysis"],
				default: "Everything",
			},
			{
				fieldname: "standing",
				label: __("Agreements"),
				fieldtype: "Select",
				options: ["In Force", "Drafts", "Ended"],
				default: "In Force",
			},
			{ fieldname: "kind", label: __("Kind"), fieldtype: "Select", options: ["", "SLA", "OLA", "UC", "Commitment"] },
			{ fieldname: "customer", label: __("Customer"), fieldtype: "Link", options: "Customer" },
			{ fieldname: "contract", label: __("Contract"), fieldtype: "Link", options: "Contract" },
		],

		formatter(value, row, column, data, default_formatter) {
			const empty = value === null || value === undefined || value === "";
			if (empty && ["Currency", "Float"].includes(column.fieldtype)) return "";
			if (column.fieldtype === "Data" && !empty) value = frappe.utils.escape_html(value);
			const text = default_formatter(value, row, column, data);
			if (!data || empty) return text;
			const pill = (colour) => `<span class="indicator-pill no-indicator-dot ${colour}">${value}</span>`;
			if (column.fieldname === "kept") return pill(data.all_kept ? "green" : "red");
			if (column.fieldname === "within_budget") return pill(value === __("Yes") ? "green" : "red");
			if (column.fieldname === "justified" && value === __("No") && !data.indent) return pill("orange");
			if (column.fieldname === "margin" && value < 0) return `<span class="text-danger">${text}</span>`;
			return data.indent ? text : `<b>${text}</b>`;
		},
	};
})();
