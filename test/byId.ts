/** The value of a resource locator after an ID is typed into it. */
export const byId = <T>(value: T) => ({ __rl: true, mode: 'id', value });
