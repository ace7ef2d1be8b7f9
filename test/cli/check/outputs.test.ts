import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { checkDocument } from '../../../src/cli/svctl/check/document.js'
import { renderGithub } from '../../../src/cli/svctl/check/github.js'
import { renderJunit } from '../../../src/cli/svctl/check/junit.js'
import { arrange, type CheckReport, exitOf, shownPath } from '../../../src/cli/svctl/check/report.js'
import { sarifDocument } from '../../../src/cli/svctl/check/sarif.js'
import { renderText } from '../../../src/cli/svctl/check/text.js'
import { choosePaint } from '../../../src/cli/svctl/paint.js'
import { stringifyYaml } from '../../../src/config/yaml.js'
import type { Finding } from '../../../src/desired/checks/finding.js'
import { documentProblems } from '../../support/document.js'

const PLAIN = choosePaint('never', false, {})
const HERE = '/srv/app'

const PORT: Finding = {
  severity: 'error',
  code: 'HOST_PORT_TAKEN',
  message: 'Cannot listen at *:9001: something else does',
  at: { file: `${HERE}/a,b.conf`, line: 3, column: 6, endColumn: 10 },
  excerpt: 'port=9001',
  help: 'stop it, or use another port',
  classic: null,
  section: 'inet_http_server',
}
const NOTE: Finding = {
  severity: 'note',
  code: 'CHECK_RESTART_LOOP',
  message: '100% <odd> & "quoted"',
  at: { file: '/etc/x y.conf', line: 1, column: 1 },
  excerpt: null,
  help: null,
  classic: null,
  section: 'program:web',
}
const FAILED: Finding = {
  severity: 'error',
  code: 'RUN_FAILED',
  message: 'web: exited with 1',
  at: null,
  excerpt: null,
  help: null,
  classic: null,
  section: 'program:web',
}
const REPORT: CheckReport = {
  file: `${HERE}/a,b.conf`,
  files: [`${HERE}/a,b.conf`, '/etc/x y.conf'],
  depths: ['file', 'host', 'run'],
  strict: false,
  programs: ['program:web', 'program:db'],
  processCount: 2,
  findings: [PORT, FAILED, NOTE],
  smoke: {
    kind: 'ran',
    ok: false,
    processes: [
      {
        name: 'web',
        program: 'web',
        result: 'failed',
        detail: 'exited with 1',
        durationMs: 1234,
        stderrTail: ['boom'],
      },
      { name: 'db', program: 'db', result: 'up', detail: '', durationMs: 5000, stderrTail: [] },
    ],
  },
}

test('text: findings with their lines, what ran, the answer, the files', () => {
  expect(
    renderText(REPORT, HERE, PLAIN),
  ).toBe(`a,b.conf:3:6: error HOST_PORT_TAKEN: Cannot listen at *:9001: something else does
    3 | port=9001
      |      ^^^^
  help: stop it, or use another port
error RUN_FAILED: web: exited with 1
/etc/x y.conf:1:1: note CHECK_RESTART_LOOP: 100% <odd> & "quoted"
PROCESS  RESULT  AFTER  DETAIL
web      failed  1.2 s  exited with 1
    | boom
db       up      5.0 s
not good: 2 errors, 1 note
read: a,b.conf, /etc/x y.conf
`)
})

test('text: a good file says how much it declares', () => {
  const good = { ...REPORT, findings: [NOTE], smoke: null }
  expect(renderText(good, HERE, PLAIN)).toContain('\ngood: 2 programs, 2 processes; 1 note\n')
})

test('github: one command for each finding, escaped as the toolkit does it', () => {
  expect(renderGithub(REPORT, HERE)).toBe(
    '::error file=a%2Cb.conf,line=3,col=6,endColumn=10,title=HOST_PORT_TAKEN::Cannot listen at *:9001: something else does%0Ahelp: stop it, or use another port\n' +
      '::error title=RUN_FAILED::web: exited with 1\n' +
      '::notice file=/etc/x y.conf,line=1,col=1,title=CHECK_RESTART_LOOP::100%25 <odd> & "quoted"\n' +
      'read: a,b.conf, /etc/x y.conf\n',
  )
})

test('junit: a test case for the configuration and one for each program', () => {
  expect(renderJunit(REPORT, HERE)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="svctl check" tests="3" failures="2">
  <testsuite name="a,b.conf" tests="3" failures="2">
    <properties>
      <property name="files" value="a,b.conf&#10;/etc/x y.conf"/>
    </properties>
    <testcase classname="svctl.check" name="configuration" time="0.000">
      <failure type="HOST_PORT_TAKEN" message="Cannot listen at *:9001: something else does">a,b.conf:3:6: error HOST_PORT_TAKEN: Cannot listen at *:9001: something else does
    3 | port=9001
      |      ^^^^
  help: stop it, or use another port</failure>
    </testcase>
    <testcase classname="svctl.check" name="program:web" time="1.234">
      <failure type="RUN_FAILED" message="web: exited with 1">error RUN_FAILED: web: exited with 1
standard error:
web: boom</failure>
      <system-out>/etc/x y.conf:1:1: note CHECK_RESTART_LOOP: 100% &lt;odd&gt; &amp; "quoted"</system-out>
    </testcase>
    <testcase classname="svctl.check" name="program:db" time="5.000"/>
  </testsuite>
</testsuites>
`)
})

test('sarif: rules, results and files by URI, relative to the working directory where they can be', () => {
  const [run] = (sarifDocument(REPORT, HERE) as { runs: readonly Record<string, unknown>[] }).runs
  expect(run).toMatchObject({
    originalUriBaseIds: { '%SRCROOT%': { uri: 'file:///srv/app/' } },
    artifacts: [
      { location: { uri: 'a%2Cb.conf', uriBaseId: '%SRCROOT%' } },
      { location: { uri: 'file:///etc/x%20y.conf' } },
    ],
    results: [
      {
        ruleId: 'HOST_PORT_TAKEN',
        ruleIndex: 1,
        level: 'error',
        locations: [{ physicalLocation: { region: { startLine: 3, startColumn: 6, endColumn: 10 } } }],
      },
      { ruleId: 'RUN_FAILED', locations: [{ physicalLocation: { artifactLocation: { uri: 'a%2Cb.conf' } } }] },
      { ruleId: 'CHECK_RESTART_LOOP', level: 'note' },
    ],
  })
  expect(run).toMatchObject({
    tool: { driver: { rules: [{}, { shortDescription: { text: 'An address is in use' } }, {}] } },
  })
})

test('json and yaml are what the schema says', () => {
  const document = checkDocument(REPORT)
  expect(documentProblems(document)).toBe('')
  expect(documentProblems(checkDocument({ ...REPORT, smoke: { kind: 'failed', message: 'x' } }))).toBe('')
  expect(document).toMatchObject({ ok: false, errorCount: 2, warningCount: 0, noteCount: 1, run: { ok: false } })
  expect(parse(stringifyYaml(document))).toEqual(JSON.parse(JSON.stringify(document)))
})

describe('the answer', () => {
  const warning: Finding = { ...NOTE, severity: 'warning' }
  for (const { name, findings, strict = false, code } of [
    { name: 'nothing wrong', findings: [], code: 0 },
    { name: 'warnings and notes', findings: [warning, NOTE], code: 0 },
    { name: 'warnings, strictly', findings: [warning], strict: true, code: 6 },
    { name: 'notes, strictly', findings: [NOTE], strict: true, code: 0 },
    { name: 'this machine lacks something', findings: [PORT], code: 1 },
    { name: 'the files are worse than the machine', findings: [PORT, { ...PORT, code: 'CONFIG_BAD_NUMBER' }], code: 6 },
  ])
    test(`${name}: ${code}`, () => {
      expect(exitOf({ ...REPORT, smoke: null, findings: arrange(findings, REPORT.files, strict) })).toBe(code)
    })

  test('worst first, then by the order of the files, then by line', () => {
    const at = (file: string, line: number): Finding => ({ ...NOTE, at: { file, line, column: 1 } })
    const sorted = arrange([at('/b', 1), at('/a', 9), at('/a', 2), PORT], ['/a', '/b'], false)
    expect(sorted.map((one) => `${one.at?.file}:${one.at?.line}`)).toEqual([
      `${HERE}/a,b.conf:3`,
      '/a:2',
      '/a:9',
      '/b:1',
    ])
  })
})

test('paths are short only below the working directory', () => {
  const shown = ['/srv/app/x', '/srv/appx', '/srv/app', '/srv/app/..x/y', '/etc/x'].map((path) => shownPath(path, HERE))
  expect(shown).toEqual(['x', '/srv/appx', '/srv/app', '..x/y', '/etc/x'])
})

describe('whatever texts are in it', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
    fc.constantFrom(']]>', '\u001b[31m', '\r\n::error::x', '&#0;', '<![CDATA[', '\ud800', '\ufffe'),
  )
  const reports = fc.tuple(hostile, hostile, hostile, hostile).map(([message, file, name, tail]): CheckReport => {
    const path = `${HERE}/${file.replaceAll('\0', '')}`
    const found: Finding = {
      ...PORT,
      message,
      help: tail,
      excerpt: name,
      section: name,
      at: { file: path, line: 1, column: 2 },
    }
    const process = {
      name,
      program: name,
      result: 'failed',
      detail: message,
      durationMs: 1,
      stderrTail: [tail],
    } as const
    return {
      ...REPORT,
      file: path,
      files: [path],
      programs: [name],
      findings: [found],
      smoke: { kind: 'ran', ok: false, processes: [process] },
    }
  })

  test('junit stays XML with the same elements', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const elements: string[] = []
        const parser = new SaxesParser({ xmlns: false })
        parser.on('error', (error) => {
          throw error
        })
        parser.on('opentag', ({ name }) => elements.push(name))
        parser.write(renderJunit(report, HERE)).close()
        expect(elements.filter((name) => name === 'testcase')).toHaveLength(2)
        expect(elements.filter((name) => name === 'failure')).toHaveLength(1)
      }),
    )
  })

  test('github stays one command and one line, without control characters', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const lines = renderGithub(report, HERE).split('\n')
        expect(lines).toHaveLength(3)
        expect(lines[0]).toMatch(/^::error file=[^,:\n]*,line=1,col=2,title=HOST_PORT_TAKEN::/)
        expect(lines[1]).toMatch(/^read: /)
        expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
      }),
    )
  })

  test('json and sarif stay JSON that UTF-8 can carry', () => {
    fc.assert(
      fc.property(reports, (report) => {
        for (const document of [checkDocument(report), sarifDocument(report, HERE)]) {
          const sent = Buffer.from(JSON.stringify(document)).toString('utf8')
          expect(JSON.parse(sent)).toEqual(JSON.parse(JSON.stringify(document)))
        }
      }),
    )
  })

  test('text steers no terminal', () => {
    fc.assert(
      fc.property(reports, (report) => {
        expect(renderText(report, HERE, PLAIN)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
      }),
    )
  })
})
