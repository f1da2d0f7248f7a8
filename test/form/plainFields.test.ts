import { plainFields } from '../../nodes/BrazeSchedule/form/plainFields';

it.each([
	['a name', '={{ $json.email }}', { email: 'ada' }],
	['a column of a sheet', "={{ $json['E-Mail (work)'] }}", { 'E-Mail (work)': 'ada' }],
	['another language', '={{ $json["Größe 日本"] }}', { 'Größe 日本': 'ada' }],
	['a picture', "={{ $json['😀'] }}", { '😀': 'ada' }],
	['a part of a name that n8n refuses', '={{ $json.caller_id }}', { caller_id: 'ada' }],
	['a field in a field', "={{ $json.body['user']['id'] }}", { body: { user: { id: 'ada' } } }],
	['text with a picture', '={{ $json.text }}', { text: 'ada 😀' }],
])('A field is filled in without n8n: %s', (_, expression, json) => {
	expect(plainFields(expression, json)).toEqual({ value: expect.stringContaining('ada') });
});

it.each([
	['a name that every object has', '={{ $json.toString }}', { toString: 'ada' }],
	['the same within a field', '={{ $json.body.valueOf }}', { body: { valueOf: 'ada' } }],
	['text that ends early in some engines', '={{ $json.text }}', { text: 'ada\0' }],
	['half of a character', '={{ $json.text }}', { text: 'ada \ud83d' }],
])(
	'A field is left to n8n, because not all of its engines read it as it is: %s',
	(_, expression, json) => {
		expect(plainFields(expression, json)).toBeUndefined();
	},
);
