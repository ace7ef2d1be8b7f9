import type { Expansion } from '../config/fields/row.js'

/** Names that `%(name)s` may use, with their values. */
export type Names = Readonly<Record<string, string | number>>

/**
 * The names of each kind of expansion at one place of the file. They are made when they are asked for: few values have
 * any, and copies of the environment for each of 1,000 programs took a third of the time of reading them.
 */
export type Scopes = (kind: Expansion) => Names

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
  const names: Readonly<Record<Expansion, Names>> = {
    none: {},
    env,
    here: withHere,
    node,
    socket: withHere,
    program: node,
    process: node,
  }
  return (kind) => names[kind]
}

/** The scopes of a program-like section. */
export function programScopes(base: Scopes, program: string, group: string): Scopes {
  const names = once(() => ({ ...base('node'), program_name: program, group_name: group }))
  const socket = once(() => ({ ...base('here'), program_name: program }))
  return (kind) => (kind === 'program' || kind === 'process' ? names() : kind === 'socket' ? socket() : base(kind))
}

/** The scopes of one process of a program-like section. */
export function processScopes(program: Scopes, processNumber: number, processCount: number): Scopes {
  const names = once(() => ({ ...program('program'), process_num: processNumber, numprocs: processCount }))
  return (kind) => (kind === 'process' ? names() : program(kind))
}

/** The scopes once a process's own environment is known. */
export function withOwnEnvironment(scopes: Scopes, environment: Readonly<Record<string, string>>): Scopes {
  if (Object.keys(environment).length === 0) return scopes
  const names = once(() => ({ ...scopes('process'), ...environmentNames(environment) }))
  return (kind) => (kind === 'process' ? names() : scopes(kind))
}

function once(make: () => Names): () => Names {
  let made: Names | null = null
  return () => (made ??= make())
}

function environmentNames(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [`ENV_${name}`, value]))
}
