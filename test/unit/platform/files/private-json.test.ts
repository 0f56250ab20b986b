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
  const file = path.join(scratch(), 'a.json')
  new PrivateJsonFile(file, schema).write({ names: [] })
  expect([othersRights(file), isThisPersons(file)]).toEqual([[], true])
})

it('is neither read nor written beyond its limit', async () => {
  const filePath = path.join(scratch(), 'a.json')
  const file = new PrivateJsonFile(filePath, schema)
  file.write({ names: ['a'] })
  const whole = readFileSync(filePath, 'utf8')
  const reason = msg('rule.bytes.atMost', { limit })
  const written = await catchAppError(() => file.write({ names: ['字'.repeat(limit / 2)] }))
  expect(written).toMatchObject({ code: 'file.unwritable', detail: { path: filePath, reason } })
  expect(readFileSync(filePath, 'utf8')).toBe(whole)
  writeFileSync(filePath, whole.padEnd(limit))
  expect(file.read()).toEqual({ names: ['a'] })
  writeFileSync(filePath, whole.padEnd(limit + 1))
  const read = await catchAppError(() => file.read())
  expect(read).toMatchObject({ code: 'file.unreadable', detail: { path: filePath, reason } })
  const large = new PrivateJsonFile(filePath, schema, { maxBytes: 2 * limit })
  expect(large.read()).toEqual({ names: ['a'] })
})

it('is refused and stays as it is where an earlier version wrote it', async () => {
  const filePath = path.join(scratch(), 'a.json')
  const current = z.strictObject({ version: z.literal(2), names: z.array(z.string()) })
  const older = '{"version":1,"other":["a"]}'
  writeFileSync(filePath, older)
  const file = new PrivateJsonFile(filePath, current)
  const error = await catchAppError(() => file.read())
  expect(error).toMatchObject({
    code: 'file.tooOld',
    detail: { path: filePath, found: 1, supported: 2 },
  })
  expect(readFileSync(filePath, 'utf8')).toBe(older)
})
