import { randomBytes } from 'node:crypto';
import { refuseInvalid } from '../refusal';

const ASCII = /^\p{ASCII}{1,64}$/u;

export function checkSendIdFormat(sendId: unknown): string {
	if (typeof sendId !== 'string' || !ASCII.test(sendId)) {
		refuseInvalid('send_id must be a string of at most 64 ASCII characters');
	}
	return sendId;
}

export const generateSendId = () => randomBytes(12).toString('hex');
