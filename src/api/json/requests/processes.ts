import type { Operator } from '../../../model/operator.js'
import { badRequest, failed, invalidConfig, type JsonAnswer, ok, shuttingDown, unknownNames } from '../answers.js'
import { readObject } from '../read.js'
import { readScalePrograms, scaledDocument, scaleRefusal } from '../scale.js'
import { selectProcesses } from '../select.js'
import { type HoldTerms, personOf, requestVerb, type VerbName } from '../verbs.js'
import type { Handler, JsonRequest } from './request.js'

/** Longest time a timer holds, and longest text that is kept and shown. */
const HOLD_MS_MAX = 30 * 24 * 3_600_000
const REASON_MAX = 500

/** `POST start {"names": ["web", "workers:*"]}`: validated as a whole before anything is asked. */
export function postVerb(verb: VerbName): Handler {
  return ({ body, who }, operator) => {
    const read = readObject(body, { names: 'texts' })
    return read.ok ? askFor(verb, read.value.names, { who: who() }, operator) : badRequest(read.message)
  }
}

/** `POST hold {"names": ["web"], "forMs": 7200000, "reason": "new disk"}`: a stop that says why and until when. */
export function postHold({ body, who }: JsonRequest, operator: Operator): JsonAnswer {
  const read = readObject(body, { names: 'texts', forMs: 'number?', reason: 'text?', user: 'text?' })
  if (!read.ok) return badRequest(read.message)
  const { names, ...terms } = read.value
  const { forMs, reason = '', user = '' } = terms
  if (forMs !== undefined && (forMs === 0 || forMs > HOLD_MS_MAX))
    return badRequest(`forMs has to be more than 0 and at most ${HOLD_MS_MAX} (30 days), got ${forMs}`)
  if (Math.max(reason.length, user.length) > REASON_MAX)
    return badRequest(`reason and user have to be at most ${REASON_MAX} characters long`)
  return askFor('hold', names, { ...terms, who: who() }, operator)
}

function askFor(verb: VerbName, names: readonly string[], terms: HoldTerms, operator: Operator): JsonAnswer {
  if (names.length === 0) return badRequest('names has to hold at least one name ("all" for everything)')
  if (operator.state() !== 'RUNNING') return shuttingDown()
  const { processes, unknown } = selectProcesses(operator, names)
  return unknown.length > 0 ? unknownNames(unknown) : ok(requestVerb(operator, verb, processes, terms))
}

/** `POST scale {"programs": {"web": 5, "api": null}}`: other numbers than the file says, `null` for the file's. */
export function postScale({ body, who }: JsonRequest, operator: Operator): JsonAnswer {
  const read = readObject(body, { programs: 'object?', user: 'text?' })
  if (!read.ok) return badRequest(read.message)
  const { programs, user = '' } = read.value
  const wanted = readScalePrograms(programs)
  if (typeof wanted === 'string') return badRequest(wanted)
  if (user.length > REASON_MAX) return badRequest(`user has to be at most ${REASON_MAX} characters long`)
  if (operator.state() !== 'RUNNING') return shuttingDown()
  const result = operator.scale(wanted, personOf(who(), user))
  if (result.ok) return ok(scaledDocument(result))
  if (result.reason === 'invalid') return invalidConfig(result.errors)
  const { status, code, message } = scaleRefusal(result, Object.keys(operator.config().numprocs))
  return failed(status, code, message)
}
