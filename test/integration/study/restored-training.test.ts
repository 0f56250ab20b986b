import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { backUpDatabase } from '../../../src-main/features/backups/node/back-up-database.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const rows = Array.from({ length: 90 }, (_, row) =>
  [Math.sin(row).toFixed(4), Math.cos(3 * row).toFixed(4), row % 3 === 0 ? 'a' : 'b'].join(','),
)
const study = (name: string, units: number): string => `name: ${name}
objective: { task: tabular, data: { file: table.csv, target: y, test: 0.2 } }
goals: [{ metric: validationLoss, direction: minimize }]
space:
  layers: { fixed: 1 }
  units: { fixed: ${units} }
  epochs: { fixed: 2 }
  learningRate: { float: [0.001, 0.1], log: true }
engine: cpu
checkpoint: { everyEpochs: 1 }
stop: { trials: 2 }
`

/** How many files the rows of a database name, and which of them are not what their rows say. */
function filesOf(databasePath: string): { readonly count: number; readonly lost: string[] } {
  const store = openStudyStore(databasePath, { readOnly: true })
  const studies = store.listStudies().map(({ id }) => id)
  const files = studies.flatMap(id => [...store.artifacts(id), ...store.checkpoints(id)])
  store.close()
  const isSame = (file: string, sha256: string): boolean =>
    existsSync(file) && createHash('sha256').update(readFileSync(file)).digest('hex') === sha256
  const lost = files.filter(({ path: file, sha256 }) => !isSame(file, sha256))
  return { count: files.length, lost: lost.map(file => file.path) }
}

it('studies that a restore took away come back with models and checkpoints, and go on', async () => {
  const folder = path.join(scratch(), 'project')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'table.csv'), ['x,z,y', ...rows].join('\n'))
  for (const [index, name] of ['first', 'second', 'third'].entries()) {
    writeFileSync(path.join(folder, `${name}.yaml`), study(name, 4 + index))
  }
  const run = async (...words: string[]): Promise<string> => {
    const { stdout, stderr, exitCode } = await runTunewright(['--db', 's.sqlite', ...words], folder)
    expect({ words, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({
      words,
      exitCode: 0,
      stderr: '',
    })
    return stdout
  }
  const workspace = locateWorkspace(path.join(folder, 's.sqlite'))
  await run('run', 'first.yaml')
  const store = openStudyStore(workspace.databasePath)
  const backup = path.basename((await backUpDatabase({ store, workspace, now: Date.now })).path)
  store.close()
  await run('extend', 'first', '--epochs', '1')
  await run('resume', 'first')
  await run('run', 'second.yaml')
  const before = filesOf(workspace.databasePath)
  expect(before).toEqual({ count: expect.any(Number) as number, lost: [] })

  await run('backups', '--restore', backup)
  // Has the id of the second one, and the trials of the first one have the numbers of those that were there.
  await run('run', 'third.yaml')
  await run('extend', 'first', '--epochs', '2')
  await run('resume', 'first')
  expect(await run('verify', 'first')).toContain('identical')
  const names = readdirSync(workspace.backupDirectory)
  const replaced = names.find(name => /^replaced-.*\.sqlite$/.test(name)) ?? ''
  const listed = await run('backups')
  expect(listed).toContain(replaced)
  expect(listed).not.toContain('-artifacts')

  expect(filesOf(path.join(workspace.backupDirectory, replaced))).toEqual(before)
  await run('backups', '--restore', replaced)
  expect(filesOf(workspace.databasePath)).toEqual(before)
  expect(await run('verify', 'second')).toContain('identical')
  await run('model', 'second', 'model')
  expect(readdirSync(path.join(folder, 'model'))).toContain('weights.safetensors')
  await run('extend', 'first', '--epochs', '1')
  await run('extend', 'second', '--epochs', '1')
  await run('resume', 'first')
  await run('resume', 'second')
  expect(await run('verify', 'first')).toContain('identical')
}, 400_000)
