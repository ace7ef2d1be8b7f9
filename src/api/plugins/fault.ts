import type { PluginFault } from '../../model/plugin.js'
import { FAULT_CODES, type Fault, type FaultName } from '../faults.js'

/** A fault that can be thrown, so that a plugin's mistake of not catching it still tells where it came from. */
export class PluginFaultError extends Error implements PluginFault {
  readonly code: number
  readonly text: string

  constructor(code: number, text: string) {
    super(text)
    this.name = 'PluginFault'
    this.code = code
    this.text = text
  }
}

/** @returns the fault that a thrown value stands for, `null` when it is just an error */
export function faultOf(thrown: unknown): Fault | null {
  if (typeof thrown !== 'object' || thrown === null) return null
  const { code, text } = thrown as Partial<PluginFault>
  if (!Number.isInteger(code) || typeof text !== 'string') return null
  return { kind: 'fault', name: nameOf(code as number), code: code as number, text }
}

function nameOf(code: number): FaultName {
  const known = Object.entries(FAULT_CODES).find(([, number]) => number === code)
  return (known?.[0] ?? 'FAILED') as FaultName
}
