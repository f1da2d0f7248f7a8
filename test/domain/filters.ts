/** A filter by a custom attribute. */
export const attribute = (
	comparison: unknown,
	value?: unknown,
	custom_attribute_name: unknown = 'plan',
) => ({
	custom_attribute: { custom_attribute_name, comparison, ...(value !== undefined && { value }) },
});

export const blue = attribute('equals', 'blue');
