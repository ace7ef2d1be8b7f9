import { Buffer } from 'node:buffer'
import { isSignallable } from '../../model/phase.js'
import { fault, value } from '../faults.js'
import { pythonText, toName } from '../params.js'
import { findProcess } from './find.js'
import type { Methods } from './method.js'

/** The methods that hand something in: to a process, or to those who listen for events. */
export const inputMethods: Methods = {
  sendProcessStdin: {
    signature: ['boolean', 'string', 'string'],
    required: 2,
    help: [
      'Write text to the standard input of a process, as UTF-8.',
      '',
      '@param string name  Name of the process',
      '@param string chars  The text',
      '@return boolean result  Always true',
    ].join('\n'),
    run: ({ operator }, [nameParam = '', chars = '']) => {
      if (typeof chars !== 'string') return fault('INCORRECT_PARAMETERS', chars === null ? null : pythonText(chars))
      const name = toName(nameParam)
      if (typeof name !== 'string') return name
      const found = findProcess(operator, name)
      if ('kind' in found) return found
      const { phase } = found.seen
      if (!isSignallable(phase) || phase === 'STOPPING') return fault('NOT_RUNNING', name)
      switch (operator.writeStdin(found.key, Buffer.from(chars, 'utf8'))) {
        case 'ok':
          return value(true)
        case 'closed':
        case 'no-pipe':
          return fault('NO_FILE', name)
        case 'full':
          return fault('FAILED', `${name} does not read its standard input, nothing was written`)
      }
    },
  },
  sendRemoteCommEvent: {
    signature: ['boolean', 'string', 'string'],
    required: 2,
    help: [
      'Send an event to every listener of REMOTE_COMMUNICATION.',
      '',
      '@param string type  Free text, the type header of the event',
      '@param string data  Body of the event',
      '@return boolean result  Always true',
    ].join('\n'),
    run: ({ operator }, [type = '', data = '']) => {
      operator.sendRemoteEvent(pythonText(type), pythonText(data))
      return value(true)
    },
  },
}
