/** Labels of the form that messages of other rooms name too. */
export const COMBINE_ITEMS = 'Combine Items';
export const DATA_TABLE_ID = 'Data Table ID';
export const EVENT_TIME = 'Event Time';
export const FOR_EVERYONE = 'Move or Cancel for Everyone in It';
export const IDENTIFY_BY = 'Identify By';
export const IF_ID_EMPTY = 'If the ID Is Empty';
export const IF_NOT_FOUND_LABEL = 'If Not Found';
export const MAXIMUM_WAIT = 'Maximum Wait';
export const PREVIEW_ONLY = 'Preview Only';
export const SEND_TO_LABEL = 'Send To';
export const TIME_ZONE = 'Time Zone';
