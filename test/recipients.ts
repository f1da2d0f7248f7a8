/** What the form holds for people who are entered one by one. */
export const recipients = (...ids: string[]) => ({
	recipient: ids.map((externalUserId) => ({ identifier: 'externalUserId', externalUserId })),
});
