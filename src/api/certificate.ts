import { readFileSync, statSync } from 'node:fs'

/** Where the certificate of a server is. Absolute paths. */
export interface CertificateFiles {
  readonly certFile: string
  readonly keyFile: string
}

/** PEM texts that fit together. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  /** Tells whether the files have changed since. */
  readonly stamp: string
}

/** A certificate, or what is wrong with its files; `readable` when it is what they say. */
export type ReadCertificate =
  | { readonly ok: true; readonly certificate: Certificate }
  | { readonly ok: false; readonly reason: string; readonly readable: boolean }

/** Reads certificate and key and tries whether they can be used together. */
export function readCertificate(files: CertificateFiles): ReadCertificate {
  const stamp = stampOf(files)
  const [cert, key] = [readText(files.certFile), readText(files.keyFile)]
  for (const [file, read] of [
    [files.certFile, cert],
    [files.keyFile, key],
  ] as const)
    if (!read.ok) return { ok: false, reason: `cannot read ${file}: ${read.reason}`, readable: false }
  const certificate = { cert: cert.ok ? cert.text : '', key: key.ok ? key.text : '', stamp }
  try {
    // Taken when it is needed: who does not use TLS does not pay for it.
    process.getBuiltinModule('node:tls').createSecureContext(certificate)
    return { ok: true, certificate }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      ok: false,
      reason: `cannot use ${files.certFile} with the key in ${files.keyFile}: ${why}`,
      readable: true,
    }
  }
}

/** A text that is another one once a file was replaced or written. */
export function stampOf({ certFile, keyFile }: CertificateFiles): string {
  return [certFile, keyFile]
    .map((file) => {
      const stat = statSync(file, { throwIfNoEntry: false })
      return stat === undefined ? 'none' : `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeMs}`
    })
    .join(' ')
}

function readText(
  file: string,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string } {
  try {
    return { ok: true, text: readFileSync(file, 'utf8') }
  } catch (error) {
    return {
      ok: false,
      reason: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : String((error as Error).message),
    }
  }
}
