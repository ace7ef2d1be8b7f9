import type { Packing } from '../model/ports.js'

/** More than this was not written by us. */
const TEXT_BYTES_MAX = 256 * 1024 * 1024

/** gzip; its work is done by a thread of Node's pool. Loaded when it is first needed: not every start needs it. */
export const gzipPacking: Packing = {
  pack(text, done) {
    zlib().gzip(text, (error, bytes) => {
      if (error) throw error
      done(bytes)
    })
  },
  unpack(bytes) {
    try {
      return zlib().gunzipSync(bytes, { maxOutputLength: TEXT_BYTES_MAX }).toString('utf8')
    } catch {
      return null
    }
  },
}

function zlib(): typeof import('node:zlib') {
  return process.getBuiltinModule('node:zlib')
}
