import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { jsonObjects, runTunewright } from '../../helpers/run-tunewright.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-baseline-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})
const database = ['--db', 'baseline.sqlite']
const study = `name: branin
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
sampler: { name: random }
stop: { trials: 6 }
`

beforeAll(async () => {
  writeFileSync(path.join(scratch, 'study.yaml'), study)
  await runTunewright([...database, 'run', 'study.yaml'], scratch)
})

it('a value or a trial is pinned, and best and report say how they compare', async () => {
  const pin = async (...options: string[]) =>
    runTunewright([...database, 'baseline', 'branin', ...options], scratch)
  expect((await pin('--value', '100')).stdout).toContain('Baseline: 100')
  expect((await runTunewright([...database, 'best', 'branin'], scratch)).stdout).toMatch(
    /−\d+ % vs\. baseline \(100[^)]*\), no interval: trained once/,
  )
  const { stdout } = await runTunewright([...database, '--json', 'best', 'branin'], scratch)
  const [best] = jsonObjects(stdout)
  expect(best).toMatchObject({ baseline: { trialNumber: null, value: 100, isBetter: true } })
  expect((await pin('--trial', '0')).stdout).toContain('Baseline: trial 0')
  const report = ['report', 'branin', '-o', 'report.md']
  expect((await runTunewright([...database, ...report], scratch)).exitCode).toBe(0)
  for (const wrong of [['--trial', '99'], ['--value', 'x'], []]) {
    expect((await pin(...wrong)).exitCode, wrong.join(' ')).not.toBe(0)
  }
  expect((await pin('--clear')).stdout).toContain('No baseline')
})
