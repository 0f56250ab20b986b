import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { Client, credentials, status } from '@grpc/grpc-js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { WireTrial } from '../../../src-main/features/optuna-storage/node/wire.ts'
import { runningProgram } from '../../../src-main/core/study/imported-study.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { OptunaClient } from '../../../src-main/features/optuna-storage/node/client.ts'
import { OptunaServer } from '../../helpers/optuna-server.ts'
import { findPeer, type PeerVariable } from '../../helpers/python-peer.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const fixtures = path.join(import.meta.dirname, '../../fixtures/optuna')
const open: OptunaServer[] = []

async function start(database: string, port = 0, failAfterMs?: number): Promise<OptunaServer> {
  const server = await OptunaServer.start(database, port, failAfterMs)
  open.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(open.splice(0).map(async server => server.end('SIGKILL')))
})

interface Ended {
  readonly code: number | null
  readonly lines: readonly string[]
}

/** Runs a Python program to its end. @param lines grow while it runs */
async function runPython(
  python: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  lines: string[] = [],
): Promise<Ended> {
  const program = spawn(python, ['-W', 'ignore', ...parameters], {
    cwd: scratch(),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const code = new Promise<number | null>(resolve => program.once('close', resolve))
  for await (const line of createInterface({ input: program.stdout })) lines.push(line)
  return { code: await code, lines }
}

interface Version {
  readonly variable: PeerVariable
  readonly tests: number
  /** The Python whose suite it is; absent: its own. */
  readonly suite?: string | null
}

const optuna4 = findPeer('TUNEWRIGHT_OPTUNA4_PYTHON')

async function suiteOf(python: string): Promise<string> {
  const words = ['-c', 'from optuna.testing import pytest_storages as p; print(p.__file__)']
  return (await runPython(python, words)).lines[0] ?? ''
}

describe.each([
  { version: '5.0', variable: 'TUNEWRIGHT_PEERS_PYTHON', tests: 59 },
  { version: '4.9', variable: 'TUNEWRIGHT_OPTUNA4_PYTHON', tests: 56 },
  // With the suite of 4.9, since it ships none.
  { version: '4.2', variable: 'TUNEWRIGHT_OPTUNA42_PYTHON', tests: 56, suite: optuna4 },
] as const)('Optuna $version', ({ variable, tests, suite: from }: Version) => {
  const python = findPeer(variable)

  it.skipIf(python === null || from === null)(
    'a suite of its own for storages passes',
    { timeout: 180_000 },
    async () => {
      const server = await start(path.join(scratch(), 'studies.sqlite'))
      const suite = path.join(fixtures, 'storage_suite.py')
      const { code, lines } = await runPython(
        python ?? '',
        ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-c', '/dev/null', suite],
        {
          TUNEWRIGHT_OPTUNA_PORT: String(server.port),
          ...(typeof from === 'string' && { TUNEWRIGHT_OPTUNA_SUITE: await suiteOf(from) }),
          // Maps of the compiled library forget the order in which they were sent, and one test looks at that.
          PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION: 'python',
        },
      )
      expect(lines.slice(-20).join('\n')).toMatch(new RegExp(`${tests} passed`))
      expect(code).toBe(0)
    },
  )
})

interface Acknowledged {
  readonly number: number
  readonly value: number
  readonly params: Readonly<Record<string, number | string>>
}

const python = findPeer('TUNEWRIGHT_PEERS_PYTHON')

it.skipIf(python === null)(
  'four processes lose no trial that was acknowledged when the server is killed',
  { timeout: 300_000 },
  async () => {
    const database = path.join(scratch(), 'studies.sqlite')
    const first = await start(database)
    const worker = path.join(fixtures, 'worker.py')
    const stop = path.join(scratch(), 'stop')
    const printed = ['a', 'b', 'c', 'd'].map(name => ({ name, lines: [] as string[] }))
    const running = printed.map(async ({ name, lines }) =>
      runPython(python ?? '', [worker, String(first.port), name, '240', stop], {}, lines),
    )
    /** Each of them, or one has ended, which is told below. */
    const acknowledged = async (count: number): Promise<unknown> => {
      const wanted = printed.map(({ lines }) => lines.length + count)
      const areThere = () => printed.every(({ lines }, at) => lines.length >= (wanted[at] ?? 0))
      return Promise.race([vi.waitUntil(areThere, { timeout: 120_000 }), ...running])
    }
    await acknowledged(10)
    await first.end('SIGKILL')
    const second = await start(database, first.port)
    await acknowledged(5)
    writeFileSync(stop, '')
    const ended = await Promise.all(running)
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0])
    await second.end()
    const acknowledgments = ended.flatMap(({ lines }) =>
      lines.map(line => JSON.parse(line) as Acknowledged),
    )
    expect(acknowledgments.length).toBeGreaterThanOrEqual(4 * (10 + 5))
    const store = openStudyStore(database, { readOnly: true })
    const study = store.findStudy('shared')
    const trials = store.trials(study.id)
    store.close()
    for (const { number, value, params } of acknowledgments) {
      const trial = trials[number]
      expect(trial).toMatchObject({ state: 'complete', values: [value], parameters: params })
      expect(trial?.metrics['value']?.steps).toEqual([0, 1, 2])
    }
    expect(new Set(acknowledgments.map(({ number }) => number)).size).toBe(acknowledgments.length)
    // A trial that was not acknowledged may be there or not; nothing runs any more.
    expect(study.trials.running).toBe(0)
    expect(study.state).toBe('paused')
    expect(runningProgram(study.environment)).toBe('Optuna')
    expect(study.specification.space).toEqual({
      x: { float: [-5, 5] },
      kind: { choice: ['a', 'b'] },
      y: { int: [1, 9], when: { kind: 'a' } },
    })
  },
)

it(
  'a message that is none ends its call, and further ones are answered',
  { timeout: 60_000 },
  async () => {
    const server = await start(path.join(scratch(), 'studies.sqlite'))
    const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
    const call = async (method: string, bytes: Buffer): Promise<number> =>
      new Promise(resolve => {
        const same = (message: Buffer): Buffer => message
        client.makeUnaryRequest(`/optuna.StorageService/${method}`, same, same, bytes, error =>
          resolve(error?.code ?? status.OK),
        )
      })
    expect(await call('GetTrials', Buffer.from([0xff, 0xff, 0xff]))).toBe(status.INTERNAL)
    expect(await call('CreateNewTrial', Buffer.from([0x12, 0x7f, 1]))).toBe(status.INTERNAL)
    expect(await call('DeleteStudy', Buffer.from([0x08, 7]))).toBe(status.NOT_FOUND)
    expect(await call('NoSuchMethod', Buffer.alloc(0))).toBe(status.UNIMPLEMENTED)
    expect(await call('GetAllStudies', Buffer.alloc(40 * 1024 * 1024))).toBe(
      status.RESOURCE_EXHAUSTED,
    )
    expect(await call('GetAllStudies', Buffer.alloc(0))).toBe(status.OK)
    client.close()
  },
)

it('a message of more than 32 MiB ends its call, and no other', { timeout: 60_000 }, async () => {
  const server = await start(path.join(scratch(), 'studies.sqlite'))
  const program = new OptunaClient(server.port)
  const { studyId } = await program.ask('CreateNewStudy', { studyName: 'a', directions: [1] })
  const say = (characters: number) =>
    program.ask('SetStudyUserAttribute', {
      id: studyId,
      key: 'k',
      value: `"${'x'.repeat(characters)}"`,
    })
  await expect(say(32 * 2 ** 20)).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED })
  await say(1_000)
  const { attributes } = await program.ask('GetStudyUserAttributes', { studyId })
  expect(attributes).toEqual([{ key: 'k', value: `"${'x'.repeat(1_000)}"` }])
  program.close()
})

it(
  'the trial of a program that went away fails, and its point waits',
  { timeout: 60_000 },
  async () => {
    const database = path.join(scratch(), 'studies.sqlite')
    const server = await start(database, 0, 300)
    const gone = new OptunaClient(server.port)
    const { studyId } = await gone.ask('CreateNewStudy', { studyName: 'left', directions: [1] })
    const { trialId } = await gone.ask('CreateNewTrial', {
      studyId,
      templateTrial: null,
      templateTrialIsNone: true,
    })
    await gone.ask('SetTrialParameter', {
      trialId,
      paramName: 'a b',
      paramValueInternal: 1,
      distribution: '{"name": "CategoricalDistribution", "attributes": {"choices": ["x", null]}}',
    })
    gone.close()
    const next = new OptunaClient(server.port)
    const read = async (): Promise<readonly WireTrial[]> => {
      const request = { studyId, includedTrialIds: [], trialIdGreaterThan: -1 }
      return (await next.ask('GetTrials', request)).trials
    }
    let trials = await read()
    for (let looks = 0; looks < 100 && trials.length < 2; looks++) {
      await wait(100)
      trials = await read()
    }
    expect(trials.map(({ state }) => state)).toEqual([3, 4])
    expect(trials[1]?.systemAttributes).toEqual([{ key: 'fixed_params', value: '{"a b": null}' }])
    await next.ask('DeleteStudy', { studyId })
    await expect(read()).rejects.toMatchObject({ code: status.NOT_FOUND })
    next.close()
    await server.end()
    const store = openStudyStore(database, { readOnly: true })
    const study = store.findStudy('left')
    expect(study.labels.archived).toBe(true)
    expect(study.specification.goals).toEqual([{ metric: 'value', direction: 'maximize' }])
    expect(store.trials(study.id).map(({ state }) => state)).toEqual(['failed', 'interrupted'])
    store.close()
  },
)
