import type { Operator } from '../../../model/operator.js'
import { badRequest, guardRefused, type JsonAnswer, ok } from '../answers.js'
import { healthDocument } from '../health.js'
import { readObject } from '../read.js'
import { statusDocument } from '../status.js'
import { upgradeDocument, whyNotUpgraded } from '../upgrade.js'
import type { JsonRequest } from './request.js'

/** `GET status?name=web&usage=1` */
export function getStatus({ query }: JsonRequest, operator: Operator): JsonAnswer {
  return ok(statusDocument(operator, query.getAll('name'), query.get('usage') === '1'))
}

/** `GET health?name=web&live=1` */
export function getHealth({ query }: JsonRequest, operator: Operator): JsonAnswer {
  return ok(healthDocument(operator, query.getAll('name'), query.get('live') === '1'))
}

/** `GET upgrade`: which version runs, and what has become of the last upgrade. */
export function getUpgrade(_request: JsonRequest, operator: Operator): JsonAnswer {
  return ok(upgradeDocument(operator))
}

/** `POST upgrade {}`: begins; `GET upgrade` tells what becomes of it. */
export function postUpgrade({ body }: JsonRequest, operator: Operator): JsonAnswer {
  const read = readObject(body, {})
  if (!read.ok) return badRequest(read.message)
  if (!operator.upgrader.start()) return guardRefused(whyNotUpgraded(operator))
  return ok(upgradeDocument(operator))
}
