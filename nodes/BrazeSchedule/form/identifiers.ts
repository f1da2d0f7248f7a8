import type { INodeProperties } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import type { PersonKind } from '../domain/inputFields';
import { IDENTIFY_BY } from '../domain/labels';
import { readChoice } from './values';
import type { ChoiceField } from './values';

/** From the most common to the rarest, the order in which a message lists them. */
const KINDS = ['externalUserId', 'userAlias', 'email', 'brazeId'] as const satisfies PersonKind[];

export const identifier: ChoiceField<PersonKind> = {
	displayName: IDENTIFY_BY,
	name: 'identifier',
	type: 'options',
	options: [
		{ name: 'Braze ID', value: 'brazeId' },
		{ name: 'Email', value: 'email' },
		{ name: 'External User ID', value: 'externalUserId' },
		{ name: 'User Alias', value: 'userAlias' },
	],
	default: 'externalUserId',
	description: 'Which kind of ID identifies the recipient in Braze',
};

export const readKind = (value: unknown, findings: Findings): PersonKind =>
	readChoice(value, identifier, findings, KINDS);

export const aliasLabel: INodeProperties = {
	displayName: 'Alias Label',
	name: 'aliasLabel',
	type: 'string',
	default: '',
	placeholder: 'e.g. shop_login',
	description: 'The label that the alias has in Braze',
};

export const prioritization: ChoiceField<string> = {
	displayName: 'Prioritization',
	name: 'prioritization',
	type: 'options',
	options: [
		{
			name: 'Identified, Then Least Recently Updated',
			value: 'identified,least_recently_updated',
		},
		{ name: 'Identified, Then Most Recently Updated', value: 'identified,most_recently_updated' },
		{ name: 'Least Recently Updated', value: 'least_recently_updated' },
		{ name: 'Most Recently Updated', value: 'most_recently_updated' },
		{ name: 'Only If Identified', value: 'identified' },
		{ name: 'Only If Unidentified', value: 'unidentified' },
		{
			name: 'Unidentified, Then Least Recently Updated',
			value: 'unidentified,least_recently_updated',
		},
		{
			name: 'Unidentified, Then Most Recently Updated',
			value: 'unidentified,most_recently_updated',
		},
	],
	default: 'identified,most_recently_updated',
	description:
		'Which profile gets the message when several share this email. Braze sends only if exactly one is left.',
};

/** Braze takes a list. */
export const prioritizationOf = (value: unknown): unknown =>
	typeof value === 'string'
		? value
				.split(',')
				.map((entry) => entry.trim())
				.filter((entry) => entry !== '')
		: value;

/** One of the choices, as Braze takes it. */
export const readPrioritization = (value: unknown, findings: Findings): string[] =>
	prioritizationOf(readChoice(value, prioritization, findings)) as string[];
