import { isToolType } from '../../nodes/BrazeSchedule/domain/tool';

test.each([
	['n8n-nodes-braze-schedule.brazeScheduleTool', true],
	['n8n-nodes-braze-schedule.brazeSchedule', false],
	['Tool-nodes.brazeSchedule', false],
	['n8n-nodes-braze-schedule.brazeScheduleToolbox', false],
])("%s is an agent's tool: %s", (type, expected) => {
	expect(isToolType(type)).toBe(expected);
});
