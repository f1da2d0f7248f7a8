/**
 * Tests that take seconds for every change, and notice none that a faster test doesn't; or that need
 * every time zone.
 */
export const TOO_SLOW = [
	'100,000 items are grouped without comparing each with each',
	'10,000 requests stay under 1.3 MB, in JSON and as n8n saves it',
	'are none when each has a day of its own, for as many as 10,000',
	'around every clock change, hours that exist once have no warning',
	'in every time zone, the time that is sent is the local time there',
	'the scan found clock changes in both hemispheres, of an hour and of half an hour',
	'every recipient appears once, the last entry applies, the order is kept',
	'text of many megabytes is measured without a crash',
	'two people do not get the same fingerprint',
];
