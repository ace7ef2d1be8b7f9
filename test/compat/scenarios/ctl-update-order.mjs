const program = (name, priority, command = '/bin/cat') =>
  `[program:${name}]\ncommand=${command}\npriority=${priority}\n`
export default {
  about: 'the order in which update removes, changes and adds groups: by priority, then by name',
  files: {
    'supervisord.conf': `@BASE@\n${program('z-old', 1)}${program('a-old', 2)}${program('m-old', 3)}${program('y', 5)}${program('x', 6)}`,
  },
  steps: [
    { start: true },
    { wait: { 'z-old': 'RUNNING', 'a-old': 'RUNNING', 'm-old': 'RUNNING', y: 'RUNNING', x: 'RUNNING' } },
    {
      write: {
        'supervisord.conf': `@BASE@\n${program('c-new', 30)}${program('b-new', 20)}${program('d-new', 10)}${program('y', 5, '/bin/cat -u')}${program('x', 6, '/bin/cat -u')}`,
      },
    },
    { ctl: 'reread', label: 'by name' },
    { rpc: 'supervisor.reloadConfig' },
    { ctl: 'update' },
    { wait: { 'b-new': 'RUNNING', 'c-new': 'RUNNING', 'd-new': 'RUNNING', x: 'RUNNING', y: 'RUNNING' } },
    { log: true, only: 'spawned.*new', label: 'added ones start in that order' },
    { ctl: 'avail' },
  ],
}
