import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import {
  readPredictions,
  writePredictionsFile,
} from '../../../../src-main/trainer/models/predictions-file.ts'
import { encodeWeights } from '../../../../src-main/trainer/models/weights-file.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-predictions-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true })
})
const predictionsPath = (fold: number) => path.join(scratch, `predictions.${fold}.safetensors`)
const artifact = (fold: number) => ({
  trialNumber: 2,
  kind: `predictions.${fold}`,
  path: predictionsPath(fold),
  bytes: 0,
  sha256: '',
})
const classes = { kind: 'classes', names: ['a', 'b'] } as const

it('reads the predictions of all folds of a trial', async () => {
  for (const fold of [0, 1]) {
    const predictions = {
      rows: Int32Array.of(fold, fold + 2),
      targets: Int32Array.of(0, 1),
      outputs: Float32Array.of(0, 0, 0, Math.log(3)),
    }
    expect(
      await writePredictionsFile(predictionsPath(fold), predictions, {
        ...classes,
        names: ['a', 'b'],
      }),
    ).toHaveProperty('sha256')
  }
  const stored = await readPredictions([artifact(0), artifact(1)], 2)
  expect(stored).toMatchObject({ outputs: classes, folds: 2, rows: Int32Array.of(0, 2, 1, 3) })
  expect(stored?.targets).toEqual(Float64Array.of(0, 1, 0, 1))
  for (const [at, share] of [0.5, 0.5, 0.25, 0.75].entries())
    expect(stored?.predictions[at]).toBeCloseTo(share, 7)
  expect(await readPredictions([artifact(0)], 3)).toBeNull()
})

it('gives numbers in units of the target', async () => {
  const predictions = {
    rows: Int32Array.of(5),
    targets: Float32Array.of(-1),
    outputs: Float32Array.of(2),
  }
  const meaning = { kind: 'value', target: 'price', mean: 100, deviation: 10 } as const
  await writePredictionsFile(predictionsPath(0), predictions, meaning)
  const stored = await readPredictions([artifact(0)], 2)
  expect([stored?.targets[0], stored?.predictions[0]]).toEqual([90, 120])
})

it('keeps nothing that is too large', async () => {
  const rows = new Int32Array(1)
  const outputs = new Float32Array(16_000_000)
  expect(
    await writePredictionsFile(
      predictionsPath(3),
      { rows, targets: rows, outputs },
      { ...classes, names: [] },
    ),
  ).toBeNull()
})

it.each([
  ['outputs', encodeWeights([])],
  ['rows', encodeWeights([], { outputs: JSON.stringify(classes) })],
  [
    'targets',
    encodeWeights(
      [
        { name: 'rows', shape: [2], data: Int32Array.of(0, 1) },
        { name: 'targets', shape: [1], data: Int32Array.of(0) },
        { name: 'outputs', shape: [2, 2], data: new Float32Array(4) },
      ],
      { outputs: JSON.stringify(classes) },
    ),
  ],
])('refuses a file whose %s is wrong', async (field, content) => {
  writeFileSync(predictionsPath(0), content)
  await expect(readPredictions([artifact(0)], 2)).rejects.toMatchObject({
    code: 'data.invalid',
    detail: { path: predictionsPath(0), field },
  })
})
