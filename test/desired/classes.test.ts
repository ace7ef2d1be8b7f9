import { describe, expect, test } from 'vitest'
import { changeClassOfField, changedFields, needsRestart } from '../../src/desired/classes.js'
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
      const changed = spec(option)
      expect(changedFields(BASE, changed)).toContain(field)
      expect(changeClassOfField(field)).toBe(disturbs)
      expect(needsRestart(BASE, changed)).toBe(disturbs === 'restart')
    })

  test('parts of a field are of its class, identity needs a new process', () => {
    expect(changeClassOfField('environment.A.B')).toBe('restart')
    expect(changeClassOfField('exitCodes.0')).toBe('live')
    expect(changeClassOfField('stdout.logfile.path')).toBe('restart')
    expect(changeClassOfField('name')).toBe('recreate')
    expect(changeClassOfField('group')).toBe('recreate')
  })
  test('the same spec read again has changed in nothing', () => {
    expect(changedFields(BASE, spec('; a remark'))).toEqual([])
  })
  test('the order of variables is no change', () => {
    expect(changedFields(spec('environment=A="1",B="2"'), spec('environment=B="2",A="1"'))).toEqual([])
  })
  test('a changed socket needs a new process', () => {
    const fcgi = (socket: string) =>
      processesOf(configOf(`[supervisord]\n[fcgi-program:f]\ncommand=f\nsocket=${socket}\n`))['f:f'] ?? BASE
    expect(needsRestart(fcgi('tcp://h:1'), fcgi('tcp://h:1'))).toBe(false)
    expect(needsRestart(fcgi('tcp://h:1'), fcgi('tcp://h:2'))).toBe(true)
  })
  test('every field of a spec has a class of its own', () => {
    const identity = ['group', 'program', 'kind', 'name']
    const fields = changedFields(BASE, {} as typeof BASE)
    expect(fields.filter((field) => changeClassOfField(field) === 'recreate')).toEqual(
      identity.sort().filter((f) => fields.includes(f)),
    )
  })
})
