import type { Sandbox } from '../../sandbox';
import { run } from './braze';
import type { FakeDataTables, RunNodeOptions } from './harness';

type Options = Partial<RunNodeOptions>;

const TABLE = 'Braze schedules';

/** Runs the node on a file's own data tables, which may be others in each test. */
export function runsOn(braze: () => Sandbox, tables: () => FakeDataTables) {
	const attempt = async (parameters: object, options: Options = {}) =>
		await run(braze(), parameters as never, { tables: tables(), ...options });

	/** Its output, if it succeeds. */
	const all = async (parameters: object, options: Options = {}) => {
		const result = await attempt(parameters, options);
		expect(result.error?.message).toBeUndefined();
		return result.json;
	};

	/** Why it fails. */
	const failure = async (parameters: object, options: Options = {}) => {
		const { error } = await attempt(parameters, options);
		return `${error?.message} | ${error?.description}`;
	};

	/** Of the node's own table. */
	const rows = () => tables().table(TABLE).rows;

	return { attempt, all, failure, rows };
}
