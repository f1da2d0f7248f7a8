import type { IExecuteFunctions } from 'n8n-workflow';
import { openMemory } from '../../nodes/BrazeSchedule/operations/executionMemory';
import { newMemory } from '../../nodes/BrazeSchedule/transport/ledgerMemory';
import type { LedgerMemory } from '../../nodes/BrazeSchedule/transport/ledgerMemory';

/** An execution of one node, as far as the memory of retries looks at it. */
const execution = (about: {
	id: string;
	mode?: string;
	token?: string;
	hasStarted?: boolean;
	context?: object;
}) => {
	const { id, mode = 'retry', token, hasStarted = false, context = {} } = about;
	const resumeUrl = `https://n8n.example/webhook-waiting/${id}${token ? `?signature=${token}` : ''}`;
	const fake = {
		getContext: () => context,
		getMode: () => mode,
		getExecutionId: () => id,
		getNode: () => ({ id: 'node-1', name: 'Create', type: 'brazeSchedule' }),
		getWorkflowDataProxy: () => ({
			$: () => ({ isExecuted: hasStarted }),
			$execution: { resumeUrl },
		}),
	};
	return { context, open: () => openMemory(fake as unknown as IExecuteFunctions) };
};

const page = (claims: number): LedgerMemory => ({
	...newMemory(),
	abouts: [{ id: 'c-1' }],
	entries: [[0, 's-1', 'd-1']],
	claims: Object.fromEntries(Array.from({ length: claims }, (_, index) => [`claim-${index}`, 0])),
});
const saved = (origin: string, claims = 1) => ({ origin, ledger: page(claims) });

/** What a retry adds to its page, in an execution of this origin. */
const addTo = (origin: string) => {
	const { store } = execution({ id: 'a-retry', context: saved(origin) }).open();
	store.ledger!.claims.added = 0;
};

test('a first execution writes down its ID and remembers nothing of others', () => {
	addTo('1');
	const { context, open } = execution({ id: '1', mode: 'webhook' });
	expect(open()).toEqual({ store: { origin: '1' } });
	expect(context).toEqual({ origin: '1' });
});

test('a retry knows what another retry of the same execution has added', () => {
	addTo('2');
	const { open } = execution({ id: '22', context: saved('2') });
	expect(open().store.ledger?.claims).toHaveProperty('added');
});

test('a retry knows what another worker has saved, although this process knows of others', () => {
	addTo('8');
	const { open } = execution({ id: '88', context: saved('8', 3) });
	expect(Object.keys(open().store.ledger?.claims ?? {}).sort()).toEqual([
		'added',
		...['claim-0', 'claim-1', 'claim-2'],
	]);
});

test('in n8n 2, also when the first execution had not come to the node', () => {
	const first = execution({ id: '31', token: 'of-3' }).open();
	first.store.ledger!.claims.added = 0;
	const second = execution({ id: '32', token: 'of-3' }).open();
	expect(second.store.ledger).toBe(first.store.ledger);
	const other = execution({ id: '33', token: 'of-another' }).open();
	expect(other.store.ledger).toEqual(newMemory());
});

test('a retry that has come to the node before, and finds nothing, has lost its memory', () => {
	const lost = execution({ id: '41', hasStarted: true });
	expect(lost.open().lost).toBe('killed');
	// On Retry On Fail too.
	expect(lost.open().lost).toBe('killed');
	expect(
		execution({ id: '42', hasStarted: true, context: saved('4') }).open().lost,
	).toBeUndefined();
	expect(execution({ id: '43', hasStarted: false }).open().lost).toBeUndefined();
	expect(execution({ id: '44', mode: 'webhook', hasStarted: true }).open().lost).toBeUndefined();
});

test('the oldest pages are forgotten when there are too many people in the newer ones', () => {
	addTo('5');
	addTo('6');
	execution({ id: '77', context: saved('7', 200_000) }).open();
	expect(
		execution({ id: '55', context: saved('5') }).open().store.ledger?.claims,
	).not.toHaveProperty('added');
});
