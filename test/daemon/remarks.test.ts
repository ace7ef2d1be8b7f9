import { expect, test } from 'vitest'
import { remarksOn } from '../../src/daemon/main-log.js'
import { configOf } from '../desired/load.js'

const file = (more: string) => `[supervisord]
${more}
[program:x]
command=/bin/cat
redirect_stderr=true
stderr_logfile=/tmp/x
stdout_logfile=syslog
autorestrat=true
`

test('what Supervisor warns of, too, is not said twice; in manual mode nothing is added', () => {
  const config = configOf(file(''))
  expect(config.notes.map(({ text }) => text.slice(0, 40))).toEqual([
    'For [program:x], stdout_logfile=syslog b',
    'For [program:x], redirect_stderr=true bu',
  ])
  expect(config.warnings).toHaveLength(3)
  expect(remarksOn(config).map(({ text }) => text)).toEqual([expect.stringContaining('autorestrat')])
  expect(remarksOn(configOf(file('converge=manual')))).toEqual([])
})
