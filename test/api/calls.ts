import { dispatch } from '../../src/api/dispatch.js'
import type { Result } from '../../src/api/faults.js'
import type { XmlValue } from '../../src/api/value.js'
import type { LiveDaemon } from './live-operator.js'

/** Calls a method and waits for its answer. */
export async function ask(daemon: LiveDaemon, name: string, ...params: XmlValue[]): Promise<Result> {
  return begin(daemon, name, ...params).result
}

/** A call under way. */
export interface Pending {
  readonly result: Promise<Result>
  readonly answered: () => boolean
  /** The client goes away. */
  readonly hangUp: () => void
}

/** Calls a method and lets the test go on meanwhile. */
export function begin(daemon: LiveDaemon, name: string, ...params: XmlValue[]): Pending {
  const gone = new AbortController()
  const call = { operator: daemon.operator, version: '4.3.0', namespaces: ['supervisor'], closed: gone.signal }
  let answered = false
  const result = Promise.resolve(dispatch(call, name, params)).then((value) => {
    answered = true
    return value
  })
  return { result, answered: () => answered, hangUp: () => gone.abort() }
}

/** A result as short text: `true`, `fault 10 BAD_NAME: x`, `http 500`. */
export function short(result: Result): string {
  if (result.kind === 'fault') return `fault ${result.code} ${result.text}`
  return result.kind === 'failure' ? 'http 500' : JSON.stringify(result.value)
}

/** Rows of a batch as `name status description`. */
export function rows(result: Result): readonly string[] {
  if (result.kind !== 'value' || !Array.isArray(result.value)) return [short(result)]
  const structs = result.value as readonly { name: string; group: string; status: number; description: string }[]
  return structs.map(({ name, group, status, description }) => `${group}:${name} ${status} ${description}`)
}
