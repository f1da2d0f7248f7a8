/** What a retry says that has no memory of what an earlier try of its execution sent. */
export const FORGOTTEN = /^n8n stopped during an earlier try of this execution/;
