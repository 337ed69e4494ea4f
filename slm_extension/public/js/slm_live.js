// How a clock stands some seconds after the server told it. Included by the scripts that count down, after slm_time.js.

slm.state_words = () => ({
	running: ["green", __("Running")],
	soon: ["orange", __("Due Soon")],
	paused: ["green", __("Running")],
	overdue: ["red", __("Overdue")],
	held: ["blue", __("Held")],
	met: ["green", __("Met")],
	missed: ["red", __("Missed")],
	cancelled: ["gray", __("Cancelled")],
	waiting: ["gray", __("Not Started")],
});

// A clock some seconds after it was told: open seconds passed since come out of the spans it was told with.
slm.live = function (clock, now) {
	let passed = 0;
	for (const [start, end] of clock.ahead) passed += Math.max(0, Math.min(end, now) - start);
	const open = clock.ahead.some(([start, end]) => start <= now && now < end);
	const following = clock.ahead.find(([start]) => start > now);
	const elapsed = clock.elapsed + passed;
	const live = { elapsed, remaining: clock.goal - elapsed, open, opens: following && following[0] };
	live.state = slm.clock_state(clock, live, now);
	return live;
};

slm.clock_state = function (clock, live, now) {
	const missed = clock.outcome === "missed";
	switch (clock.phase) {
		case "running":
			if (missed || live.remaining < 0) return "overdue";
			if (clock.due - now < 3600) return "soon";
			return live.open ? "running" : "paused";
		case "held":
			return missed ? "overdue" : "held";
		case "stopped":
			return missed ? "missed" : "met";
		case "not started":
			return "waiting";
		default:
			return "cancelled";
	}
};
