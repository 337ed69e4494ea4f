// The list of services: where each stands, those to be reviewed, and the catalogue as a whole.

{% include "slm_extension/public/js/slm_catalogue.js" %}

frappe.listview_settings["SLM Service"] = {
	add_fields: ["status", "published", "next_quality_review", "changed_since_approval", "is_group"],
	hide_name_column: true,
	get_indicator(service) {
		if (service.is_group) return [__("Group"), "gray", "is_group,=,1"];
		if (service.changed_since_approval) return [__("Changed"), "orange", "changed_since_approval,=,1"];
		if (service.published) return [__("Published"), "green", "published,=,1"];
		const colour = { Draft: "gray", Approved: "blue", Live: "green", Retired: "orange" }[service.status];
		return [__(service.status), colour, `status,=,${service.status}`];
	},
	onload(listview) {
		slm.catalogue_buttons(listview.page);
		listview.page.add_inner_button(__("Review Overdue"), () =>
			listview.filter_area
				.clear(false)
				.then(() =>
					listview.filter_area.add([
						["SLM Service", "next_quality_review", "<", frappe.datetime.get_today()],
						["SLM Service", "status", "!=", "Retired"],
					])
				)
		);
	},
};
