import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { exportedModelSchema } from '../../../src-main/core/models/exported-model.ts'
import { loadBooster } from '../../../src-main/engines/boosting/load-booster.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { ownBooster } from '../../../src-main/training/boosting/own-booster.ts'
import { predictRows } from '../../../src-main/training/prediction/predict-rows.ts'
import { columnImportance } from '../../../src-main/training/tasks/tabular/column-importance.ts'
import { tabularTask } from '../../../src-main/training/tasks/tabular/tabular-task.ts'
import { boosterPacks } from '../../helpers/booster-packs.ts'
import { loadTaskData } from '../../helpers/load-task-data.ts'
import { recordingHost } from '../../helpers/recording-host.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

/** `strong` counts three times as much as `weak`, a category with gaps a little, and `noise` nothing. */
function table(): string {
  const random = createRandomStream({ seed: 9, number: 0, purpose: 'columns' })
  const rows = Array.from({ length: 800 }, () => {
    const [weak, strong, noise] = [random.uniform(), random.uniform(), random.uniform()]
    const kind = Math.floor(random.uniform() * 3)
    return [weak, strong, noise, kind === 2 ? '' : `k${kind}`, weak + 3 * strong + kind / 8]
  })
  const file = path.join(scratch(), 'columns.csv')
  writeFileSync(file, `weak,strong,noise,kind,y\n${rows.map(row => row.join()).join('\n')}\n`)
  return file
}

const subjects = [
  { family: 'boosting', library: ownBooster },
  ...boosterPacks.map(name => ({ family: 'boosting', library: loadBooster(name) })),
  { family: 'forest', library: ownBooster },
  { family: 'linear', library: ownBooster },
  { family: 'network', library: ownBooster },
]

describe.each(subjects)('columns of $family by $library.name', ({ family, library }) => {
  it('stand in the order in which they decide, and the same every time', async () => {
    const data = { file: table(), target: 'y' }
    const dataset = await loadTaskData({ task: 'tabular', data }, scratch())
    const settings = tabularTask.settingsSchema.parse({ data })
    const engine = await loadEngine('cpu')
    const shared = { settings, dataset, boosters: [library], studySeed: 1 }
    const result = await tabularTask.train({
      ...shared,
      engine,
      trialSeed: 2,
      host: recordingHost(),
      goals: [{ metric: 'validationLoss', direction: 'minimize' }],
      parameters: { family, rounds: 40, trees: 30, epochs: 12, learningRate: 0.01, units: 16 },
    })
    const model = exportedModelSchema.parse(JSON.parse(JSON.stringify(result.model)))
    const weights = result.weights?.best ?? []
    const ask = () =>
      columnImportance({
        ...shared,
        fold: null,
        model,
        weights,
        runNetwork: inputs => predictRows(engine, model, weights, inputs),
      })
    const importance = await ask()
    expect(await ask()).toEqual(importance)
    engine.dispose()
    const { columns, rows, loss } = importance
    expect(rows).toBe(160)
    expect(loss).toBeCloseTo(result.best?.metrics['validationLoss'] ?? Number.NaN, 5)
    expect(columns.map(({ name }) => name)).toEqual(['strong', 'weak', 'kind', 'noise'])
    const growth = (at: number) => columns[at]?.growth ?? Number.NaN
    expect(growth(0)).toBeGreaterThan(4 * growth(1))
    expect(Math.abs(growth(3))).toBeLessThan(growth(0) / 50)
    for (const method of ['gain', 'shap'] as const) {
      const shares = columns.map(column => column[method])
      if (family === 'linear' || family === 'network') {
        expect(shares).toEqual([null, null, null, null])
        continue
      }
      expect(shares.reduce<number>((sum, share) => sum + (share ?? 0), 0)).toBeCloseTo(1, 9)
      expect(shares.indexOf(Math.max(...shares.map(Number)))).toBe(0)
      // The splits of a deep forest end in noise.
      if (family === 'boosting') expect(shares.indexOf(Math.min(...shares.map(Number)))).toBe(3)
    }
  })
})
