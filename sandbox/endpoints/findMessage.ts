import { refuse } from '../refusal';
import type { Target } from '../targets';
import type { Workspace, WorkspaceMessage } from '../workspace';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function findMessage(workspace: Workspace, target: Target, id: unknown): WorkspaceMessage {
	const found = workspace[target.collection].find((message) => message.id === id);
	if (found) return found;
	return refuse(typeof id === 'string' && UUID.test(id) ? target.unknownId : target.malformedId);
}
