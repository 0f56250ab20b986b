import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runInHost } from '../../helpers/command-host.ts'
import { jsonObjects } from '../../helpers/run-tunewright.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-ensemble-model-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})
const inScratch = (name: string) => path.join(scratch, name)
const run = (...parameters: string[]) => runInHost(['--db', 'test.sqlite', ...parameters], scratch)

const data = fileURLToPath(new URL('../../fixtures/data/breast-cancer.csv', import.meta.url))
const points = [
  { family: 'linear', ridge: 10 },
  { family: 'boosting', rounds: 20 },
  { family: 'network', epochs: 4, units: 6, patience: 1, learningRate: 0.02 },
  { family: 'linear', ridge: 1000 },
]
const study = {
  name: 'families',
  objective: { task: 'tabular', data: { file: data, target: 'diagnosis' } },
  goals: [{ metric: 'validationLoss', direction: 'minimize' }],
  space: {
    family: { choice: ['linear', 'boosting', 'network'] },
    ridge: { float: [1, 1000], when: { family: 'linear' } },
    rounds: { int: [1, 20], when: { family: 'boosting' } },
    epochs: { int: [1, 4], when: { family: 'network' } },
    units: { int: [2, 8], when: { family: 'network' } },
    learningRate: { float: [0.001, 0.1], when: { family: 'network' } },
    patience: { int: [0, 2], when: { family: 'network' } },
  },
  enqueue: points,
  stop: { trials: 4 },
  engine: 'wasm',
  seed: 3,
}

type Row = Record<string, string>

async function probabilities(model: string): Promise<number[]> {
  const { stdout, stderr } = await run('predict', model, data)
  expect(stderr).toBe('')
  return parse<Row>(stdout, { columns: true }).map(row => Number(row['probability.malignant']))
}

describe('models of a study of several families', () => {
  beforeAll(async () => {
    writeFileSync(inScratch('study.json'), JSON.stringify(study))
    const { stderr, exitCode } = await run('run', 'study.json')
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
  })

  it('predict together by their shares, from one folder', async () => {
    const [answer] = jsonObjects(
      (await run('--json', 'model', 'families', 'all', '--ensemble', 'average')).stdout,
    )
    const { members, test } = answer as {
      members: { trialNumber: number; share: number }[]
      test: Record<string, number>
    }
    expect(members.length).toBeGreaterThan(1)
    expect(members.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
    expect(test['testAccuracy']).toBeGreaterThan(0.85)
    const together = await probabilities('all')
    const expected = together.map(() => 0)
    for (const { trialNumber, share } of members) {
      const folder = `trial-${trialNumber}`
      const { exitCode } = await run('model', 'families', folder, '--trial', String(trialNumber))
      expect(exitCode).toBe(0)
      for (const [row, probability] of (await probabilities(folder)).entries())
        expected[row]! += share * probability
    }
    for (const [row, value] of together.entries()) expect(value).toBeCloseTo(expected[row]!, 5)
    const card = readFileSync(inScratch('all/README.md'), 'utf8')
    expect(card).toContain('Averaged predictions of trials ')
    for (const { trialNumber } of members) expect(card).toContain(`### Trial ${trialNumber}`)
    expect(card).toContain(' alone:')
  })

  it('are shown beside the best one, and measured on the test split once', async () => {
    const first = await run('model', 'families', 'greedy', '--ensemble', 'stacked')
    expect(first.stderr).toBe('')
    const again = await run('model', 'families', 'greedy2', '--ensemble', 'stacked')
    expect(again.stdout.replace('greedy2', 'greedy')).toBe(first.stdout)
    const averaged = await run('model', 'families', 'mean', '--ensemble', 'average', '--onnx')
    expect(averaged.exitCode).not.toBe(0)
    expect(averaged.stderr).toContain('must be a single model')
  })

  it('are refitted on all rows but those of the test split, once', async () => {
    for (const number of [1, 2]) {
      const folder = `refit-${number}`
      const first = await run('model', 'families', folder, '--trial', String(number), '--refit')
      expect(first.stderr).toBe('')
      expect(first.stdout).toContain(`Training trial ${number} once more`)
      expect(first.stdout).toMatch(/test accuracy: (?:0\.9|1)/)
      const card = readFileSync(inScratch(`${folder}/README.md`), 'utf8')
      expect(card).toContain('training and validation rows together')
      const model = JSON.parse(readFileSync(inScratch(`${folder}/model.json`), 'utf8')) as object
      expect(model).not.toHaveProperty('confusion')
      const again = await run(
        'model',
        'families',
        `${folder}-again`,
        '--trial',
        String(number),
        '--refit',
      )
      expect(again.stdout).not.toContain('once more')
      expect(again.stdout.replace(`${folder}-again`, folder)).toBe(
        first.stdout.replace(/^Training .*\n/, ''),
      )
    }
  })

  it('must be of a complete trial', async () => {
    const { stderr, exitCode } = await run('model', 'families', 'none', '--trial', '9')
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain('9')
    const both = await run('model', 'families', 'none', '--trial', '1', '--ensemble')
    expect(both.exitCode).not.toBe(0)
  })
})

describe('an ensemble of a study with folds', () => {
  it('is chosen from predictions for all rows that are not tested', async () => {
    const folded = {
      ...study,
      name: 'folded',
      folds: 3,
      enqueue: points.slice(0, 2),
      stop: { trials: 2 },
    }
    writeFileSync(inScratch('folded.json'), JSON.stringify(folded))
    expect((await run('run', 'folded.json')).exitCode).toBe(0)
    const written = await run('model', 'folded', 'folded', '--ensemble', 'average', '--refit')
    expect(written.stderr).toBe('')
    expect(written.stdout).toMatch(/test loss/)
  })

  it('predicts with the models of all folds', async () => {
    const written = await run('model', 'folded', 'all-folds', '--ensemble', 'average')
    expect(written.stderr).toBe('')
    expect(written.stdout).not.toContain('once more')
    const { members } = JSON.parse(readFileSync(inScratch('all-folds/model.json'), 'utf8')) as {
      members: { trial: number; share: number }[]
    }
    expect(members.map(({ trial }) => trial).sort()).toEqual([0, 0, 0, 1, 1, 1])
    for (const { share } of members) expect(share).toBeCloseTo(1 / 6, 12)
    const rows = parse<Row>(readFileSync(data, 'utf8'), { columns: true })
    const right = (await probabilities('all-folds')).filter(
      (share, row) => share > 0.5 === (rows[row]?.['diagnosis'] === 'malignant'),
    )
    expect(right.length / rows.length).toBeGreaterThan(0.9)
  })
})
