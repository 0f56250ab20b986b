import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadBooster } from '../../../src-main/engines/boosting/load-booster.ts'
import { loadEngine } from '../../../src-main/engines/load-engine.ts'
import { rowsPerGroup } from '../../../src-main/training/boosting/booster.ts'
import { ownBooster } from '../../../src-main/training/boosting/own-booster.ts'
import { tabularTask } from '../../../src-main/training/tasks/tabular/tabular-task.ts'
import { boosterPacks } from '../../helpers/booster-packs.ts'
import { loadTaskData } from '../../helpers/load-task-data.ts'
import { recordingHost } from '../../helpers/recording-host.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const fileOf = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/data/${name}`, import.meta.url))

/** What scikit-learn reaches on the same rows, with the city as one feature for each category. */
const peers = JSON.parse(readFileSync(fileOf('strong-category.generated.json'), 'utf8')) as {
  readonly asTyped: Errors
  readonly lowerCase: Errors
  /** Of all prices. */
  readonly deviation: number
}
interface Errors {
  readonly boosting: number
  readonly forest: number
}
const PARTS = 5
/** As a share of the peer's error. */
const TOLERANCE = 0.15

const subjects = [
  { family: 'boosting', library: ownBooster, start: {} },
  ...boosterPacks.map(name => ({ family: 'boosting', library: loadBooster(name), start: {} })),
  {
    family: 'boosting',
    library: ownBooster,
    start: { shrinkage: 0.05, leaves: 8, minRowsPerLeaf: 10, featureFraction: 0.7 },
  },
  { family: 'forest', library: ownBooster, start: {} },
] as const

describe.each(subjects)('$family by $library.name with $start', ({ family, library, start }) => {
  it.each(['asTyped', 'lowerCase'] as const)(
    'uses a category that explains most of a small table, %s',
    async spelling => {
      // Rows that nothing measures here: a table has a test split.
      const testFile = path.join(scratch(), 'test.csv')
      const file = path.join(scratch(), 'prices.csv')
      const typed = readFileSync(fileOf('strong-category.csv'), 'utf8')
      const table = spelling === 'asTyped' ? typed : typed.toLowerCase()
      writeFileSync(file, table)
      writeFileSync(testFile, table.split('\n').slice(0, 7).join('\n'))
      const data = { file, target: 'price', group: 'part', testFile }
      const dataset = await loadTaskData({ task: 'tabular', data }, scratch())
      const engine = await loadEngine('cpu')
      const errors: number[] = []
      for (let index = 0; index < PARTS; index++) {
        const { best } = await tabularTask.train({
          settings: tabularTask.settingsSchema.parse({ data }),
          dataset,
          engine,
          boosters: [library],
          studySeed: 1,
          trialSeed: 2,
          fold: { index, count: PARTS },
          host: recordingHost(),
          goals: [{ metric: 'validationRmse', direction: 'minimize' }],
          parameters: { family, ...start },
        })
        errors.push(best?.metrics['validationRmse'] ?? Number.NaN)
      }
      engine.dispose()
      const rmse = errors.reduce((sum, error) => sum + error, 0) / PARTS
      expect(rmse).toBeLessThan((1 + TOLERANCE) * peers[spelling][family as keyof Errors])
      expect(rmse).toBeLessThan(peers.deviation / 2)
    },
  )
})

describe('the fewest rows of a group of categories', () => {
  it('follow the rows of a small table, and are LightGBM’s in a large one', () => {
    expect([1, 232, 240, 1000, 4999, 5000, 10_000, 1e6].map(rowsPerGroup)).toEqual([
      1, 5, 5, 20, 100, 100, 100, 100,
    ])
  })
})
