{% include "slm_extension/public/js/slm_time.js" %}
{% include "slm_extension/public/js/slm_live.js" %}

// The clocks that run out next, of one's own tickets, one's teams' or all. What is shown stands in the address.

frappe.pages["slm-at-risk"].on_page_load = function (wrapper) {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("At Risk"), single_column: true });
	wrapper.slm_risk = new slm.AtRisk(page, wrapper);
};

frappe.pages["slm-at-risk"].on_page_show = (wrapper) => wrapper.slm_risk.shown();

slm.risk_style = `
.slm-risk { container-type: inline-size; }
.slm-risk-top { margin-top: 12px; display: flex; flex-wrap: wrap; gap: 10px 16px; align-items: center; justify-content: space-between; margin-bottom: 12px; }
.slm-risk-counts { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 10px; margin-bottom: 12px; }
.slm-risk-counts button { text-align: left; padding: 10px 14px; border: 1px solid var(--border-color); border-radius: var(--border-radius-md, 8px); background: var(--fg-color); color: var(--text-color); }
.slm-risk-counts button[aria-pressed="true"] { border-color: var(--slm-tone); box-shadow: inset 0 0 0 1px var(--slm-tone); }
.slm-risk-counts strong { display: block; font-size: 22px; line-height: 1.2; font-weight: 600; font-variant-numeric: tabular-nums; }
.slm-risk-counts span { color: var(--text-muted); }
.slm-risk-counts span::before { content: ""; display: inline-block; width: 8px; height: 8px; border-radius: 50%; margin-right: 6px; background: var(--slm-tone); }
.slm-risk-counts [data-state="overdue"] { --slm-tone: var(--red-500, #e03636); }
.slm-risk-counts [data-state="soon"] { --slm-tone: var(--orange-500, #e86c13); }
.slm-risk-counts [data-state="running"] { --slm-tone: var(--green-500, #59ba8b); }
.slm-risk-counts [data-state="held"] { --slm-tone: var(--blue-500, #0289f7); }
.slm-risk table { width: 100%; table-layout: fixed; margin: 0; }
.slm-risk th { font-weight: 400; color: var(--text-muted); font-size: var(--text-sm, 12px); }
.slm-risk td, .slm-risk th { padding: 9px 12px !important; vertical-align: top; overflow-wrap: anywhere; border-color: var(--border-color) !important; }
.slm-risk tbody tr { cursor: pointer; }
.slm-risk tbody tr:hover, .slm-risk tbody tr:focus-within { background: var(--subtle-accent, var(--bg-light-gray)); }
.slm-risk .slm-small { font-size: var(--text-sm, 12px); color: var(--text-muted); }
.slm-risk .slm-left { font-variant-numeric: tabular-nums; font-weight: 600; color: var(--text-color); }
.slm-risk tr[data-state="overdue"] .slm-left { color: var(--red-600, #b52a2a); }
[data-theme="dark"] .slm-risk tr[data-state="overdue"] .slm-left { color: var(--red-300, #f39999); }
.slm-risk .slm-bar { height: 6px; margin-top: 5px; border-radius: 3px; overflow: hidden; background: color-mix(in srgb, var(--text-color) 12%, transparent); }
.slm-risk .slm-bar > div { height: 100%; background: var(--green-500, #59ba8b); }
.slm-risk tr[data-state="soon"] .slm-bar > div { background: var(--orange-500, #e86c13); }
.slm-risk tr[data-state="held"] .slm-bar > div { background: var(--blue-500, #0289f7); }
.slm-risk tr[data-state="overdue"] .slm-bar > div { background: var(--red-500, #e03636); }
.slm-risk-subject { color: var(--text-color); font-weight: 500; }
.slm-risk-end { display: flex; gap: 10px; align-items: center; justify-content: space-between; padding: 10px 12px; color: var(--text-muted); }
.slm-risk-none { padding: 48px 20px; text-align: center; color: var(--text-muted); }
.slm-risk-none strong { display: block; color: var(--text-color); font-weight: 500; margin-bottom: 4px; }
.slm-risk-box { border: 1px solid var(--border-color); border-radius: var(--border-radius-md, 8px); background: var(--fg-color); overflow: hidden; }
.slm-risk-box thead th { border-top: 0 !important; }
@container (max-width: 760px) {
	.slm-risk-counts { grid-template-columns: repeat(2, minmax(0, 1fr)); }
	.slm-risk thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
	.slm-risk table, .slm-risk tbody { display: block; }
	.slm-risk tbody tr { display: grid; grid-template-columns: 1fr auto; border-top: 1px solid var(--border-color); padding: 6px 0; }
	.slm-risk tbody tr:first-child { border-top: 0; }
	.slm-risk td { border: 0 !important; padding: 3px 12px !important; }
	.slm-risk td.slm-wide { grid-column: 1 / -1; }
	.slm-risk td.slm-state-cell { text-align: right; grid-column: 2; grid-row: 1; }
}
`;

slm.RISK_FIELDS = () => [
	{ fieldname: "team", fieldtype: "Link", options: "User Group", label: __("Team") },
	{ fieldname: "customer", fieldtype: "Link", options: "Customer", label: __("Customer") },
	{ fieldname: "metric", fieldtype: "Link", options: "SLM Metric", label: __("Metric") },
	{ fieldname: "agreement", fieldtype: "Link", options: "SLM Agreement", label: __("Agreement"), get_query: () => ({ filters: { docstatus: 1 } }) },
	{ fieldname: "kind", fieldtype: "Select", options: ["", "SLA", "Commitment", "OLA", "UC"].map((value) => ({ value, label: value ? __(value) : __("All Kinds") })), label: __("Kind") },
];

slm.RISK_STATES = () => ({ overdue: __("Overdue"), soon: __("Due within the hour"), running: __("Running"), held: __("Held") });

slm.AtRisk = class {
	constructor(page, wrapper) {
		this.page = page;
		this.wrapper = wrapper;
		this.asked = { scope: "mine", state: "", start: 0 };
		frappe.dom.set_style(slm.risk_style, "slm-risk-style");
		this.reload = frappe.utils.debounce(() => this.load(), 250);
		this.make();
		this.tick_timer = setInterval(() => this.tick(), 1000);
		frappe.realtime.on("slm_clocks", ({ ticket_type }) => ticket_type === "Issue" && this.changed());
		document.addEventListener("visibilitychange", () => !document.hidden && this.changed());
	}

	make() {
		const may_choose = ({ fieldtype, options }) => fieldtype !== "Link" || frappe.model.can_read(options) || frappe.model.can_select(options);
		for (const field of slm.RISK_FIELDS().filter(may_choose)) {
			const control = this.page.add_field({ ...field, change: () => this.filtered() });
			this.fields = { ...this.fields, [field.fieldname]: control };
		}
		this.$main = $(`<div class="slm-risk"></div>`).appendTo(this.page.main);
		const scopes = { mine: __("Mine"), teams: __("My Teams"), all: __("All") };
		const buttons = Object.entries(scopes).map(
			([scope, label]) => `<button type="button" class="btn btn-default btn-sm" data-scope="${scope}">${label}</button>`
		);
		this.$main.html(`<div class="slm-risk-top"><div class="btn-group" role="group" aria-label="${__("Whose tickets")}">${buttons.join("")}</div>
			<span class="slm-small slm-risk-stand" role="status" aria-live="off"></span></div>
			<div class="slm-risk-counts" role="group" aria-label="${__("How they stand")}"></div><div class="slm-risk-box"></div>`);
		this.$main.on("click", "[data-scope]", (event) => this.ask({ scope: event.currentTarget.dataset.scope, state: "" }));
		this.$main.on("click", ".slm-risk-counts button", (event) => {
			const { state } = event.currentTarget.dataset;
			this.ask({ state: this.asked.state === state ? "" : state });
		});
		this.$main.on("click", "[data-start]", (event) => this.ask({ start: Number(event.currentTarget.dataset.start) }));
		this.$main.on("click", "tbody tr", (event) => {
			if (!$(event.target).closest("a, button").length) $(event.currentTarget).find("a").get(0).click();
		});
		this.$main.on("keydown", "tbody a", (event) => this.step(event));
		this.page.set_secondary_action(__("Clear Filters"), () => this.fill({}));
	}

	// What is asked stands in the address or, after a click on the desk, in the host's route options.
	shown() {
		const asked = { ...Object.fromEntries(new URLSearchParams(window.location.search)), ...frappe.route_options };
		frappe.route_options = null;
		// The list of Issues leaves this room when it is left, which may be just now.
		setTimeout(() => frappe.realtime.socket && frappe.realtime.doctype_subscribe("Issue"), 1000);
		if (!this.filled || Object.keys(asked).length) return this.fill(asked);
		return this.load();
	}

	async fill(asked) {
		this.filled = true;
		this.silent = true;
		for (const [name, control] of Object.entries(this.fields)) await control.set_value(asked[name] ?? "");
		this.silent = false;
		const scope = ["mine", "teams", "all"].includes(asked.scope) ? asked.scope : this.asked.scope;
		const state = asked.state in slm.RISK_STATES() ? asked.state : "";
		return this.ask({ scope, state, start: Number(asked.start) || 0 });
	}

	filtered() {
		if (this.silent) return;
		this.asked.start = 0;
		this.reload();
	}

	ask(change) {
		this.asked = { ...this.asked, start: 0, ...change };
		return this.load();
	}

	values() {
		const values = { ...this.asked };
		for (const [name, control] of Object.entries(this.fields)) if (control.get_value()) values[name] = control.get_value();
		return values;
	}

	get visible() {
		return !document.hidden && this.$main.is(":visible");
	}

	// A storm of changes is looked at once every few seconds.
	changed() {
		if (this.pending) return;
		const wait = Math.max(500, 3000 - (performance.now() - (this.loaded_at || 0)));
		this.pending = setTimeout(() => {
			this.pending = null;
			if (this.visible) this.load();
		}, wait);
	}

	load() {
		const values = this.values();
		const number = (this.number = (this.number || 0) + 1);
		this.loaded_at = performance.now();
		const given = Object.entries(values).filter(([name, value]) => value && !(name === "scope" && value === "mine"));
		const query = new URLSearchParams(given).toString();
		if (this.visible) window.history.replaceState(null, "", `${window.location.pathname}${query ? `?${query}` : ""}`);
		return frappe.xcall("slm_extension.api.at_risk", values).then((found) => {
			if (number !== this.number) return;
			this.found = found;
			this.asked.start = found.start;
			this.shown_at = performance.now();
			this.show();
		});
	}

	show() {
		const { found, asked } = this;
		this.$main.find("[data-scope]").each((_index, button) => {
			const on = button.dataset.scope === asked.scope;
			$(button).toggleClass("active", on).attr("aria-pressed", on);
		});
		const $counts = this.$main.find(".slm-risk-counts");
		const pressed = $counts.find(":focus").attr("data-state");
		$counts.html(
			Object.entries(slm.RISK_STATES())
				.map(
					([state, label]) =>
						`<button type="button" data-state="${state}" aria-pressed="${asked.state === state}"><strong>${found.counts[state]}</strong><span>${label}</span></button>`
				)
				.join("")
		);
		if (pressed) $counts.find(`[data-state="${pressed}"]`).trigger("focus");
		const $box = this.$main.find(".slm-risk-box");
		const focused = $box.find("a:focus").closest("tr").attr("data-key");
		$box.html(found.rows.length ? this.table() : this.nothing());
		if (focused) $box.find(`tr[data-key="${focused}"] a`).first().trigger("focus");
		this.tick();
	}

	nothing() {
		const { asked, found } = this;
		const filtered = asked.state || Object.values(this.fields).some((control) => control.get_value());
		const said = filtered
			? [__("Nothing matches."), __("Clear the filters to see more.")]
			: {
					mine: [__("No clock is running on your tickets."), __("Look at your teams' tickets, or at all.")],
					teams: found.teams.length
						? [__("No clock is running on your teams' tickets."), slm.escape(found.teams.join(", "))]
						: [__("You are in no team."), __("Teams are User Groups; SLM Settings say which of them are teams.")],
					all: [__("No clock is running."), __("Tickets without an agreement have none.")],
			  }[asked.scope];
		return `<div class="slm-risk-none" role="status"><strong>${said[0]}</strong>${said[1]}</div>`;
	}

	table() {
		const { found } = this;
		const head = [
			["26%", __("Ticket")],
			["22%", __("Promise")],
			["20%", __("Open Time Left")],
			["13%", __("Due")],
			["11%", __("With")],
			["112px", __("State")],
		];
		const last = found.start + found.rows.length;
		const earlier = found.start ? `<button type="button" class="btn btn-default btn-xs" data-start="${Math.max(0, found.start - found.page)}">${__("Previous")}</button>` : "";
		const later = last < found.total ? `<button type="button" class="btn btn-default btn-xs" data-start="${found.start + found.page}">${__("Next")}</button>` : "";
		return `<table class="table"><caption class="sr-only">${__("Clocks, nearest to a miss first")}</caption>
			<thead><tr>${head.map(([width, label]) => `<th scope="col" style="width: ${width}">${label}</th>`).join("")}</tr></thead>
			<tbody>${found.rows.map((row, index) => this.row(row, index)).join("")}</tbody></table>
			<div class="slm-risk-end"><span>${__("{0} to {1} of {2}", [found.start + 1, last, found.total])}</span><span class="btn-group">${earlier}${later}</span></div>`;
	}

	row(row, index) {
		const { clock } = row;
		const title = this.found.agreements[clock.agreement]?.title;
		const promised = [__(clock.kind), title].filter(Boolean).map(slm.escape).join(" · ");
		const whose = clock.party ? ` · ${slm.escape(clock.party)}` : "";
		return `<tr data-key="${row.key}" data-index="${index}">
			<td class="slm-ticket-cell"><a class="slm-risk-subject" href="/app/issue/${encodeURIComponent(row.ticket)}">${slm.escape(row.subject || row.ticket)}</a>
				<div class="slm-small">${[row.ticket, row.customer].filter(Boolean).map(slm.escape).join(" · ")}</div></td>
			<td class="slm-wide"><div>${slm.escape(__(clock.metric))}${whose}</div><div class="slm-small">${promised}</div></td>
			<td class="slm-wide"><div class="slm-left" role="timer"></div>
				<div class="slm-bar" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-label="${__("Goal used")}"><div></div></div>
				<div class="slm-small slm-sums"></div></td>
			<td class="slm-due"></td>
			<td>${slm.escape(this.holder(row))}</td>
			<td class="slm-state-cell"></td>
		</tr>`;
	}

	holder({ holder, held_by, team }) {
		switch (holder) {
			case "customer":
				return __("Customer");
			case "supplier":
				return held_by || __("A supplier");
			case "team":
				return held_by;
			default:
				return team || __("Unassigned");
		}
	}

	tick() {
		if (!this.found || !this.visible) return;
		const passed = Math.floor((performance.now() - this.shown_at) / 1000);
		const now = this.found.now + passed;
		let run_out = false;
		this.$main.find("tbody tr").each((_index, element) => {
			const { clock } = this.found.rows[Number(element.dataset.index)];
			run_out = this.paint($(element), clock, now) || run_out;
		});
		this.$main.find(".slm-risk-stand").text(__("As of {0}", [slm.moment(this.found.now).format(frappe.datetime.get_user_time_fmt())]));
		if (passed >= 60 || (run_out && passed >= 5)) this.changed();
	}

	// Whether the clock has come to where the server would say something else.
	paint($row, clock, now) {
		const live = slm.live(clock, now);
		const [colour, label] = slm.state_words()[live.state];
		const state = live.state === "paused" ? "running" : live.state;
		if ($row.attr("data-state") !== state || !$row.find(".slm-pill").length) {
			$row.attr("data-state", state);
			$row.find(".slm-state-cell").html(slm.pill(colour, label));
		}
		const amount = slm.duration(Math.abs(live.remaining), clock.phase === "running" && live.open ? "ticking" : true);
		$row.find(".slm-left").text(live.remaining < 0 ? __("{0} over", [amount]) : amount);
		const waits = clock.phase === "held" ? __(clock.reason) : live.open ? "" : live.opens ? __("closed until {0}", [slm.when(live.opens, now)]) : __("closed for now");
		const used = Math.floor((100 * live.elapsed) / (clock.goal || 1));
		$row.find(".slm-sums").text([__("{0} % of {1}", [used, slm.duration(clock.goal, true)]), waits].filter(Boolean).join(" · "));
		$row.find(".slm-bar").attr("aria-valuenow", Math.min(100, used)).children().css("width", `${Math.min(100, used)}%`);
		const due = clock.due ? slm.when(clock.due, now) : __("None while held");
		$row.find(".slm-due").text(due).attr("title", clock.due ? slm.datetime(clock.due, true) : "");
		const end = clock.ahead[clock.ahead.length - 1];
		return clock.phase === "running" && ((clock.next_at && clock.next_at <= now) || (end && end[1] <= now));
	}

	step(event) {
		const way = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
		if (!way) return;
		const links = this.$main.find("tbody a.slm-risk-subject").get();
		const next = links[links.indexOf(event.currentTarget) + way];
		if (!next) return;
		event.preventDefault();
		event.stopPropagation();
		next.focus();
	}
};
