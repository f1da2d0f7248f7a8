import type { Scheduler } from 'fast-check';

import { currentOf, isAtWork } from '../../nodes/BrazeSchedule/memory/rows';
import type { Row } from '../../nodes/BrazeSchedule/memory/store';
import { Braze } from './braze';
import { Table } from './memoryStore';
import { isRepeatable, Process, SOUND } from './process';
import type { Parts } from './process';
import { LEASE, REFERENCES } from './scenario';
import type { Plan, Scenario } from './scenario';

const UNDISTURBED: Plan = {
	...{ operation: 'upsert', references: REFERENCES, time: '12:00', content: 'A' },
	...{ parts: 1, errors: [], fates: [], ahead: 0 },
};

/** What all processes share, and what must hold in it. */
export class World {
	readonly table = new Table();
	readonly braze = new Braze();
	readonly story: string[] = [];
	clock = Date.UTC(2026, 0, 15);
	/** Nothing goes wrong anymore. */
	isCalm = false;
	private steps = 0;
	private stalled: Array<() => void> = [];
	private processes: Process[] = [];
	private timers: Array<{ end: number; wake: () => void }> = [];

	private readonly jumps: Scenario['jumps'];

	constructor(
		private readonly scheduler: Scheduler,
		private readonly scenario: Scenario,
		private readonly parts: Parts = SOUND,
	) {
		this.jumps = [...scenario.jumps].sort((one, other) => one.at - other.at);
	}

	tell(line: string): void {
		this.story.push(line);
	}

	async until(end: number): Promise<void> {
		await new Promise<void>((wake) => this.timers.push({ end, wake }));
	}

	async untilIdle(): Promise<void> {
		await new Promise<void>((wake) => this.stalled.push(wake));
	}

	tick(): void {
		this.steps += 1;
		if (this.isCalm) return;
		while (this.jumps.length > 0 && this.jumps[0].at <= this.steps) this.jumpOnce();
		if (this.steps === this.scenario.person) this.freeByHand();
	}

	private jumpOnce(): boolean {
		const next = this.jumps.shift();
		if (next) this.jump(next.by);
		return next !== undefined;
	}

	jump(by: number): void {
		this.tell(`--- the clock jumps by ${by / 1000} s`);
		this.clock += by;
		const due = this.timers.filter(({ end }) => end <= this.clock);
		this.timers = this.timers.filter(({ end }) => end > this.clock);
		for (const { wake } of due) wake();
	}

	/**
	 * Someone looks into Braze, finds nothing, and deletes the rows, as the message says. That no run
	 * stands still between its request and its row until after that is what the protocol assumes.
	 */
	private freeByHand(): void {
		for (const reference of REFERENCES) {
			if (this.current(reference)?.state !== 'unknown') continue;
			if (this.braze.of(reference).length > 0) continue;
			if (this.processes.some((one) => !one.isDead && one.unsettled.has(reference))) continue;
			this.tell(`--- a person frees ${reference}`);
			this.table.remove((row) => row.reference === reference && !isAtWork(row));
		}
	}

	async play(): Promise<void> {
		const { before, isCombined } = this.scenario;
		for (const some of isCombined ? [before] : before.map((one) => [one])) this.begin(some);
		const processes = this.scenario.plans.map((plan, index) =>
			this.process(`p${index}`, plan, this.scenario.clocks),
		);
		this.processes = processes;
		for (const process of processes) void process.run();
		await this.idle();
		this.checkQuiet(processes);
		this.isCalm = true;
		this.jump(10 * LEASE);
		const last = await this.undisturbed();
		this.checkEnd(last, processes);
	}

	private process(name: string, plan: Plan, clocks: Scenario['clocks']): Process {
		return new Process(name, plan, this, this.scheduler, clocks, this.parts);
	}

	/** With a schedule that an earlier process has made. */
	private begin(references: string[]): void {
		const time = '08:00';
		const content = 'A';
		const scheduleId = this.braze.create({ references, time, content });
		const shared = references.length;
		for (const reference of references) {
			this.table.insert({
				...{ reference, resource: 'campaign', resourceId: 'c-1', name: '', time, mode: 'exact' },
				...{ timeZone: '', scheduleId, dispatchId: '', sendId: '', shared, content },
				...{ workflow: 'first', state: 'scheduled', note: '', deed: 'create' },
				...{ version: 1, claim: 'first.0' },
			});
		}
	}

	private async undisturbed(): Promise<Process> {
		const process = this.process('last', UNDISTURBED, 'sound');
		void process.run();
		await this.idle();
		return process;
	}

	private async idle(): Promise<void> {
		do {
			await this.scheduler.waitIdle();
		} while (this.goOn());
		if (this.scheduler.count() > 0) throw new Error('The scheduler has stopped too early');
	}

	/** Nobody has anything left to do except those that stall: time goes by, then one of them goes on. */
	private goOn(): boolean {
		if (this.stalled.length === 0) return false;
		if (this.jumpOnce()) return true;
		(this.scenario.wakes === 'first' ? this.stalled.shift() : this.stalled.pop())?.();
		return true;
	}

	private rows(reference: string): Row[] {
		return this.table.rows.filter((row) => row.reference === reference);
	}

	private current(reference: string): Row | undefined {
		return currentOf(this.rows(reference));
	}

	private fail(what: string): never {
		const table = this.table.rows.map((row) =>
			JSON.stringify([
				row.id,
				row.reference,
				row.state,
				row.deed,
				row.scheduleId,
				row.time,
				row.version,
				row.claim,
				row.part,
			]),
		);
		const braze = JSON.stringify([...this.braze.waiting]);
		throw new Error([what, ...this.story, ...table, braze].join('\n'));
	}

	/** Once everyone has ended or died, and before anybody takes over what was left behind. */
	private checkQuiet(processes: Process[]): void {
		if (this.braze.twice.size > 0) this.fail('Two schedules for one reference');
		for (const process of processes) {
			const { name, isDead, hasEnded, mayLeaveUnknown, mayLeaveClaims } = process;
			if (!isDead && !hasEnded) this.fail(`${name} never ends`);
			const left = this.table.rows.filter(({ workflow }) => workflow === name);
			const marks = left.filter(
				(row) => isAtWork(row) && !(mayLeaveClaims && row.state === 'claiming'),
			);
			if (!mayLeaveUnknown && marks.length > 0) this.fail(`${name} leaves a mark behind`);
			if (!mayLeaveUnknown && left.some(({ state }) => state === 'unknown')) {
				this.fail(`${name} has no reason to leave something unknown`);
			}
		}
		for (const reference of REFERENCES) this.checkRemembered(reference);
	}

	/** Whatever was sent is in the table, or the table says that it does not know. */
	private checkRemembered(reference: string): void {
		const current = this.current(reference);
		const waiting = this.braze.of(reference);
		if (this.rows(reference).some(({ state }) => state === 'sending')) return;
		for (const [id] of waiting) {
			if (current?.state === 'scheduled' && current.scheduleId === id) continue;
			if (current?.state !== 'unknown') this.fail(`${id} of ${reference} is not remembered`);
			if (isRepeatable(current) && current.scheduleId !== id)
				this.fail(`${reference} is not ${id}`);
		}
		if (this.scenario.clocks === 'sound') this.checkTruth(reference);
	}

	/** What the table says about a reference is what Braze has. */
	private checkTruth(reference: string): void {
		const current = this.current(reference);
		if (current?.state === 'unknown') return;
		const found = this.braze
			.of(reference)
			.map(([id, { time, content }]) => ({ id, time, content }));
		const { scheduleId: id, time, content } = current ?? {};
		const expected = current?.state === 'scheduled' ? [{ id, time, content }] : [];
		if (JSON.stringify(found) !== JSON.stringify(expected)) {
			this.fail(`${reference} is not what the table says`);
		}
	}

	/** After someone has come along whom nothing disturbs. */
	private checkEnd(last: Process, processes: Process[]): void {
		if (!last.hasEnded) this.fail('Nobody gets through anymore');
		if (this.braze.twice.size > 0) this.fail('Two schedules for one reference in the end');
		for (const reference of REFERENCES) {
			const end = last.ends.get(reference);
			if (end === 'busy' || end === 'failed') this.fail(`${reference} is stuck: ${end}`);
			if (this.rows(reference).some(isAtWork)) this.fail(`A mark of ${reference} stays for ever`);
			this.checkRemembered(reference);
			const current = this.current(reference);
			if (current?.state === 'unknown') {
				if (isRepeatable(current)) this.fail(`${reference} stays unknown`);
				if (
					!processes.some((one) => one.mayLeaveUnknown && current.claim.startsWith(`${one.name}.`))
				) {
					this.fail(`${reference} is unknown without a reason`);
				}
			} else if (this.scenario.clocks === 'sound') {
				if (current?.time !== '12:00') this.fail(`${reference} is not as the last one wanted it`);
				if (this.rows(reference).length > 1) this.fail(`${reference} has rows that nobody needs`);
			}
		}
	}
}
