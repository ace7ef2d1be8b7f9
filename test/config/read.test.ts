import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Document } from '../../src/config/document.js'
import { CONFIG_BYTES_MAX, readDocument } from '../../src/config/read.js'
import { hostFiles } from '../../src/host/files.js'
import type { Parsed } from '../../src/model/diagnostic.js'
import { askPython, pythonHas, sayUncompared } from './python.js'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'svctl-config-'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

let serial = 0
/** Writes files into a folder of their own. @returns the folder */
function folderWith(contents: Readonly<Record<string, string>>): string {
  const folder = join(root, String(++serial))
  for (const [name, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

function read(file: string): Parsed<Document> {
  return readDocument({ file, environment: { CONF: 'conf.d' }, hostName: 'box' }, hostFiles)
}

function document(file: string): Document {
  const parsed = read(file)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.value
}

function options(of: Document): Record<string, Record<string, string>> {
  const sections = of.sections.map((section) => {
    const pairs = Object.values(section.entries).map((entry) => [entry.key, entry.text])
    return [section.name, Object.fromEntries(pairs)]
  })
  return Object.fromEntries(sections)
}

describe('one file', () => {
  test('gives its sections, and %(here)s stays without an [include]', () => {
    const folder = folderWith({ 'a.conf': '[supervisord]\nlogfile=%(here)s/x\n' })
    expect(document(join(folder, 'a.conf'))).toMatchObject({
      file: join(folder, 'a.conf'),
      format: 'ini',
      files: [join(folder, 'a.conf')],
      patterns: [],
      notes: [],
      warnings: [],
      sections: [{ name: 'supervisord', file: join(folder, 'a.conf'), entries: { logfile: { text: '%(here)s/x' } } }],
    })
  })

  test('[DEFAULT] reaches every section, its own options first, plugins excepted', () => {
    const folder = folderWith({
      'a.conf': '[DEFAULT]\nuser=u\nautostart=no\n[program:a]\nuser=v\n[rpcinterface:x]\nf=g\n[ctlplugin:y]\n',
    })
    const read = document(join(folder, 'a.conf'))
    expect(options(read)).toEqual({
      'program:a': { user: 'v', autostart: 'no' },
      'rpcinterface:x': { f: 'g' },
      'ctlplugin:y': {},
    })
    expect(read.sections[0]?.entries.autostart?.inherited).toBe(true)
    expect(read.sections[0]?.entries.user).not.toHaveProperty('inherited')
  })

  test('that is missing, or no file', () => {
    const folder = folderWith({ 'a.conf': '' })
    const request = { environment: {}, hostName: '' }
    expect(readDocument({ ...request, file: join(folder, 'b.conf'), shownAs: 'b.conf' }, hostFiles)).toMatchObject({
      ok: false,
      errors: [{ code: 'CONFIG_NOT_FOUND', classic: 'could not find config file b.conf', at: null }],
    })
    expect(readDocument({ ...request, file: folder, shownAs: '.' }, hostFiles)).toMatchObject({
      ok: false,
      errors: [{ code: 'CONFIG_UNREADABLE', classic: 'could not read config file .' }],
    })
  })
})

describe('[include]', () => {
  test('takes patterns in the order listed, the matches of each by name', () => {
    const folder = folderWith({
      'main.conf': '[include]\nfiles = %(ENV_CONF)s/*.conf  extra/one.ini\n  nothing/*.conf %(here)s/abs/?.conf\n',
      'conf.d/10-b.conf': '[program:b]\nn=2\n',
      'conf.d/05-a.conf': '[program:a]\nn=1\n[program:b]\nn=1\nm=1\n',
      'conf.d/.hidden.conf': '[program:hidden]\n',
      'conf.d/note.txt': 'no ini file',
      'extra/one.ini': '[program:a]\np=42\n',
      'abs/z.conf': '[program:z]\n',
    })
    const got = document(join(folder, 'main.conf'))
    expect(options(got)).toMatchObject({
      'program:a': { n: '1', p: '42' },
      'program:b': { n: '2', m: '1' },
      'program:z': {},
    })
    expect(got.sections.map((section) => section.name)).toEqual(['include', 'program:a', 'program:b', 'program:z'])
    expect(got.sections.at(2)?.file).toBe(join(folder, 'conf.d/05-a.conf'))
    expect(got.files.map((file) => file.slice(folder.length))).toEqual([
      '/main.conf',
      '/conf.d/05-a.conf',
      '/conf.d/10-b.conf',
      '/extra/one.ini',
      '/abs/z.conf',
    ])
    expect(got.patterns.map((pattern) => pattern.slice(folder.length))).toEqual([
      '/conf.d/*.conf',
      '/extra/one.ini',
      '/nothing/*.conf',
      '/abs/?.conf',
    ])
    expect(got.notes).toEqual([
      { level: 'info', text: `Included extra file "${folder}/conf.d/05-a.conf" during parsing` },
      { level: 'info', text: `Included extra file "${folder}/conf.d/10-b.conf" during parsing` },
      { level: 'info', text: `Included extra file "${folder}/extra/one.ini" during parsing` },
      { level: 'warn', text: `No file matches via include "${folder}/nothing/*.conf"` },
      { level: 'info', text: `Included extra file "${folder}/abs/z.conf" during parsing` },
    ])
  })

  test('makes %(here)s the folder of the file it stands in, plain text or not', () => {
    const folder = folderWith({
      'main.conf': '[include]\nfiles=./sub/*.conf\n[program:m]\na=%(here)s %%(here)s\nb=%(here)s\n',
      'sub/x.conf': '[program:m]\nb=%(here)s/b\n[program:x]\nc=%(here)s%(here)s\n',
    })
    expect(options(document(join(folder, 'main.conf')))).toMatchObject({
      'program:m': { a: `${folder} %${folder}`, b: `${folder}/sub/b` },
      'program:x': { c: `${folder}/sub${folder}/sub` },
    })
  })

  test('without files is a mistake', () => {
    const folder = folderWith({ 'a.conf': '[supervisord]\n[include]\nfoo=bar\n' })
    expect(read(join(folder, 'a.conf'))).toMatchObject({
      ok: false,
      errors: [
        { classic: '.ini file has [include] section, but no files setting', at: { line: 2 }, excerpt: '[include]' },
      ],
    })
  })

  test('with a variable that is not there is a mistake', () => {
    const folder = folderWith({ 'a.conf': '[include]\nfiles=%(nosuch)s/*\n' })
    expect(read(join(folder, 'a.conf'))).toMatchObject({
      ok: false,
      errors: [
        {
          classic:
            "Format string '%(nosuch)s/*' for 'include.files' contains names ('nosuch') which cannot be expanded. Available names: ENV_CONF, here, host_node_name",
          at: { line: 2, column: 7 },
        },
      ],
    })
  })

  test('collects the mistakes of all files, in their order', () => {
    const folder = folderWith({
      'main.conf': '[include]\nfiles=*.ini\n',
      'a.ini': 'x=1\n',
      'b.ini': '[s]\none\ntwo\n',
      'c.ini': '[s]\n',
    })
    const parsed = read(join(folder, 'main.conf'))
    expect(!parsed.ok && parsed.errors.map((error) => [error.code, error.at?.file, error.at?.line])).toEqual([
      ['CONFIG_NO_SECTION_HEADER', join(folder, 'a.ini'), 1],
      ['CONFIG_BAD_LINE', join(folder, 'b.ini'), 2],
      ['CONFIG_BAD_LINE', join(folder, 'b.ini'), 3],
    ])
  })

  test('says where the bracket of a header is missing', () => {
    const folder = folderWith({ 'a.ini': '[supervisord\n', 'b.ini': '[s]\n[group\none\n' })
    const helps = ['a.ini', 'b.ini'].flatMap((name) => {
      const parsed = read(join(folder, name))
      return parsed.ok ? [] : parsed.errors.map(({ help }) => help)
    })
    expect(helps).toEqual([
      'close the header of the section: [supervisord]',
      'close the header of the section: [group]',
      'write option=value; a line that continues a value begins with a blank',
    ])
  })

  test('has no effect in an included file, which is said', () => {
    const folder = folderWith({
      'main.conf': '[include]\nfiles=a.ini\n',
      'a.ini': '[include]\nfiles=b.ini\n[program:a]\n',
      'b.ini': '[program:b]\n',
    })
    const got = document(join(folder, 'main.conf'))
    expect(options(got)).toEqual({ include: { files: 'a.ini' }, 'program:a': {} })
    expect(got.warnings).toMatchObject([
      { code: 'CONFIG_INCLUDE_IGNORED', at: { file: join(folder, 'a.ini'), line: 1 } },
    ])
  })

  test('warns of a folder, a pipe and a link to nowhere, and goes on', () => {
    const folder = folderWith({ 'main.conf': '[include]\nfiles=d/*\n', 'd/sub/x': '', 'd/z.conf': '[program:z]\n' })
    spawnSync('mkfifo', [join(folder, 'd/pipe')])
    symlinkSync('/nowhere/at/all', join(folder, 'd/link'))
    const got = document(join(folder, 'main.conf'))
    expect(got.files).toEqual([join(folder, 'main.conf'), join(folder, 'd/z.conf')])
    expect(got.warnings.map((warning) => [warning.code, warning.at?.line])).toEqual([
      ['CONFIG_INCLUDE_UNREADABLE', 2],
      ['CONFIG_INCLUDE_UNREADABLE', 2],
      ['CONFIG_INCLUDE_FOLDER', 2],
    ])
    // Supervisor counts them as included; its log is what people compare with.
    expect(got.notes).toHaveLength(4)
  })

  test('mixes INI and YAML, told apart by the names of the files', () => {
    const folder = folderWith({
      'main.conf': '[include]\nfiles=a.yaml\n',
      'main.yml': 'include:\n  files: [a.yaml, "with blank.ini"]\nprogram:\n  b: {command: x}\n',
      'a.yaml': 'program:\n  a: {command: [ls, "%(here)s/a b"]}\n',
      'with blank.ini': '[program:b]\ncommand=y\n',
    })
    expect(options(document(join(folder, 'main.conf')))['program:a']).toEqual({ command: `ls '${folder}/a b'` })
    const yaml = document(join(folder, 'main.yml'))
    expect(yaml.format).toBe('yaml')
    expect(yaml.sections.find(({ name }) => name === 'program:a')?.entries.command?.list).toEqual([
      'ls',
      `${folder}/a b`,
    ])
    expect(options(yaml)['program:b']).toEqual({ command: 'y' })
  })
})

test.skipIf(!pythonHas('supervisor.options'))('several files give what the parser of Supervisor gives', () => {
  const main = '[DEFAULT]\nd=%(here)s/d\n[include]\nfiles=inc/*.ini\n[program:a]\nx=%(here)s\ny=1\n[program:b]\nd=own\n'
  const folder = folderWith({
    'main.conf': main,
    'inc/1.ini': '[DEFAULT]\ne=%(here)s/e\nd=later\n[program:b]\nx=%(here)s\n[program:c]\n',
    'inc/2.ini': '[program:c]\nd=%(here)s\n[program:d]\nx=%%(here)s\n[program:a]\ny=2\n',
  })
  const script = `
import os, glob
from supervisor.options import UnhosedConfigParser
def answer(case):
    p = UnhosedConfigParser()
    p.read(case + '/main.conf'); p.expand_here(case)
    for f in sorted(glob.glob(case + '/inc/*.ini')): p.read(f); p.expand_here(os.path.dirname(f))
    return [{s: dict(p.items(s)) for s in p.sections()}, p.section_to_file]
`
  const [answer] = askPython(script, [folder])
  const got = document(join(folder, 'main.conf'))
  expect([options(got), Object.fromEntries(got.sections.map((s) => [s.name, s.file]))]).toEqual(answer)
})
if (!pythonHas('supervisor.options')) sayUncompared('merging of several files', 'supervisor')

describe('a file that is hardly a configuration', () => {
  test('is refused when it takes more than a configuration may', () => {
    const folder = folderWith({ 'main.conf': 'a'.repeat(CONFIG_BYTES_MAX + 1) })
    const file = join(folder, 'main.conf')
    expect(read(file)).toMatchObject({ ok: false, errors: [{ code: 'CONFIG_TOO_LARGE', at: { file } }] })
  })

  test('is refused when it is the included file with which all take more than they may', () => {
    const half = `[program:a]\ncommand=${'a'.repeat(CONFIG_BYTES_MAX / 2)}\n`
    const folder = folderWith({ 'main.conf': '[include]\nfiles=*.ini\n', '1.ini': half, '2.ini': half, '3.ini': half })
    expect(read(join(folder, 'main.conf'))).toMatchObject({
      ok: false,
      errors: [{ code: 'CONFIG_TOO_LARGE', at: { file: join(folder, '2.ini') } }],
    })
  })

  test('has a thousand of its bad lines told', () => {
    const folder = folderWith({ 'main.conf': `[supervisord]\n${'word\n'.repeat(50_000)}` })
    const got = read(join(folder, 'main.conf'))
    expect(got.ok ? [] : got.errors).toHaveLength(1000)
  })
})
