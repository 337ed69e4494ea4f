// The catalogue of services as a tree, each with its state.

{% include "slm_extension/public/js/slm_catalogue.js" %}

frappe.treeview_settings["SLM Service"] = {
	title: __("Services"),
	breadcrumb: "Service Level Management",
	get_tree_nodes: "slm_extension.api.service_nodes",
	add_tree_node: "slm_extension.api.add_service",
	get_tree_root: false,
	root_label: __("All Services"),
	ignore_fields: ["parent_slm_service"],
	fields: [
		{ fieldtype: "Data", fieldname: "service_name", label: __("Name"), reqd: 1 },
		{
			fieldtype: "Check",
			fieldname: "is_group",
			label: __("Is Group"),
			description: __("Only groups can have services under them."),
		},
		{
			fieldtype: "Select",
			fieldname: "service_type",
			label: __("Service Type"),
			options: [
				"Business Service",
				"Application Service",
				"Infrastructure Service",
				"Network Service",
				"Supplier Service",
			],
			default: "Business Service",
		},
		{
			fieldtype: "Select",
			fieldname: "status",
			label: __("Status"),
			options: ["Draft", "Approved", "Live", "Retired"],
			default: "Draft",
			reqd: 1,
		},
	],
	onload(treeview) {
		treeview.make_tree();
		slm.catalogue_buttons(treeview.page);
	},
	onrender(node) {
		if (node.is_root || !node.data?.status) return;
		const colour = { Draft: "gray", Approved: "blue", Live: "green", Retired: "orange" }[node.data.status];
		const status = node.data.expandable
			? ""
			: `<span class="indicator-pill ${colour}"><span>${__(node.data.status)}</span></span>`;
		const type = node.data.expandable ? "" : `<span class="text-muted small">${__(node.data.service_type || "")}</span>`;
		$(`<span class="slm-node" style="display: inline-flex; gap: 8px; align-items: center; margin-left: 8px">
			${status}${type}</span>`).appendTo(
			node.$tree_link
		);
	},
};
