import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { isPredictionKind } from '../../../src-main/core/models/stored-predictions.ts'
import type { StudySnapshot } from '../../../src-main/core/study/study.ts'
import { readPredictions } from '../../../src-main/trainer/models/predictions-file.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-predictions-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})
const file = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/data/${name}`, import.meta.url))
const cancer = { file: file('breast-cancer.csv'), target: 'diagnosis' }
const diabetes = { file: file('diabetes.csv'), target: 'progression' }

async function run(name: string, settings: object): Promise<StudySnapshot> {
  const shared = { name, engine: 'wasm', seed: 3, sampler: { name: 'random' } }
  writeFileSync(path.join(scratch, 'study.json'), JSON.stringify({ ...shared, ...settings }))
  const { stderr, exitCode } = await runTunewright(
    ['--db', 'test.sqlite', 'run', 'study.json'],
    scratch,
  )
  expect([stderr, exitCode]).toEqual(['', 0])
  const store = openStudyStore(path.join(scratch, 'test.sqlite'))
  try {
    return store.snapshot(store.findStudy(name).id)
  } finally {
    store.close()
  }
}

function accuracyOf({ targets, predictions, outputs }: NonNullable<Stored>): number {
  const classes = outputs.kind === 'classes' ? outputs.names.length : 0
  const right = targets.filter((target, row) => {
    const rowPredictions = predictions.subarray(row * classes, (row + 1) * classes)
    return rowPredictions.indexOf(Math.max(...rowPredictions)) === target
  })
  return right.length / targets.length
}

type Stored = Awaited<ReturnType<typeof readPredictions>>

describe('predictions of the best trials for validation rows', () => {
  it.each([
    ['network', { learningRate: { float: [0.001, 0.02] }, epochs: { fixed: 4 } }],
    ['boosting', { shrinkage: { float: [0.1, 0.3] }, rounds: { fixed: 10 } }],
    ['linear', { ridge: { float: [0.1, 10] } }],
  ])('give the measure back: %s', async (family, space) => {
    const { trials, artifacts } = await run(family, {
      objective: { task: 'tabular', data: cancer },
      goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
      space: { family: { fixed: family }, ...space },
      stop: { trials: 3 },
    })
    for (const { number, values } of trials) {
      const stored = await readPredictions(artifacts, number)
      expect(stored?.rows).toHaveLength(114)
      expect(accuracyOf(stored!)).toBeCloseTo(values[0]!, 12)
    }
    // An ensemble needs the models beside the predictions; nothing else is left on the disk.
    for (const { number } of trials) {
      const trialArtifacts = artifacts.filter(({ trialNumber }) => trialNumber === number)
      const files = trialArtifacts.map(artifact => path.basename(artifact.path)).sort()
      expect(files).toContain('predictions.0.safetensors')
      expect(trialArtifacts.map(({ kind }) => kind)).toContain('model')
      expect(readdirSync(path.dirname(trialArtifacts[0]!.path)).sort()).toEqual(files)
    }
  })

  it('are those of every fold: each row once, by a model that has not seen it', async () => {
    const { trials, artifacts } = await run('folds', {
      objective: { task: 'tabular', data: diabetes },
      goals: [{ metric: 'validationRmse', direction: 'minimize' }],
      space: { family: { fixed: 'linear' }, ridge: { float: [1, 100] } },
      folds: 4,
      replicates: { count: 2 },
      stop: { trials: 2 },
    })
    expect(artifacts.filter(({ kind }) => isPredictionKind(kind))).toHaveLength(8)
    const { number } = trials[0]!
    const stored = (await readPredictions(artifacts, number))!
    expect(stored.folds).toBe(4)
    expect(new Set(stored.rows).size).toBe(stored.rows.length)
    expect(stored.rows).toHaveLength(442 - 88)
    const squares = stored.targets.map((target, row) => (target - stored.predictions[row]!) ** 2)
    const rmse = Math.sqrt(squares.reduce((a, b) => a + b) / squares.length)
    const [value] = trials[0]!.values
    expect(Math.abs(rmse - value!)).toBeLessThan(1)
  })
})
