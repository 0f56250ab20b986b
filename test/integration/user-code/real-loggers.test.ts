import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { metricLogNames, metricLogs } from '../../../src-main/core/metric-logs/metric-logs.ts'
import { logPattern } from '../../../src-main/platform/metric-logs/find-logs.ts'
import { MetricLogs } from '../../../src-main/platform/metric-logs/metric-logs.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const writer = fileURLToPath(new URL('../../fixtures/metric-logs/write.py', import.meta.url))
/** With tensorboardX, wandb, mlflow-skinny (sqlalchemy, alembic) and trackio. */
const python = process.env['TUNEWRIGHT_LOGGERS_PYTHON']

/** Functions of `write.py`, and the module that each needs. */
const libraries = [
  ['tensorboard', 'tensorboardX'],
  ['wandb', 'wandb'],
  ['mlflow', 'mlflow'],
  ['mlflowDatabase', 'mlflow'],
  ['trackio', 'trackio'],
] as const

function hasModule(name: string): boolean {
  if (python === undefined) return false
  try {
    execFileSync(python, ['-c', `import importlib.util as u; assert u.find_spec("${name}")`])
    return true
  } catch {
    return false
  }
}

describe.each(libraries)('%s', (library, moduleName) => {
  it('is read as its library of today writes it', { timeout: 120_000 }, ({ skip }) => {
    skip(!hasModule(moduleName), `TUNEWRIGHT_LOGGERS_PYTHON names no Python with ${moduleName}`)
    const folder = scratch()
    const logs = new MetricLogs(
      metricLogNames.flatMap(kind =>
        metricLogs[kind].usualPaths.map(pattern => ({
          kind,
          pattern: logPattern(folder, pattern),
        })),
      ),
    )
    mkdirSync(path.join(folder, 'code'))
    const copied = path.join(folder, 'code', 'write.py')
    copyFileSync(writer, copied)
    execFileSync(python as string, [copied, path.join(folder, 'out'), library], {
      cwd: folder,
      stdio: 'ignore',
      env: { ...process.env, HOME: folder },
    })
    const { rows } = logs.read(true)
    expect(rows.map(({ step, metrics }) => [step, metrics['loss'], metrics['accuracy']])).toEqual([
      [1, 0.5, 0.5],
      [2, expect.closeTo(1 / 3, 6), Number.NaN],
      [3, 0.25, 0.75],
    ])
  })
})
