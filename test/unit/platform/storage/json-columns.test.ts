import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { openStudyStore } from '../../../../src-main/platform/storage/sqlite-study-store.ts'
import { inDatabase } from '../../../endurance/deep/mutate-database.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { errorOf, runTrial, sampleStudy } from '../../../helpers/store-samples.ts'

/** JSON of a column may be deep, not endless: what reads it goes down level by level. */
const scratch = useScratchFolders()

function storeWith(detail: string) {
  const file = path.join(scratch(), 'studies.sqlite')
  const made = openStudyStore(file)
  const { id } = made.createStudy(sampleStudy())
  runTrial(made, id, 0, 1)
  made.close()
  const changed = inDatabase(readFileSync(file), handle => {
    handle.prepare('UPDATE events SET detail = ?').run(detail)
  })
  writeFileSync(file, changed)
  return { id, store: openStudyStore(file, { readOnly: true }) }
}

const nested = (levels: number, inner = '1'): string =>
  '{"a":'.repeat(levels) + inner + '}'.repeat(levels)

it.each([1_001, 5_000, 900_000])('%d levels are damage', levels => {
  const { id, store } = storeWith(nested(levels))
  const { detail } = errorOf('database.corrupt', () => store.events(id))
  const reason = msg('rule.depth', { limit: 1_000 })
  expect(detail.reason).toEqual(msg('failure.column', { column: 'events.detail', reason }))
  store.close()
})

it('1,000 are read and can be written, with brackets in texts', () => {
  const { id, store } = storeWith(nested(1_000, JSON.stringify('[{"\\'.repeat(3_000))))
  const [event] = store.events(id)
  expect(JSON.stringify(event?.detail).length).toBeGreaterThan(6_000)
  store.close()
})
