import { emptyPartOf, isExpressionAsText } from '../../nodes/BrazeSchedule/domain/keys';

test.each([
	'order-7',
	'#1001',
	'spring customer-2002',
	'gid://shopify/Order/450789469',
	'https://example.com/orders/5/',
	'arn:aws:s3:::bucket',
	'-OaBcDe12',
	'V1StGXR8_Z5jdHi6B-myT_',
	'nullify-5',
	'customer.nan@example.com',
	'a null@example.com',
	'Annulled',
	'5',
])('%j is a complete key', (key) => {
	expect(emptyPartOf(key)).toBeUndefined();
});

test.each([
	['null customer-2002', 'contains "null"'],
	['undefined-5', 'contains "undefined"'],
	['undefined', 'contains "undefined"'],
	['spring|NaN', 'contains "NaN"'],
	['launch [object Object]', 'contains "[object Object]"'],
	['a/undefined/b', 'contains "undefined"'],
	[' -2002', 'begins or ends with a separator'],
	['-2002', 'begins or ends with a separator'],
	['2002_', 'begins or ends with a separator'],
	['spring ', 'begins or ends with a separator'],
	[':7', 'begins or ends with a separator'],
	['7|', 'begins or ends with a separator'],
])('%j lacks a part', (key, words) => {
	expect(emptyPartOf(key)).toBe(words);
});

test('braces are an expression that n8n did not evaluate', () => {
	expect(isExpressionAsText('{{ $json.id }}')).toBe(true);
	expect(isExpressionAsText('{"id": 5}')).toBe(false);
});
