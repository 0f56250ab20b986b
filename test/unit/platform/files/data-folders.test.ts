import path from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { enginesFolder } from '../../../../src-main/engines/tensorflow/pack-location.ts'
import { DATA_VARIABLE } from '../../../../src-main/platform/files/data-folders.ts'
import { locateWorkspace } from '../../../../src-main/platform/storage/workspace.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

it('puts all that belongs to the user into the folder of a portable installation', () => {
  const folder = path.resolve('/media/stick/tunewright-data')
  vi.stubEnv('TUNEWRIGHT_TRUST', undefined)
  vi.stubEnv('TUNEWRIGHT_ENGINES', undefined)
  vi.stubEnv(DATA_VARIABLE, folder)
  const { databasePath, trustFile, datasetCacheDirectory, backupDirectory } = locateWorkspace(null)
  const locations = [
    databasePath,
    trustFile,
    datasetCacheDirectory,
    backupDirectory,
    enginesFolder(),
  ]
  expect(locations.map(location => path.relative(folder, location).replaceAll('\\', '/'))).toEqual([
    'tunewright.sqlite',
    'trusted-code.json',
    'cache/datasets',
    'tunewright-backups',
    'engines',
  ])
  vi.stubEnv(DATA_VARIABLE, '')
  expect(locateWorkspace(null).databasePath).not.toContain('stick')
})
