import { mkdtemp, readdir } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { TrainerSession } from '../../../../src-main/trainer/attempts/trainer-session.ts'
import type { Asker, AttemptOwner } from '../../../../src-main/core/processes/process-apis.ts'
import type {
  PrepareMessage,
  StartMessage,
} from '../../../../src-main/core/processes/trainer-protocol.ts'

const prepare: PrepareMessage = {
  objective: { function: 'branin', steps: 3, durationMs: 1 },
  engine: 'auto',
  datasetDirectory: null,
  seed: 1,
}

const start: StartMessage = {
  attemptId: 1,
  trialNumber: 0,
  parameters: { x0: 1, x1: 2 },
  seed: 5,
  goals: [{ metric: 'value', direction: 'minimize' }],
  artifactDirectory: null,
}

type Judge = (step: number, session: TrainerSession) => 'continue' | 'prune' | Promise<never>

/** A session whose reports are answered by `judge`; collects its notifications and questions. */
function openSession(judge: Judge = () => 'continue') {
  const session = new TrainerSession(() => undefined)
  const sent: string[] = []
  const owner: Asker<AttemptOwner> = {
    notify: name => {
      sent.push(name)
    },
    ask: async (name, argument) => {
      sent.push(name)
      const { step } = argument as { readonly step: number }
      return judge(step, session) as never
    },
  }
  const judged = () => sent.filter(name => name === 'judge').length
  return {
    session,
    sent,
    judged,
    run: async (attemptStart = start) => session.run(attemptStart, owner),
  }
}

describe('TrainerSession', () => {
  it('reports and judges every step, then finishes with the value of the goal', async () => {
    const { session, sent, run } = openSession()
    expect(await session.prepare(prepare)).toEqual({ ok: true, engine: null })
    expect(await run()).toMatchObject({ state: 'complete', bestStep: 3 })
    expect(sent).toEqual(['metrics', 'judge', 'metrics', 'judge', 'metrics', 'judge'])
  })

  it('stops at the step that is pruned', async () => {
    const { session, judged, run } = openSession(step => (step === 2 ? 'prune' : 'continue'))
    await session.prepare(prepare)
    expect(await run()).toEqual({ state: 'pruned' })
    expect(judged()).toBe(2)
  })

  it('is complete where the judgment of its last step would prune it', async () => {
    const { session, judged, run } = openSession(step => (step === 3 ? 'prune' : 'continue'))
    await session.prepare(prepare)
    expect(await run()).toMatchObject({ state: 'complete', bestStep: 3 })
    expect(judged()).toBe(3)
    // It saves the further trainings of the trial.
    expect(await run({ ...start, isFirstOfSeveral: true })).toMatchObject({ state: 'pruned' })
  })

  it('cancels while it waits for a judgment', async () => {
    const { session, run } = openSession(async (_, { steer }) => {
      steer({ attemptId: 1, what: 'cancel' })
      return new Promise<never>(() => undefined)
    })
    await session.prepare(prepare)
    expect(await run()).toEqual({ state: 'canceled' })
  })

  it('ignores steering meant for another attempt', async () => {
    const { session, run } = openSession((_, { steer }) => {
      steer({ attemptId: 99, what: 'cancel' })
      return 'continue'
    })
    await session.prepare(prepare)
    expect(await run()).toMatchObject({ state: 'complete' })
  })

  it('fails an attempt whose goal is not reported, naming it', async () => {
    const { session, run } = openSession()
    await session.prepare(prepare)
    const goals = [{ metric: 'accuracy', direction: 'maximize' as const }]
    expect(await run({ ...start, goals })).toMatchObject({
      state: 'failed',
      failure: {
        class: 'code',
        reason: { values: { value: expect.stringContaining('accuracy') as string } },
      },
    })
  })

  it('fails an attempt that was never prepared', async () => {
    const { run } = openSession()
    expect(await run()).toMatchObject({ state: 'failed', failure: { class: 'code' } })
  })

  it('refuses objectives that cannot be prepared', async () => {
    const { session } = openSession()
    const preparation = await session.prepare({ ...prepare, objective: { function: 'unknown' } })
    expect(preparation).toMatchObject({
      ok: false,
      failure: { class: expect.any(String) as string },
    })
  })

  it('leaves no files without weights', async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'tunewright-session-'))
    const { session, run } = openSession()
    await session.prepare(prepare)
    await run({ ...start, artifactDirectory: directory })
    expect(await readdir(directory)).toEqual([])
  })
})
