import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { replicatesOf } from '../../../src-main/analysis/summary/replicates.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { replicateSeed } from '../../../src-main/running/loop/replicates.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { readHyperparameters } from '../../../src-main/training/tasks/read-hyperparameters.ts'
import { tabularTask } from '../../../src-main/training/tasks/tabular/tabular-task.ts'
import { loadTaskData } from '../../helpers/load-task-data.ts'
import { recordingHost } from '../../helpers/recording-host.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-folds-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

const file = fileURLToPath(new URL('../../fixtures/data/breast-cancer.csv', import.meta.url))
const data = { file, target: 'diagnosis' }
const goals = [{ metric: 'validationLoss', direction: 'minimize' }] as const

describe('a study with folds', () => {
  it('judges a trial by the mean of trainings that validate on every row once', async () => {
    const study = {
      name: 'folded',
      objective: { task: 'tabular', data },
      goals,
      space: { units: { fixed: 4 }, classWeights: { fixed: 'balanced' }, epochs: { fixed: 2 } },
      folds: 3,
      sampler: { name: 'random' },
      stop: { trials: 1 },
      engine: 'wasm',
      seed: 6,
    }
    writeFileSync(path.join(scratch, 'study.json'), JSON.stringify(study))
    const run = await runTunewright(
      ['--db', 'test.sqlite', 'run', 'study.json', '--report', 'report.html'],
      scratch,
    )
    expect(run.stderr).toBe('')
    const store = openStudyStore(path.join(scratch, 'test.sqlite'))
    const { trials, events, winner, study: record } = store.snapshot(1)
    const further = store.trainingCurves(1, 0)
    store.close()
    const [trial] = trials
    const losses = replicatesOf(events, 0).map(([loss]) => loss!)
    expect(losses).toHaveLength(3)
    expect(trial?.values[0]).toBeCloseTo((losses[0]! + losses[1]! + losses[2]!) / 3, 12)

    const engine = await loadEngine('wasm')
    const dataset = await loadTaskData({ task: 'tabular', data }, path.join(scratch, 'cache'))
    const settings = tabularTask.settingsSchema.parse({ data })
    const shared = { settings, dataset, engine, parameters: trial!.parameters, studySeed: 6 }
    const trained = []
    for (const index of [0, 1, 2]) {
      const fold = { index, count: 3 }
      const trialSeed = replicateSeed(index, trial!, record.specification)
      const result = await tabularTask.train({
        ...shared,
        fold,
        trialSeed,
        goals,
        host: recordingHost(),
      })
      trained.push(result.best!.metrics['validationLoss']!)
      if (index > 0) continue
      const tested = await tabularTask.test({
        ...shared,
        fold,
        trialSeed,
        weights: result.weights!.best,
      })
      expect(tested['testLoss']).toBe(winner?.metrics['testLoss'])
    }
    engine.dispose()
    expect(trained).toEqual(losses)
    expect(new Set(losses).size).toBe(3)
    // Every fold is stored with the value that its own curve gives.
    const curves = [trial!.metrics, ...further.map(({ metrics }) => metrics)]
    expect(trial?.trainings?.map(({ values }) => values[0])).toEqual(losses)
    expect(curves.map(({ validationLoss }) => Math.min(...validationLoss!.values))).toEqual(losses)
    expect(trial?.trainings?.map(({ lastStep }) => lastStep)).toEqual([2, 2, 2])
  })

  it('train on what came before where rows are split by time, the first fold on most', async () => {
    const days = Array.from(
      { length: 40 },
      (_, day) => `2024-01-${(day % 28) + 1},${day},${day * 2}`,
    )
    writeFileSync(path.join(scratch, 'days.csv'), `day,x,y\n${days.join('\n')}\n`)
    const dated = { file: path.join(scratch, 'days.csv'), target: 'y', time: 'day' }
    const dataset = await loadTaskData(
      { task: 'tabular', data: dated },
      path.join(scratch, 'cache'),
    )
    const settings = tabularTask.settingsSchema.parse({ data: dated })
    const values = readHyperparameters(tabularTask.hyperparameters, {})
    const load = (fold: { index: number; count: number } | null) =>
      tabularTask.load(settings, dataset, values, 1, fold)
    const counts = [0, 1, 2].map(index => load({ index, count: 3 }).training().rows)
    expect(counts[0]).toBeGreaterThan(counts[1]!)
    expect(counts[1]).toBeGreaterThan(counts[2]!)
    expect(counts[2]).toBeGreaterThan(0)
  })
})
