// A service on its form: the next step of its life, what rests on what as a drawing, and what was agreed since.

frappe.ui.form.on("SLM Service", {
	setup(frm) {
		frm.set_query("parent_slm_service", () => ({
			filters: { is_group: 1, name: ["!=", frm.doc.name || ""] },
		}));
		frm.set_query("service", "rests_on", () => ({
			filters: { is_group: 0, status: ["!=", "Retired"], name: ["!=", frm.doc.name || ""] },
		}));
	},

	refresh(frm) {
		frm.toggle_enable("service_name", frm.is_new());
		if (frm.doc.standard) frm.set_intro(__("A main category of the standard. Put your own groups under it."), "blue");
		for (const field of ["parent_slm_service", "is_group"]) frm.set_df_property(field, "read_only", frm.doc.standard);
		if (frm.is_new()) {
			frm.fields_dict.graph_html.$wrapper.empty();
			return;
		}
		life(frm);
		links(frm);
		draw(frm);
		reviews(frm);
	},
});

const may_approve = () =>
	["SLM Process Owner", "Service Level Manager"].some((role) => frappe.user.has_role(role));

function life(frm) {
	const { status, is_group, published, changed_since_approval } = frm.doc;
	if (is_group) return;
	if (changed_since_approval) {
		frm.set_intro(__("It has been changed since it was approved. Look at the changes below and approve them."), "orange");
	}
	if (!may_approve()) return;
	const step = (label, values, question) =>
		frm.add_custom_button(
			label,
			() => {
				const go = () => frm.set_value(values).then(() => frm.save());
				question ? frappe.confirm(question, go) : go();
			},
			__("Status")
		);
	if (changed_since_approval) step(__("Approve Changes"), { changed_since_approval: 0 });
	if (status === "Draft") step(__("Approve"), { status: "Approved" });
	if (status === "Draft" || status === "Approved") step(__("Go Live"), { status: "Live" });
	if (["Approved", "Live"].includes(status)) {
		if (published) step(__("Take off the Catalogue"), { published: 0 });
		else if (frm.doc.service_type === "Business Service") step(__("Publish"), { published: 1 });
		step(__("Retire"), { status: "Retired" }, __("Retire {0}? It can be promised to nobody then.", [frm.doc.name.bold()]));
	}
	if (status === "Retired") step(__("Back to Draft"), { status: "Draft" });
}

function links(frm) {
	if (frm.doc.published && frm.doc.route) {
		frm.add_web_link(`/services/${encodeURIComponent(frm.doc.route)}`, __("See in the Catalogue"));
	}
	if (!frm.doc.is_group) {
		frm.add_custom_button(__("Trace"), () =>
			frappe.set_route("query-report", "SLM Service Trace", { service: frm.doc.name })
		);
	}
}

function reviews(frm) {
	const { next_quality_review } = frm.doc;
	if (next_quality_review && next_quality_review < frappe.datetime.get_today()) {
		frm.dashboard.set_headline(
			__("Its quality review was due on {0}.", [frappe.datetime.str_to_user(next_quality_review)]),
			"orange"
		);
	}
	const agreed = frm.doc.__onload?.agreed_since_review || [];
	if (agreed.length) {
		const names = agreed.map(({ name, title }) => frappe.utils.get_form_link("SLM Agreement", name, true, frappe.utils.escape_html(title)));
		frm.dashboard.add_comment(
			__("Agreed since the last quality review: {0}. See whether the catalogue still says what is done.", [names.join(", ")]),
			"blue",
			true
		);
	}
}

// The drawing: a row for each step, what rests on the service above it, what it rests on beneath.

const BOX = { width: 168, height: 44, gap: 18, rise: 46 };
const COLOURS = { Draft: "gray", Approved: "blue", Live: "green", Retired: "orange" };

function draw(frm) {
	const $box = frm.fields_dict.graph_html.$wrapper.empty();
	if (frm.doc.is_group) return;
	frappe.xcall("slm_extension.api.service_graph", { service: frm.doc.name }).then((graph) => {
		const rows = [...graph.above, [graph.service], ...graph.beneath];
		if (rows.length === 1) {
			$box.html(`<p class="text-muted small">${__("It rests on no other service, and none rests on it. Add rows below to change that.")}</p>`);
			return;
		}
		const left_out = graph.left_out
			? `<p class="text-muted small">${__("{0} more services are left out; see Trace.", [graph.left_out])}</p>`
			: "";
		$box.html(`<div style="overflow-x: auto; margin-bottom: 8px">${picture(rows, graph.links, frm.doc.name)}</div>${left_out}`);
		$box.find("[data-service]").on("click keydown", (event) => {
			if (event.type === "keydown" && event.key !== "Enter") return;
			frappe.set_route("Form", "SLM Service", event.currentTarget.dataset.service);
		});
	});
}

function picture(rows, edges, current) {
	const safe = frappe.utils.escape_html;
	const step = BOX.width + BOX.gap;
	const width = Math.max(...rows.map((row) => row.length)) * step + BOX.gap;
	const height = rows.length * (BOX.height + BOX.rise) - BOX.rise + 16;
	const at = {};
	rows.forEach((row, level) => {
		const start = (width - row.length * step + BOX.gap) / 2;
		row.forEach((node, place) => (at[node.name] = { x: start + place * step, y: 8 + level * (BOX.height + BOX.rise), level }));
	});
	const gaps = rows.map((row) => [...row.map((node) => at[node.name].x - BOX.gap / 2), at[row.at(-1).name].x + BOX.width + BOX.gap / 2]);
	const lines = edges
		.filter(([upper, lower]) => at[upper] && at[lower])
		.map(([upper, lower]) => line(at[upper], at[lower], gaps))
		.join("");
	const boxes = rows
		.flat()
		.map((node) => {
			const { x, y } = at[node.name];
			const short = node.name.length > 22 ? `${node.name.slice(0, 21)}…` : node.name;
			const here = node.name === current;
			return `<g transform="translate(${x}, ${y})" data-service="${safe(node.name)}" role="link" tabindex="0" style="cursor: pointer">
				<title>${safe(`${node.name} · ${__(node.type)} · ${__(node.status)}`)}</title>
				<rect width="${BOX.width}" height="${BOX.height}" rx="8" fill="var(--fg-color)"
					stroke="${here ? "var(--primary)" : "var(--gray-400)"}" stroke-width="${here ? 2 : 1}"></rect>
				<circle cx="14" cy="16" r="4" fill="var(--${COLOURS[node.status] || "gray"}-500)"></circle>
				<text x="24" y="20" font-size="12" font-weight="${here ? 600 : 500}" fill="var(--text-color)">${safe(short)}</text>
				<text x="24" y="36" font-size="11" fill="var(--text-muted)">${safe(__(node.type))}</text></g>`;
		})
		.join("");
	return `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img"
		aria-label="${safe(__("What rests on what"))}" style="display: block; margin: 0 auto; font-family: inherit">
		<defs><marker id="slm-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
			<path d="M0 0 8 4 0 8z" fill="var(--gray-500)"></path></marker></defs>${lines}${boxes}</svg>`;
}

// Past the rows between, a line goes through the gaps between their boxes.
function line(from, to, gaps) {
	const row = BOX.height + BOX.rise;
	const points = [[from.x + BOX.width / 2, from.y + BOX.height]];
	const end = [to.x + BOX.width / 2, to.y];
	for (let level = from.level + 1; level < to.level; level++) {
		const wished = points[0][0] + ((end[0] - points[0][0]) * (level - from.level)) / (to.level - from.level);
		const x = gaps[level].reduce((best, gap) => (Math.abs(gap - wished) < Math.abs(best - wished) ? gap : best));
		points.push([x, 8 + level * row], [x, 8 + level * row + BOX.height]);
	}
	points.push(end);
	const parts = points.slice(1).map(([x, y], number) => {
		const [x0, y0] = points[number];
		const bend = (y - y0) / 2;
		return `C${x0} ${y0 + bend} ${x} ${y - bend} ${x} ${y}`;
	});
	return `<path d="M${points[0].join(" ")} ${parts.join(" ")}" fill="none"
		stroke="var(--gray-500)" stroke-width="1.2" marker-end="url(#slm-arrow)"></path>`;
}
