import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { replicatesByTrial } from '../../../src-main/analysis/summary/replicates.ts'
import { buildHtmlReport } from '../../../src-main/reports/html/build-html-report.ts'
import type { StudySpecificationInput } from '../../../src-main/contract/study-specification.ts'
import { openStudyStore } from '../../../src-main/storage/sqlite-study-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

const scratch = useScratchFolders()
const instances = ['a', 'b c', '三', 'd', 'e']
const weights = JSON.stringify(Object.fromEntries(instances.map((name, at) => [name, at])))

/** Larger x is worse on every instance, by almost the same; prints what it was told. */
const program = `
const { TUNEWRIGHT_INSTANCE: instance, TUNEWRIGHT_TRIAL_FILE: facts, TUNEWRIGHT_PARAM_x: x } = process.env
const told = [instance, process.argv[2], JSON.parse(require('node:fs').readFileSync(facts, 'utf8')).instance]
if (new Set(told).size !== 1) throw new Error(told.join())
const weight = (${weights})[instance]
console.log(JSON.stringify({ loss: 10 * weight + Number(x) * (1 + weight / 100) }))
`

async function tune(objective: object, file: string, text: string, changes: object = {}) {
  const bench = new UserCodeBench(scratch())
  bench.write(file, text)
  const id = await bench.create({
    ...{ name: 'solver', objective, instances },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { x: { float: [0, 100] } },
    sampler: { name: 'random' },
    stop: { trials: 3 },
    enqueue: [{ x: 5 }, { x: 1 }, { x: 90 }],
    ...changes,
  } as StudySpecificationInput)
  await bench.run(id)
  const reader = openStudyStore(bench.workspace.databasePath, { readOnly: true })
  try {
    return reader.snapshot(id)
  } finally {
    reader.close()
  }
}

const means = (x: number): number => 20 + x * 1.02

describe('instances', () => {
  it('reach a program in the order of the file; the mean over all counts', async () => {
    const command = [process.execPath, 'train.cjs', '{instance}']
    const snapshot = await tune({ command }, 'train.cjs', program)
    expect(snapshot.trials.map(({ values }) => values[0])).toEqual([5, 1, 90].map((x): unknown => expect.closeTo(means(x), 9))) // prettier-ignore
    const first = replicatesByTrial(snapshot.events).get(0)
    expect(first?.map(([loss = NaN]) => Math.floor(loss / 10))).toEqual([0, 1, 2, 3, 4])
    const report = buildHtmlReport(snapshot, { language: 'en', generatedAtMs: 0, version: '1' })
    expect(report).toContain('三: 21')
  })

  it('reach a module, and a race ends a trial that has lost on the first ones', async () => {
    const module = `
      const weights = ${weights}
      export const train = ({ parameters: { x }, instance }) =>
        ({ loss: 10 * weights[instance] + x * (1 + weights[instance] / 100) })
    `
    const { trials, events } = await tune({ module: 'train.mjs' }, 'train.mjs', module, {
      race: {},
    })
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'pruned'])
    const done = [...replicatesByTrial(events).values()].map(({ length }) => length)
    expect(done.slice(0, 2)).toEqual([5, 5])
    expect(done[2]).toBeLessThan(5)
    expect(trials[2]?.values[0]).toBeGreaterThan(trials[1]?.values[0] ?? NaN)
  })
})
