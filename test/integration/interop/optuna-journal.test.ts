import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeImport } from '../../../src-main/features/imports/node/read-import.ts'
import { importStudies } from '../../../src-main/features/imports/node/import-studies.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Journals that `write_journal.py` has written with Optuna 4.9 and 5.0. */
const fixtures = path.join(import.meta.dirname, '../../fixtures/interop')
const scratch = useScratchFolders()

async function imported(file: string) {
  const store = openStudyStore(':memory:')
  try {
    const studies = await importStudies({ store, file, now: () => 1, only: null, name: null })
    return studies.map(({ id }) => store.snapshot(id))
  } finally {
    store.close()
  }
}

/** As redis-dump writes the keys of a server, in no order. */
function asRedisDump(journal: string): string {
  const logs = journal.trimEnd().split('\n')
  const keys = logs.map((value, at) => ({ key: `optuna:log:${at}`, value }))
  const all = [...keys.reverse(), { key: 'optuna:log_number', value: String(logs.length - 1) }]
  return all
    .map(entry => `${JSON.stringify({ db: 0, ttl: -1, type: 'string', ...entry })}\n`)
    .join('')
}

describe('a journal of Optuna', () => {
  for (const version of [4, 5]) {
    it(`of version ${version} is imported with everything that it says`, async () => {
      const file = path.join(fixtures, `optuna-${version}.journal`)
      expect(await describeImport({ file, language: 'en' })).toEqual({
        kind: 'studies',
        program: 'Optuna',
        studies: ['journalled', 'two'],
        withFiles: 0,
      })
      const [first, second, ...others] = await imported(file)
      expect(others).toEqual([])
      expect(first?.study.specification.goals).toMatchObject([{ direction: 'maximize' }])
      expect(first?.study.specification.space).toMatchObject({
        x: { float: [0.001, 1], log: true },
        n: { int: [1, 9], step: 2 },
      })
      expect(first?.trials.map(({ state }) => state)).toEqual([
        'complete',
        'complete',
        'complete',
        'pruned',
        'failed',
        'complete',
        'interrupted',
      ])
      expect(first?.trials[0]).toMatchObject({ parameters: { x: 0.5, n: 3 }, values: [0.5] })
      expect(first?.study.environment.importedFrom).toMatchObject({ userAttributes: { who: 'me' } })
      expect(second?.study.specification.goals.map(({ metric }) => metric)).toEqual([
        'loss',
        'gain',
      ])
      expect(second?.trials.map(({ values }) => values.length)).toEqual([2, 2, 2])

      // The same from a dump of Redis, and while the program writes its last line.
      const folder = scratch()
      const dump = path.join(folder, 'dump.json')
      const text = readFileSync(file, 'utf8')
      writeFileSync(dump, asRedisDump(text))
      const growing = path.join(folder, 'journal.log')
      writeFileSync(growing, `${text}{"op_code":4,"worker_id":"1-2","stu`)
      for (const other of [dump, growing]) {
        const studies = await imported(other)
        expect(studies.map(({ trials }) => trials)).toEqual([first?.trials, second?.trials])
      }
    })
  }

  it('that breaks a rule is refused with its line', async () => {
    const file = path.join(scratch(), 'journal.log')
    const good = '{"op_code":0,"worker_id":"1","study_name":"s","directions":[1]}'
    const cases = [
      ['{"op_code":4,"worker_id":"1","study_id":"x"}', 'study_id'],
      ['{"op_code":77,"worker_id":"1","trial_id":0}', 'op_code'],
      ['{"op_code":0,"worker_id":"1","study_name":"t","directions":[9]}', 'directions'],
      ['nonsense', 'line'],
    ] as const
    for (const [line, field] of cases) {
      writeFileSync(file, `${good}\n${line}\n${good}\n`)
      await expect(imported(file)).rejects.toMatchObject({
        code: 'data.invalid',
        detail: { field, line: 2 },
      })
    }
  })
})
