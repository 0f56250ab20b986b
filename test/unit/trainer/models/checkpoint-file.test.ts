import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  readCheckpointFile,
  writeCheckpointFile,
} from '../../../../src-main/trainer/models/checkpoint-file.ts'
import { readWeightsFile } from '../../../../src-main/trainer/models/weights-file.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'

const content = {
  progress: { kind: 'network', epoch: 3, lossSum: 0.1 + 0.2, best: null },
  tensors: [
    { name: 'state/w', shape: [2, 2], data: Float32Array.of(1.5, -0, 3e-45, Infinity) },
    { name: 'state/step', shape: [], data: Int32Array.of(-7) },
  ],
}

let folder = ''
let file = ''
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tunewright-checkpoint-'))
  file = path.join(folder, 'new', 'one.safetensors')
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('checkpoint files', () => {
  it('give back what was written, bit for bit', async () => {
    const { sha256, bytes } = await writeCheckpointFile(file, content)
    expect(await readCheckpointFile(file, sha256)).toEqual(content)
    expect((await readFile(file)).length).toBe(bytes)
  })

  it('are safetensors that other readers of weights accept', async () => {
    expect((await readWeightsFile(file)).map(({ name }) => name)).toEqual(['state/w', 'state/step'])
  })

  it('are refused with any byte changed', async () => {
    const good = await readFile(file)
    for (let at = 0; at < good.length; at += 61) {
      const bad = Uint8Array.from(good)
      bad[at] = (bad[at] ?? 0) ^ 0x41
      const damaged = path.join(folder, 'damaged.safetensors')
      await writeFile(damaged, bad)
      const { sha256 } = await writeCheckpointFile(path.join(folder, 'other.safetensors'), content)
      const error = await catchAppError(() => readCheckpointFile(damaged, sha256))
      expect(error.code).toBe('data.invalid')
    }
  })

  it('are refused without the database when a value was changed or the end is missing', async () => {
    const good = await readFile(file)
    const damaged = path.join(folder, 'damaged.safetensors')
    const changed = Uint8Array.from(good)
    changed[good.length - 9] = (changed[good.length - 9] ?? 0) ^ 1
    await writeFile(damaged, changed)
    const error = await catchAppError(() => readCheckpointFile(damaged))
    expect(error).toMatchObject({ code: 'data.invalid', detail: { field: 'valuesSha256' } })
    await writeFile(damaged, good.subarray(0, -1))
    expect((await catchAppError(() => readCheckpointFile(damaged))).code).toBe('data.invalid')
  })

  it('say that they are missing', async () => {
    const error = await catchAppError(() => readCheckpointFile(path.join(folder, 'none')))
    expect(error.code).toBe('file.notFound')
  })
})
