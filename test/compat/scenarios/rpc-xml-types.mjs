const call = (method, ...values) =>
  `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${values
    .map((value) => `<param><value>${value}</value></param>`)
    .join('')}</params></methodCall>`
const info = 'supervisor.getProcessInfo'
const read = 'supervisor.readProcessStdoutLog'
const stop = 'supervisor.startProcess'
const quiet = { noBody: true, only: 'status' }
export default {
  about:
    'XML-RPC values on the wire: every scalar type, entities, CDATA, blanks, comments, declarations, too deep and too many',
  files: {
    'supervisord.conf':
      '@BASE@\n[program:cat]\ncommand=/bin/sh -c "echo 0123456789; exec cat"\nstdout_logfile=@DIR@/cat.out\n',
  },
  steps: [
    { start: true },
    { wait: { cat: 'RUNNING' } },
    { waitFile: { file: 'cat.out', size: 11 } },
    { xml: call(read, 'cat', '<int>0</int>', '<int>4</int>') },
    { xml: call(read, '<string>cat</string>', '<i4>-4</i4>', '<i4>0</i4>') },
    { xml: call(read, 'cat', '<int> 2 </int>', '<int>+3</int>'), label: 'blanks and a sign' },
    { xml: call(read, 'cat', '<int>x</int>', '<int>3</int>'), ...quiet },
    { xml: call(read, 'cat', '<int></int>', '<int>3</int>'), ...quiet },
    { xml: call(read, 'cat', '<boolean>0</boolean>', '<boolean>1</boolean>') },
    { xml: call(stop, 'cat', '<boolean>1</boolean>') },
    { xml: call(stop, 'cat', '<boolean>0</boolean>') },
    { xml: call(info, 'c&#97;t'), only: 'status|cat' },
    { xml: call(info, 'a &lt;b&gt; &amp; &quot;c&quot; &apos;d&apos;') },
    { xml: call(info, '<string><![CDATA[a<b]]></string>') },
    { xml: call(info, '<string>snow ☃ man</string>') },
    { xml: call(info, '<string> cat </string>'), label: 'blanks belong to a string' },
    { xml: call(info, '<string/>') },
    { xml: call(info, '') },
    { xml: call(info, '<base64>Y2F0</base64>'), only: 'status|fault|<string>cat</string>' },
    { xml: `<!-- a comment -->${call('supervisor.getIdentification').replace(/<\?.*\?>/, '')}` },
    {
      xml: call('supervisor.getIdentification').replace(
        '<?xml version="1.0"?>',
        '<?xml version="1.0" encoding="utf-8"?>\n',
      ),
    },
    { xml: call('supervisor.getIdentification').replace('<params></params>', '<params/>') },
    { xml: call(' supervisor.getIdentification'), label: 'a name with a blank' },
    { xml: call('supervisor.getIdentification', '<int>1</int>') },
    { xml: call(info, '<struct><member><name>a</name><value>b</value></member></struct>'), ...quiet },
    { xml: call(info, '<int>5</int>'), ...quiet },
    { xml: call('supervisor.sendRemoteCommEvent', 'a', 'b') },
    { xml: call('supervisor.signalProcess', 'cat', '<int>18</int>') },
    { xml: call('supervisor.signalProcess', 'cat', 'CONT') },
    { xml: call('supervisor.signalProcess', 'cat', '18') },
    { xml: call('system.multicall', '<array><data></data></array>') },
    { xml: call('system.methodSignature', 'supervisor.getPID') },
    {
      xml: '<methodCall><methodName>supervisor.getIdentification</methodName><params></methodCall>',
      ...quiet,
      label: 'not closed',
    },
    { xml: '<methodCall><methodName/></methodCall>', ...quiet },
    { rpc: 'supervisor.getIdentification', label: 'still there' },
  ],
}
