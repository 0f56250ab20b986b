import { readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { forecastStudy } from '../../../src-main/features/studies/node/forecast-study.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const data = fileURLToPath(new URL('../../fixtures/data/breast-cancer.csv', import.meta.url))

function bytesOf(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return 0
  if (!stats.isDirectory()) return stats.size
  return readdirSync(file).reduce((sum, name) => sum + bytesOf(path.join(file, name)), 0)
}

// Trials of several folds save no checkpoints.
it.each([
  [1, ['checkpoints', 'files', 'database']],
  [5, ['files', 'database']],
] as const)(
  'is what a study of %d folds takes in the end, within a factor of three',
  async (folds, parts) => {
    const folder = scratch()
    const study = {
      name: 'wide',
      objective: { task: 'tabular', data: { file: data, target: 'diagnosis' } },
      goals: [{ metric: 'validationLoss', direction: 'minimize' }],
      space: {
        family: { fixed: 'network' },
        units: { int: [200, 400] },
        layers: { fixed: 2 },
        learningRate: { float: [0.01, 0.1] },
        epochs: { fixed: 2 },
      },
      ...(folds > 1 ? { folds } : {}),
      stop: { trials: 6 },
      engine: 'wasm',
    }
    writeFileSync(path.join(folder, 'study.json'), JSON.stringify(study))
    const run = (...words: string[]) => runTunewright(['--db', 'test.sqlite', ...words], folder)
    const checked = await run('check', 'study.json')
    expect(checked.stdout).toMatch(/Takes about .* MB on the disk for 6 trials/)
    const { stdout, stderr } = await run('run', 'study.json')
    expect(stderr).toBe('')
    expect(stdout).toContain('Takes about')
    const workspace = locateWorkspace(path.join(folder, 'test.sqlite'))
    const store = openStudyStore(workspace.databasePath, { readOnly: true })
    const { specification, dataset } = store.findStudy('1')
    const forecast = await forecastStudy(specification, dataset, workspace.databasePath)
    store.close()
    const usedBytes = {
      checkpoints: bytesOf(workspace.checkpointDirectory(1)),
      files: bytesOf(workspace.artifactDirectory(1)),
      database: bytesOf(workspace.databasePath),
    }
    for (const part of parts) {
      expect(usedBytes[part] / forecast[part], part).toBeGreaterThan(1 / 3)
      expect(usedBytes[part] / forecast[part], part).toBeLessThan(1.5)
    }
  },
)
