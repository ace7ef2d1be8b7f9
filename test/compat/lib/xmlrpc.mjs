// A small XML-RPC codec that keeps the types apart: what matters here is whether
// a server answered <int>1</int> or <boolean>1</boolean> or <string>1</string>.

const esc = (s) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

/** A JS value as an XML-RPC <value>; { $xml: '...' } is put in as it stands. */
export function encodeValue(v) {
  if (v === null || v === undefined) return '<value><nil/></value>'
  if (typeof v === 'object' && typeof v.$xml === 'string') return `<value>${v.$xml}</value>`
  if (typeof v === 'boolean') return `<value><boolean>${v ? 1 : 0}</boolean></value>`
  if (typeof v === 'number')
    return Number.isInteger(v) ? `<value><int>${v}</int></value>` : `<value><double>${v}</double></value>`
  if (Array.isArray(v)) return `<value><array><data>${v.map(encodeValue).join('')}</data></array></value>`
  if (typeof v === 'object')
    return `<value><struct>${Object.entries(v)
      .map(([k, x]) => `<member><name>${esc(k)}</name>${encodeValue(x)}</member>`)
      .join('')}</struct></value>`
  return `<value><string>${esc(String(v))}</string></value>`
}

export function encodeCall(method, params) {
  const ps = params.map((p) => `<param>${encodeValue(p)}</param>`).join('')
  return `<?xml version='1.0'?>\n<methodCall>\n<methodName>${esc(method)}</methodName>\n<params>${ps}</params>\n</methodCall>\n`
}

function unescapeXml(s) {
  return s.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (all, e) => {
    if (e[0] === '#') return String.fromCodePoint(e[1] === 'x' ? parseInt(e.slice(2), 16) : parseInt(e.slice(1), 10))
    return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[e] ?? all
  })
}

/** XML text to a tree of { tag, text, kids }. */
function parseXml(xml) {
  const root = { tag: '#root', text: '', kids: [] }
  const stack = [root]
  const re =
    /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>|<(\/?)([A-Za-z_][\w.:-]*)[^>]*?(\/?)>|([^<]+)/g
  let end = 0
  for (const m of xml.matchAll(re)) {
    if (m.index !== end) throw new Error(`XML: cannot read at ${end}: ${JSON.stringify(xml.slice(end, end + 40))}`)
    end = m.index + m[0].length
    const top = stack[stack.length - 1]
    if (m[1] !== undefined) top.text += m[1]
    else if (m[5] !== undefined) top.text += unescapeXml(m[5])
    else if (m[3] !== undefined) {
      if (m[2]) {
        if (top.tag !== m[3]) throw new Error(`XML: </${m[3]}> closes <${top.tag}>`)
        stack.pop()
      } else {
        const node = { tag: m[3], text: '', kids: [] }
        top.kids.push(node)
        if (!m[4]) stack.push(node)
      }
    }
  }
  if (end !== xml.length) throw new Error(`XML: cannot read at ${end}`)
  if (stack.length !== 1) throw new Error(`XML: <${stack[stack.length - 1].tag}> is not closed`)
  return root
}

const kid = (node, tag) => node.kids.find((k) => k.tag === tag)

/** Typed value: { t: 'int'|'bool'|'str'|'double'|'nil'|'array'|'struct'|..., v } */
function typed(node) {
  const inner = node.kids[0]
  if (!inner) return { t: 'str', v: node.text }
  switch (inner.tag) {
    case 'int':
    case 'i4':
      return { t: 'int', v: Number(inner.text.trim()) }
    case 'boolean':
      return { t: 'bool', v: inner.text.trim() === '1' }
    case 'string':
      return { t: 'str', v: inner.text }
    case 'double':
      return { t: 'double', v: Number(inner.text) }
    case 'nil':
      return { t: 'nil', v: null }
    case 'array':
      return { t: 'array', v: (kid(inner, 'data')?.kids ?? []).map(typed) }
    case 'struct': {
      const v = {}
      for (const m of inner.kids) v[kid(m, 'name').text] = typed(kid(m, 'value'))
      return { t: 'struct', v }
    }
    default:
      return { t: inner.tag, v: inner.text }
  }
}

/** A response body: { value } or { fault: {code, string} }. */
export function decodeResponse(xml) {
  const root = parseXml(xml)
  const resp = kid(root, 'methodResponse')
  if (!resp) throw new Error('no methodResponse')
  const fault = kid(resp, 'fault')
  if (fault) {
    const f = typed(kid(fault, 'value'))
    return { fault: { code: f.v.faultCode?.v, string: f.v.faultString?.v } }
  }
  return { value: typed(kid(kid(kid(resp, 'params'), 'param'), 'value')) }
}

/** Typed value to a plain JS value. */
export function plain(x) {
  if (x.t === 'array') return x.v.map(plain)
  if (x.t === 'struct') return Object.fromEntries(Object.entries(x.v).map(([k, v]) => [k, plain(v)]))
  return x.v
}

/** Typed value to lines, one scalar a line; pick keeps only these keys of structs. */
export function render(x, { path = '', pick } = {}) {
  const out = []
  const walk = (v, p) => {
    if (v.t === 'array') {
      if (!v.v.length) out.push(`${p || 'value'}: empty array`)
      for (const [i, e] of v.v.entries()) walk(e, `${p}[${i}]`)
    } else if (v.t === 'struct') {
      const keys = Object.keys(v.v)
        .filter((k) => !pick || pick.includes(k))
        .sort()
      if (!keys.length) out.push(`${p || 'value'}: empty struct`)
      for (const k of keys) {
        let e = v.v[k]
        if (k === 'pid' && e.t === 'int' && e.v > 0) e = { t: 'raw', v: 'int <PID>' }
        if (['start', 'stop', 'now'].includes(k) && e.t === 'int' && e.v > 0) e = { t: 'raw', v: 'int <TIME>' }
        walk(e, p ? `${p}.${k}` : k)
      }
    } else if (v.t === 'raw') out.push(`${p || 'value'}: ${v.v}`)
    else if (v.t === 'str' && v.v.includes('\n')) {
      // a text of several lines: one a line, the last marked when it has no \n
      const ls = v.v.split('\n')
      const tail = ls.pop()
      out.push(`${p || 'value'}: str of several lines`, ...ls.map((l) => `${p}| ${l}`))
      if (tail) out.push(`${p}| ${tail}<no newline>`)
    } else out.push(`${p || 'value'}: ${v.t} ${JSON.stringify(v.v)}`)
  }
  walk(x, path)
  return out
}
