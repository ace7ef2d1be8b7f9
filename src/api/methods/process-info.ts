import type { Operator, ProcessView } from '../../model/operator.js'
import { value } from '../faults.js'
import { toName } from '../params.js'
import { findProcess } from './find.js'
import type { Methods } from './method.js'
import { processStruct } from './process-struct.js'
import { processesXml } from './process-xml.js'

/** The methods that tell how processes are. */
export const processInfoMethods: Methods = {
  getProcessInfo: {
    signature: ['struct', 'string'],
    required: 1,
    help: 'Tell how one process is.\n\n@param string name  Name of the process\n@return struct result  Its state',
    run: ({ operator }, [nameParam = '']) => {
      const name = toName(nameParam)
      if (typeof name !== 'string') return name
      const found = findProcess(operator, name)
      return 'kind' in found ? found : value(processStruct(found, operator.wallMs()))
    },
  },
  getAllProcessInfo: {
    signature: ['array'],
    required: 0,
    help: 'Tell how every process is, by name of group, then of process.\n\n@return array result  A struct for each',
    run: ({ operator }) => {
      const wallMs = operator.wallMs()
      const views = () => inOrderOfNames(operator.groups().flatMap(({ processes }) => processes))
      return {
        kind: 'value',
        get value() {
          return views().map((view) => processStruct(view, wallMs))
        },
        xml: () => recalled(operator, Math.floor(wallMs / 1000), () => processesXml(views(), wallMs)),
      }
    },
  },
}

/** The last answer, which stays right for the rest of its second unless something changes. */
interface Answer {
  readonly second: number
  /** A megabyte of 1,000 processes is not kept any longer than memory is plenty. */
  readonly bytes: WeakRef<Uint8Array>
}

const answers = new WeakMap<Operator, { last: Answer | null }>()

/** Of 1,000 processes the answer takes 8 ms to put together, and 1 ms to send. */
function recalled(operator: Operator, second: number, make: () => Uint8Array): Uint8Array {
  let known = answers.get(operator)
  if (known === undefined) {
    const box: { last: Answer | null } = { last: null }
    operator.subscribe(() => {
      box.last = null
    })
    answers.set(operator, box)
    known = box
  }
  const same = known.last?.second === second ? known.last.bytes.deref() : undefined
  if (same !== undefined) return same
  const bytes = make()
  known.last = { second, bytes: new WeakRef(bytes) }
  return bytes
}

/** Mostly they are in that order already, and looking costs a tenth of sorting. */
function inOrderOfNames(views: readonly ProcessView[]): readonly ProcessView[] {
  const ordered = views.every((view, at) => at === 0 || byName(views[at - 1] ?? view, view) <= 0)
  return ordered ? views : [...views].sort(byName)
}

/** By name of group, then of process, in code point order as Python sorts. */
function byName(a: ProcessView, b: ProcessView): number {
  return compare(a.spec.group, b.spec.group) || compare(a.spec.name, b.spec.name)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
