import type { Operator } from '../../../model/operator.js'
import { badRequest, forbidden, invalidConfig, type JsonAnswer, noRevision, ok } from '../answers.js'
import { diffDocument } from '../diff.js'
import { readObject } from '../read.js'
import { hideFileText } from '../secrets.js'
import type { JsonRequest } from './request.js'

/** `GET diff?name=web&patch=1&secrets=1` */
export function getDiff({ query, local }: JsonRequest, operator: Operator): JsonAnswer {
  const options = { patch: query.get('patch') === '1', secrets: query.get('secrets') === '1' }
  if (options.secrets && !local) return secretsRefused()
  const result = operator.diff(options)
  if (!result.ok) return invalidConfig(result.errors)
  const { secrets } = options
  return ok(diffDocument(operator, result.report, { names: query.getAll('name'), candidate: false, secrets }))
}

/** `POST diff {"file": "/absolute/path"}`, a file that is not in place, or `{"revision": 3}`. Changes nothing. */
export function postDiff({ body, local }: JsonRequest, operator: Operator): JsonAnswer {
  const shape = { file: 'text?', revision: 'number?', names: 'texts?', patch: 'flag?', secrets: 'flag?' } as const
  const read = readObject(body, shape)
  if (!read.ok) return badRequest(read.message)
  const { file, revision, names = [], patch = false, secrets = false } = read.value
  if (secrets && !local) return secretsRefused()
  if ((file === undefined) === (revision === undefined)) return badRequest('The body has to name a file or a revision')
  if (file === undefined) {
    const result = operator.diffRevision(revision ?? null, { patch, secrets })
    if (!result.ok) return noRevision(result.message)
    return ok(diffDocument(operator, result.report, { names, candidate: false, revision: result.to, secrets }))
  }
  if (!file.startsWith('/') || file.includes('\0'))
    return badRequest(`file has to be an absolute path, got ${JSON.stringify(file)}`)
  const result = operator.diffFile(file, { patch, secrets })
  if (!result.ok) return invalidConfig(result.errors.map(hideFileText))
  return ok(diffDocument(operator, result.report, { names, candidate: true, secrets }))
}

function secretsRefused(): JsonAnswer {
  return forbidden('Secrets are shown on the unix socket only; nothing was compared')
}
