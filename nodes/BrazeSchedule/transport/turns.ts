/** What is under way in this process, by what it is about. */
const underWay = new Map<string, Promise<unknown>>();

/** Does the work when whatever was begun earlier about the same thing has ended, well or badly. */
export async function inTurn<T>(about: string, work: () => Promise<T>): Promise<T> {
	const before = underWay.get(about) ?? Promise.resolve();
	const turn = before.then(work, work);
	underWay.set(about, turn);
	try {
		return await turn;
	} finally {
		if (underWay.get(about) === turn) underWay.delete(about);
	}
}
