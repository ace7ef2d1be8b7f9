import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { confirmPage } from '../../src/api/web/confirm-page.js'
import { html, query, raw, segment } from '../../src/api/web/html.js'
import { statusPage } from '../../src/api/web/status-page.js'
import { tailPage } from '../../src/api/web/tail-page.js'
import { groupsOf, liveDaemon } from './live-operator.js'

const text = fc.string({ unit: 'binary' })

/** Everything of a page that is markup: tags with their attributes' names, without any value or text. */
const skeleton = (page: string) => page.replace(/"[^"]*"/g, '""').replace(/>[^<]*</g, '><')

describe('a template', () => {
  test('never lets a text become markup', () => {
    fc.assert(
      fc.property(text, text, (attribute, inner) => {
        const { markup } = html`<p title="${attribute}">${inner}</p>`
        expect(skeleton(markup)).toBe('<p title=""></p>')
      }),
    )
  })

  test('takes markup, lists, numbers and nothing as they are', () => {
    expect(html`${raw('<b>')}${['<', html`<i>`, 3, null]}`.markup).toBe('<b>&lt;<i>3')
  })

  test('encodes parameters so that none can be added, whatever the text', () => {
    fc.assert(
      fc.property(text, (value) => {
        const read = new URLSearchParams(query({ a: value }))
        expect([...read.keys()]).toEqual(['a'])
        expect(read.get('a')).toBe(value.replace(/\p{Surrogate}/gu, '\ufffd'))
        expect(segment(value)).not.toMatch(/[/?#"<>&\s]/)
      }),
    )
  })
})

describe('no page changes its shape', () => {
  const closed = new AbortController().signal
  const pages = (name: string, message: string, spawnError: string) => {
    const daemon = liveDaemon(groupsOf({ name: 'cat' }))
    const row = daemon.row('cat')
    row.seen = { ...row.seen, phase: 'FATAL', spawnError }
    const views = daemon.operator.groups().map((group) => ({
      ...group,
      processes: group.processes.map((view) => ({ ...view, spec: { ...view.spec, name, group: name } })),
    }))
    const operator = { ...daemon.operator, groups: () => views }
    const call = { operator, version: '4.3.0', namespaces: [], closed }
    return [
      statusPage(message, call),
      tailPage(new URLSearchParams({ processname: name, limit: message, channel: spawnError }), call),
      confirmPage({ action: 'stop', name }, '4.3.0'),
    ].map(skeleton)
  }

  test('by the name of a process, a message, or what a start failed with', () => {
    const plain = pages('x', 'x', 'x')
    const some = text.filter((value) => value !== '')
    fc.assert(
      fc.property(some, some, some, (name, message, spawnError) => {
        expect(pages(name, message, spawnError === 'stderr' ? 'x' : spawnError)).toEqual(plain)
      }),
    )
  })
})
