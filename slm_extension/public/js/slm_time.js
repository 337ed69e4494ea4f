// Instants (seconds since 1970, UTC) and open seconds in the user's words. Included by the scripts that show them.

frappe.provide("slm");

slm.user_zone = () => frappe.boot.time_zone?.user || frappe.boot.time_zone?.system || moment.tz.guess();

// In the user's zone unless said; one that the browser does not know is left out of account.
slm.moment = (at, zone) => moment.unix(at).tz(zone && moment.tz.zone(zone) ? zone : slm.user_zone());

// A time as the database has it, in the site's zone.
slm.from_site = (value) => moment.tz(value, frappe.boot.time_zone?.system || slm.user_zone()).tz(slm.user_zone());

// Hours, minutes, seconds; without `exact` whole minutes, and with "ticking" always the seconds.
slm.duration = function (seconds, exact) {
	const whole = Math.max(0, Math.floor(seconds));
	const hours = Math.floor(whole / 3600);
	const minutes = Math.floor((whole % 3600) / 60);
	const left = whole % 60;
	const two = (number, first) => (first ? String(number) : String(number).padStart(2, "0"));
	const parts = [];
	if (hours) parts.push(__("{0} h", [hours]));
	const with_seconds = exact === "ticking" || (exact && left) || !whole;
	if (minutes || (hours && with_seconds)) parts.push(__("{0} min", [two(minutes, !hours)]));
	if (with_seconds) parts.push(__("{0} s", [two(left, !hours && !minutes)]));
	else if (!parts.length) parts.push(__("less than a minute"));
	return parts.join(" ");
};

slm.time_format = () => frappe.datetime.get_user_time_fmt().replace(":ss", "");

slm.date_format = () => frappe.datetime.get_user_date_fmt().toUpperCase();

slm.format_moment = (m, exact) =>
	m.format(`${slm.date_format()} ${exact ? frappe.datetime.get_user_time_fmt() : slm.time_format()}`);

slm.datetime = (at, exact) => slm.format_moment(slm.moment(at), exact);

// The shortest unmistakable way to say when: 14:30, Mon 09:00, or the whole date.
slm.short_moment = function (m, now) {
	const today = (now || moment()).clone().tz(m.tz());
	if (m.isSame(today, "day")) return m.format(slm.time_format());
	const days = Math.abs(m.clone().startOf("day").diff(today.clone().startOf("day"), "days"));
	return days < 7 ? m.format(`ddd ${slm.time_format()}`) : slm.format_moment(m);
};

slm.when = (at, now, zone) => slm.short_moment(slm.moment(at, zone), now && slm.moment(now));

slm.escape = (text) => frappe.utils.escape_html(String(text ?? ""));

slm.pill = (colour, label, title) =>
	`<span class="indicator-pill ${colour} slm-pill" title="${slm.escape(title || label)}"><span>${slm.escape(
		label
	)}</span></span>`;
