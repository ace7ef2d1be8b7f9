import { describe, expect, test } from 'vitest'
import { changeClassOfField } from '../../src/desired/classes.js'
import type { StreamSpec } from '../../src/model/spec.js'
import { configOf, processesOf } from './load.js'

const spec = (more: string) => {
  const found = processesOf(configOf(`[supervisord]\n[program:x]\ncommand=/bin/cat\n${more}\n`))['x:x']
  if (found === undefined) throw new Error('no process x:x')
  return found
}
const BASE = spec('')

describe('what a change of one option disturbs', () => {
  for (const [option, field, disturbs] of [
    ['command=/bin/tac', 'command', 'restart'],
    ['environment=A="1"', 'environment', 'restart'],
    ['directory=/tmp', 'directory', 'restart'],
    ['user=nobody', 'uid', 'restart'],
    ['umask=027', 'umask', 'restart'],
    ['serverurl=http://h:1', 'serverUrl', 'restart'],
    ['redirect_stderr=true', 'redirectStderr', 'restart'],
    ['stdout_logfile=/tmp/x', 'stdout.logfile', 'restart'],
    ['stderr_syslog=true', 'stderr.syslog', 'restart'],
    ['stdout_capture_maxbytes=1KB', 'stdout.captureBytesMax', 'restart'],
    ['stdout_logfile_maxbytes=1MB', 'stdout.logBytesMax', 'live'],
    ['stderr_logfile_backups=3', 'stderr.logBackups', 'live'],
    ['stdout_events_enabled=true', 'stdout.eventsEnabled', 'live'],
    ['priority=1', 'priority', 'live'],
    ['autorestart=true', 'autorestart', 'live'],
    ['startretries=9', 'startRetries', 'live'],
    ['exitcodes=0,2', 'exitCodes', 'live'],
    ['stopsignal=INT', 'stopSignal', 'live'],
    ['stopwaitsecs=1', 'stopWaitSecs', 'live'],
    ['killasgroup=true', 'killAsGroup', 'live'],
    ['autostart=false', 'autostart', 'next-start'],
    ['startsecs=5', 'startSecs', 'next-start'],
  ] as const)
    test(`${option}: ${disturbs}`, () => {
      expect(at(spec(option), field)).not.toEqual(at(BASE, field))
      expect(changeClassOfField(field)).toBe(disturbs)
    })

  test('parts of a field are of its class, identity needs a new process', () => {
    expect(changeClassOfField('environment.A.B')).toBe('restart')
    expect(changeClassOfField('exitCodes.0')).toBe('live')
    expect(changeClassOfField('stdout.logfile.path')).toBe('restart')
    expect(changeClassOfField('name')).toBe('recreate')
    expect(changeClassOfField('group')).toBe('recreate')
  })
  test('a changed socket needs a new process', () => {
    expect(changeClassOfField('socket')).toBe('recreate')
    expect(changeClassOfField('socket.address.port')).toBe('recreate')
  })
  test('every field of a spec has a class of its own, but for what makes its identity', () => {
    const unclassed = fields(BASE).filter((field) => changeClassOfField(field) === 'recreate')
    expect(unclassed.sort()).toEqual(['group', 'kind', 'name', 'program'])
  })
})

function fields(of: typeof BASE): string[] {
  const inStream = (channel: string, stream: StreamSpec) => Object.keys(stream).map((part) => `${channel}.${part}`)
  const { stdout, stderr, ...rest } = of
  return [...Object.keys(rest), ...inStream('stdout', stdout), ...inStream('stderr', stderr)]
}

function at(value: unknown, field: string): unknown {
  return field.split('.').reduce<unknown>((part, name) => (part as Readonly<Record<string, unknown>>)[name], value)
}
