{% include "slm_extension/public/js/slm_time.js" %}
{% include "slm_extension/public/js/slm_what_if.js" %}

// How far a run is, what it has come to, and the way from every figure to its tickets.

slm.what_if_colours = { Queued: "gray", Running: "blue", Done: "green", Failed: "red", Cancelled: "orange" };
slm.what_if_poll = 3000;

slm.what_if_style = `
.slm-what-if .slm-cards { display: flex; flex-wrap: wrap; gap: 10px; margin-bottom: 15px; }
.slm-what-if .slm-card { border: 1px solid var(--border-color); border-radius: var(--border-radius-md, 8px); padding: 10px 15px; min-width: 130px; }
.slm-what-if .slm-card b { display: block; font-size: 1.4em; }
.slm-what-if .slm-scroll { overflow-x: auto; }
.slm-what-if table { margin-bottom: 20px; white-space: nowrap; font-size: 12px; }
.slm-what-if td, .slm-what-if th { padding: 4px 6px !important; }
.slm-what-if .slm-free { white-space: normal; min-width: 120px; }
.slm-what-if .slm-number { text-align: right; }
.slm-what-if .slm-edge { border-left: 2px solid var(--border-color) !important; }
.slm-what-if tr.slm-total { font-weight: 600; background: var(--subtle-fg, var(--bg-color)); }
.slm-what-if .slm-worse { color: var(--red-600, #c0392b); }
.slm-what-if .slm-better { color: var(--green-600, #1e8449); }
.slm-what-if .slm-chart-head { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 8px; align-items: center; }
.slm-what-if .slm-progress { max-width: 560px; }
.slm-what-if pre { white-space: pre-wrap; }
`;

slm.what_if_box = function (frm) {
	frappe.dom.set_style(slm.what_if_style, "slm-what-if-style");
	return $(frm.fields_dict.figures_html.wrapper).addClass("slm-what-if");
};

slm.month_text = (month) => `${Math.floor(month / 100)}-${String(month % 100).padStart(2, "0")}`;

slm.percent_text = (value) => (value === null || value === undefined ? "–" : `${value} %`);

slm.tickets_url = function (frm, values) {
	const query = new URLSearchParams({ what_if: frm.docname, ...values });
	return frappe.utils.escape_html(`/app/query-report/${encodeURIComponent("SLM What-If Tickets")}?${query}`);
};

// A figure that leads to its tickets; nothing to follow where there is none.
slm.to_tickets = (frm, count, values) => (count ? `<a href="${slm.tickets_url(frm, values)}">${count}</a>` : "0");

slm.what_if_line = function (frm, label, figure, where, classes) {
	const side = (one, name) => {
		const link = (count, outcome) => slm.to_tickets(frm, count, { ...where, side: name, outcome });
		const colour = { kept: "green", failed: "red" }[one.verdict] || "gray";
		const few = __("Few clocks: one miss moves this a lot.");
		const small = one.small ? ` <small class="text-muted" title="${few}">${__("small")}</small>` : "";
		const figure_text = one.attainment === null ? "–" : link(slm.percent_text(one.attainment), "Decided");
		const shown = one.verdict && one.attainment !== null ? `<span class="indicator-pill no-indicator-dot ${colour}">${figure_text}</span>` : figure_text;
		return `<td class="slm-number slm-edge">${link(one.met, "Met")}</td><td class="slm-number">${link(one.missed, "Missed")}</td>
			<td class="slm-number">${link(one.pending, "Pending")}</td><td class="slm-number">${shown}${small}</td>`;
	};
	const { draft, really, difference } = figure;
	const turn = difference === null ? "" : difference < 0 ? "slm-worse" : difference > 0 ? "slm-better" : "";
	const points = difference === null ? "–" : `${difference > 0 ? "+" : ""}${difference}`;
	return `<tr class="${classes || ""}"><td>${label}</td>${side(draft, "As Drafted")}
		<td class="slm-number">${slm.percent_text(draft.objective)}</td><td class="slm-number">${draft.misses_left ?? "–"}</td>
		${side(really, "Really")}<td class="slm-number slm-edge ${turn}">${points}</td></tr>`;
};

slm.what_if_table = function (frm, found) {
	const none = (value) => value || "-";
	const head = `<thead><tr><th></th><th colspan="6" class="slm-edge">${__("As Drafted")}</th>
		<th colspan="4" class="slm-edge">${__("Really")}</th><th class="slm-edge"></th></tr><tr><th scope="col">${__("Target and Month")}</th>
		${[__("Met"), __("Missed"), __("Pending"), __("Attainment"), __("Objective"), __("Misses Left")]
			.map((name, index) => `<th scope="col" class="slm-number ${index ? "" : "slm-edge"}">${name}</th>`)
			.join("")}
		${[__("Met"), __("Missed"), __("Pending"), __("Attainment")]
			.map((name, index) => `<th scope="col" class="slm-number ${index ? "" : "slm-edge"}">${name}</th>`)
			.join("")}
		<th scope="col" class="slm-number slm-edge" title="${__("Percentage points, as drafted less really")}">${__("Difference")}</th></tr></thead>`;
	const parts = found.targets.map((one) => {
		const where = { metric: one.metric, target: none(one.target), priority: none(one.priority) };
		const metric = one.metric.toLowerCase();
		const goal = slm.escape(one.target.startsWith(metric) ? one.target.slice(metric.length).trim() : one.target);
		const priority = one.priority && !one.target.includes(one.priority) ? slm.escape(__(one.priority)) : "";
		const gone = one.target ? "" : __("promised no longer");
		const name = [slm.escape(__(one.metric)), goal, priority, gone].filter(Boolean).join(" · ");
		const months = one.months.map((month) =>
			slm.what_if_line(frm, `<span class="text-muted">${slm.month_text(month.month)}</span>`, month.figure, {
				...where,
				month: month.month,
			})
		);
		return slm.what_if_line(frm, name, one.total, where, "slm-total") + months.join("");
	});
	const total = slm.what_if_line(frm, __("All"), found.total, {}, "slm-total");
	return `<div class="slm-scroll"><table class="table table-sm table-bordered" aria-label="${__("Figures")}">${head}<tbody>${parts.join("")}${total}</tbody></table></div>`;
};

slm.what_if_cards = function (frm, found) {
	const card = (label, value, values, hint) =>
		`<div class="slm-card" title="${slm.escape(hint || "")}"><span class="text-muted">${label}</span><b>${
			values && value ? `<a href="${slm.tickets_url(frm, values)}">${value}</a>` : value
		}</b></div>`;
	const count = (name) => found.differences[name] || 0;
	const difference = (name, hint) => card(__(name), count(name), { difference: name }, hint);
	const others = ["Not Promised Before", "No Longer Promised"].filter(count);
	return `<div class="slm-cards">
		${card(__("As Drafted"), slm.percent_text(found.total.draft.attainment))}
		${card(__("Really"), slm.percent_text(found.total.really.attainment))}
		${difference("Newly Missed", __("Missed by the draft, and not missed really."))}
		${difference("No Longer Missed", __("Really missed, and not by the draft."))}
		${difference("Missed Both Ways", "")}
		${others.map((name) => difference(name, "")).join("")}
	</div>`;
};

slm.what_if_missed = function (frm, found) {
	if (!found.missed.length) return "";
	const rows = found.missed.map(
		(one) => `<tr><td>${frappe.utils.get_form_link(one.ticket_type, one.ticket, true)}</td><td>${slm.escape(one.customer || "")}</td>
			<td>${slm.escape(__(one.metric))}</td><td>${slm.escape(one.priority ? __(one.priority) : "")}</td>
			<td class="slm-number">${slm.duration(one.goal, true)}</td><td class="slm-number">${slm.duration(one.overrun, true)}</td>
			<td>${slm.escape(__(one.real_outcome || "–"))}</td><td>${slm.escape(__(one.difference))}</td>
			<td class="slm-free">${slm.escape([__(one.cause), one.responsible].filter(Boolean).join(": "))}</td></tr>`
	);
	const head = [__("Ticket"), __("Customer"), __("Metric"), __("Priority"), __("Goal"), __("Over by"), __("Really"), __("Difference"), __("Cause")];
	const all = `<a href="${slm.tickets_url(frm, { outcome: "Missed" })}">${__("all {0}", [found.total.draft.missed])}</a>`;
	return `<h5>${__("Would have been missed")} <small>${__("the largest {0} of {1}", [found.missed.length, all])}</small></h5>
		<div class="slm-scroll"><table class="table table-sm" aria-label="${__("Would have been missed")}"><thead><tr>${head
		.map((name) => `<th scope="col">${name}</th>`)
		.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
};

slm.what_if_notes = function (frm, found) {
	const notes = [__("Gross figures: what was really excused counts as missed here.")];
	if (found.total.really.excused) notes.push(__("{0} of the real ones were excused.", [found.total.really.excused]));
	if (found.uncertain) notes.push(__("{0} clocks run past the holidays that their calendars know.", [found.uncertain]));
	if (frm.doc.failed) notes.push(__("{0} tickets could not be measured and count nowhere.", [frm.doc.failed]));
	if (frm.doc.no_target) notes.push(__("For {0} tickets it has no target.", [frm.doc.no_target]));
	notes.push(__("Small: fewer than {0} decided clocks.", [found.small_sample]));
	return `<p class="text-muted">${notes.join(" ")}</p>`;
};

slm.draw_what_if_chart = function (frm, found, metric) {
	const line = metric ? found.metrics.find((one) => one.metric === metric).months : found.by_month;
	const months = line.filter((one) => one.figure.draft.decided && one.figure.really.decided);
	const $chart = slm.what_if_box(frm).find(".slm-chart").empty();
	if (!months.length) return $chart.html(`<p class="text-muted">${__("No month in which both sides have something decided.")}</p>`);
	const objectives = [...new Set(months.map((one) => one.figure.draft.objective))];
	const values = (side) => months.map((one) => one.figure[side].attainment);
	new frappe.Chart($chart[0], {
		title: "",
		type: months.length > 1 ? "line" : "bar",
		height: 240,
		colors: ["#2490ef", "#98a1a9"],
		axisOptions: { xIsSeries: 1 },
		lineOptions: { dotSize: 5 },
		tooltipOptions: { formatTooltipY: (value) => `${value} %` },
		data: {
			labels: months.map((one) => slm.month_text(one.month)),
			datasets: [
				{ name: __("As Drafted"), values: values("draft") },
				{ name: __("Really"), values: values("really") },
			],
			yMarkers:
				objectives.length === 1 && objectives[0] !== null
					? [{ label: __("Objective {0} %", [objectives[0]]), value: objectives[0], options: { labelPos: "left" } }]
					: [],
		},
	});
};

slm.show_what_if = function (frm, found) {
	const $box = slm.what_if_box(frm);
	if (!found.targets.length) {
		const why = frm.doc.status !== "Done" ? "" : frm.doc.tickets ? __("None of the tickets of this period is one that it is for.") : __("No ticket was opened in this period.");
		return $box.find(".slm-found").html(`<p class="text-muted">${why}</p>`);
	}
	const options = ["", ...found.metrics.map((one) => one.metric)]
		.map((name) => `<option value="${slm.escape(name)}">${name ? slm.escape(__(name)) : __("All Metrics")}</option>`)
		.join("");
	$box.find(".slm-found").html(`${slm.what_if_cards(frm, found)}
		<div class="slm-chart-head"><h5 class="mb-0">${__("Attainment by Month")}</h5>
		<select class="form-control input-xs" style="width: auto" aria-label="${__("Metric")}">${options}</select></div>
		<div class="slm-chart"></div>${slm.what_if_table(frm, found)}${slm.what_if_missed(frm, found)}${slm.what_if_notes(frm, found)}`);
	const $select = $box.find(".slm-chart-head select");
	$select.on("change", () => slm.draw_what_if_chart(frm, found, $select.val()));
	slm.draw_what_if_chart(frm, found, "");
};

slm.show_commands = function (frm, lines) {
	const text = lines.map((line) => slm.escape(line)).join("\n");
	$(frm.fields_dict.commands_html.wrapper).html(
		`<p class="text-muted">${__("These give the same figures, as of the same instant. If the draft was changed since, take the file that Agreements as They Were gives.")}</p><pre>${text}</pre>`
	);
};

slm.what_if_going = (status) => ["Queued", "Running"].includes(status);

slm.show_progress = function (frm, standing) {
	const $place = slm.what_if_box(frm).find(".slm-standing");
	if (standing.status === "Failed" || standing.status === "Cancelled") {
		const colour = standing.status === "Failed" ? "red" : "orange";
		const text = [__(standing.status), slm.escape(standing.problem || ""), __("{0} of {1} tickets looked at.", [standing.done, standing.tickets])];
		return $place.html(`<p><span class="indicator ${colour}">${text.filter(Boolean).join(": ")}</span></p>`);
	}
	if (!slm.what_if_going(standing.status)) return $place.empty();
	const percent = standing.tickets ? Math.min(100, Math.round((100 * standing.done) / standing.tickets)) : 0;
	const text = standing.waiting
		? standing.status === "Queued"
			? __("Waits for the job queue.")
			: __("{0} of {1} tickets looked at.", [standing.done, standing.tickets])
		: __("Neither waits nor runs on the job queue any more. Go On takes it up after the last page it kept.");
	$place.html(`<div class="slm-progress" role="status"><div class="progress"><div class="progress-bar" role="progressbar"
		aria-valuenow="${percent}" aria-valuemin="0" aria-valuemax="100" style="width: ${percent}%"></div></div><p class="text-muted">${text}</p></div>`);
};

slm.what_if_buttons = function (frm, standing) {
	frm.clear_custom_buttons();
	if (frm.perm[0]?.write) {
		const going = slm.what_if_going(standing.status);
		const ask = (method) => () => frm.call(method).then(() => frm.reload_doc());
		if (going && standing.waiting) frm.add_custom_button(__("Cancel"), ask("cancel_run"));
		if (standing.status === "Failed" || standing.status === "Cancelled" || (going && !standing.waiting))
			frm.add_custom_button(__("Go On"), ask("go_on"));
	}
	frm.add_custom_button(__("Tickets"), () => frappe.set_route("query-report", "SLM What-If Tickets", { what_if: frm.docname }));
	frm.add_custom_button(__("Agreements as They Were"), () =>
		slm.download(`${slm.what_if_methods}.download_agreements_of`, { run: frm.docname })
	);
};

slm.watch_what_if = function (frm) {
	clearTimeout(frm.slm_timer);
	const name = frm.docname;
	return frappe.xcall(`${slm.what_if_methods}.standing`, { run: name }).then((standing) => {
		if (frm.docname !== name || cur_frm !== frm) return;
		if (standing.status !== frm.doc.status || (standing.status === "Done" && standing.done !== frm.doc.done)) return frm.reload_doc();
		slm.show_progress(frm, standing);
		slm.what_if_buttons(frm, standing);
		if (slm.what_if_going(standing.status) && standing.waiting)
			frm.slm_timer = setTimeout(() => slm.watch_what_if(frm), slm.what_if_poll);
	});
};

frappe.ui.form.on("SLM What-If", {
	setup(frm) {
		frm.set_query("agreement", () => ({
			filters: { kind: ["in", ["SLA", "Commitment"]], docstatus: ["<", 2], is_template: 0 },
		}));
	},
	onload(frm) {
		if (frm.is_new() && !frm.doc.opened_from) {
			const [first, last] = slm.last_full_months(slm.what_if_months);
			frm.set_value({ opened_from: first, opened_until: last });
		}
		frappe.realtime.off("slm_what_if");
		frappe.realtime.on("slm_what_if", (news) => {
			if (cur_frm?.doctype === "SLM What-If" && cur_frm.docname === news.run) slm.watch_what_if(cur_frm);
		});
	},
	refresh(frm) {
		const $box = slm.what_if_box(frm).html('<div class="slm-standing"></div><div class="slm-found"></div>');
		if (frm.is_new()) {
			return $box.find(".slm-found").html(
				`<p class="text-muted">${__("Saving starts it on the job queue. Nothing but this record is written.")}</p>`
			);
		}
		frm.disable_save();
		frm.page.set_indicator(__(frm.doc.status), slm.what_if_colours[frm.doc.status]);
		slm.watch_what_if(frm);
		if (slm.what_if_going(frm.doc.status)) return;
		const name = frm.docname;
		return frappe.xcall(`${slm.what_if_methods}.figures`, { run: name }).then((found) => {
			if (frm.docname !== name) return;
			slm.show_what_if(frm, found);
			slm.show_commands(frm, found.commands);
		});
	},
});
