import type { Operator } from '../../model/operator.js'
import type { Access } from '../access/access.js'
import type { Result } from '../faults.js'
import type { XmlValue } from '../value.js'

/** What a method works with during one call. */
export interface Call {
  readonly operator: Operator
  /** Of this program, for getSupervisorVersion. */
  readonly version: string
  /** Namespaces of the main interface: the `x` of each `[rpcinterface:x]` that names it. */
  readonly namespaces: readonly string[]
  /** Methods of plugins by namespace; absent for none. */
  readonly plugins?: Readonly<Record<string, Methods>>
  /** Of the client; absent for one that may do everything. */
  readonly access?: Access
  /** Aborted once nobody waits for the answer any more. Ends every wait. */
  readonly closed: AbortSignal
}

/** XML-RPC types as system.methodSignature names them. */
export type XmlType = 'string' | 'int' | 'boolean' | 'struct' | 'array'

/** One callable method. */
export interface Method {
  /** Return type, then one type for each parameter; `null` for a method of a plugin that does not tell. */
  readonly signature: readonly [XmlType, ...XmlType[]] | null
  /** Parameters that may not be left out; the others have defaults. */
  readonly required: number
  /** For system.methodHelp. */
  readonly help: string
  /** `params` has between `required` and all parameters, of any type. */
  readonly run: (call: Call, params: readonly XmlValue[]) => Result | Promise<Result>
}

/** Methods by their name within a namespace. */
export type Methods = Readonly<Record<string, Method>>
