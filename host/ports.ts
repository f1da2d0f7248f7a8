import { randomInt } from 'node:crypto';
import net from 'node:net';

/** Below the ports of outgoing connections, so that it is still free when a server restarts. */
const PORTS = { first: 15_000, last: 31_999 };

/** An unused port: the `wanted` one, if it is free. */
export async function freePort(wanted = randomInt(PORTS.first, PORTS.last + 1)): Promise<number> {
	const server = net.createServer();
	return await new Promise((resolve, reject) => {
		server.once('error', (error: NodeJS.ErrnoException) =>
			error.code === 'EADDRINUSE' ? resolve(freePort()) : reject(error),
		);
		server.listen(wanted, '127.0.0.1', () => server.close(() => resolve(wanted)));
	});
}
