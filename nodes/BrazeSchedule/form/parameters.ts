import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { isExpression, NodeHelpers } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import { isNothing, isObject, show } from '../domain/json';
import { isToolType } from '../domain/tool';
import { plainFields } from './plainFields';
import { readValues, rowsOf } from './rows';
import type { Values } from './rows';

const dependsOnItem = (raw: unknown): boolean =>
	isExpression(raw) ||
	(typeof raw === 'object' && raw !== null && Object.values(raw).some(dependsOnItem));

const ONE_PAIR_OF_BRACES = /^=\s*\{\{(?:(?!\}\}|\{\{).)*\}\}\s*$/s;
/** What joins texts within one expression. */
const JOINS = /\+|`|\.(?:join|concat|replace|replaceAll|format)\b/;

/**
 * A resource locator has a value and the mode it was chosen in. n8n's own test requires the mode,
 * which an expression or a workflow written by hand may omit.
 */
const unwrap = (value: unknown): unknown =>
	typeof value === 'object' && value !== null && '__rl' in value
		? (value as { value?: unknown }).value
		: value;

const childrenOf = ({ options = [] }: INodeProperties): INodeProperties[] =>
	options.flatMap((option) =>
		'values' in option ? option.values : 'type' in option ? [option] : [],
	);

/** An expression that fails, for what reports the item. */
class ExpressionFailure extends Error {
	constructor(
		message: string,
		readonly description?: string,
	) {
		super(message);
	}
}

type Evaluated = { value: unknown } | { failure: ExpressionFailure };

const valueOf = (evaluated: Evaluated): unknown => {
	if ('failure' in evaluated) throw evaluated.failure;
	return evaluated.value;
};

/** Reads the fields of an operation item by item. Fields without an expression are read once. */
export class FormParameters {
	private readonly raw: Values;
	private readonly fixed = new Map<string, unknown>();
	private readonly varying: Set<string>;
	private readonly isTool: boolean;
	private readonly evaluatedOptions = new Map<number, Evaluated>();
	/** The options, if none of them is an expression. */
	private fixedOptions?: Values;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly fields: INodeProperties[],
	) {
		const { parameters, type } = context.getNode();
		this.raw = parameters;
		this.isTool = isToolType(type);
		this.varying = new Set(Object.keys(this.raw).filter((name) => dependsOnItem(this.raw[name])));
	}

	read(name: string, item: number): unknown {
		if (this.fixed.has(name)) return this.fixed.get(name);
		const value = unwrap(valueOf(this.evaluate([name], this.raw[name], item)));
		if (!this.varying.has(name)) this.fixed.set(name, value);
		return value;
	}

	/** Whether an expression supplies its value. */
	isExpression(name: string): boolean {
		return this.varying.has(name);
	}

	/** Whether a value within a field is an expression of its own. */
	isExpressionAt(path: string[]): boolean {
		let raw: unknown = this.raw;
		for (const step of path) {
			raw = typeof raw === 'object' && raw !== null ? (raw as Values)[step] : undefined;
		}
		return isExpression(raw);
	}

	/** Whether the form shows this field. n8n omits fields that other choices hide. */
	has(name: string): boolean {
		return name in this.raw;
	}

	/** Whether one expression supplies the whole value rather than a part of a text. */
	isOneExpression(name: string): boolean {
		const raw = this.raw[name];
		return isExpression(raw) && /^=\s*\{\{.*\}\}\s*$/s.test(raw);
	}

	/** Whether an option is fixed or one value of an item, rather than composed of several. */
	isOneValue(name: string): boolean {
		const raw = this.raw[name];
		return !isExpression(raw) || (ONE_PAIR_OF_BRACES.test(raw) && !JOINS.test(raw));
	}

	/** What the list showed for a fixed choice; nothing for an ID that was typed or worked out. */
	chosenName(name: string): string {
		const raw = this.raw[name];
		const label = isObject(raw) && !this.varying.has(name) ? raw.cachedResultName : undefined;
		return typeof label === 'string' ? label : '';
	}

	get workflowZone(): string {
		return this.context.getTimezone();
	}

	/** The rows of a fixed collection. */
	rows(name: string, kind: string, item: number): unknown[] {
		return rowsOf(this.read(name, item), kind);
	}

	/** The options that are set, including those whose expression returned nothing. */
	options(item: number, findings: Findings): Values {
		if (this.fixedOptions) return this.fixedOptions;
		const varies = this.varying.has('options');
		const key = varies ? item : 0;
		let evaluated = this.evaluatedOptions.get(key);
		if (!evaluated) {
			evaluated = this.evaluateCollection('options', item);
			this.evaluatedOptions.set(key, evaluated);
		}
		const before = findings.refusals;
		const options = this.namedValues('options', valueOf(evaluated), findings);
		if (!varies && findings.refusals === before) this.fixedOptions = options;
		return options;
	}

	/** The values that are set in a collection of optional fields. */
	collection(name: string, item: number, findings: Findings): Values {
		return this.namedValues(name, valueOf(this.evaluateCollection(name, item)), findings);
	}

	/** Whether one of these options may differ from item to item. */
	optionsVary(names: string[]): boolean {
		const { options } = this.raw;
		return isObject(options)
			? names.some((name) => dependsOnItem(options[name]))
			: this.varying.has('options');
	}

	private fieldOf(name: string): INodeProperties | undefined {
		return this.fields.find((field) => field.name === name);
	}

	private namesIn(name: string): string[] {
		const field = this.fieldOf(name);
		return field ? childrenOf(field).map((child) => child.name) : [];
	}

	/** Only the fields of this operation: the form may keep hidden values of others. */
	private evaluateCollection(name: string, item: number): Evaluated {
		const raw = this.raw[name];
		if (isNothing(raw)) return { value: {} };
		if (!isObject(raw)) return this.evaluate([name], raw, item);
		const value: Values = {};
		for (const key of this.namesIn(name)) {
			if (!(key in raw)) continue;
			const evaluated = this.evaluate([name, key], raw[key], item);
			if ('failure' in evaluated) return evaluated;
			value[key] = evaluated.value;
		}
		return { value };
	}

	private namedValues(name: string, value: unknown, findings: Findings): Values {
		const parameter = this.fieldOf(name)?.displayName ?? name;
		const known = this.namesIn(name);
		const hint = `Use an object with one or more of these names: ${known.join(', ')}`;
		const values = readValues(value, { parameter, hint }, findings) ?? {};
		for (const key of Object.keys(values).filter((one) => !known.includes(one))) {
			const message = `'${parameter}' has "${show(key)}", which is not one of its names`;
			findings.refuse({ parameter, message, hint: `Use ${known.join(', ')}` });
		}
		return values;
	}

	private evaluate(path: string[], raw: unknown, item: number): Evaluated {
		const plain = this.plain(raw, item);
		if (plain) return plain;
		try {
			return { value: this.get(path, item) };
		} catch (error) {
			const { message, description } = error as Error & { description?: string | null };
			const label = this.labelOf(this.failing(path, raw, item));
			const words = `'${label}' cannot be worked out: ${message}`;
			return { failure: new ExpressionFailure(words, description ?? undefined) };
		}
	}

	/** What an agent's tool is called with isn't what its expressions read. */
	private plain(raw: unknown, item: number): { value: unknown } | undefined {
		if (this.isTool || !dependsOnItem(raw)) return undefined;
		return plainFields(raw, this.context.getInputData()[item]?.json ?? {});
	}

	/** Without a fallback, n8n throws for a parameter that other choices hide. */
	private get(path: string[], item: number): unknown {
		return this.context.getNodeParameter(path.join('.'), item, null);
	}

	/** The path to the first expression that fails: n8n doesn't report which one of a list it was. */
	private failing(path: string[], raw: unknown, item: number): string[] {
		if (typeof raw !== 'object' || raw === null) return path;
		for (const [key, value] of Object.entries(raw)) {
			const inner = [...path, key];
			try {
				this.get(inner, item);
			} catch {
				return this.failing(inner, value, item);
			}
		}
		return path;
	}

	/** The label of the innermost field on a path, as the editor shows it. */
	private labelOf(path: string[]): string {
		const node = this.context.getNode();
		let [label] = path;
		let fields = this.fields.filter((field) =>
			NodeHelpers.displayParameter(node.parameters, field, node, null),
		);
		for (const step of path) {
			const field = fields.find(({ name }) => name === step);
			if (!field) continue;
			label = field.displayName;
			fields = childrenOf(field);
		}
		return label;
	}
}
