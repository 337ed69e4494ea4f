// What the tree and the list of services have in common: printing the catalogue, and services from other records.

window.slm = window.slm || {};

slm.catalogue_buttons = function (page) {
	page.add_inner_button(__("Print the Catalogue"), () => window.open("/api/method/slm_extension.api.print_catalogue"));
	page.add_inner_button(__("See the Page"), () => window.open("/services"));
	if (!frappe.model.can_create("SLM Service")) return;
	for (const source of ["Asset", "Item"]) {
		if (!frappe.model.can_read(source)) continue;
		const label = source === "Asset" ? __("Assets") : __("Items");
		page.add_inner_button(label, () => slm.choose_records(source), __("Get Services From"));
	}
};

slm.choose_records = function (source) {
	const fields = source === "Asset" ? ["asset_category", "location"] : ["item_group", "is_stock_item"];
	const dialog = new frappe.ui.form.MultiSelectDialog({
		doctype: source,
		target: {},
		setters: Object.fromEntries(fields.map((name) => [name, undefined])),
		data_fields: [
			{
				fieldtype: "Link",
				fieldname: "parent",
				options: "SLM Service",
				label: __("Put Them Under"),
				get_query: () => ({ filters: { is_group: 1 } }),
			},
		],
		primary_action_label: __("Make Draft Services"),
		action(names) {
			if (!names.length) return frappe.show_alert(__("Choose at least one."));
			const parent = dialog.dialog.get_value("parent") || "";
			frappe.xcall("slm_extension.api.services_from", { source, names, parent }).then((outcome) => {
				dialog.dialog.hide();
				slm.say_outcome(outcome);
			});
		},
	});
};

slm.say_outcome = function ({ created, skipped }) {
	const safe = frappe.utils.escape_html;
	const rows = skipped.map(([name, why]) => `<li>${safe(name)}: ${safe(why)}</li>`).join("");
	frappe.msgprint({
		title: __("Services"),
		indicator: created.length ? "green" : "orange",
		message: `${__("{0} drafts were made.", [created.length])}${
			rows ? `<p class="mt-3">${__("Nothing was made of these:")}</p><ul>${rows}</ul>` : ""
		}`,
	});
	const list = cur_list || (cur_tree && cur_tree.view);
	list?.refresh?.();
};
