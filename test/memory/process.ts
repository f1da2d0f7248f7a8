import type { Scheduler } from 'fast-check';

import { Claims } from '../../nodes/BrazeSchedule/memory/claims';
import type { Settled } from '../../nodes/BrazeSchedule/memory/claims';
import type { Wanted } from '../../nodes/BrazeSchedule/memory/contest';
import type { Row } from '../../nodes/BrazeSchedule/memory/store';
import type { Deed } from '../../nodes/BrazeSchedule/domain/references';
import { group } from '../../nodes/BrazeSchedule/domain/grouping';
import type { Batch } from '../../nodes/BrazeSchedule/domain/requests';
import { ReferenceRun } from '../../nodes/BrazeSchedule/memory/referenceRun';
import { timeOf } from '../../nodes/BrazeSchedule/memory/remembered';
import { MemoryStore } from './memoryStore';
import { referenced } from './referenced';
import type { Steps } from './memoryStore';
import { LEASE, MARGIN, MAXIMUM_WAIT } from './scenario';
import type { Fate, Plan, Scenario } from './scenario';
import type { World } from './world';

/** What a process is built of; mutants replace a part. */
export interface Parts {
	Store: typeof MemoryStore;
	Claims: typeof Claims;
	checksLease: boolean;
}

export const SOUND: Parts = { Store: MemoryStore, Claims, checksLease: true };

type Answer = 'done' | 'refused' | 'unknown' | 'gone';
type Asked = Pick<Wanted, 'reference' | 'time' | 'content'>;
type Request = 'create' | 'update' | 'delete';

const never = async (): Promise<never> => await new Promise<never>(() => undefined);

/** The most careful first. */
const DEEDS: Deed[] = ['replace', 'create', 'update', 'delete'];

export class Process implements Steps {
	/** What became of each reference. */
	readonly ends = new Map<string, string>();
	readonly claims: Claims;
	readonly store: MemoryStore;
	isDead = false;
	/** What it has sent something for, and not written down yet. */
	readonly unsettled = new Set<string>();
	hasEnded = false;
	/** Whether it has any reason to leave something unknown behind. */
	mayLeaveUnknown = false;
	/** Whether it may leave a mark behind with which it has sent nothing, and which says so. */
	mayLeaveClaims = false;
	private count = 0;
	private stalled?: Promise<void>;
	private failsAfter = false;
	private readonly fates: Fate[];

	constructor(
		readonly name: string,
		private readonly plan: Plan,
		private readonly world: World,
		private readonly scheduler: Scheduler,
		private readonly clocks: Scenario['clocks'],
		private readonly parts: Parts,
	) {
		this.fates = [...plan.fates];
		this.store = new parts.Store(world.table, this);
		this.claims = new parts.Claims(this.store, {
			token: name,
			lease: LEASE,
			margin: MARGIN,
			maximumWait: MAXIMUM_WAIT,
			now: this.now,
			wait: this.wait,
			random: () => 0.5,
		});
	}

	readonly now = (): number => this.world.clock + this.plan.ahead;

	/** Short waits end when they are chosen, and take the clock along. Long ones end when it is time. */
	readonly wait = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
		const end = this.world.clock + milliseconds;
		if (milliseconds >= LEASE / 3) await this.world.until(end);
		await this.step('waits');
		if (!signal?.aborted) this.world.clock = Math.max(this.world.clock, end);
	};

	async begin(label: string): Promise<void> {
		await this.step(label);
		const error = this.world.isCalm
			? undefined
			: this.plan.errors.find(({ at }) => at === this.count);
		this.failsAfter = error?.when === 'after';
		if (error) this.mayLeaveClaims = true;
		if (error?.when === 'before') this.fail(label);
	}

	end(label: string): void {
		if (this.failsAfter) this.fail(`${label}, done`);
	}

	private fail(label: string): never {
		this.world.tell(`${this.name}: FAILS: ${label}`);
		throw new Error('The store failed');
	}

	private async step(label: string): Promise<void> {
		if (this.isDead) await never();
		this.count += 1;
		if (!this.world.isCalm) await this.disturb(label);
		if (this.stalled) await this.stalled;
		await this.scheduler.schedule(Promise.resolve(), `${this.name}: ${label}`);
		if (this.stalled) await this.stalled;
		if (this.isDead) await never();
		this.world.tell(`${this.name}: ${label}`);
		this.world.tick();
	}

	private async disturb(label: string): Promise<void> {
		const { crashAt, stall } = this.plan;
		if (this.count === crashAt) {
			this.isDead = true;
			this.mayLeaveUnknown = true;
			this.world.tell(`${this.name}: DIES before: ${label}`);
			await never();
		}
		if (this.count === stall?.at) await this.stallFor(stall);
	}

	private async stallFor({ by, isWhole }: NonNullable<Plan['stall']>): Promise<void> {
		this.world.tell(`${this.name}: STALLS`);
		const end = this.world.untilIdle();
		if (isWhole) {
			this.stalled = end.then(() => {
				this.stalled = undefined;
			});
		}
		if (by > 0) this.world.jump(by);
		await end;
		this.world.tell(`${this.name}: goes on`);
	}

	async run(): Promise<void> {
		if (this.plan.startsWhenIdle) await this.world.untilIdle();
		const { operation } = this.plan;
		if (operation === 'moveAll' || operation === 'cancelAll') await this.runForEveryone(operation);
		else await this.runAlone();
		await this.claims.close();
		this.hasEnded = true;
	}

	/** As the node does it, with n8n and Braze left out. */
	private async runForEveryone(operation: 'moveAll' | 'cancelAll'): Promise<void> {
		const { references, time } = this.plan;
		const run = new ReferenceRun(this.claims, {
			workflow: this.name,
			now: this.now,
			wordsFor: (error) => ({ message: String(error), description: '' }),
			tidyUp: async () => await Promise.resolve(),
		});
		const intent = operation === 'moveAll' ? 'update' : 'delete';
		const asked = { forEveryone: true, time: `2026-03-31T${time}:00Z` };
		const drafts = references.map((one, item) => referenced(item, one, intent, asked));
		for await (const { drafts: some, told } of run.rounds(drafts)) {
			for (const { draft, outcome } of told) {
				this.ends.set(draft.under?.reference ?? '', outcome.kind);
			}
			const batches = group(some, false);
			run.expect(batches);
			for (const batch of batches) await this.sendFor(run, batch);
			await run.finish();
			this.unsettled.clear();
		}
	}

	private async sendFor(run: ReferenceRun, batch: Batch): Promise<void> {
		const [refusal] = await run.admit(batch.parts);
		if (refusal) return;
		const { operation, body, schedule } = batch;
		const id = body.schedule_id as string;
		const reference = batch.parts[0].draft.under?.reference ?? '';
		const time = schedule ? timeOf({ schedule, zone: 'Europe/Berlin' }).time : '';
		const one = { reference, time, content: '' };
		for (const other of this.world.braze.waiting.get(id)?.references ?? []) {
			this.unsettled.add(other);
		}
		const mayLeave = () => run.mayStillSend(batch.parts);
		const answer = await this.request(operation, one, id, mayLeave);
		const failure = { message: answer, description: '' };
		if (answer === 'gone') this.mayLeaveUnknown = true;
		run.note(
			batch,
			answer === 'done'
				? { kind: 'accepted', queued: false, body: {}, warnings: [] }
				: { kind: answer === 'refused' ? 'refused' : 'unknown', failure },
		);
	}

	private async runAlone(): Promise<void> {
		const wanted = this.plan.references.map((reference, index) =>
			this.wanted(reference, index % this.plan.parts),
		);
		for await (const taken of this.claims.take(wanted)) {
			const current = new Map<string, Row | undefined>();
			for (const one of taken) {
				if (one.is === 'owned') current.set(one.wanted.reference, one.current);
				else this.ends.set(one.wanted.reference, one.is);
			}
			await this.deliver(
				taken.flatMap(({ is, wanted: one }) => (is === 'owned' ? [one] : [])),
				current,
			);
		}
	}

	private wanted(reference: string, part: number): Wanted {
		const { operation, time, content } = this.plan;
		return {
			...{ reference, resource: 'campaign', resourceId: 'c-1', name: '', time, mode: 'exact' },
			...{ timeZone: '', scheduleId: '', dispatchId: '', sendId: '', shared: 1, content },
			...{ workflow: this.name, part },
			deedIfNew: operation === 'delete' ? undefined : 'create',
		};
	}

	private async deliver(owned: Wanted[], current: Map<string, Row | undefined>): Promise<void> {
		const todo = new Map<Wanted, Todo>();
		for (const one of owned) {
			const deed = decide(this.plan, current.get(one.reference), this.world.isCalm);
			if (deed) todo.set(one, deed);
			else this.ends.set(one.reference, 'quiet');
		}
		await this.claims.release(owned.filter((one) => !todo.has(one)));
		for (const part of new Set([...todo.keys()].map((one) => one.part))) {
			const inPart = [...todo].filter(([one]) => one.part === part);
			const deed = DEEDS.find((one) => inPart.some(([, its]) => its.deed === one)) as Deed;
			const { owned: announced } = await this.claims.announce(part, deed);
			const rows: Settled[] = [];
			for (const [one, its] of inPart) {
				const isOurs = announced.some(({ reference }) => reference === one.reference);
				const row = isOurs ? await this.send(one, its, current.get(one.reference)) : undefined;
				if (row) rows.push(row);
				this.ends.set(one.reference, row?.state ?? 'nothing sent');
			}
			const { lost } = await this.claims.settle(part, rows);
			for (const { reference } of lost) this.ends.set(reference, 'not remembered');
			for (const [{ reference }] of inPart) this.unsettled.delete(reference);
		}
	}

	/** Returns the row to write, or nothing if all stays as it is. */
	private async send(
		one: Wanted,
		{ deed, isTrace }: Todo,
		current: Row | undefined,
	): Promise<Settled | undefined> {
		const old = current?.scheduleId ?? '';
		const mayLeave = () => this.claims.mayStillSend(one);
		const row = (state: Settled['state'], what: Deed, more: Partial<Settled> = {}): Settled => ({
			...one,
			...{ state, note: '', deed: what, scheduleId: old },
			...more,
		});
		if (isTrace) return row('deleted', 'delete');
		if (deed === 'update') {
			const answer = await this.request('update', one, old, mayLeave);
			if (answer === 'gone') return row('deleted', 'update', { scheduleId: '' });
			const state = answer === 'done' ? 'scheduled' : 'unknown';
			return answer === 'refused' ? undefined : row(state, 'update');
		}
		if (deed === 'delete' || deed === 'replace') {
			const answer = await this.request('delete', one, old, mayLeave);
			if (answer === 'refused') return undefined;
			if (answer === 'unknown') return row('unknown', 'delete');
			if (deed === 'delete') return row('deleted', 'delete', { scheduleId: '' });
		}
		const answer = await this.request('create', one, '', mayLeave);
		if (answer === 'refused') {
			return deed === 'replace' ? row('deleted', 'delete', { scheduleId: '' }) : undefined;
		}
		if (answer === 'unknown') return row('unknown', deed, { scheduleId: '' });
		return row('scheduled', deed, { scheduleId: this.created });
	}

	private created = '';

	private async request(
		request: Request,
		one: Asked,
		id: string,
		mayLeave: () => boolean,
	): Promise<Answer> {
		if (this.parts.checksLease && !mayLeave()) return 'refused';
		if (this.clocks === 'broken') await this.step(`${request} leaves`);
		const fate = this.fates.shift() ?? 'accepted';
		this.unsettled.add(one.reference);
		const isDone = fate === 'accepted' || fate === 'done, answer lost';
		const answer = isDone ? this.carryOut(request, one, id) : 'refused';
		this.world.tell(`${this.name}: ${request} ${one.reference} ${id || this.created}: ${fate}`);
		await this.step(`answer to ${request}`);
		if (fate === 'accepted' || fate === 'refused') return answer;
		this.mayLeaveUnknown = true;
		return 'unknown';
	}

	private carryOut(request: Request, { reference, time, content }: Asked, id: string): Answer {
		const { braze } = this.world;
		if (request === 'create') {
			this.created = braze.create({ references: [reference], time, content });
			return 'done';
		}
		const wasThere = request === 'update' ? braze.update(id, time) : braze.delete(id);
		return wasThere || request === 'delete' ? 'done' : 'gone';
	}
}

interface Todo {
	deed: Deed;
	/** A row is written, and nothing is sent. */
	isTrace?: true;
}

/** A small version of the rules in domain/references.ts. */
function decide(
	{ operation, time, content }: Pick<Plan, 'operation' | 'time' | 'content'>,
	current: Row | undefined,
	isLast: boolean,
): Todo | undefined {
	if (current?.state === 'unknown' && !isRepeatable(current)) return undefined;
	const isWaiting = current !== undefined && current.state !== 'deleted';
	if (operation === 'delete') {
		if (!current) return { deed: 'delete', isTrace: true };
		return isWaiting && current.shared < 2 ? { deed: 'delete' } : undefined;
	}
	if (!isWaiting) return { deed: 'create' };
	// The last one wants the same for all.
	if (current.shared > 1 && !isLast) return undefined;
	if (operation === 'create') return undefined;
	const isMaybeDeleted = current.state === 'unknown' && current.deed === 'delete';
	if (isMaybeDeleted || current.content !== content) return { deed: 'replace' };
	return current.state === 'scheduled' && current.time === time ? undefined : { deed: 'update' };
}

export const isRepeatable = ({ deed, scheduleId }: Row): boolean =>
	scheduleId !== '' && (deed === 'update' || deed === 'delete');
