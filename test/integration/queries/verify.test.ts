import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { checkStudy } from '../../../src-main/features/studies/node/study-check.ts'
import {
  extendTrials,
  forkTrial,
} from '../../../src-main/features/interventions/node/resume-trials.ts'
import { Interventions } from '../../../src-main/features/interventions/node/interventions.ts'
import { offlineHost } from '../../../src-main/features/interventions/node/offline-host.ts'
import {
  verifyStudy,
  type VerifyOptions,
} from '../../../src-main/features/verify/node/verify-study.ts'
import { whatIf } from '../../../src-main/features/what-if/node/what-if.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { tasks } from '../../../src-main/training/tasks/registry.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const newFolder = useScratchFolders()

const branin: StudySpecificationInput = {
  name: 'branin',
  objective: { function: 'branin' },
  goals: [{ metric: 'value', direction: 'minimize' }],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  sampler: { name: 'tpe' },
  stop: { trials: 25 },
}

/** Runs a study as `tunewright run` does, in a folder of its own. */
async function ran(raw: StudySpecificationInput, files: Readonly<Record<string, string>> = {}) {
  const folder = newFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const checked = checkStudy(raw, { tasks })
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  const workspace = {
    ...locateWorkspace(join(folder, 'db.sqlite')),
    datasetCacheDirectory: join(folder, 'cache'),
  }
  const store = openStudyStore(workspace.databasePath)
  const study = await createStudy({
    file: { specification: checked.specification, source: '', directory: folder },
    store,
    datasetCacheDirectory: workspace.datasetCacheDirectory,
    trustFile: workspace.trustFile,
    now: Date.now,
  })
  await runStudy({ store, study, workspace, now: Date.now })
  const verify = async (
    options: Partial<VerifyOptions> = {},
    reader: VerifyOptions['reader'] = store,
  ) =>
    verifyStudy({
      reader,
      study: raw.name,
      workspace,
      now: Date.now,
      retrain: 'best',
      tolerance: 1e-4,
      ...options,
    })
  return { store, study, workspace, verify }
}

/** A store that says something else of one trial. */
function forged(
  store: StudyStore,
  change: Pick<Partial<StudyStore>, 'trial' | 'trials' | 'history' | 'events'>,
): StudyStore {
  return new Proxy(store, {
    get: (target, name) => {
      const member: unknown =
        (change as Record<string | symbol, unknown>)[name] ?? Reflect.get(target, name, target)
      return typeof member === 'function'
        ? (...list: unknown[]): unknown => Reflect.apply(member, target, list)
        : member
    },
  })
}

describe('verifying a study', () => {
  it('finds every proposal again, and the best value', async () => {
    const { store, verify } = await ran(branin)
    const result = await verify()
    expect(result.proposals).toHaveLength(25)
    expect(result.proposals.every(({ outcome }) => outcome === 'identical')).toBe(true)
    expect(result.trainings).toMatchObject([{ outcome: 'identical', compared: 2 }])
    expect(result).toMatchObject({ holds: true, reasons: [] })
    store.close()
  })

  it('says which proposal the search would not make, and which value differs', async () => {
    const { store, study, verify } = await ran(branin)
    const history = store
      .history(study.id)
      .map(trial =>
        trial.number === 20 ? { ...trial, parameters: { ...trial.parameters, x0: 1.25 } } : trial,
      )
    const replayed = await verify({ retrain: [] }, forged(store, { history: () => history }))
    expect(replayed.proposals[20]).toMatchObject({ number: 20, outcome: 'different' })
    expect(replayed.proposals.slice(0, 20).every(({ outcome }) => outcome === 'identical')).toBe(
      true,
    )
    expect(replayed.holds).toBe(false)

    const trial = store.trial(study.id, 3)
    const other = { ...trial, values: [(trial.values[0] ?? 0) * 1.01] }
    const trained = await verify({ retrain: [3] }, forged(store, { trial: () => other }))
    expect(trained.trainings[0]).toMatchObject({ number: 3, outcome: 'different' })
    expect(trained.trainings[0]?.largestDifference).toBeCloseTo(0.01 / 1.01, 9)
    const tolerant = await verify(
      { retrain: [3], tolerance: 0.02 },
      forged(store, { trial: () => other }),
    )
    expect(tolerant).toMatchObject({ holds: true, trainings: [{ outcome: 'withinTolerance' }] })
    store.close()
  })

  it('asks again under the settings of the moment', async () => {
    const { store, study, workspace, verify } = await ran({ ...branin, stop: { trials: 8 } })
    const interventions = new Interventions({ store, host: offlineHost, now: Date.now })
    const go = async () =>
      runStudy({ store, study: store.findStudy(String(study.id)), workspace, now: Date.now })
    interventions.change(study.id, {
      stop: { trials: 14, failures: 5 },
      space: { x0: { float: [0, 4] } },
    })
    await go()
    const choices = Array.from({ length: 200 }, (_, index) => index / 8)
    interventions.change(study.id, {
      stop: { trials: 20, failures: 5 },
      space: { x1: { ordinal: choices } },
    })
    await go()
    interventions.change(study.id, { space: { x1: { float: [0, 15] } } })
    const { proposals, holds } = await verify({ retrain: [] })
    expect(proposals).toHaveLength(20)
    expect(proposals.filter(({ outcome }) => outcome !== 'identical')).toEqual([])
    expect(holds).toBe(true)

    // A record that earlier versions had cut leads no further back.
    const events = store.events(study.id).map(event => {
      if (event.kind !== 'study.changed') return event
      const changes = event.detail['changes'] as readonly object[]
      const cut = changes.map(change => ({ ...change, from: '[0,0.125,…' }))
      return { ...event, detail: { ...event.detail, changes: cut } }
    })
    const lost = await verify({ retrain: [] }, forged(store, { events: () => events }))
    expect(lost.proposals.every(({ outcome }) => outcome === 'notReplayed')).toBe(true)
    store.close()
  })

  it('holds with several slots too', async () => {
    const { store, verify } = await ran({ ...branin, parallelTrials: 3 })
    const result = await verify({ retrain: [] })
    expect(result.proposals.filter(({ outcome }) => outcome !== 'identical')).toEqual([])
    store.close()
  })

  it('trains networks again, bit for bit, pruned ones up to where they were stopped', async () => {
    const rows = Array.from({ length: 80 }, (_, row) => {
      const [a, b] = [Math.sin(row * 1.7), Math.cos(row * 2.3)]
      return `${a.toFixed(4)},${b.toFixed(4)},${a * a + b > 0.6 ? 'p' : 'q'}`
    })
    const { store, study, verify } = await ran(
      {
        name: 'table',
        objective: { task: 'tabular', data: { file: 'table.csv', target: 'y' } },
        goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
        space: { learningRate: { float: [1e-4, 0.1], log: true }, epochs: { fixed: 4 } },
        pruner: { name: 'median', startupTrials: 3 },
        engine: 'cpu',
        stop: { trials: 9 },
      },
      { 'table.csv': `a,b,y\n${rows.join('\n')}\n` },
    )
    const pruned = store.history(study.id).find(({ state }) => state === 'pruned')?.number
    const result = await verify({ retrain: [pruned ?? 5] })
    expect(result.proposals.every(({ outcome }) => outcome === 'identical')).toBe(true)
    for (const training of result.trainings) {
      expect(training).toMatchObject({ outcome: 'identical', largestDifference: 0 })
      expect(training.compared).toBeGreaterThan(1)
    }
    expect(result.holds).toBe(true)

    // What another pruner would have done with the same curves.
    const { pruner } = whatIf(store, {
      study: 'table',
      sampler: null,
      pruner: { name: 'none' },
      budget: null,
      runs: 1,
    })
    expect(pruner?.stopped).toEqual([])
    expect(pruner?.steps[0]).toBe(pruner?.steps[1])
    const same = whatIf(store, {
      study: 'table',
      sampler: null,
      pruner: { name: 'median', startupTrials: 3 },
      budget: null,
      runs: 1,
    })
    // With one slot the study's own pruner stops the same trials at the same steps.
    expect(same.pruner?.stopped.map(({ number, step }) => [number, step])).toEqual(
      store
        .history(study.id)
        .filter(({ state }) => state === 'pruned')
        .map(({ number, reports }) => [number, reports.at(-1)?.step]),
    )
    store.close()
  })
})

describe('asking what if', () => {
  it('runs both samplers on a surrogate of the study', async () => {
    const { store } = await ran({ ...branin, stop: { trials: 60 }, sampler: { name: 'random' } })
    const { sampler, pruner } = whatIf(store, {
      study: 'branin',
      sampler: { name: 'tpe' },
      pruner: null,
      budget: 50,
      runs: 5,
    })
    expect(pruner).toBeNull()
    expect(sampler?.samplers.map(({ sampler: name }) => name)).toEqual(['random', 'tpe'])
    for (const { median } of sampler?.samplers ?? []) {
      expect(median).toHaveLength(50)
      expect(median.every((value, index) => index === 0 || value <= (median[index - 1] ?? 0))).toBe(
        true,
      )
    }
    const [random, tpe] = sampler?.samplers.map(({ median }) => median.at(-1) ?? Number.NaN) ?? []
    expect(tpe).toBeLessThanOrEqual(random ?? Number.NaN)
    expect(sampler?.surrogate.trials).toBe(60)
    expect(sampler?.surrogate.explained).toBeGreaterThan(0)
    store.close()
  })

  it('refuses what cannot be answered', async () => {
    const { store } = await ran({ ...branin, stop: { trials: 5 } })
    const ask = async (question: object) =>
      catchAppError(() =>
        whatIf(store, {
          study: 'branin',
          sampler: null,
          pruner: null,
          budget: null,
          runs: 1,
          ...question,
        }),
      )
    expect((await ask({ sampler: { name: 'tpe' } })).code).toBe('study.noTrials')
    expect((await ask({ sampler: { name: 'magic' } })).code).toBe('specification.invalid')
    expect((await ask({ pruner: { name: 'asha', nonsense: 1 } })).code).toBe(
      'specification.invalid',
    )
    store.close()
  })
})

describe('trials that went on from others are trained again from where they began', () => {
  const rows = Array.from({ length: 80 }, (_, row) => {
    const [a, b] = [Math.sin(row * 1.7), Math.cos(row * 2.3)]
    return `${a.toFixed(4)},${b.toFixed(4)},${a * a + b > 0.6 ? 'p' : 'q'}`
  })
  const table = { 'table.csv': `a,b,y\n${rows.join('\n')}\n` }
  const study = {
    objective: { task: 'tabular', data: { file: 'table.csv', target: 'y' } },
    goals: [{ metric: 'validationLoss', direction: 'minimize' }],
    space: { learningRate: { float: [1e-4, 0.1], log: true }, epochs: { fixed: 9 } },
    engine: 'cpu',
    seed: 3,
  } satisfies Partial<StudySpecificationInput>

  it('in a population, up to the end of the turn', async () => {
    const {
      store,
      study: made,
      verify,
    } = await ran(
      {
        ...study,
        name: 'population',
        sampler: { name: 'pbt', population: 3, interval: 2 },
        checkpoint: { keepBest: 0, keepLatest: 0 },
        stop: { trials: 12 },
        parallelTrials: 2,
      },
      table,
    )
    const modes = store.trials(made.id, { metrics: false }).map(({ origin }) => origin?.mode)
    const fork = modes.lastIndexOf('fork')
    expect(fork).toBeGreaterThan(0)
    const result = await verify({ retrain: [fork, 11] })
    expect(result.trainings).toMatchObject([{ outcome: 'identical' }, { outcome: 'identical' }])
    expect(result).toMatchObject({ holds: true, reasons: [] })
    store.close()
  })

  it('after a person extended and forked them, from another fork too', async () => {
    const {
      store,
      study: made,
      workspace,
      verify,
    } = await ran(
      {
        ...study,
        name: 'forked',
        space: { ...study.space, epochs: { int: [1, 9] } },
        enqueue: [{ epochs: 3 }, { epochs: 3 }],
        stop: { trials: 2 },
      },
      table,
    )
    const going = {
      store,
      interventions: new Interventions({ store, host: offlineHost, now: Date.now }),
    }
    const go = async () =>
      runStudy({ store, study: store.findStudy(String(made.id)), workspace, now: Date.now })
    forkTrial(going, made.id, 1, { learningRate: 0.03 }, 'fork', 2)
    await go()
    extendTrials(going, made.id, [2], 2)
    forkTrial(going, made.id, 2, { learningRate: 0.01 }, 'initialize')
    await go()
    const { trainings, proposals } = await verify({ retrain: [3, 4] })
    expect(trainings.map(({ outcome }) => outcome)).toEqual(['identical', 'identical'])
    // More trials are a changed setting; those before it are the search's all the same.
    expect(proposals.map(({ outcome }) => outcome)).toEqual([
      'identical',
      'identical',
      'byPerson',
      'byPerson',
      'byPerson',
    ])
    expect(trainings.every(({ compared }) => compared > 2)).toBe(true)
    store.close()
  })
})
