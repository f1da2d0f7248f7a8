/** What stands in the way of sending, said to the person who filled in the parameter. */
export interface Problem {
	/** The parameter's name as the editor shows it. */
	parameter: string;
	message: string;
	/** What to do next, where it isn't plain from the message. */
	hint?: string;
}

/** Collected along the way: problems stop an item, warnings travel with its result. */
export interface Findings {
	problems: Problem[];
	warnings: string[];
}

export const noFindings = (): Findings => ({ problems: [], warnings: [] });
