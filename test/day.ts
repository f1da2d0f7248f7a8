/** A day in this many days. From 10 to 80 is beyond what Braze warns about, and within what it accepts. */
export const day = (days: number) =>
	new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 'yyyy-mm-dd'.length);
