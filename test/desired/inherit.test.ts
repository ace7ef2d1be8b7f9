import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Document } from '../../src/config/document.js'
import { readDocument } from '../../src/config/read.js'
import { resolveDocument } from '../../src/desired/resolve.js'
import { configOf, errorsOf, filesOf, processesOf } from './load.js'

const FILE = '/etc/x/supervisord.conf'
const loaded = (text: string) => processesOf(configOf(`[supervisord]\n${text}`))
const specOf = (text: string, key = 'web:web') => {
  const spec = loaded(text)[key]
  if (spec === undefined) throw new Error(`no ${key}`)
  return spec
}
const WEB = '[program:web]\ncommand=/bin/web\n'

function documentOf(text: string, file = FILE): Document {
  const read = readDocument({ file, environment: {}, hostName: 'box' }, filesOf({ [file]: text }))
  if (!read.ok) throw new Error(JSON.stringify(read.errors))
  return read.value
}

function resolved(document: Document): Document {
  const result = resolveDocument(document)
  if (!result.ok) throw new Error(JSON.stringify(result.errors))
  return result.value
}

describe('what a program inherits', () => {
  for (const [what, text, field, wanted] of [
    ['[program-default]', `[program-default]\nstartsecs=7\n${WEB}`, 'startSecs', 7],
    ['[program-default] below it', `${WEB}[program-default]\nstartsecs=7\n`, 'startSecs', 7],
    ['a template', `[template:t]\nstartsecs=7\n${WEB}extends=t\n`, 'startSecs', 7],
    ['a template with the command', '[template:t]\ncommand=/bin/t\n[program:web]\nextends=t\n', 'command', '/bin/t'],
    ['another program', `[program:base]\ncommand=/b\nstopsignal=INT\n${WEB}extends=base\n`, 'stopSignal', 2],
    ['the base of its base', `[template:a]\nstartsecs=7\n[template:b]\nextends=a\n${WEB}extends=b\n`, 'startSecs', 7],
    ['a base named in full', `[template:web]\nstartsecs=7\n${WEB}extends=template:web\n`, 'startSecs', 7],
    ['a template of its own name', `[template:web]\nstartsecs=7\n${WEB}extends=web\n`, 'startSecs', 7],
    ['nothing of another kind', `[template:t]\nsocket=unix:///tmp/x\nevents=TICK_5\n${WEB}extends=t\n`, 'startSecs', 1],
    [
      'names of its own',
      `[template:t]\nstdout_logfile=/tmp/%(program_name)s-%(group_name)s\n${WEB}extends=t\n`,
      'stdout',
      expect.objectContaining({ logfile: { kind: 'file', path: '/tmp/web-web' } }),
    ],
  ] as const)
    test(`takes ${what}`, () => expect(specOf(text)).toMatchObject({ [field]: wanted }))

  test('a group that says so gives to its programs, not to others, and never its place', () => {
    const rest = `${WEB}[program:other]\ncommand=/o\n[group:g]\nprograms=web\npriority=5\nstartsecs=7\n`
    const on = loaded(`${rest}defaults=true\n`)
    expect(on['g:web']).toMatchObject({ startSecs: 7, priority: 999 })
    expect(on['other:other']?.startSecs).toBe(1)
  })
  test('a group in INI gives nothing unless it says so, and a warning tells how', () => {
    const config = configOf(`[supervisord]\n${WEB}[group:g]\nprograms=web\nstartsecs=7\n`)
    expect(processesOf(config)['g:web']?.startSecs).toBe(1)
    expect(config.warnings).toMatchObject([
      {
        code: 'CONFIG_NO_EFFECT',
        at: { file: FILE, line: 6, column: 1 },
        help: expect.stringContaining('defaults=true'),
      },
    ])
    const off = configOf(`[supervisord]\n${WEB}[group:g]\nprograms=web\nstartsecs=7\ndefaults=false\n`)
    expect([off.warnings, processesOf(off)['g:web']?.startSecs]).toEqual([[], 1])
  })
  test('a group in YAML always gives', () => {
    const yaml = 'supervisord: {}\nprogram: {web: {command: /w}}\ngroup: {g: {programs: [web], startsecs: 7}}\n'
    const config = configOf(yaml, { file: '/etc/x/svctl.yaml' })
    expect([config.warnings, processesOf(config)['g:web']?.startSecs]).toEqual([[], 7])
  })
  test('an event listener takes only what it shares', () => {
    const text =
      '[program-default]\nstartsecs=7\npriority=3\nredirect_stderr=true\n[eventlistener:e]\ncommand=/e\nevents=TICK_5\n'
    const config = configOf(`[supervisord]\n${text}`)
    expect(config.groups[0]).toMatchObject({
      priority: -1,
      processes: [{ startSecs: 7, priority: 999, redirectStderr: false }],
    })
  })
  test('[DEFAULT] stands behind all of it', () => {
    const head = 'environment=\n[DEFAULT]\nstartsecs=2\nenvironment=D="d"\n'
    expect(specOf(`${head}${WEB}`)).toMatchObject({ startSecs: 2, environment: { D: 'd' } })
    const more = `${head}[template:t]\nenvironment=T="t"\n[program-default]\nstartsecs=7\n${WEB}extends=t\n`
    expect(specOf(more)).toMatchObject({ startSecs: 7, environment: { T: 't' } })
    expect(specOf(more).environment).not.toHaveProperty('D')
  })
  test('variables are merged one by one, the nearest wins', () => {
    const text =
      '[program-default]\nenvironment=A="default",B="default",E="default" # c\n' +
      '[group:g]\nprograms=web\ndefaults=yes\nenvironment=B="group",C="group",\n' +
      '[template:t]\nenvironment=C="base",D="%(program_name)s"\n' +
      `${WEB}extends=t\nenvironment=E="own"\n`
    const wanted = { A: 'default', B: 'group', C: 'base', D: 'web', E: 'own' }
    expect(specOf(text, 'g:web').environment).toEqual(wanted)
    // The text alone says the same: for those who write it down again.
    const section = resolved(documentOf(text)).sections.find(({ name }) => name === 'program:web')
    expect(section?.entries.environment?.layers).toHaveLength(4)
    const again = `[program:web]\ncommand=/w\nenvironment=${section?.entries.environment?.text.replaceAll('\n', '\n ')}\n`
    expect(specOf(again).environment).toEqual(wanted)
  })
})

describe('mistakes in inheritance', () => {
  for (const [what, text, code, line, said] of [
    ['an unknown base', `${WEB}extends=bse\n[template:base]\n`, 'CONFIG_UNKNOWN_BASE', 4, 'did you mean base'],
    [
      'a base of two kinds',
      `${WEB}extends=b\n[template:b]\n[program:b]\ncommand=/b\n`,
      'CONFIG_AMBIGUOUS_BASE',
      4,
      'extends=template:b',
    ],
    [
      'a program that extends itself',
      `${WEB}extends=web\n`,
      'CONFIG_CYCLE',
      4,
      `[program:web] (${FILE}:4) > [program:web]`,
    ],
    [
      'a circle',
      `[template:a]\nextends=b\n[template:b]\nextends=a\n${WEB}extends=a\n`,
      'CONFIG_CYCLE',
      3,
      `[template:a] (${FILE}:3) > [template:b] (${FILE}:5) > [template:a]`,
    ],
    [
      'a bad number in a template',
      `[template:t]\nstartsecs=x\n${WEB}extends=t\n[program:b]\ncommand=/b\nextends=t\n`,
      'CONFIG_BAD_NUMBER',
      3,
      '"x"',
    ],
    [
      'a bad environment two levels up',
      `[program-default]\nenvironment=A=\n${WEB}environment=B="1"\n`,
      'CONFIG_BAD_ENVIRONMENT',
      3,
      '',
    ],
    [
      'defaults of two groups',
      `${WEB}[group:g]\nprograms=web\nstartsecs=7\ndefaults=on\n[group:h]\nprograms=web\n`,
      'CONFIG_CONTRADICTION',
      5,
      '[group:h]',
    ],
    ['defaults that are no yes', `${WEB}[group:g]\nprograms=web\ndefaults=maybe\n`, 'CONFIG_BAD_BOOLEAN', 6, '"maybe"'],
    [
      "a template without anybody's command",
      '[template:t]\n[program:web]\nextends=t\n',
      'CONFIG_NO_OPTION',
      3,
      'no command',
    ],
  ] as const)
    test(`${what} is told once, where it stands`, () => {
      const errors = errorsOf(`[supervisord]\n${text}`)
      expect(errors).toMatchObject([{ code, at: { file: FILE, line } }])
      expect(`${errors[0]?.message} ${errors[0]?.help}`).toContain(said)
    })
  for (const [what, text, said] of [
    ['an unknown option of a template', '[template:t]\nstartsec=1\n', 'did you mean startsecs'],
    ['a command for everybody', '[program-default]\ncommand=/x\n', 'command belongs into [program:name]'],
    ['an unknown option of a group', '[group:g]\nprograms=\nstartsec=1\n', 'did you mean startsecs'],
    ['extends in [DEFAULT]', `[DEFAULT]\nextends=t\n[template:t]\n${WEB}`, 'write the options into [program-default]'],
  ] as const)
    test(`${what} is warned of`, () =>
      expect(configOf(`[supervisord]\n${text}`).warnings).toMatchObject([{ help: said }]))
})

describe('laws of inheritance', () => {
  const OPTIONS = ['startsecs', 'stopsignal', 'user', 'directory', 'umask', 'autostart']
  const body = fc.dictionary(
    fc.constantFrom(...OPTIONS, 'environment'),
    fc.constantFrom('A="1"', 'B="2"', 'A="3",C="4"'),
  )
  const shown = (options: Readonly<Record<string, string>>) =>
    Object.entries(options)
      .map(([key, text]) => `${key}=${text}\n`)
      .join('')
  const world = fc.record({
    own: body,
    near: body,
    far: body,
    group: body,
    general: body,
    listed: fc.boolean(),
  })
  const sectionsOf = (w: {
    own: object
    near: object
    far: object
    group: object
    general: object
    listed: boolean
  }) => [
    `[program-default]\n${shown(w.general as Record<string, string>)}`,
    `[template:far]\n${shown(w.far as Record<string, string>)}`,
    `[template:near]\nextends=far\n${shown(w.near as Record<string, string>)}`,
    `[group:g]\nprograms=${w.listed ? 'web' : ''}\ndefaults=true\n${shown(w.group as Record<string, string>)}`,
    `[program:web]\nextends=near\n${shown(w.own as Record<string, string>)}`,
    '[eventlistener:e]\nevents=TICK_5\n',
  ]
  const textsOf = (document: Document, name: string) =>
    Object.fromEntries(
      Object.values(document.sections.find((one) => one.name === name)?.entries ?? {}).map(({ key, text }) => [
        key,
        text,
      ]),
    )

  test('the nearest that says something wins', () =>
    fc.assert(
      fc.property(world, (w) => {
        const found = textsOf(resolved(documentOf(sectionsOf(w).join(''))), 'program:web')
        const order = [w.own, w.near, w.far, ...(w.listed ? [w.group] : []), w.general]
        for (const key of OPTIONS) expect(found[key]).toBe(order.find((one) => key in one)?.[key])
        expect(found).not.toHaveProperty('extends')
      }),
    ))
  test('the order of sections does not matter', () =>
    fc.assert(
      fc.property(world, fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (w, keys) => {
        const sections = sectionsOf(w)
        const mixed = sections.map((text, i) => ({ text, key: keys[i] ?? 0 })).sort((a, b) => a.key - b.key)
        const one = resolved(documentOf(sections.join('')))
        const other = resolved(documentOf(mixed.map(({ text }) => text).join('')))
        for (const name of ['program:web', 'eventlistener:e', 'group:g'])
          expect(textsOf(other, name)).toEqual(textsOf(one, name))
      }),
    ))
  test('resolving twice is resolving once', () =>
    fc.assert(
      fc.property(world, (w) => {
        const once = resolved(documentOf(sectionsOf(w).join('')))
        expect(resolved(once)).toBe(once)
      }),
    ))
  test('a document that does not inherit is not touched', () =>
    fc.assert(
      fc.property(body, body, (own, group) => {
        const document = documentOf(
          `[DEFAULT]\numask=1\n[program:web]\n${shown(own)}[group:g]\nprograms=web\n${shown(group)}`,
        )
        expect(resolved(document)).toBe(document)
      }),
    ))
  test('every inherited option keeps the place where it is written', () =>
    fc.assert(
      fc.property(world, (w) => {
        const lines = sectionsOf(w).join('').split('\n')
        const section = resolved(documentOf(sectionsOf(w).join(''))).sections.find(({ name }) => name === 'program:web')
        for (const entry of Object.values(section?.entries ?? {}).flatMap((one) => one.layers ?? [one]))
          expect(lines[entry.at.line - 1]).toBe(`${entry.key}=${entry.text}`)
      }),
    ))
})
