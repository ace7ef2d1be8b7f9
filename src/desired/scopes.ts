import type { Expansion } from '../config/fields/row.js'

/** Names that `%(name)s` may use, with their values. */
export type Names = Readonly<Record<string, string | number>>

/** The names of each kind of expansion at one place of the file. */
export type Scopes = Readonly<Record<Expansion, Names>>

/** What every scope is made from. */
export interface ScopeBase {
  /** Variables that are named with `ENV_` before them. */
  readonly environment: Readonly<Record<string, string>>
  readonly here: string
  readonly hostName: string
}

/** The scopes outside of programs. */
export function baseScopes({ environment, here, hostName }: ScopeBase): Scopes {
  const env = environmentNames(environment)
  const withHere = { ...env, here }
  const node = { ...withHere, host_node_name: hostName }
  return { none: {}, env, here: withHere, node, socket: withHere, program: node, process: node }
}

/** The scopes of a program-like section. */
export function programScopes(base: Scopes, program: string, group: string): Scopes {
  const names = { ...base.node, program_name: program, group_name: group }
  return { ...base, socket: { ...base.here, program_name: program }, program: names, process: names }
}

/** The scopes of one process of a program-like section. */
export function processScopes(program: Scopes, processNumber: number, processCount: number): Scopes {
  return { ...program, process: { ...program.program, process_num: processNumber, numprocs: processCount } }
}

/** The scopes once a process's own environment is known. */
export function withOwnEnvironment(scopes: Scopes, environment: Readonly<Record<string, string>>): Scopes {
  if (Object.keys(environment).length === 0) return scopes
  return { ...scopes, process: { ...scopes.process, ...environmentNames(environment) } }
}

function environmentNames(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [`ENV_${name}`, value]))
}
