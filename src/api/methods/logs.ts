import { existsSync } from 'node:fs'
import { decodeLog, readFile, tail } from '../../host/logs/read.js'
import type { Operator, ProcessView } from '../../model/operator.js'
import { fault, type Result, value } from '../faults.js'
import { toInteger, toName } from '../params.js'
import type { XmlValue } from '../value.js'
import { answerAll, decided } from './attempt.js'
import { allByPriority, findProcess } from './find.js'
import type { Call, Method, Methods } from './method.js'

type Channel = 'stdoutLog' | 'stderrLog'

const RANGE_HELP = [
  '@param int offset  Bytes from the start; negative with length 0 for the last bytes',
  '@param int length  Bytes to read; 0 for all up to the end',
  '@return string result  What was read',
].join('\n')

const readMainLog: Method = {
  signature: ['string', 'int', 'int'],
  required: 2,
  help: `Read from the activity log.\n\n${RANGE_HELP}`,
  run: ({ operator }, [offset = 0, length = 0]) => read(operator.mainLog() ?? '', offset, length),
}

const readStdout = readMethod('stdoutLog')
const tailStdout = tailMethod('stdoutLog')

const clearLogs: Method = {
  signature: ['boolean', 'string'],
  required: 1,
  help: 'Empty both logs of a process.\n\n@param string name  Name of the process\n@return boolean result  Always true',
  run: ({ operator }, [nameParam = '']) => {
    const found = findNamed(operator, nameParam)
    return isView(found) ? clear(operator, found.view, found.name) : found
  },
}

/** The methods that read and empty logs. */
export const logMethods: Methods = {
  readLog: readMainLog,
  readMainLog,
  clearLog: {
    signature: ['boolean'],
    required: 0,
    help: 'Empty the activity log.\n\n@return boolean result  Always true',
    run: ({ operator }) => {
      if (!existsSync(operator.mainLog() ?? '')) return fault('NO_FILE')
      switch (operator.clearMainLog()) {
        case 'ok':
          return value(true)
        case 'no-file':
          return fault('NO_FILE')
        case 'failed':
          return fault('FAILED')
      }
    },
  },
  readProcessLog: readStdout,
  readProcessStdoutLog: readStdout,
  readProcessStderrLog: readMethod('stderrLog'),
  tailProcessLog: tailStdout,
  tailProcessStdoutLog: tailStdout,
  tailProcessStderrLog: tailMethod('stderrLog'),
  clearProcessLog: clearLogs,
  clearProcessLogs: clearLogs,
  clearAllProcessLogs: {
    signature: ['array'],
    required: 0,
    help: 'Empty the logs of every process.\n\n@return array result  A result struct for each',
    run: (call) => clearAll(call),
  },
}

function readMethod(channel: Channel): Method {
  return {
    signature: ['string', 'string', 'int', 'int'],
    required: 3,
    help: `Read from a log of a process.\n\n@param string name  Name of the process\n${RANGE_HELP}`,
    run: ({ operator }, [nameParam = '', offset = 0, length = 0]) => {
      const found = findNamed(operator, nameParam)
      return isView(found) ? read(found.view[channel], offset, length) : found
    },
  }
}

function tailMethod(channel: Channel): Method {
  return {
    signature: ['array', 'string', 'int', 'int'],
    required: 3,
    help: [
      'Read the end of a log of a process.',
      '',
      '@param string name  Name of the process',
      '@param int offset  Bytes the caller has seen',
      '@param int length  Bytes to read at most',
      '@return array result  The text, the size of the log, whether there is more than was read',
    ].join('\n'),
    run: ({ operator }, [nameParam = '', offset = 0, length = 0]) => {
      const found = findNamed(operator, nameParam)
      return isView(found) ? readTail(found.view[channel], offset, length) : found
    },
  }
}

function findNamed(operator: Operator, nameParam: XmlValue): { view: ProcessView; name: string } | Result {
  const name = toName(nameParam)
  if (typeof name !== 'string') return name
  const found = findProcess(operator, name)
  return 'kind' in found ? found : { view: found, name }
}

function isView(found: { view: ProcessView; name: string } | Result): found is { view: ProcessView; name: string } {
  return 'view' in found
}

/** @param path - '' when there is no such log */
function read(path: string, offsetParam: XmlValue, lengthParam: XmlValue): Result {
  if (path === '') return fault('NO_FILE')
  const offset = toInteger(offsetParam)
  if (typeof offset !== 'number') return offset
  const length = toInteger(lengthParam)
  if (typeof length !== 'number') return length
  const got = readFile(path, offset, length)
  if (got.ok) return value(decodeLog(got.data))
  switch (got.reason) {
    case 'no-file':
      return fault('NO_FILE', path)
    case 'bad-arguments':
      return fault('BAD_ARGUMENTS')
    case 'failed':
      return fault('FAILED')
  }
}

/** Unlike `read` a log that is not there is an empty one. */
function readTail(path: string, offsetParam: XmlValue, lengthParam: XmlValue): Result {
  if (path === '') return value(['', 0, false])
  const offset = toInteger(offsetParam)
  if (typeof offset !== 'number') return offset
  const length = toInteger(lengthParam)
  if (typeof length !== 'number') return length
  const got = tail(path, offset, length)
  return value(got.ok ? [decodeLog(got.data), got.offset, got.overflow] : ['', 0, false])
}

function clear(operator: Operator, view: ProcessView, name: string): Result {
  return operator.clearLogs(view.key).ok ? value(true) : fault('FAILED', name)
}

function clearAll(call: Call): Result | Promise<Result> {
  const targets = allByPriority(call.operator)
  return answerAll(
    call,
    targets.map((target) => decided(target, clear(call.operator, target.view, target.name))),
  )
}
