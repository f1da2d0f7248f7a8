import { setTimeout as sleep } from 'node:timers/promises';

/** What is to be delivered. */
export interface Message {
	/** Whom or what it is about. */
	id: string;
	url: string;
	body: unknown;
}

/** What a sender stores about one message. */
export interface Delivery {
	id: string;
	/** How often it was sent. */
	attempts: number;
	/** How often the response was 2xx. */
	accepted: number;
}

/** Messages in flight at once. */
const PARALLEL = 16;
const ANSWER_LIMIT_MS = 15_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 8_000;
const TRIES = 20;
/** One message in three is sent again despite its 2xx response: the sender didn't receive it. */
const LOSES_EVERY = 3;
const NOTICES_LOSS_AFTER_MS = 2_000;

/**
 * Sends webhooks as senders do: each at least once. It repeats calls without a 2xx response, and
 * calls whose response was lost.
 */
export class Sender {
	readonly deliveries: Delivery[] = [];
	private readonly repeats: Array<Promise<void>> = [];

	async send(messages: Message[]): Promise<void> {
		const queue = messages.values();
		const hand = async () => {
			for (const message of queue) {
				const delivery = { id: message.id, attempts: 0, accepted: 0 };
				const loses = this.deliveries.push(delivery) % LOSES_EVERY === 0;
				await this.deliver(message, delivery);
				if (loses) this.repeats.push(this.repeat(message, delivery));
			}
		};
		await Promise.all(Array.from({ length: PARALLEL }, hand));
	}

	/** Resolves when all repeated calls are done. */
	async settle(): Promise<void> {
		await Promise.all(this.repeats);
	}

	private async repeat(message: Message, delivery: Delivery): Promise<void> {
		await sleep(NOTICES_LOSS_AFTER_MS);
		await this.deliver(message, delivery);
	}

	private async deliver(message: Message, delivery: Delivery): Promise<void> {
		for (let attempt = 0; attempt < TRIES; attempt += 1) {
			delivery.attempts += 1;
			if (await this.post(message)) {
				delivery.accepted += 1;
				return;
			}
			await sleep(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));
		}
	}

	private async post({ url, body }: Message): Promise<boolean> {
		try {
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify(body),
				signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
			});
			await response.arrayBuffer();
			return response.ok;
		} catch {
			return false;
		}
	}
}
