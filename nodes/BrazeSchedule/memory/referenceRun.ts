import type { Draft } from '../domain/drafts';
import type { Batch, Part } from '../domain/requests';
import type { Referenced } from '../domain/underReference';
import type { Outcome } from '../transport/outcome';
import type { Failure } from '../transport/words';
import { expectRequest, noteOutcome, replacementOf } from './cases';
import type { Told, ToldBehind } from './cases';
import { CasesOfRun } from './casesOfRun';
import type { Claims } from './claims';
import { OpenParts } from './openParts';
import { Rounds } from './rounds';
import type { Round, RoundOptions } from './rounds';

export type ClaimsOfRun = Pick<
	Claims,
	'take' | 'inSchedules' | 'announce' | 'mayStillSend' | 'settle' | 'release' | 'close'
>;

interface ReferenceRunOptions extends RoundOptions {
	/** The name of the workflow, for the people who open the table. */
	workflow: string;
	/** Forgets what is old. */
	tidyUp: () => Promise<void>;
}

/**
 * Takes the drafts of a run to what their references need: the request that was asked for, another
 * one, or none. What is about to be sent is written down before, and what became of it afterwards.
 */
export class ReferenceRun {
	private readonly cases: CasesOfRun;
	/** Those that are this run's own, until they are settled. */
	private readonly open: OpenParts;

	constructor(
		private readonly claims: ClaimsOfRun,
		private readonly options: ReferenceRunOptions,
	) {
		this.cases = new CasesOfRun(options.workflow);
		this.open = new OpenParts(claims, options);
	}

	/** What is free comes first, and what other runs are at work on comes later. */
	rounds(drafts: Referenced[]): AsyncGenerator<Round> {
		this.cases.add(drafts);
		return new Rounds(this.claims, this.cases, this.open, this.options).all();
	}

	/** The second half of the replacements whose first half Braze has confirmed. */
	replacements(): Draft[] {
		return this.open.cases.filter(({ deleted }) => deleted?.kind === 'accepted').map(replacementOf);
	}

	/** The second half of all replacements, for a preview. */
	allReplacements(): Draft[] {
		return this.open.cases.filter(({ plan }) => plan?.do === 'replace').map(replacementOf);
	}

	/** Needs to know all requests before the first of them is admitted. */
	expect(batches: Batch[]): void {
		const countingIn = ({ parts }: Batch) =>
			new Set(this.cases.in(parts.filter(({ counting }) => counting > 0)));
		for (const batch of batches) {
			for (const one of countingIn(batch)) one.counts = true;
		}
		for (const batch of batches) {
			const cases = [...new Set(this.cases.in(batch.parts))];
			const counting = countingIn(batch);
			// Of an item that counts nowhere, any request may be the one that is remembered.
			expectRequest(
				cases,
				cases.filter((one) => counting.has(one) || !one.counts),
			);
		}
	}

	/** Writes down what is about to be sent. Says of each part why it must not be, if so. */
	async admit(parts: Part[]): Promise<Array<Failure | undefined>> {
		const refusalOf = async (part: Part) => {
			const one = this.cases.of(part);
			return one && (await this.open.refusalOf(one));
		};
		return await Promise.all(parts.map(refusalOf));
	}

	mayStillSend(parts: Part[]): boolean {
		return this.cases.in(parts).every(({ wanted }) => this.claims.mayStillSend(wanted));
	}

	/** What became of a request. */
	note({ operation, parts }: Batch, outcome: Outcome): void {
		for (const part of parts) {
			const one = this.cases.of(part);
			if (one) noteOutcome(one, { operation, counts: part.counting > 0 }, outcome);
		}
		this.open.settleEnded(this.cases.in(parts));
	}

	/** Writes down the rest of a round. */
	async finish(): Promise<void> {
		await this.open.finish();
	}

	async close(): Promise<void> {
		await this.claims.close();
		await this.options.tidyUp();
	}

	/** What the items learn that another item of this run has decided for. */
	followers(results: Told[]): ToldBehind[] {
		return this.cases.followers(results);
	}
}
