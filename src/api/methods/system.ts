import { type Fault, fault, type Result, value } from '../faults.js'
import { toName } from '../params.js'
import { isStruct, type XmlStruct, type XmlValue } from '../value.js'
import type { Call, Method, Methods } from './method.js'

/** Finds a method by its full name, and calls one. Given by the dispatcher, which knows all namespaces. */
export interface Registry {
  /** Full names of what is listed, sorted. */
  readonly names: (call: Call) => readonly string[]
  readonly find: (call: Call, name: string) => Method | null
  readonly call: (call: Call, name: string, params: readonly XmlValue[]) => Result | Promise<Result>
}

/** The methods of namespace `system`. */
export function systemMethods(registry: Registry): Methods {
  return {
    listMethods: {
      signature: ['array'],
      required: 0,
      help: 'Tell the names of all methods.\n\n@return array result  Names with their namespace',
      run: (call) => value(registry.names(call)),
    },
    methodHelp: {
      signature: ['string', 'string'],
      required: 1,
      help: 'Tell what a method does.\n\n@param string name  Name of the method\n@return string text  Its description',
      run: (call, [name = '']) => described(registry, call, name, (method) => method.help),
    },
    methodSignature: {
      signature: ['array', 'string'],
      required: 1,
      help: 'Tell the types of a method.\n\n@param string name  Name of the method\n@return array result  Return type, then parameters',
      run: (call, [name = '']) => described(registry, call, name, (method) => method.signature),
    },
    multicall: {
      signature: ['array', 'array'],
      required: 1,
      help: [
        'Carry out several calls, one after the other.',
        '',
        '@param array calls  Structs of methodName (string) and params (array)',
        '@return array result  For each its value, or a struct of faultCode and faultString',
      ].join('\n'),
      run: (call, [calls = []]) => multicall(registry, call, calls),
    },
  }
}

function described(registry: Registry, call: Call, name: XmlValue, part: (method: Method) => XmlValue | null): Result {
  const listed = typeof name === 'string' && registry.names(call).includes(name)
  const method = listed ? registry.find(call, name) : null
  const told = method === null ? null : part(method)
  return told === null ? fault('SIGNATURE_UNSUPPORTED') : value(told)
}

function multicall(registry: Registry, call: Call, calls: XmlValue): Result | Promise<Result> {
  if (typeof calls !== 'string' && !Array.isArray(calls)) return fault('INCORRECT_PARAMETERS')
  if (typeof calls === 'string' || !calls.every(isStruct)) {
    return { kind: 'failure', exception: 'AttributeError', message: 'multicall takes an array of structs' }
  }
  return runInTurn(registry, call, calls)
}

/** A call that waits is finished before the next one starts. Stops when the caller has gone. */
async function runInTurn(registry: Registry, call: Call, calls: readonly XmlStruct[]): Promise<Result> {
  const results: XmlValue[] = []
  for (const one of calls) {
    if (call.closed.aborted) break
    const result = await runOne(registry, call, one)
    // Not wrapped in arrays of one as the convention has it: clients of the original expect the bare value.
    results.push(result.kind === 'value' ? result.value : faultStruct(result))
  }
  return value(results)
}

function runOne(registry: Registry, call: Call, { methodName, params = [] }: XmlStruct): Result | Promise<Result> {
  if (methodName === undefined || methodName === null) return fault('INCORRECT_PARAMETERS', 'No methodName')
  if (methodName === 'system.multicall') {
    return fault('INCORRECT_PARAMETERS', 'Recursive system.multicall forbidden')
  }
  const name = toName(methodName)
  if (typeof name !== 'string') return name
  if (typeof params !== 'object' || params === null || isStruct(params)) return fault('INCORRECT_PARAMETERS')
  return registry.call(call, name, params)
}

function faultStruct(result: Exclude<Result, { kind: 'value' }>): XmlStruct {
  const { code, text }: Fault =
    result.kind === 'fault' ? result : fault('FAILED', `<class '${result.exception}'>:${result.message}`)
  return { faultCode: code, faultString: text }
}
