{% include "slm_extension/public/js/slm_time.js" %}

// The nearest due time in the list of Issues, on top of what ERPNext's own settings of that list do.

slm.due_pill = function (doc) {
	const due = doc.slm_due && slm.from_site(doc.slm_due);
	const when = due && slm.short_moment(due);
	const minutes = due && due.diff(moment(), "minutes", true);
	const running = minutes < 0 ? __("Was due {0}", [when]) : __("Due {0}", [when]);
	const shown = {
		Overdue: ["red", when ? __("Overdue {0}", [when]) : __("Overdue")],
		Running: [due && minutes < 60 ? "orange" : "green", when ? running : __("Running")],
		Held: ["blue", __("Held")],
		Met: ["gray", __("Met")],
		Missed: ["gray", __("Missed")],
		"Outside SLA": ["gray", __("Outside SLA")],
	}[doc.slm_state];
	if (!shown) return "";
	const title = due ? `${shown[1]} (${slm.format_moment(due, true)})` : shown[1];
	return `<span class="indicator-pill ${shown[0]} filterable ellipsis slm-due" title="${slm.escape(title)}"
		data-filter="slm_state,=,${slm.escape(doc.slm_state)}"><span class="ellipsis">${slm.escape(shown[1])}</span></span>`;
};

slm.extend_issue_list = function () {
	const settings = (frappe.listview_settings["Issue"] = frappe.listview_settings["Issue"] || {});
	if (settings.slm_extended) return;
	settings.slm_extended = true;
	settings.add_fields = [...new Set([...(settings.add_fields || []), "slm_due", "slm_state"])];
	settings.formatters = Object.assign({}, settings.formatters, {
		slm_due: (_value, _df, doc) => slm.due_pill(doc),
	});
	const onload = settings.onload;
	settings.onload = function (listview) {
		onload && onload.call(this, listview);
		slm.due_beside_status(listview);
		listview.page.add_menu_item(__("Nearest Due First"), () => slm.nearest_due_first(listview));
	};
};

// A small screen shows few columns: unless somebody has arranged them, the due time comes right after the status.
slm.due_beside_status = function (listview) {
	const arranged = listview.list_view_settings;
	if (!arranged || arranged.fields) return;
	const shown = listview.meta.fields.filter((df) => df.in_list_view && df.fieldname !== listview.meta.title_field);
	const others = shown.map((df) => df.fieldname).filter((name) => !["status", "slm_due"].includes(name));
	const order = ["status_field", "slm_due", ...others];
	listview.list_view_settings = {
		...arranged,
		fields: JSON.stringify(order.map((fieldname) => ({ fieldname }))),
	};
	listview.setup_columns();
	listview.render_header(true);
	listview.list_view_settings = arranged;
};

slm.nearest_due_first = function (listview) {
	const known = listview.filter_area.get().some((filter) => filter[1] === "slm_due");
	const filtered = known ? Promise.resolve() : listview.filter_area.add([["Issue", "slm_due", "is", "set"]]);
	return Promise.resolve(filtered).then(() => {
		listview.sort_selector.set_value("slm_due", "asc");
		listview.on_sort_change("slm_due", "asc");
	});
};

slm.extend_issue_list();
