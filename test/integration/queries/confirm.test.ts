import { msg } from '../../../src-main/core/errors/message.ts'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { studySpecificationSchema } from '../../../src-main/core/study/study-specification.ts'
import type { Assignment } from '../../../src-main/core/trial/trial.ts'
import { answerAnalysis } from '../../../src-main/features/analysis/node/answer-analysis.ts'
import { EventHub } from '../../../src-main/features/api/node/event-hub.ts'
import { confirmWinner, repeatStudy } from '../../../src-main/features/studies/node/repeat-study.ts'
import { StudyHost } from '../../../src-main/features/studies/node/study-host.ts'
import { locateWorkspace, type Workspace } from '../../../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import {
  errorOf,
  sampleEnvironment,
  sampleFinish,
  sampleTrial,
} from '../../helpers/store-samples.ts'

const scratch = useScratchFolders()
let workspace: Workspace
let store: StudyStore
let host: StudyHost

beforeEach(() => {
  workspace = locateWorkspace(join(scratch(), 'studies.sqlite'))
  store = openStudyStore(workspace.databasePath)
  host = new StudyHost({ store, workspace, hub: new EventHub(), now: Date.now })
  store.createStudy({
    specification: studySpecificationSchema.parse({
      name: 'sought',
      objective: { function: 'branin' },
      goals: [{ metric: 'value', direction: 'minimize' }],
      space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
      stop: { trials: 6 },
      seed: 3,
    }),
    source: '',
    environment: sampleEnvironment,
    createdAtMs: 0,
  })
})

afterEach(async () => {
  await host.close()
  store.close()
})

async function finished(studyId: number): Promise<void> {
  const state = () => store.findStudy(String(studyId)).state
  await vi.waitUntil(() => state() === 'finished' && !host.isRunning(studyId), { timeout: 60_000 })
}

function options() {
  return { store, workspace, now: Date.now }
}

describe('confirming a winner', () => {
  it('trains the best again and says what came of it', async () => {
    host.start(1)
    await finished(1)
    const id = await confirmWinner(1, { top: 2, trainings: 3 }, options())
    host.start(id)
    await finished(id)
    const ranked = store.trials(1).sort((a, b) => (a.values[0] as number) - (b.values[0] as number))
    const result = answerAnalysis(
      store,
      { kind: 'analysis', studyId: id, trials: null, question: { kind: 'confirmation' } },
      () => undefined,
    )
    if (!('kind' in result) || result.kind !== 'confirmation') throw new Error('no answer')
    const { answer } = result
    expect(answer?.source).toEqual({ studyId: 1, name: 'sought' })
    expect(answer?.configurations.map(({ originalTrial }) => originalTrial)).toEqual(
      ranked.slice(0, 2).map(({ number }) => number),
    )
    const [a = [], b = []] = answer?.configurations.map(({ values }) => values) ?? []
    expect(a).toHaveLength(3)
    // Branin has no noise: every training gives what the search had seen, so nothing was flattered.
    const values = ranked.slice(0, 2).map(trial => trial.values[0] as number)
    expect(a).toEqual(Array.from({ length: 3 }, () => values[0]))
    expect(b).toEqual(Array.from({ length: 3 }, () => values[1]))
    expect(answer?.selectionBias).toBeCloseTo(0, 12)
    // Three pairs cannot be surer than 2 / 2³.
    expect(answer?.pairs[0]).toMatchObject({
      first: 0,
      second: 1,
      pValue: 0.25,
      smallestPValue: 0.25,
    })
    expect(answer?.verdict).toBe('tied')
    expect(store.findStudy(String(id)).specification.replicates.seeds).toBe('shared')
    expect(answer?.configurations[0]?.originalValue).toBe(ranked[0]?.values[0])
  })

  it('starts from the likely best', async () => {
    const random = createRandomStream({ seed: 1, number: 0, purpose: 'test' })
    const trials: { parameters: Assignment; value: number }[] = []
    for (let number = 0; number < 60; number++) {
      const x0 = -5 + 15 * random.uniform()
      const x1 = 15 * random.uniform()
      const value = (x0 - 3) ** 2 + (x1 - 4) ** 2 + 5 + random.normal()
      trials.push({ parameters: { x0, x1 }, value })
    }
    trials.sort((a, b) => a.value - b.value)
    trials.forEach(({ parameters, value }, number) => {
      store.startTrial(sampleTrial(1, number, parameters))
      // A place in the middle is lucky once.
      const mean = number === 7 ? trials[0]!.value - 1 : value
      // Two trainings, so far apart that their mean has a deviation of 1.
      const rest = Math.SQRT2 * random.normal()
      const replicates = [[mean + rest], [mean - rest]]
      const end = { values: [mean], replicates, replicateSteps: [1, 1] }
      store.finishTrial(sampleFinish(1, number, end))
    })
    const task = { kind: 'analysis', studyId: 1, trials: null } as const
    const query = { ...task, question: { kind: 'estimatedBest' } } as const
    const result = answerAnalysis(store, query, () => undefined)
    if (!('kind' in result) || result.kind !== 'estimatedBest') throw new Error('no answer')
    const { answer } = result
    expect(answer?.observed).toBe(7)
    expect(answer?.likely).not.toBe(7)
    const id = await confirmWinner(1, { top: 2, trainings: 3 }, options())
    const { enqueue } = store.findStudy(String(id)).specification
    const parametersOf = (number = -1) => store.trial(1, number).parameters
    expect(enqueue).toEqual([parametersOf(answer?.likely), parametersOf(7)])
  })

  it('needs two different complete trials', async () => {
    const refusal = await confirmWinner(1, { top: 2, trainings: 3 }, options()).catch(
      (error: unknown) => error,
    )
    const error = errorOf('intervention.refused', () => {
      throw refusal as Error
    })
    expect(error.detail.rule).toEqual(msg('rule.trials.twoToConfirm'))
  })
})

describe('repeating a study', () => {
  it('runs copies with further seeds, one after the other, and skips names that are taken', async () => {
    const ids = await repeatStudy(1, 2, options())
    const furtherIds = await repeatStudy(1, 1, options())
    const names = [...ids, ...furtherIds].map(id => store.findStudy(String(id)).name)
    expect(names).toEqual(['sought-seed-4', 'sought-seed-5', 'sought-seed-6'])
    host.startInTurn(ids)
    expect(ids.map(id => host.isRunning(id))).toEqual([true, false])
    await finished(ids[1] as number)
    const [first, second] = ids.map(id => store.trials(id, { metrics: false }))
    expect(first?.length).toBe(6)
    expect(second?.map(({ parameters }) => parameters)).not.toEqual(
      first?.map(({ parameters }) => parameters),
    )
    const firstEnd = Math.max(...(first ?? []).map(({ finishedAtMs }) => finishedAtMs ?? 0))
    expect(second?.[0]?.startedAtMs).toBeGreaterThanOrEqual(firstEnd)
    expect(store.findStudy(String(furtherIds[0])).state).toBe('created')
  })
})
