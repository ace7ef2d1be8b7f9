import type { Operator } from '../../../model/operator.js'
import type { Access } from '../../access/access.js'
import type { JsonAnswer } from '../answers.js'

/** A request to a path that exists, from somebody who may make it. */
export interface JsonRequest {
  readonly query: URLSearchParams
  /** Parsed JSON, `undefined` for none. */
  readonly body: unknown
  /** Whether it came over a unix socket. */
  readonly local: boolean
  /** Names the user, when somebody knows. */
  readonly who: Access['who']
}

/** Answers the requests to one path by one method, at once. */
export type Handler = (request: JsonRequest, operator: Operator) => JsonAnswer
