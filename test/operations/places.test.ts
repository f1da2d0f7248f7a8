import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { placesOf } from '../../nodes/BrazeSchedule/operations/places';

/** Where the call of an agent's tool belongs, with these values of the model. */
const placeOf = (json: IDataObject) => {
	const context = {
		getNode: () => ({ type: 'n8n-nodes-braze-schedule.brazeScheduleTool' }),
		getInputData: () => [{ json }],
		getExecuteData: () => ({ source: null }),
	};
	return placesOf(context as unknown as IExecuteFunctions, false)(0);
};

test('a call with the same values is the same call, in whatever order the model names them', () => {
	const call = { Recipient: 'ada', at: { Date: '2030-01-01', Amount: 2 }, toolCallId: 'call-1' };
	const again = { toolCallId: 'call-2', at: { Amount: 2, Date: '2030-01-01' }, Recipient: 'ada' };
	expect(placeOf(again)).toEqual(placeOf(call));
	expect(placeOf({ ...call, Recipient: 'bob' })).not.toEqual(placeOf(call));
	expect(placeOf({ list: [1, 2] })).not.toEqual(placeOf({ list: [2, 1] }));
});
