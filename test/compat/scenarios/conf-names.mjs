export default {
  about:
    'names out of the ordinary: letters of other alphabets, dots, brackets, percent signs, long, equal in two groups',
  files: {
    'supervisord.conf': `
@BASE@
[program:test_öäü]
command=/bin/cat
[program:with.dot-and_more]
command=/bin/cat
[program:UPPER]
command=/bin/cat
[program: padded ]
command=/bin/cat
[program:br[ack]et]
command=/bin/cat
[program:日本]
command=/bin/cat
[program:shared]
command=/bin/cat
process_name=%(group_name)s-%(program_name)s
[program:num]
command=/bin/cat
numprocs=3
numprocs_start=9
process_name=%(program_name)s-%(process_num)+03d_%(numprocs)s
[program:x]
command=/bin/cat
process_name=all
[group:one]
programs=shared
[group:two]
programs=shared
`,
  },
  steps: [
    { start: true },
    {
      wait: {
        test_öäü: 'RUNNING',
        UPPER: 'RUNNING',
        日本: 'RUNNING',
        'one:one-shared': 'RUNNING',
        'two:two-shared': 'RUNNING',
        'x:all': 'RUNNING',
        padded: 'RUNNING',
      },
    },
    { ctl: 'status' },
    { rpc: 'supervisor.getAllProcessInfo', pick: ['name', 'group', 'statename'] },
    { ctl: 'avail' },
    { ctl: ['status', 'test_öäü', '日本'] },
    { ctl: ['stop', 'test_öäü'] },
    { ctl: ['start', 'test_öäü'] },
    { ctl: ['status', 'upper'] },
    { ctl: ['status', 'br[ack]et'] },
    { ctl: ['restart', 'with.dot-and_more'] },
    { ctl: ['status', 'x:all'] },
    { ctl: ['status', 'x'] },
    { ctl: ['status', 'num:*'] },
    { ctl: ['stop', 'two:*'] },
    { ctl: ['status', 'one:*', 'two:*'] },
    { rpc: 'supervisor.getProcessInfo', params: ['日本'], pick: ['name', 'group', 'statename'] },
    { http: '/logtail/test_%C3%B6%C3%A4%C3%BC', ms: 1200, only: 'status' },
    { log: true, only: 'öäü|日本', drop: 'waiting' },
  ],
}
