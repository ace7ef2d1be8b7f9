import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { parseSupervisordOptions } from '../../src/cli/supervisord-options.js'
import { parseArguments } from '../../src/cli/svctl/arguments.js'
import { configOf, filesOf } from '../desired/load.js'

const read = (name: string) => readFileSync(new URL(`../../examples/container/${name}`, import.meta.url), 'utf8')
const FILE = '/etc/svctl/svctl.yaml'
/** The folders that the image and the volumes make. */
const FOLDERS = { '/run/svctl/x': '', '/dev/x': '' }

test('the configuration: essential programs, whole lines on standard output, an end in good time', () => {
  const config = configOf(read('svctl.yaml'), { file: FILE }, FOLDERS)
  expect(config.warnings).toEqual([])
  expect(config.daemon).toMatchObject({ nodaemon: true, shutdownTimeoutSecs: 8, exitOn: ['fatal', 'essential'] })
  for (const { processes } of config.groups)
    expect(processes[0]).toMatchObject({ stdout: { logfile: { path: '/dev/stdout' } }, redirectStderr: true })
})

describe('Dockerfile', () => {
  const words = (instruction: string) =>
    JSON.parse(new RegExp(`^${instruction}.*?(\\[.*\\])$`, 'm').exec(read('Dockerfile'))?.[1] ?? '')

  test('runs supervisord without a shell in front', () => {
    const [program, ...args] = words('ENTRYPOINT')
    expect(program).toBe('supervisord')
    const parsed = parseSupervisordOptions(args, { files: filesOf({ [FILE]: '' }), home: '/' })
    expect(parsed).toMatchObject({ ok: true, options: { config: FILE, overrides: { nodaemon: true } } })
  })

  test('asks for its health', () => {
    expect(parseArguments(words('HEALTHCHECK').slice(1))).toMatchObject({ kind: 'run', command: 'healthcheck' })
  })
})

describe('kubernetes.yaml', () => {
  const [map, deployment] = parseAllDocuments(read('kubernetes.yaml'), { strict: true }).map((one) => one.toJS())
  const pod = deployment.spec.template.spec
  const [container] = pod.containers

  test('has the same configuration', () => {
    expect(parse(map.data['svctl.yaml'])).toEqual(parse(read('svctl.yaml')))
  })

  test('waits longer for the end than that may take', () => {
    const { daemon } = configOf(map.data['svctl.yaml'], { file: FILE }, FOLDERS)
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(daemon.shutdownTimeoutSecs ?? Number.POSITIVE_INFINITY)
  })

  test.each(['livenessProbe', 'readinessProbe'])('%s asks svctl, and gives it time to answer', (probe) => {
    const { exec, timeoutSeconds } = container[probe]
    expect(parseArguments(exec.command.slice(1))).toMatchObject({ kind: 'run', command: 'healthcheck' })
    expect(timeoutSeconds).toBeGreaterThan(5)
  })

  test('what is mounted is there', () => {
    expect(container.volumeMounts.map(({ name }: { name: string }) => name)).toEqual(
      pod.volumes.map(({ name }: { name: string }) => name),
    )
  })
})
