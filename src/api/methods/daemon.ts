import { SUPERVISOR_STATE_CODES } from '../../model/phase.js'
import { fault, value } from '../faults.js'
import { pythonText, toGroupName } from '../params.js'
import type { Method, Methods } from './method.js'

/** Of the original's XML-RPC interface; clients compare it. */
const API_VERSION = '3.0'

const getVersion: Method = {
  signature: ['string'],
  required: 0,
  help: 'Tell the version of this interface.\n\n@return string version  Version of the interface',
  run: () => value(API_VERSION),
}

/** The methods about the daemon itself and its groups. */
export const daemonMethods: Methods = {
  getAPIVersion: getVersion,
  getVersion,
  getSupervisorVersion: {
    signature: ['string'],
    required: 0,
    help: 'Tell the version of the daemon.\n\n@return string version  Version of the daemon',
    run: ({ version }) => value(version),
  },
  getIdentification: {
    signature: ['string'],
    required: 0,
    help: 'Tell the identifier that the file or the command line gave.\n\n@return string identifier  The identifier',
    run: ({ operator }) => value(operator.identifier()),
  },
  getState: {
    signature: ['struct'],
    required: 0,
    help: 'Tell the state of the daemon.\n\n@return struct state  statecode (int) and statename (string)',
    run: ({ operator }) => {
      const state = operator.state()
      return value({ statecode: SUPERVISOR_STATE_CODES[state], statename: state })
    },
  },
  getPID: {
    signature: ['int'],
    required: 0,
    help: 'Tell the process id of the daemon.\n\n@return int pid  The process id',
    run: ({ operator }) => value(operator.pid),
  },
  shutdown: {
    signature: ['boolean'],
    required: 0,
    help: 'Stop every process and end the daemon.\n\n@return boolean result  Always true',
    run: ({ operator }) => {
      operator.shutdown()
      return value(true)
    },
  },
  restart: {
    signature: ['boolean'],
    required: 0,
    help: 'Read the configuration again and take it on.\n\n@return boolean result  Always true',
    run: ({ operator, access }) => {
      operator.reload({ what: 'supervisorctl reload', by: access?.who() ?? null })
      return value(true)
    },
  },
  reloadConfig: {
    signature: ['array'],
    required: 0,
    help: 'Read the file again and tell what differs.\n\n@return array result  [[added, changed, removed]] names of groups',
    run: ({ operator }) => {
      const read = operator.reread()
      if (!read.ok) return fault('CANT_REREAD', read.classic)
      const { added, changed, removed } = read.changes
      return value([[added, changed, removed]])
    },
  },
  addProcessGroup: {
    signature: ['boolean', 'string'],
    required: 1,
    help: 'Take on a group of the file last read.\n\n@param string name  Name of the group\n@return boolean result  Always true',
    run: ({ operator }, [nameParam = '']) => {
      const name = nameParam === null ? '' : pythonText(nameParam)
      switch (operator.addGroup(name)) {
        case 'added':
          return value(true)
        case 'already-added':
          return fault('ALREADY_ADDED', name)
        case 'bad-name':
          return fault('BAD_NAME', nameParam === null ? null : name)
      }
    },
  },
  removeProcessGroup: {
    signature: ['boolean', 'string'],
    required: 1,
    help: 'Drop a group that is stopped.\n\n@param string name  Name of the group\n@return boolean result  Always true',
    run: ({ operator }, [nameParam = '']) => {
      const name = toGroupName(nameParam)
      if (typeof name !== 'string') return name
      switch (operator.removeGroup(name)) {
        case 'removed':
          return value(true)
        case 'still-running':
          return fault('STILL_RUNNING', name)
        case 'bad-name':
          return fault('BAD_NAME', name)
      }
    },
  },
}
