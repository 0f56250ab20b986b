import { msg, messageToJson, verbatim } from '../../../../../src-main/core/errors/message.ts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type {
  PrepareMessage,
  StartMessage,
} from '../../../../../src-main/core/processes/trainer-protocol.ts'
import type { AttemptListener } from '../../../../../src-main/running/executors/executor.ts'
import {
  LocalExecutor,
  type LocalExecutorOptions,
} from '../../../../../src-main/running/executors/local/node/local-executor.ts'
import { metricColumnsFault } from '../../../../../src-main/core/trial/metric-value.ts'

const misbehaving = new URL('../../../../fixtures/trainers/misbehaving-trainer.ts', import.meta.url)

const namingItsEngine = new URL('../../../../fixtures/trainers/engine-trainer.ts', import.meta.url)

const attempt: StartMessage = {
  attemptId: 7,
  trialNumber: 0,
  parameters: { x0: 1, x1: 2 },
  seed: 1,
  goals: [{ metric: 'value', direction: 'minimize' }],
  artifactDirectory: null,
}

const executors: LocalExecutor[] = []

afterEach(async () => {
  vi.unstubAllEnvs()
  await Promise.all(executors.splice(0).map(executor => executor.close()))
})

function open(
  objective: { function: string; steps?: number; durationMs?: number },
  options: Partial<Pick<LocalExecutorOptions, 'entry' | 'processes' | 'silenceLimitMs'>> = {},
  prepare: Pick<PrepareMessage, 'boostsTrees'> = {},
): LocalExecutor {
  const executor = new LocalExecutor({
    prepare: { objective, engine: 'auto', datasetDirectory: null, seed: 1, ...prepare },
    processes: 'reuse',
    ...options,
  })
  executors.push(executor)
  return executor
}

function listen(changes: Partial<AttemptListener> = {}): AttemptListener & { pids: unknown[] } {
  const pids: unknown[] = []
  return {
    pids,
    started: (_engine, pid) => pids.push(pid),
    metrics: () => undefined,
    judge: () => Promise.resolve('continue'),
    ...changes,
  }
}

describe('a trainer that misbehaves', () => {
  it.each([
    ['exitsWhilePreparing', 'code', /trainerExit.*"exitCode":3.*no such device/s],
    ['refuses', 'data', /file is gone/],
    ['killsItself', 'killed', /trainerSignal.*SIGKILL/],
    ['throws', 'code', /broken on purpose/],
    ['fillsItsHeap', 'memory', /trainerMemory.*"megabytes":62/],
  ] as const)(
    '%s: the attempt fails in its class with the reason',
    async (fault, failureClass, text) => {
      if (fault === 'fillsItsHeap') vi.stubEnv('TUNEWRIGHT_MAX_HEAP_MEGABYTES', '60')
      const outcome = await open({ function: fault }, { entry: misbehaving }).start(
        attempt,
        listen(),
      ).outcome
      expect(outcome.state).toBe('failed')
      if (outcome.state !== 'failed') return
      expect(outcome.failure.class).toBe(failureClass)
      expect(messageToJson(outcome.failure.reason)).toMatch(text)
    },
  )

  it('hangs: it is killed as out of time, and the next attempt has a process of its own', async () => {
    const executor = open({ function: 'hangs' }, { entry: misbehaving, silenceLimitMs: 8_000 })
    const listener = listen()
    const outcome = await executor.start(attempt, listener).outcome
    expect(outcome).toMatchObject({
      state: 'failed',
      failure: { class: 'timeout', reason: msg('failure.trainerSilent', { limitMs: 8_000 }) },
    })
    expect(() => process.kill(Number(listener.pids[0]), 0)).toThrow('ESRCH')
    const next = executor.start({ ...attempt, attemptId: 8 }, listener)
    await expect.poll(() => listener.pids.length).toBe(2)
    expect(listener.pids[1]).not.toBe(listener.pids[0])
    next.abort({ class: 'killed', reason: verbatim('over') })
  })

  it('hands malformed metrics to the listener, who can abort with a reason', async () => {
    const executor = open({ function: 'malformedMetrics' }, { entry: misbehaving })
    const running = executor.start(
      attempt,
      listen({
        metrics: columns => {
          running.abort({ class: 'code', reason: metricColumnsFault(columns) ?? verbatim('sound') })
        },
      }),
    )
    expect(await running.outcome).toMatchObject({
      state: 'failed',
      failure: { reason: msg('rule.metricValues') },
    })
  })

  it('does not take the answer for another attempt, nor a second one', async () => {
    const executor = open({ function: 'answersForAnother' }, { entry: misbehaving })
    expect(await executor.start(attempt, listen()).outcome).toMatchObject({ state: 'complete' })
  })

  it('is killed when it ignores a cancel', { timeout: 15_000 }, async () => {
    const executor = open({ function: 'ignoresEverything' }, { entry: misbehaving })
    const running = executor.start(attempt, listen({ started: () => running.cancel() }))
    expect(await running.outcome).toEqual({ state: 'canceled' })
  })
})

describe('processes', () => {
  it('serves attempt after attempt with one process where reuse is allowed', async () => {
    const executor = open({ function: 'branin' })
    const listener = listen()
    for (let attemptId = 1; attemptId <= 3; attemptId++) {
      await executor.start({ ...attempt, attemptId }, listener).outcome
    }
    expect(new Set(listener.pids).size).toBe(1)
  })

  describe('by engine', () => {
    /** Which process ran each attempt, as 0, 1, … in the order of their first attempts. */
    async function runOn(
      engine: string,
      parameters: readonly Record<string, number | boolean>[],
      prepare: Pick<PrepareMessage, 'boostsTrees'> = {},
    ) {
      const entry = namingItsEngine
      const executor = open({ function: engine }, { entry, processes: 'byEngine' }, prepare)
      const listener = listen()
      for (const [attemptId, assignment] of parameters.entries()) {
        await executor.start({ ...attempt, attemptId, parameters: assignment }, listener).outcome
      }
      const order = [...new Set(listener.pids)]
      return listener.pids.map(pid => order.indexOf(pid))
    }

    it('keeps a process whose engine is slow to start', async () => {
      expect(await runOn('tensorflow', [{}, {}, {}])).toEqual([0, 0, 0])
    })

    it('takes a fresh one for every attempt on other engines', async () => {
      expect(await runOn('wasm', [{}, {}, {}])).toEqual([0, 1, 2])
    })

    it('keeps a process that has cut and binned a table for boosted trees', async () => {
      const boosts = { boostsTrees: true } as const
      expect(await runOn('wasm', [{}, {}, {}], boosts)).toEqual([0, 0, 0])
      expect(await runOn('wasm', [{}, { fail: true }, {}], boosts)).toEqual([0, 0, 1])
    })

    it('replaces a process in which an attempt failed', async () => {
      expect(await runOn('tensorflow', [{}, { fail: true }, {}])).toEqual([0, 0, 1])
    })

    it('keeps a process in which a training diverged: it is as sound as before', async () => {
      expect(await runOn('tensorflow', [{}, { diverge: true }, {}])).toEqual([0, 0, 0])
    })

    it('replaces a process that has grown beyond 2 GiB', async () => {
      expect(await runOn('tensorflow', [{ bytes: 2 ** 31 }, { bytes: 1e9 }, {}])).toEqual([0, 1, 1])
    })
  })

  it('gives every attempt a fresh process otherwise', async () => {
    const executor = open({ function: 'branin' }, { processes: 'fresh' })
    const listener = listen()
    for (let attemptId = 1; attemptId <= 3; attemptId++) {
      await executor.start({ ...attempt, attemptId }, listener).outcome
    }
    expect(new Set(listener.pids).size).toBe(3)
  })

  it('leaves no process behind after close', async () => {
    const executor = open({ function: 'branin', durationMs: 60_000 }, { processes: 'fresh' })
    const listener = listen()
    const running = executor.start(attempt, listener)
    await expect.poll(() => listener.pids.length).toBe(1)
    await executor.close()
    expect((await running.outcome).state).not.toBe('complete')
    expect(() => process.kill(Number(listener.pids[0]), 0)).toThrow('ESRCH')
  })
})
