import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { errorMessage } from '../../../src-main/core/errors/errors.ts'
import { createTranslate } from '../../../src-main/core/i18n/translate.ts'
import { languages } from '../../../src-main/core/i18n/language.ts'
import { rendererFolder } from '../../../src-main/hosts/calls/renderer-files.ts'
import { checkBackup } from '../../../src-main/platform/storage/check-backup.ts'
import { openDatabase } from '../../../src-main/platform/storage/database.ts'
import { openForeignDatabase } from '../../../src-main/platform/storage/foreign-database.ts'
import { openStoreOrReadOnly } from '../../../src-main/platform/storage/read-only-store.ts'
import { SCHEMA_VERSION } from '../../../src-main/platform/storage/migrations/migrations.ts'
import { repairDatabase } from '../../../src-main/platform/storage/repair.ts'
import { restoreBackup } from '../../../src-main/platform/storage/restore-backup.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { hashesBelow, makeOlderDatabase } from '../../helpers/older-database.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { errorOf, sampleStudy } from '../../helpers/store-samples.ts'

/** Databases of earlier commits are refused before anything is written. */
const scratch = useScratchFolders()

const openings: readonly [string, (file: string) => unknown][] = [
  ['for writing', file => openDatabase(file)],
  ['for reading', file => openDatabase(file, { readOnly: true })],
  ['to write or look on', file => openStoreOrReadOnly(file)],
  ['as a database of somebody else', file => openForeignDatabase(file)],
]

describe.each(openings)('opened %s', (_, open) => {
  it.each(Array.from({ length: SCHEMA_VERSION - 1 }, (_, index) => index + 1))(
    'schema %i is refused',
    version => {
      const folder = scratch()
      const file = path.join(folder, 'studies.sqlite')
      makeOlderDatabase(file, version)
      const before = hashesBelow(folder)
      const error = errorOf('database.tooOld', () => open(file))
      expect(error.detail).toEqual({ path: file, found: version, supported: SCHEMA_VERSION })
      expect(hashesBelow(folder)).toEqual(before)
    },
  )

  it.each(['nothing', 'everything'] as const)('with %s in its log, too', log => {
    const folder = scratch()
    const file = path.join(folder, 'studies.sqlite')
    makeOlderDatabase(file, 14, log)
    const before = hashesBelow(folder)
    errorOf('database.tooOld', () => open(file))
    expect(hashesBelow(folder)).toEqual(before)
  })
})

it.each(languages)('says in %s which file and version it is, and what to do', language => {
  const file = path.join(scratch(), 'studies.sqlite')
  makeOlderDatabase(file, 14)
  const text = createTranslate(language).format(
    errorMessage(errorOf('database.tooOld', () => openDatabase(file))),
  )
  for (const part of [file, '14', String(SCHEMA_VERSION), '--db']) expect(text).toContain(part)
})

describe('a backup', () => {
  it('of an earlier commit is refused, and neither it nor the database changes', () => {
    const folder = scratch()
    const workspace = locateWorkspace(path.join(folder, 'studies.sqlite'))
    const store = openStudyStore(workspace.databasePath)
    store.createStudy(sampleStudy())
    store.close()
    mkdirSync(workspace.backupDirectory)
    const backup = path.join(workspace.backupDirectory, 'studies-2026-01-01T00-00-00-000Z.sqlite')
    makeOlderDatabase(backup, 14, 'nothing')
    const before = hashesBelow(folder)
    expect(checkBackup(backup)).toMatchObject({ ok: false, error: { code: 'database.tooOld' } })
    const error = errorOf('database.tooOld', () =>
      restoreBackup(workspace, path.basename(backup), 1),
    )
    expect(error.detail).toMatchObject({ path: backup, found: 14 })
    expect(hashesBelow(folder)).toEqual(before)
  })

  it('takes the place of no database of an earlier commit', () => {
    const folder = scratch()
    const workspace = locateWorkspace(path.join(folder, 'studies.sqlite'))
    const newer = path.join(scratch(), 'newer.sqlite')
    openStudyStore(newer).close()
    makeOlderDatabase(workspace.databasePath, 14)
    mkdirSync(workspace.backupDirectory)
    copyFileSync(newer, path.join(workspace.backupDirectory, 'mine.sqlite'))
    const before = hashesBelow(folder)
    const error = errorOf('database.tooOld', () => restoreBackup(workspace, 'mine.sqlite', 1))
    expect(error.detail.path).toBe(workspace.databasePath)
    expect(hashesBelow(folder)).toEqual(before)
  })
})

it('is not repaired', () => {
  const folder = scratch()
  const file = path.join(folder, 'studies.sqlite')
  makeOlderDatabase(file, 14)
  const before = hashesBelow(folder)
  const target = path.join(scratch(), 'new.sqlite')
  errorOf('database.tooOld', () => repairDatabase(file, scratch(), target))
  expect(hashesBelow(folder)).toEqual(before)
})

describe('the command line', () => {
  const study = `name: mine
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
stop: { trials: 1 }
`
  it.each([
    ['list'],
    ['show', '1'],
    ['run', 'study.yaml'],
    ['resume', '1'],
    // A page that is not built is not served.
    ...(existsSync(rendererFolder)
      ? [
          ['serve', '--port', '0'],
          ['serve', '--read-only'],
        ]
      : []),
    ['mcp'],
    ['import', 'runs.csv', '--goal', 'loss:minimize'],
    ['bundle', '1', '-o', 'study.zip'],
  ])('refuses it: %s', async (...words) => {
    const [folder, otherFolder] = [scratch(), scratch()]
    const file = path.join(folder, 'studies.sqlite')
    makeOlderDatabase(file, 14)
    writeFileSync(path.join(otherFolder, 'study.yaml'), study)
    writeFileSync(path.join(otherFolder, 'runs.csv'), 'rate,loss\n0.1,0.5\n0.2,0.4\n')
    const before = hashesBelow(folder)
    const { exitCode, stderr } = await runTunewright(['--db', file, ...words], otherFolder)
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`Database ${file} was made by an earlier version`) as string,
    })
    expect(hashesBelow(folder)).toEqual(before)
  })
})
