'use strict';

/**
 * Shapes shared by the sandbox's files and by the tests that use it.
 *
 * @typedef {object} ApiKey
 * @property {string} key
 * @property {'all' | string[]} [permissions]
 * @property {string[]} [allowedIps]
 * @property {boolean} [isAccountInactive] Or the rate plan lacks what is asked for.
 *
 * @typedef {object} DashboardSchedule When a dashboard-made message goes out next.
 * @property {string} at Wall-clock time without offset (company zone, or each user's zone).
 * @property {'company' | 'local_time_zones' | 'intelligent_delivery'} zone
 * @property {number} [repeatDays] Recurs every so many days.
 *
 * @typedef {object} Message A campaign or a Canvas of the workspace.
 * @property {string} id
 * @property {string} name
 * @property {'api' | 'scheduled' | 'action' | 'messages_api'} [trigger] Only `api` can be scheduled here.
 * @property {boolean} [archived]
 * @property {boolean} [draft]
 * @property {boolean} [enabled] False: paused (campaign) or stopped (Canvas).
 * @property {string[]} [tags]
 * @property {string[]} [channels]
 * @property {string} [description]
 * @property {string} [createdAt]
 * @property {string} [updatedAt]
 * @property {string[]} [sendIds] Send ids known for a campaign.
 * @property {boolean} [ignoresQuietHours] Opted out of the workspace's quiet hours.
 * @property {DashboardSchedule} [dashboardSchedule]
 *
 * @typedef {object} QuietHours
 * @property {string} start Such as 21:00.
 * @property {string} end
 * @property {string[]} [channels] Such as `email`, `sms` or `push`; all of them when left out.
 *
 * @typedef {{ limit?: number, windowMs?: number }} LimitOption
 *
 * @typedef {object} SandboxOptions
 * @property {number} [port]
 * @property {ApiKey[]} [keys]
 * @property {Message[]} [campaigns]
 * @property {Message[]} [canvases]
 * @property {{ id: string, name: string, tags?: string[] }[]} [segments]
 * @property {string} [now] ISO time the clock starts at; real time when left out.
 * @property {boolean} [frozen] The clock moves only when told to.
 * @property {string} [companyTimeZone]
 * @property {QuietHours[]} [quietHours]
 * @property {'allZones' | 'companyZone'} [localTimeRule] When a local time counts as passed.
 * @property {'refuse' | 'accept'} [unknownSchedule] How a schedule_id nobody knows is answered.
 * @property {400 | 413} [tooLargeStatus] How a body beyond 4 MB is answered.
 * @property {{ shared?: LimitOption, broadcast?: LimitOption, audience?: LimitOption, sendIds?: LimitOption }} [limits]
 * @property {number} [latencyMs]
 * @property {{ campaigns?: number, canvases?: number }} [seedMany]
 *
 * @typedef {{ time: string, in_local_time?: boolean, at_optimal_time?: boolean }} ScheduleObject
 *
 * @typedef {object} HistoryEntry
 * @property {'created' | 'moved' | 'move_ignored' | 'cancelled' | 'cancel_ignored' | 'sent' | 'not_sent' | 'dropped'} type
 * @property {string} at
 * @property {ScheduleObject} [schedule]
 * @property {string} [reason]
 *
 * @typedef {object} Schedule
 * @property {string} schedule_id
 * @property {string} dispatch_id
 * @property {'campaign' | 'canvas'} kind
 * @property {string} id Campaign or Canvas id.
 * @property {string} name
 * @property {string} [send_id]
 * @property {Record<string, any>[]} recipients
 * @property {Record<string, any>} [audience]
 * @property {boolean} broadcast
 * @property {Record<string, any>} [properties]
 * @property {ScheduleObject} schedule As now in force.
 * @property {'scheduled' | 'cancelled' | 'sent' | 'not_sent' | 'dropped'} state `dropped`: by quiet hours.
 * @property {string} [notice]
 * @property {HistoryEntry[]} history
 * @property {string} createdAt
 * @property {string} updatedAt
 *
 * @typedef {object} RequestRecord
 * @property {number} number
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string>} query
 * @property {Record<string, string | string[] | undefined>} headers
 * @property {any} body Parsed JSON, or undefined.
 * @property {string} rawBody
 * @property {number | null} status Null when no answer was given.
 * @property {string} at
 * @property {boolean} accepted Braze took the request, whatever the client was told.
 * @property {string[]} faults
 * @property {string[]} unknownFields
 *
 * @typedef {object} FaultSpec
 * @property {string} kind
 * @property {{ path?: string | RegExp, method?: string, bodyIncludes?: string, key?: string }} [match]
 * @property {number} [skip]
 * @property {number | 'always'} [times]
 * @property {number} [probability]
 * @property {number} [seed]
 * @property {boolean} [accept]
 * @property {number} [status]
 * @property {any} [body]
 * @property {Record<string, string | number | null>} [headers]
 * @property {number} [ms]
 * @property {boolean} [before]
 * @property {'abort' | 'short'} [mode]
 * @property {number} [bytes]
 * @property {boolean} [chunked]
 * @property {any[]} [errors]
 * @property {string} [notice]
 * @property {string} [location]
 * @property {string} [contentType]
 *
 * @typedef {{ id: number, readonly hits: number, remove: () => void }} FaultHandle
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} body
 * @property {Record<string, string>} headers
 * @property {boolean} accepted
 *
 * @typedef {object} Stats
 * @property {number} requests
 * @property {number} schedulesCreated
 * @property {number} connections Connections that carried at least one API request.
 * @property {number} maxConcurrent Most API requests open at the same moment.
 * @property {number} rateLimited Answers with status 429.
 *
 * @typedef {object} SandboxClock
 * @property {() => number} now Milliseconds since 1970.
 * @property {() => string} iso
 * @property {(time: string | number) => void} set
 * @property {(ms: number) => void} advance
 * @property {() => void} freeze
 * @property {() => void} resume
 *
 * @typedef {object} Sandbox
 * @property {string} url
 * @property {number} port
 * @property {string} key The first key.
 * @property {RequestRecord[]} requests
 * @property {RequestRecord[]} writes The schedule POSTs among the requests.
 * @property {Schedule[]} schedules
 * @property {SandboxClock} clock
 * @property {() => Record<string, number>} schedulesPerPerson
 * @property {() => Record<string, number>} activePerPerson
 * @property {() => Schedule[]} audienceSchedules
 * @property {() => Stats} stats
 * @property {(spec: FaultSpec) => FaultHandle} fault
 * @property {() => void} clearFaults
 * @property {() => void} reset
 * @property {() => Promise<void>} close
 */

module.exports = {};
