/** Options of one section; booleans and numbers are written as Supervisor writes them. */
export type Options = Readonly<Record<string, string | number | boolean>>

/** What a test says about a configuration; everything else is filled in. */
export interface ConfigParts {
  readonly programs?: Readonly<Record<string, Options>>
  readonly groups?: Readonly<Record<string, Options>>
  readonly supervisord?: Options
  /** More sections, as text. */
  readonly more?: string
}

/** A whole supervisord.conf with a server on a unix socket in `dir`. */
export function configText(
  dir: string,
  { programs = {}, groups = {}, supervisord = {}, more = '' }: ConfigParts,
): string {
  const sections: [string, Options][] = [
    [
      'supervisord',
      { logfile: `${dir}/supervisord.log`, pidfile: `${dir}/supervisord.pid`, childlogdir: dir, ...supervisord },
    ],
    ['unix_http_server', { file: `${dir}/s.sock` }],
    [
      'rpcinterface:supervisor',
      { 'supervisor.rpcinterface_factory': 'supervisor.rpcinterface:make_main_rpcinterface' },
    ],
    ['supervisorctl', { serverurl: `unix://${dir}/s.sock` }],
    ...Object.entries(programs).map(([name, options]): [string, Options] => [`program:${name}`, options]),
    ...Object.entries(groups).map(([name, options]): [string, Options] => [`group:${name}`, options]),
  ]
  return `${sections.map(section).join('\n')}\n${more}`
}

function section([name, options]: readonly [string, Options]): string {
  return `[${name}]\n${Object.entries(options)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')}`
}
