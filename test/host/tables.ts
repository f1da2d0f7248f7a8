import type { N8n } from '../../host/n8n';
import { COLUMNS } from '../../nodes/BrazeSchedule/memory/columns';

/** The table of references, if no other is chosen. */
export const TABLE = 'Braze schedules';

interface Listed {
	id: string;
	name: string;
	columns: Array<{ id: string; name: string; type: string; index: number }>;
}

type TableRow = Record<string, string | number | null> & { id: number };

/** As many rows as n8n 1 returns at once. */
const PAGE = 50;

/** What people do in the editor's Data tables tab. */
export function driveTables(n8n: N8n) {
	const at = async (path = '') => `/projects/${await n8n.projectId()}/data-tables${path}`;

	const list = async () => (await n8n.rest<{ data: Listed[] }>('GET', await at())).data;

	const find = async (name = TABLE) => (await list()).find((table) => table.name === name);

	const idOf = async (name?: string) => {
		const found = await find(name);
		if (!found) throw new Error(`There is no data table '${name ?? TABLE}'.`);
		return found.id;
	};

	const make = async (
		name = TABLE,
		columns: Array<{ name: string; type: string }> = COLUMNS.map((column) => ({ ...column })),
	) => await n8n.rest<Listed>('POST', await at(), { name, columns });

	const remove = async (id: string) => await n8n.rest('DELETE', await at(`/${id}`));

	const rename = async (id: string, name: string) =>
		await n8n.rest('PATCH', await at(`/${id}`), { name });

	const removeColumn = async (id: string, name: string) => {
		const table = (await list()).find((one) => one.id === id);
		const column = table?.columns.find((one) => one.name === name);
		await n8n.rest('DELETE', await at(`/${id}/columns/${column?.id}`));
	};

	const rows = async (name?: string) => {
		const path = await at(`/${await idOf(name)}/rows`);
		const found: TableRow[] = [];
		for (let last = PAGE; last === PAGE;) {
			const page = `${path}?take=${PAGE}&skip=${found.length}`;
			const { data } = await n8n.rest<{ data: TableRow[] }>('GET', page);
			found.push(...data);
			last = data.length;
		}
		return found;
	};

	const where = (reference: string) => ({
		type: 'and',
		filters: [{ columnName: 'reference', condition: 'eq', value: reference }],
	});

	const removeRow = async (reference: string, name?: string) => {
		const filter = encodeURIComponent(JSON.stringify(where(reference)));
		await n8n.rest('DELETE', await at(`/${await idOf(name)}/rows?filter=${filter}`));
	};

	const changeRow = async (reference: string, data: object, name?: string) =>
		await n8n.rest('PATCH', await at(`/${await idOf(name)}/rows`), {
			filter: where(reference),
			data,
		});

	return { list, find, make, remove, rename, removeColumn, rows, removeRow, changeRow };
}

export type Tables = ReturnType<typeof driveTables>;
