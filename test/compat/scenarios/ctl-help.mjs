const actions =
  'add avail clear exit fg help maintail open pid quit reload remove reread restart shutdown signal start status stop tail update version EOF'.split(
    ' ',
  )
export default {
  about: 'help of the client: its usage, the list of actions, help of each action, unknown actions, wrong options',
  files: { 'supervisord.conf': '@BASE@' },
  steps: [
    { ctl: '-h', bare: true },
    { ctl: '--help', bare: true, first: 3 },
    { ctl: '-?', bare: true, first: 3 },
    { ctl: 'help' },
    ...actions.map((a) => ({ ctl: `help ${a}` })),
    { ctl: 'help nosuch' },
    { ctl: 'help start stop' },
    { ctl: 'nosuch' },
    { ctl: 'nosuch with arguments' },
    { ctl: '?' },
    { ctl: ['? start'] },
    { ctl: '!ls' },
    { ctl: '--nosuch', bare: true },
    { ctl: '-c', bare: true },
    { ctl: '-c @DIR@/nothere.conf status', bare: true },
    { ctl: '-s ftp://localhost status' },
    { ctl: '--server=x status', label: 'a unique prefix of --serverurl' },
    { ctl: '-c @DIR@/bad.conf status', bare: true },
    {
      write: {
        'empty.conf': '[supervisord]\n',
        'garbage.conf': 'nothing here\n',
        'badurl.conf': '[supervisorctl]\nserverurl=gopher://x\n',
      },
    },
    { ctl: '-c @DIR@/empty.conf help quit', bare: true },
    { ctl: '-c @DIR@/garbage.conf help quit', bare: true },
    { ctl: '-c @DIR@/badurl.conf help quit', bare: true },
  ],
}
