import { createHash } from 'node:crypto'

const sha = (text) => createHash('sha1').update(text).digest('hex')
const servers = {
  percent: ['u%%x', 'p%%w'],
  colon: ['u:v', 'pw'],
  umlaut: ['üser', 'pässword'],
  capitals: ['u', `{SHA}${sha('secret').toUpperCase()}`],
  hashed: ['u', `{SHA}${sha('secret')}`],
  lower: ['u', '{sha}x'],
  quoted: ['u', '"quoted"'],
  semicolon: ['u', 'a;b'],
  remark: ['u', 'a ;b'],
  nothing: ['u', '{SHA}'],
  variable: ['%(ENV_ME)s', '%(ENV_ME)s2'],
}
const tries = [
  ['u%x', 'p%w'],
  ['u:v', 'pw'],
  ['u', 'v:pw'],
  ['üser', 'pässword'],
  ...['secret', sha('secret'), '{sha}x', 'x', 'quoted', '"quoted"', 'a;b', 'a', '', '{SHA}'].map((pass) => ['u', pass]),
  ['me', 'me2'],
  ['', ''],
]
export default {
  about:
    'user names and passwords with percent signs, colons, umlauts, quotes, remarks and variables; hashes in both cases',
  env: { ME: 'me' },
  files: {
    'supervisord.conf': `[supervisord]
logfile=@DIR@/l.log
pidfile=@DIR@/p.pid
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[unix_http_server]
file=@DIR@/s.sock
${Object.entries(servers)
  .map(
    ([name, [user, pass]]) =>
      `[unix_http_server:${name}]\nfile=@DIR@/${name}.sock\nusername=${user}\npassword=${pass}\n`,
  )
  .join('')}`,
  },
  steps: [
    { start: true },
    ...Object.keys(servers).flatMap((name) =>
      tries.map(([user, pass]) => ({
        rpc: 'supervisor.getIdentification',
        url: `unix:@DIR@/${name}.sock`,
        ...{ user, pass, label: name, first: 1 },
      })),
    ),
    ...['percent', 'umlaut', 'semicolon'].map((name) => {
      const [user, pass] = servers[name]
      const words = ['-s', `unix://@DIR@/${name}.sock`, '-u', user.replace('%%', '%'), '-p', pass.replace('%%', '%')]
      return { ctl: [...words, 'pid', 'all'], bare: true, cwd: '/' }
    }),
  ],
}
