import { describe, expect, test } from 'vitest'
import { diagnostic } from '../../src/config/codes.js'
import { renderDiagnostic, renderDiagnostics } from '../../src/config/render.js'

const at = { file: 'supervisord.conf', line: 12, column: 11, endColumn: 19 }
const full = diagnostic({
  code: 'CONFIG_BAD_EXPANSION',
  message: 'Cannot read startsecs as a number of seconds: "1 minute"',
  at,
  excerpt: 'startsecs=1 minute',
  help: 'write whole seconds, for example startsecs=60',
})
const carets = (text: string) => text.split('\n')[2]

describe('renderDiagnostic', () => {
  test('shows place, line, carets and help', () => {
    expect(renderDiagnostic(full, { color: false })).toBe(
      [
        'supervisord.conf:12:11: error CONFIG_BAD_EXPANSION: Cannot read startsecs as a number of seconds: "1 minute"',
        '   12 | startsecs=1 minute',
        '      |           ^^^^^^^^',
        '  help: write whole seconds, for example startsecs=60',
      ].join('\n'),
    )
  })
  test('shows what there is', () => {
    const bare = diagnostic({ severity: 'warning', code: 'CONFIG_NOT_FOUND', message: 'Cannot find it' })
    expect(renderDiagnostic(bare, { color: false })).toBe('warning CONFIG_NOT_FOUND: Cannot find it')
  })
  test('colours change nothing but colours', () => {
    const colored = renderDiagnostic(full, { color: true })
    expect(colored.replace(/\x1b\[[\d;]*m/g, '')).toBe(renderDiagnostic(full, { color: false }))
    expect(colored).not.toBe(renderDiagnostic(full, { color: false }))
  })
  test('without an end one caret marks the start', () => {
    const { endColumn: _, ...start } = at
    expect(carets(renderDiagnostic({ ...full, at: start }, { color: false }))).toBe('      |           ^')
  })
  test('carets stand under the text behind tabs and wide characters', () => {
    const shown = (excerpt: string, column: number, endColumn: number) =>
      renderDiagnostic({ ...full, excerpt, at: { ...at, column, endColumn } }, { color: false })
        .split('\n')
        .slice(1, 3)
    expect(shown('\tk=v', 4, 5)).toEqual(['   12 |     k=v', '      |       ^'])
    expect(shown('日本=v', 4, 5)).toEqual(['   12 | 日本=v', '      |      ^'])
    expect(shown('e\u0301=v', 4, 5)).toEqual(['   12 | e\u0301=v', '      |   ^'])
    expect(shown('k=日本', 3, 5)).toEqual(['   12 | k=日本', '      |   ^^^^'])
  })
  test('a place behind the line still has a caret', () => {
    expect(carets(renderDiagnostic({ ...full, excerpt: 'k=' }, { color: false }))).toBe('      |   ^')
  })
  test('a long line is cut around what is meant', () => {
    const excerpt = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`
    const text = renderDiagnostic({ ...full, excerpt, at: { ...at, column: 501, endColumn: 505 } }, { color: false })
    const [, line, marks] = text.split('\n')
    expect(line?.length).toBeLessThan(180)
    expect(line?.slice(marks?.indexOf('^'))).toMatch(/^HERE/)
  })
  test('a file cannot steer the terminal', () => {
    const text = renderDiagnostic(
      { ...full, message: 'a\x1b[2Jb\nc', excerpt: 'startsecs=\x1b]0;x\x07\x9b2J', at: { ...at, file: 'x\x1b.conf' } },
      { color: false },
    )
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
  })
})

test('renderDiagnostics puts one below the other', () => {
  const text = renderDiagnostics([full, full], { color: false })
  expect(text.split('\n')).toHaveLength(8)
  expect(renderDiagnostics([], { color: false })).toBe('')
})
