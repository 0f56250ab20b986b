import { cpSync, readdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { expect, it } from 'vitest'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { makeDatabaseOfRows } from '../../helpers/database-of-rows.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const fixtures = path.resolve(import.meta.dirname, '../../fixtures')

/*
 * Written by Windows' Node in `C:\users\root\…\project` (files of the second trial), and by Linux's in `/tmp/p/project`; the rows of
 * their databases are in `s.rows.json`. Under Wine the
 * second one comes from another system, here the first one.
 */
it.each(['windows', 'linux'])(
  'a project from %s goes on here, with its data, curves and files',
  async system => {
    const folder = path.join(scratch(), 'project')
    cpSync(path.join(fixtures, `${system}-project`), folder, { recursive: true })
    makeDatabaseOfRows(path.join(folder, 's.sqlite'), path.join(folder, 's.rows.json'))
    const run = async (...words: string[]): Promise<string> => {
      const { stdout, stderr, exitCode } = await runTunewright(
        ['--db', 's.sqlite', ...words],
        folder,
      )
      expect({ words, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({
        words,
        exitCode: 0,
        stderr: '',
      })
      return stdout
    }
    await run('extend', 'table', '--epochs', '2')
    await run('resume', 'table')
    expect(await run('verify', 'table')).toContain('identical')
    await run('model', 'table', 'model', '--trial', '1')
    expect(readdirSync(path.join(folder, 'model'))).toContain('weights.safetensors')
    const reader = openStudyStore(path.join(folder, 's.sqlite'), { readOnly: true })
    const { study, trials, artifacts } = reader.snapshot(1)
    reader.close()
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete'])
    expect(study.dataset?.['sourceDirectory']).toBe(folder)
    expect(artifacts.filter(({ path: file }) => !file.startsWith(folder))).toEqual([])
  },
  // Commands start ten times more slowly under Wine.
  process.platform === 'win32' ? 900_000 : 120_000,
)
