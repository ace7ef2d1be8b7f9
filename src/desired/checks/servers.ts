import type { ClientConfig, Config, ServerSpec } from '../../model/config.js'
import { MAIN_RPC_FACTORY } from '../../model/plugin.js'
import { interpretForClient } from '../client.js'
import { type Checked, type Finding, finding, sectionNamed } from './finding.js'

/** Whether clients get to the daemon: something listens, it has methods, and `[supervisorctl]` looks in the right place. */
export function checkServers(checked: Checked): readonly Finding[] {
  const { config } = checked
  const section = sectionNamed(checked, 'supervisord')
  if (config.servers.length === 0)
    return [
      finding('CHECK_NO_SERVER', {
        section,
        message: 'The daemon listens nowhere: no client can reach it',
        help: 'add [unix_http_server] with file=/var/run/supervisor.sock and chmod=0700',
      }),
    ]
  const methods = config.rpcInterfaces.some(({ factory }) => factory === MAIN_RPC_FACTORY)
  const noMethods = finding('CHECK_NO_RPC_INTERFACE', {
    section,
    message: 'There is no [rpcinterface:supervisor]: supervisorctl and other clients get no answer',
    help: `add [rpcinterface:supervisor] with supervisor.rpcinterface_factory=${MAIN_RPC_FACTORY}`,
  })
  return [...(methods ? [] : [noMethods]), ...clientFindings(checked)]
}

/** What is wrong with `[supervisorctl]`, which the daemon never reads. */
function clientFindings(checked: Checked): readonly Finding[] {
  const { document, request, files, config } = checked
  const section = sectionNamed(checked, 'supervisorctl')
  if (section === null) return []
  const read = interpretForClient(document, request, files)
  if (!read.ok) return read.errors.map((error) => ({ ...error, section: section.name }))
  if (reaches(read.value, config)) return []
  return [
    finding('CHECK_OTHER_SERVER', {
      section,
      option: 'serverurl',
      message: `supervisorctl looks for the daemon at ${read.value.serverUrl}, where no section of this file listens`,
      help: `write serverurl=${urlOf(config.servers)}`,
    }),
  ]
}

function reaches({ serverUrl }: ClientConfig, { servers }: Config): boolean {
  const [, port] = /^https?:\/\/.*?:(\d+)\/?$/.exec(serverUrl) ?? []
  return servers.some((server) =>
    server.kind === 'unix' ? serverUrl === `unix://${server.path}` : port !== undefined && server.port === Number(port),
  )
}

function urlOf(servers: readonly ServerSpec[]): string {
  const unix = servers.find((server) => server.kind === 'unix')
  const [first] = servers
  if (unix?.kind === 'unix') return `unix://${unix.path}`
  return first?.kind === 'inet' ? `http://${first.host || '127.0.0.1'}:${first.port}` : ''
}
