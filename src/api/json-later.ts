import { displayName } from '../model/names.js'
import type { Operator } from '../model/operator.js'
import { routeNeed } from './access/route-needs.js'
import { badRequest, failed, forbidden, type JsonAnswer, ok, unknownNames, wrongMethod } from './json/answers.js'
import { driftDocument } from './json/drift.js'
import { eventsDocument } from './json/events.js'
import { explain } from './json/explain.js'
import { selectProcesses } from './json/select.js'
import { unmatchedByEvents } from './json/unmatched.js'
import { untilEvent } from './json/wait.js'
import { answerJson, JSON_PREFIX, type RawJsonAnswer, type RawJsonRequest, written } from './json.js'

/** Names shown where one has to be chosen. */
const NAMES_SHOWN = 10

/** Reads whose answer takes a while. @param closed - aborted when nobody waits for it any more */
type LaterHandler = (query: URLSearchParams, operator: Operator, closed: AbortSignal) => Promise<JsonAnswer>

const LATER: Readonly<Record<string, LaterHandler>> = {
  events: getEvents,
  explain: getExplain,
  drift: async (query, operator) => ok(await driftDocument(operator, query.get('live') === '1')),
}

/**
 * Answers one request to the JSON interface, at once where that is possible.
 *
 * @returns as `answerJson`
 */
export async function answerJsonLater(
  request: RawJsonRequest,
  operator: Operator,
  closed: AbortSignal,
): Promise<RawJsonAnswer | null> {
  const [path = '', search = ''] = request.target.split(/\?(.*)/s)
  const name = path.startsWith(JSON_PREFIX) ? path.slice(JSON_PREFIX.length) : ''
  const later = Object.hasOwn(LATER, name) ? LATER[name] : undefined
  if (later === undefined) return answerJson(request, operator)
  if (request.method !== 'GET') return written(wrongMethod(path, request.method, 'GET'))
  const query = new URLSearchParams(search)
  const refusal = request.access?.refusal(routeNeed('GET', name, query, undefined, operator)) ?? null
  if (refusal !== null) return written(forbidden(refusal))
  return written(await later(query, operator, closed))
}

/**
 * `GET events?since=SERIAL&wait=MS&name=web`: what happened from that serial on; waits when there is nothing yet. Names
 * leave nothing out, but are refused when there is nothing that they could mean.
 */
async function getEvents(query: URLSearchParams, operator: Operator, closed: AbortSignal): Promise<JsonAnswer> {
  const since = wholeNumber(query.get('since'))
  const waitMs = wholeNumber(query.get('wait'))
  if (since === null || waitMs === null) return badRequest('since and wait have to be whole numbers')
  const unmatched = unmatchedByEvents(operator, query.getAll('name'))
  if (unmatched !== null) return failed(404, 'UNKNOWN_NAME', unmatched.message, { unknown: unmatched.unknown })
  if (!(await untilEvent(operator.journal, since, waitMs, closed))) {
    return failed(503, 'BUSY', 'Too many wait for events already')
  }
  return ok(eventsDocument(operator.journal.read(since), operator.wallMs()))
}

/** `GET explain?name=web`: why one process is in its state. */
async function getExplain(query: URLSearchParams, operator: Operator): Promise<JsonAnswer> {
  const names = query.getAll('name')
  const [name] = names
  if (name === undefined || names.length > 1) return badRequest('explain takes one name')
  const { processes, unknown } = selectProcesses(operator, [name])
  if (unknown.length > 0) return unknownNames(unknown, 'question')
  const [view] = processes
  if (view === undefined || processes.length > 1) {
    const names = processes.slice(0, NAMES_SHOWN).map(({ spec }) => displayName(spec.group, spec.name))
    const which = names.length === 0 ? '' : `: ${names.join(', ')}${processes.length > names.length ? ', …' : ''}`
    return badRequest(`${JSON.stringify(name)} is ${processes.length} processes; explain takes one${which}`)
  }
  return ok(await explain(operator, view))
}

/** @returns 0 for nothing given, `null` for what is no number */
function wholeNumber(text: string | null): number | null {
  if (text === null) return 0
  return /^\d{1,15}$/.test(text) ? Number(text) : null
}
