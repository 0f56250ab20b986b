import { truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { predict } from '../../../../../src-main/features/models/node/predict.ts'
import { catchAppError } from '../../../../helpers/catch-error.ts'
import { useScratchFolders } from '../../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

it('weights that a network does not need are refused unread', async () => {
  const folder = scratch()
  const model = {
    format: 1,
    task: 'tabular',
    network: { inputShape: [2], layers: [{ kind: 'dense', units: 3 }] },
    outputs: { kind: 'classes', names: ['a', 'b', 'c'] },
    preprocessing: {},
    reading: {},
  }
  writeFileSync(path.join(folder, 'model.json'), JSON.stringify(model))
  const bytes = 1_900_000_000
  const entry = { dtype: 'F32', shape: [bytes / 4], data_offsets: [0, bytes] }
  const header = Buffer.from(JSON.stringify({ w: entry }))
  const length = Buffer.alloc(8)
  length.writeUInt32LE(header.length)
  const weights = path.join(folder, 'weights.safetensors')
  writeFileSync(weights, Buffer.concat([length, header]))
  truncateSync(weights, 8 + header.length + bytes)
  const request = { modelDirectory: folder, input: path.join(folder, 'rows.csv') }
  const error = await catchAppError(() =>
    predict({ ...request, engine: 'cpu', withColumns: false, contents: 0 }),
  )
  expect(error).toMatchObject({
    code: 'data.invalid',
    // Two inputs and a constant for each of three units, twice.
    detail: { path: weights, field: 'values', rule: { values: { limit: 18 } } },
  })
})
