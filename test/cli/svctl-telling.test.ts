import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { failed } from '../../src/api/json/answers.js'
import { COMMANDS } from '../../src/cli/svctl/commands.js'
import { createLogLines, type LogLine } from '../../src/cli/svctl/log-lines.js'
import { formatSpan, parseMoment } from '../../src/cli/svctl/moment.js'
import { FIELDS } from '../../src/config/fields.js'
import { createEventLog } from '../../src/control/event-log.js'
import { NEVER_SEEN } from '../../src/model/observed.js'
import { fakeDaemon, NOW_MS, RUNNING, viewOf } from '../api/fake-operator.js'
import { createVirtualClock } from '../sim/clock.js'
import { documentProblems } from '../support/document.js'
import { svctl } from './svctl-run.js'

function folder(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'svctl-telling-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return dir
}

describe('explain OPTION', () => {
  const nobody = fakeDaemon().operator
  const option = async (...argv: readonly string[]) => {
    const run = await svctl(nobody, ['explain', ...argv, '-o', 'json'])
    const document = JSON.parse(run.out)
    if (run.code === 0) expect(documentProblems(document)).toBe('')
    return { ...run, document }
  }

  test('says what it is, what a change disturbs and where it is set, whatever section has it', async () => {
    const dir = folder({
      'main.conf': '[supervisord]\n[include]\nfiles=more.conf\n[program:a]\ncommand=/bin/a\nstartsecs=3\n',
      'more.conf': '[program-default]\nstartsecs=7\n[program:b]\ncommand=/bin/b\n',
    })
    const { document } = await option('startsecs', '-c', join(dir, 'main.conf'))
    expect(document).toMatchObject({ option: 'startsecs', type: 'integer', unit: 'seconds', changeClass: 'next-start' })
    expect(document.places).toMatchObject([
      { section: 'program:a', file: join(dir, 'main.conf'), line: 6, column: 11, value: '3', from: null },
      { section: 'program:b', file: join(dir, 'more.conf'), line: 2, value: '7', from: 'program-default' },
    ])
  })

  test('a name with its section is one meaning', async () => {
    const dir = folder({ 'a.conf': '[supervisord]\nminfds=99\n' })
    const { document } = await option('supervisord.minfds', '-c', join(dir, 'a.conf'))
    expect(document).toMatchObject({ sections: ['supervisord'], places: [{ line: 2, value: '99' }] })
  })

  test('secrets are hidden, names of variables stay', async () => {
    const dir = folder({
      'a.conf':
        '[supervisord]\n[unix_http_server]\npassword=hunter2\n[program:a]\ncommand=/a\nenvironment=A="hunter2",B="%(x"\n',
    })
    const file = join(dir, 'a.conf')
    const runs = [
      await option('unix_http_server.password', '-c', file),
      await option('program.environment', '-c', file),
    ]
    expect(runs.map(({ document }) => document.places[0].value)).toEqual(['<hidden>', 'A=<hidden>,B=<hidden>'])
    expect(runs.map(({ out }) => out).join()).not.toMatch(/hunter2/)
  })

  test('an ambiguous name lists what it can mean', async () => {
    const run = await svctl(nobody, ['explain', 'user'])
    expect(run.code).toBe(2)
    expect(run.err).toMatch(/supervisord\.user: .*\n {2}program\.user: /)
  })

  test('a mistyped name is answered with one that is near', async () => {
    const run = await svctl(nobody, ['explain', 'startsec'])
    expect(run.code).toBe(2)
    expect(run.err).toMatch(/did you mean startsecs\?/)
  })

  test('a file that is broken is no obstacle, but said', async () => {
    const dir = folder({ 'a.conf': 'what\n' })
    const { code, document } = await option('startsecs', '-c', join(dir, 'a.conf'))
    expect({ code, places: document.places }).toEqual({ code: 0, places: [] })
    expect(document.problem).toMatch(/a\.conf/)
  })

  test('a process of that name goes before, --option after', async () => {
    const daemon = fakeDaemon({ views: [viewOf('startsecs', 'startsecs', RUNNING)] })
    expect((await svctl(daemon.operator, ['explain', 'startsecs'])).out).toMatch(/^startsecs is RUNNING/)
    expect((await svctl(daemon.operator, ['explain', '--option', 'startsecs'])).out).toMatch(/^startsecs: How long/)
  })

  test('every option of the table has an explanation that fits the schema', async () => {
    const dir = folder({ 'a.conf': '[supervisord]\n' })
    for (const [kind, table] of Object.entries(FIELDS)) {
      for (const name of Object.keys(table)) {
        const { code, document } = await option(`${kind}.${name}`, '--option', '-c', join(dir, 'a.conf'))
        expect({ code, option: document.option }).toEqual({ code: 0, option: name })
      }
    }
  })
})

describe('explain PROCESS', () => {
  test('is text that no escape sequence of a program gets into', async () => {
    const daemon = fakeDaemon({ views: [viewOf('a', 'a', { phase: 'FATAL', spawnError: '\u001b]0;pwned\u0007' })] })
    const { out, code } = await svctl(daemon.operator, ['explain', 'a'])
    expect(code).toBe(0)
    expect(out).not.toMatch(/\u001b|\u0007/)
  })

  test('-c says whose daemon is asked, unless an option has the name', async () => {
    const daemon = fakeDaemon({ views: [viewOf('a', 'a', RUNNING), viewOf('startsecs', 'startsecs', RUNNING)] })
    expect((await svctl(daemon.operator, ['explain', '-c', 'x.conf', 'a'])).out).toMatch(/^a is RUNNING\n/)
    expect((await svctl(daemon.operator, ['explain', '-c', 'x.conf', 'startsecs'])).out).toMatch(/^startsecs: /)
  })

  test('a name of several is a mistake, an unknown one, too', async () => {
    const daemon = fakeDaemon({ views: [viewOf('g', 'a', RUNNING), viewOf('g', 'b', RUNNING)] })
    const several = await svctl(daemon.operator, ['explain', 'g:*'])
    expect(several).toMatchObject({ code: 2, err: 'svctl: "g:*" is 2 processes; explain takes one: g:a, g:b\n' })
    const nobody = await svctl(daemon.operator, ['explain', 'nosuch'])
    expect(nobody).toMatchObject({ code: 2, err: 'svctl: No process or group is named "nosuch"\n' })
  })
})

describe('events', () => {
  const journal = () => {
    const log = createEventLog({ ...createVirtualClock(), wallMs: () => NOW_MS })
    const up = { from: 'STARTING', to: 'RUNNING', before: NEVER_SEEN, after: { ...RUNNING, spawnError: '' } } as never
    log.process('web:a', up, null)
    log.record({ type: 'revision', from: '1', to: '2', text: '' })
    log.process('cat:cat', up, { code: null, signal: 9, coreDumped: true })
    return log
  }

  for (const { argv, names } of [
    { argv: ['events'], names: ['web:a', null, 'cat'] },
    { argv: ['events', 'web'], names: ['web:a'] },
    { argv: ['events', 'c*'], names: ['cat'] },
    { argv: ['events', '--since', '2'], names: [null, 'cat'] },
    { argv: ['events', '--since', '10m'], names: ['web:a', null, 'cat'] },
    { argv: ['events', '--since', '2030-01-01'], names: [] },
  ])
    test(argv.join(' '), async () => {
      const { out, code } = await svctl(fakeDaemon({ journal: journal() }).operator, [...argv, '-o', 'json'])
      const document = JSON.parse(out)
      expect(documentProblems(document)).toBe('')
      expect({ code, names: document.events.map(({ process }: { process: string }) => process) }).toEqual({
        code: 0,
        names,
      })
    })

  for (const { name, said } of [
    { name: 'nosuch', said: /^svctl: No process or group is named "nosuch"; there are cat, dog, web, web:a\n$/ },
    { name: 'ca', said: /^svctl: No process.*\nca is no process; did you mean "cat"\?\n$/ },
    { name: 'x*', said: /named "x\*"/ },
  ])
    test(`a name that means nothing is a mistake: ${name}`, async () => {
      const views = [viewOf('cat', 'cat', RUNNING), viewOf('web', 'a', RUNNING), viewOf('dog', 'dog', RUNNING)]
      const run = await svctl(fakeDaemon({ views, journal: journal() }).operator, ['events', name])
      expect(run).toMatchObject({ code: 2, out: '', err: expect.stringMatching(said) })
    })

  test('what only the journal remembers is known', async () => {
    expect((await svctl(fakeDaemon({ views: [], journal: journal() }).operator, ['events', 'cat'])).code).toBe(0)
  })

  test('who follows a name that means nothing is told, and waits', async () => {
    const refused = failed(404, 'UNKNOWN_NAME', 'No process or group is named "nosuch"; there are none').document
    const answer = { ok: true, status: 404, body: JSON.stringify(refused) } as const
    const run = await svctl(fakeDaemon().operator, ['events', '-f', 'nosuch'], { answer })
    expect(run.err).toMatch(/^note: No process or group is named "nosuch"; there are none; waiting for it\n/)
    expect(run.requests).toEqual(['GET /api/v1/events?since=0&name=nosuch', 'GET /api/v1/events?since=0'])
  })

  test('as text: when, what, why', async () => {
    const { out } = await svctl(fakeDaemon({ journal: journal() }).operator, ['events', 'cat'])
    expect(out).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}cat +STARTING -> RUNNING, pid 42: ended by SIGKILL, core dumped\n$/,
    )
  })

  test('what is lost is said', async () => {
    const run = await svctl(fakeDaemon({ journal: journal() }).operator, ['events', '--since', '77'])
    expect(run.err).toMatch(/no longer kept/)
  })

  test('a time that is none is a mistake', async () => {
    expect((await svctl(fakeDaemon().operator, ['events', '--since', 'yesterday'])).code).toBe(2)
  })
})

describe('times', () => {
  const NOON = new Date(2026, 0, 31, 12, 0, 0).getTime()
  for (const { text, at } of [
    { text: '11:30', at: new Date(2026, 0, 31, 11, 30).getTime() },
    { text: '14:30:05', at: new Date(2026, 0, 30, 14, 30, 5).getTime() },
    { text: '2026-01-30', at: new Date(2026, 0, 30).getTime() },
    { text: '2026-01-30T10:00', at: new Date(2026, 0, 30, 10).getTime() },
    { text: '2026-01-30T10:00:00Z', at: Date.UTC(2026, 0, 30, 10) },
    { text: '24:00', at: null },
    { text: 'soon', at: null },
  ])
    test(text, () => expect(parseMoment(text, NOON)).toBe(at))

  test('spans are told by their two largest units', () => {
    const spans = [350, 4_000, 125_000, 3_600_000, 12_000_000, 187_200_000].map(formatSpan)
    expect(spans).toEqual(['350 ms', '4 s', '2 min 5 s', '1 h', '3 h 20 min', '2 d 4 h'])
  })
})

describe('lines of logs', () => {
  test('are whole and in order, however the stream was cut', () => {
    const texts = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.constantFrom('x', '\n', 'yz\n', 'é\n')), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(texts, fc.array(fc.nat(40), { maxLength: 20 }), (pieces, cuts) => {
        const stream = pieces.map(([name, text]) => `${JSON.stringify({ name, channel: 'stdout', text })}\n`).join('')
        const got: LogLine[] = []
        const lines = createLogLines({ line: (line) => got.push(line), note: () => {} })
        let rest = stream
        for (const cut of cuts) {
          lines.push(rest.slice(0, cut))
          rest = rest.slice(cut)
        }
        lines.push(rest)
        lines.end()
        for (const name of ['a', 'b']) {
          const written = pieces.map(([of, text]) => (of === name ? text : '')).join('')
          const expected = written.endsWith('\n') || written === '' ? written : `${written}\n`
          expect(
            got
              .filter((line) => line.name === name)
              .map(({ line }) => `${line}\n`)
              .join(''),
          ).toBe(expected)
        }
      }),
    )
  })
})

describe('completion', () => {
  const script = async (shell: string) => (await svctl(fakeDaemon().operator, ['completion', shell])).out
  const bash = async (line: string) => {
    const dir = folder({ 'svctl.bash': await script('bash') })
    // Names as `svctl completion names` prints them; one of them would be run by a careless script.
    const fake = `svctl() { [[ "$*" == *"completion names" ]] && printf '%s\\n' web w:w_0 w:w_1 'w:*' '$(touch ${dir}/run)'; }`
    const set = `COMP_LINE=${quote(line)}; COMP_POINT=\${#COMP_LINE}; read -ra COMP_WORDS <<< "$COMP_LINE"; COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))`
    const text = `source ${dir}/svctl.bash; ${fake}; ${set}; _svctl; printf '%s\\n' "\${COMPREPLY[@]}"; ls ${dir}`
    const run = spawnSync('bash', ['--norc', '-c', text], { encoding: 'utf8' })
    expect(run.stderr).toBe('')
    const words = run.stdout.split('\n').filter((word) => word !== '')
    expect(words.pop()).toBe('svctl.bash')
    return words
  }
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

  for (const { line, words } of [
    { line: 'svctl dr', words: ['drift'] },
    { line: 'svctl status -o ', words: [...COMMANDS.status.outputs] },
    { line: 'svctl status --output=j', words: ['json'] },
    { line: 'svctl --color a', words: ['auto', 'always'] },
    { line: 'svctl stop we', words: ['web'] },
    { line: 'svctl -s unix:///run/x.sock stop w:w_', words: ['w_0', 'w_1'] },
    { line: 'svctl explain --o', words: ['--option', '--output'] },
    { line: 'svctl completion ', words: ['bash', 'zsh', 'fish'] },
    { line: 'svctl status --server ', words: [] },
    { line: 'svctl drift ', words: [] },
  ])
    test(`bash: ${line}`, async () => expect(await bash(line)).toEqual(words))

  test('bash: a name is never run', async () => {
    expect((await bash('svctl stop ')).length).toBe(5)
  })

  for (const [shell, check] of [
    ['bash', ['-n']],
    ['zsh', ['-n']],
    ['fish', ['--no-execute']],
  ] as const)
    test(`${shell} accepts its script`, async ({ skip }) => {
      if (spawnSync(shell, ['-c', 'true']).error) {
        process.stdout.write(`skipped: ${shell} is not installed\n`)
        skip()
      }
      const dir = folder({ script: await script(shell) })
      const run = spawnSync(shell, [...check, join(dir, 'script')], { encoding: 'utf8' })
      expect({ code: run.status, err: run.stderr }).toEqual({ code: 0, err: '' })
    })

  test('every command and every flag is in every script', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const text = await script(shell)
      for (const [name, { flags }] of Object.entries(COMMANDS)) {
        expect(text).toContain(name)
        for (const flag of flags) {
          const long = /--([a-z-]+)/.exec(flag.flags)?.[1] ?? ''
          expect(text).toContain(shell === 'fish' ? `-l ${long}` : `--${long}`)
        }
      }
    }
  })

  test('names are those of processes and groups, and nothing when no daemon is there', async () => {
    const views = [viewOf('web', 'web', RUNNING), viewOf('w', 'w_0', RUNNING), viewOf('w', 'a b', RUNNING)]
    expect((await svctl(fakeDaemon({ views }).operator, ['completion', 'names'])).out).toBe('w:w_0\nweb\nw:*\n')
    const gone = { ok: false, message: 'no daemon' } as const
    const run = await svctl(fakeDaemon().operator, ['completion', 'names'], { answer: gone })
    expect(run).toMatchObject({ code: 0, out: '', err: '' })
  })

  test('a shell we do not know is a mistake', async () => {
    expect((await svctl(fakeDaemon().operator, ['completion', 'tcsh'])).code).toBe(2)
  })
})
