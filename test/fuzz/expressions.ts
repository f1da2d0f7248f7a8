import { operationFields } from '../../nodes/BrazeSchedule/operations/table';
import type { Case, Parameters } from './cases';

/** n8n uses these literally. */
export const NO_EXPRESSION = operationFields.flatMap(({ name, noDataExpression }) =>
	noDataExpression ? name : [],
);

/**
 * The same parameters as a user drags them in: the form is filled in, and its fields are
 * expressions that read their values from the incoming item.
 */
export function asExpressions({ resource, operation, parameters, spoilt }: Case): {
	parameters: Parameters;
	item: Parameters;
} {
	const values: unknown[] = [];
	const expression = (value: unknown): string =>
		value === undefined
			? '={{ $json.values.nowhere.to.be.found }}'
			: `={{ $json.values[${values.push(value) - 1}] }}`;

	const written = (value: unknown, path: string): unknown => {
		if (spoilt.includes(path)) return expression(value);
		if (Array.isArray(value)) return value.map((one, index) => written(one, `${path}.${index}`));
		const isForm =
			typeof value === 'object' &&
			value !== null &&
			[Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
		if (!isForm) return expression(value);
		return Object.fromEntries(
			Object.keys(value).map((key) => {
				const within: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
				return [key, isFixed(key) ? within : written(within, `${path}.${key}`)];
			}),
		);
	};
	const fields = Object.entries(parameters)
		.filter(([name, value]) => value !== undefined || spoilt.includes(name))
		.map(([name, value]) => [name, NO_EXPRESSION.includes(name) ? value : written(value, name)]);
	return {
		parameters: { ...Object.fromEntries(fields), resource, operation },
		item: { values },
	};
}

const isFixed = (key: string): boolean => key === '__rl' || key === 'mode' || key === 'id';
