import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the model does next: it calls a tool, or says something. */
type Turn = { tool: string; arguments: Record<string, unknown> } | { say: string };

interface Message {
	role: string;
	content: unknown;
}

interface Question {
	messages: Message[];
	tools?: Array<{
		function: { name: string; description: string; parameters: { properties: object } };
	}>;
	stream?: boolean;
}

export interface Model {
	url: string;
	/** The model's input, in order. */
	questions: Question[];
	/** From here on, it returns these turns, one for each call. */
	play: (...turns: Turn[]) => void;
	close: () => Promise<void>;
}

/** A scripted language model with OpenAI's interface. */
export async function startModel(): Promise<Model> {
	let script: Turn[] = [];
	const questions: Question[] = [];

	const choice = (turn: Turn) =>
		'say' in turn
			? { finish_reason: 'stop', message: { role: 'assistant', content: turn.say } }
			: {
					finish_reason: 'tool_calls',
					message: {
						role: 'assistant',
						content: null,
						tool_calls: [
							{
								id: `call_${questions.length}`,
								type: 'function',
								function: { name: turn.tool, arguments: JSON.stringify(turn.arguments) },
							},
						],
					},
				};

	/** The same turn as a stream, as far as needed. */
	const streamed = (turn: Turn, answer: object): string => {
		const { finish_reason, message } = choice(turn);
		const { tool_calls: calls, ...rest } = message as { tool_calls?: object[] };
		const delta = {
			...rest,
			...(calls && { tool_calls: calls.map((one, index) => ({ index, ...one })) }),
		};
		return [
			{ ...answer, choices: [{ index: 0, delta, finish_reason: null }] },
			{ ...answer, choices: [{ index: 0, delta: {}, finish_reason }] },
		]
			.map((piece) => `data: ${JSON.stringify(piece)}\n\n`)
			.concat('data: [DONE]\n\n')
			.join('');
	};

	const server = createServer((request, response) => {
		// n8n's own Agents try OpenAI's newer interface first.
		if (!request.url?.endsWith('/chat/completions')) {
			response.statusCode = 404;
			response.end();
			return;
		}
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const question = JSON.parse(Buffer.concat(parts).toString()) as Question;
			questions.push(question);
			const turn = script.shift() ?? { say: 'There is nothing left in the script.' };
			const answer = { id: `answer_${questions.length}`, created: 0, model: 'scripted' };
			if (question.stream) {
				response.setHeader('content-type', 'text/event-stream');
				response.end(streamed(turn, { ...answer, object: 'chat.completion.chunk' }));
				return;
			}
			response.setHeader('content-type', 'application/json');
			response.end(
				JSON.stringify({
					...answer,
					object: 'chat.completion',
					choices: [{ index: 0, ...choice(turn) }],
					usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
				}),
			);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		questions,
		play: (...turns) => {
			script = turns;
			questions.length = 0;
		},
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
