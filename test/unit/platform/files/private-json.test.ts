import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { PrivateJsonFile } from '../../../../src-main/platform/files/private-json.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'
import { isThisPersons, othersRights } from '../../../helpers/others-rights.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const schema = z.strictObject({ names: z.array(z.string()) })
const limit = 1 << 20

it('comes back as it was written; none is null', () => {
  const file = new PrivateJsonFile(path.join(scratch(), 'a.json'), schema)
  expect(file.read()).toBeNull()
  file.write({ names: ['a', '字'] })
  expect(file.read()).toEqual({ names: ['a', '字'] })
})

it('is for whoever wrote it, and for nobody else', () => {
  const place = path.join(scratch(), 'a.json')
  new PrivateJsonFile(place, schema).write({ names: [] })
  expect([othersRights(place), isThisPersons(place)]).toEqual([[], true])
})

it('is neither read nor written beyond its limit', async () => {
  const place = path.join(scratch(), 'a.json')
  const file = new PrivateJsonFile(place, schema)
  file.write({ names: ['a'] })
  const whole = readFileSync(place, 'utf8')
  const reason = msg('rule.bytes.atMost', { limit })
  const written = await catchAppError(() => file.write({ names: ['字'.repeat(limit / 2)] }))
  expect(written).toMatchObject({ code: 'file.unwritable', detail: { path: place, reason } })
  expect(readFileSync(place, 'utf8')).toBe(whole)
  writeFileSync(place, whole.padEnd(limit))
  expect(file.read()).toEqual({ names: ['a'] })
  writeFileSync(place, whole.padEnd(limit + 1))
  const read = await catchAppError(() => file.read())
  expect(read).toMatchObject({ code: 'file.unreadable', detail: { path: place, reason } })
  const large = new PrivateJsonFile(place, schema, 2 * limit)
  expect(large.read()).toEqual({ names: ['a'] })
})

it('is refused and stays as it is where an earlier version wrote it', async () => {
  const place = path.join(scratch(), 'a.json')
  const current = z.strictObject({ version: z.literal(2), names: z.array(z.string()) })
  const older = '{"version":1,"other":["a"]}'
  writeFileSync(place, older)
  const file = new PrivateJsonFile(place, current)
  const error = await catchAppError(() => file.read())
  expect(error).toMatchObject({
    code: 'file.tooOld',
    detail: { path: place, found: 1, supported: 2 },
  })
  expect(readFileSync(place, 'utf8')).toBe(older)
})
