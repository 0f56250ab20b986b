import { mkdtemp, readdir } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { TrainerSession } from '../../../src-main/attempts/trainer-session.ts'
import type {
  FromTrainer,
  PrepareMessage,
  StartMessage,
} from '../../../src-main/contract/trainer-protocol.ts'

const prepare: PrepareMessage = {
  type: 'prepare',
  objective: { function: 'branin', steps: 3, durationMs: 1 },
  engine: 'auto',
  datasetDirectory: null,
  seed: 1,
}

const start: StartMessage = {
  type: 'start',
  attemptId: 1,
  trialNumber: 0,
  parameters: { x0: 1, x1: 2 },
  seed: 5,
  goals: [{ metric: 'value', direction: 'minimize' }],
  artifactDirectory: null,
}

/** A session whose reports are answered at once by `judge`; collects everything it sends. */
function openSession(judge: (step: number) => 'continue' | 'prune' = () => 'continue') {
  const sent: FromTrainer[] = []
  const session: TrainerSession = new TrainerSession(message => {
    sent.push(message)
    if (message.type === 'judge') {
      const action = judge(message.step)
      void session.receive({ type: 'judgement', attemptId: message.attemptId, action })
    }
  })
  return { session, sent, types: () => sent.map(message => message.type) }
}

function outcome(sent: readonly FromTrainer[]) {
  return sent.find(message => message.type === 'finished')?.outcome
}

describe('TrainerSession', () => {
  it('reports and judges every step, then finishes with the value of the goal', async () => {
    const { session, sent, types } = openSession()
    await session.receive(prepare)
    await session.receive(start)
    expect(types()).toEqual([
      'prepared',
      'started',
      ...['metrics', 'judge', 'metrics', 'judge', 'metrics', 'judge'],
      'finished',
    ])
    expect(outcome(sent)).toMatchObject({ state: 'complete', bestStep: 3 })
  })

  it('stops at the step that is pruned', async () => {
    const { session, sent } = openSession(step => (step === 2 ? 'prune' : 'continue'))
    await session.receive(prepare)
    await session.receive(start)
    expect(outcome(sent)).toEqual({ state: 'pruned' })
    expect(sent.filter(message => message.type === 'judge')).toHaveLength(2)
  })

  it('cancels while it waits for a judgement', async () => {
    const sent: FromTrainer[] = []
    const session: TrainerSession = new TrainerSession(message => {
      sent.push(message)
      if (message.type === 'judge') void session.receive({ type: 'cancel', attemptId: 1 })
    })
    await session.receive(prepare)
    await session.receive(start)
    expect(outcome(sent)).toEqual({ state: 'cancelled' })
  })

  it('waits while paused and goes on where it was', async () => {
    const { session, sent } = openSession(step => {
      if (step === 1) void session.receive({ type: 'pause', attemptId: 1 })
      return 'continue'
    })
    await session.receive(prepare)
    const running = session.receive(start)
    await new Promise(resolve => setTimeout(resolve, 30))
    expect(session.phase).toBe('paused')
    expect(sent.filter(message => message.type === 'judge')).toHaveLength(1)
    await session.receive({ type: 'continue', attemptId: 1 })
    await running
    expect(outcome(sent)).toMatchObject({ state: 'complete' })
  })

  it('ignores steering meant for another attempt', async () => {
    const { session, sent } = openSession(() => {
      void session.receive({ type: 'cancel', attemptId: 99 })
      return 'continue'
    })
    await session.receive(prepare)
    await session.receive(start)
    expect(outcome(sent)).toMatchObject({ state: 'complete' })
  })

  it('fails an attempt whose goal is not reported, naming it', async () => {
    const { session, sent } = openSession()
    await session.receive(prepare)
    await session.receive({ ...start, goals: [{ metric: 'accuracy', direction: 'maximize' }] })
    expect(outcome(sent)).toMatchObject({
      state: 'failed',
      failure: { class: 'code', message: expect.stringContaining('accuracy') as string },
    })
  })

  it('fails an attempt that was never prepared', async () => {
    const { session, sent } = openSession()
    await session.receive(start)
    expect(outcome(sent)).toMatchObject({ state: 'failed', failure: { class: 'code' } })
  })

  it('refuses objectives that cannot be prepared', async () => {
    const { session, sent } = openSession()
    await session.receive({ ...prepare, objective: { function: 'unknown' } })
    expect(sent.map(message => message.type)).toEqual(['refused'])
  })

  it('leaves no files without weights', async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'tunewright-session-'))
    const { session } = openSession()
    await session.receive(prepare)
    await session.receive({ ...start, artifactDirectory: directory })
    expect(await readdir(directory)).toEqual([])
  })
})
