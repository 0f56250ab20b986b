import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { readCheckpointFile } from '../../../../src-main/trainer/models/checkpoint-file.ts'
import { readModelFile } from '../../../../src-main/trainer/models/model-file.ts'
import {
  readArtifactFile,
  readWeightsFile,
  writeWeightsFile,
} from '../../../../src-main/trainer/models/weights-file.ts'
import { catchAppError } from '../../../helpers/catch-error.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()

const weights = [
  { name: 'a.weight', shape: [2, 2], data: Float32Array.of(0.1, -0, Number.NaN, 3.4e38) },
  { name: '__proto__', shape: [1], data: Int32Array.of(-2_147_483_648) },
  { name: 'scalar', shape: [], data: Float32Array.of(1) },
  { name: 'empty', shape: [0, 3], data: new Float32Array(0) },
]

/** A file with this header and data, built by hand. */
function fileOf(header: string, data: Uint8Array): string {
  const file = path.join(scratch(), 'x.safetensors')
  const length = new Uint8Array(8)
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true)
  writeFileSync(file, Buffer.concat([length, Buffer.from(header), data]))
  return file
}

describe('weights files', () => {
  it('come back bit for bit', async () => {
    const file = path.join(scratch(), 'trial', 'weights.safetensors')
    const written = await writeWeightsFile(file, weights)
    expect(await readWeightsFile(file)).toEqual(weights)
    const content = readFileSync(file)
    expect(written.bytes).toBe(content.length)
    expect(written.sha256).toBe(createHash('sha256').update(content).digest('hex'))
    expect(readdirSync(path.dirname(file))).toEqual(['weights.safetensors'])
  })

  it('have the layout that other programs expect', async () => {
    const file = path.join(scratch(), 'w')
    await writeWeightsFile(file, [{ name: 'w', shape: [2], data: Float32Array.of(1, -2) }])
    const content = readFileSync(file)
    const headerLength = content.readUInt32LE(0)
    expect(content.readUInt32LE(4)).toBe(0)
    expect(JSON.parse(content.toString('utf8', 8, 8 + headerLength))).toEqual({
      w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    })
    expect(headerLength % 8).toBe(0)
    expect([...content.subarray(8 + headerLength)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
  })

  it('are read when another program wrote them', async () => {
    const header =
      '{"__metadata__":{"format":"pt"},"b":{"dtype":"I32","shape":[1],"data_offsets":[4,8]},' +
      '"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    const file = fileOf(header, Uint8Array.of(0, 0, 0x80, 0x3f, 7, 0, 0, 0))
    expect(await readWeightsFile(file)).toEqual([
      { name: 'a', shape: [1], data: Float32Array.of(1) },
      { name: 'b', shape: [1], data: Int32Array.of(7) },
    ])
  })

  const entry = (text: string) => `{"a":${text}}`
  const broken: [string, string, number][] = [
    ['no JSON', '{"a":', 0],
    ['a list', '[]', 0],
    ['an entry without shape', entry('{"dtype":"F32","data_offsets":[0,4]}'), 4],
    ['an unknown type', entry('{"dtype":"F16","shape":[2],"data_offsets":[0,4]}'), 4],
    ['a shape that does not fit', entry('{"dtype":"F32","shape":[2],"data_offsets":[0,4]}'), 4],
    ['data beyond the end', entry('{"dtype":"F32","shape":[2],"data_offsets":[0,8]}'), 4],
    ['a gap', entry('{"dtype":"F32","shape":[1],"data_offsets":[4,8]}'), 8],
    ['bytes left over', entry('{"dtype":"F32","shape":[1],"data_offsets":[0,4]}'), 5],
    ['negative offsets', entry('{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}'), 4],
  ]
  it.each(broken)('are refused with %s', async (_name, header, dataBytes) => {
    const file = fileOf(header, new Uint8Array(dataBytes))
    const error = await catchAppError(() => readWeightsFile(file))
    expect(error.code).toBe('data.invalid')
    expect(error.detail).toMatchObject({ path: file })
  })

  it('are refused when cut short anywhere', async () => {
    const file = path.join(scratch(), 'w')
    await writeWeightsFile(file, weights)
    const whole = readFileSync(file)
    for (let length = 0; length < whole.length; length += 5) {
      writeFileSync(file, whole.subarray(0, length))
      expect((await catchAppError(() => readWeightsFile(file))).code).toBe('data.invalid')
    }
  })

  it('are refused when the header claims more than the file', async () => {
    const file = path.join(scratch(), 'w')
    writeFileSync(file, Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 1))
    const error = await catchAppError(() => readWeightsFile(file))
    expect(error.detail).toMatchObject({ field: 'headerLength', value: '18446744073709551615' })
  })

  it('are refused for their header before their values are read', async () => {
    const count = 475_000_000
    const header = entry(`{"dtype":"F32","shape":[${count}],"data_offsets":[0,${4 * count}]}`)
    const file = fileOf(header, new Uint8Array(0))
    // Takes no room on the disk.
    truncateSync(file, 8 + header.length + 4 * count)
    const before = process.memoryUsage().arrayBuffers
    const error = await catchAppError(() => readWeightsFile(file, 1_000))
    const rule = { code: 'rule.atMost', values: { limit: 1_000 } }
    expect(error).toMatchObject({ code: 'data.invalid', detail: { field: 'values', rule } })
    truncateSync(file, 8 + header.length + 4 * count - 1)
    const short = await catchAppError(() => readWeightsFile(file))
    expect(short).toMatchObject({ code: 'data.invalid' })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100_000_000)
  })

  it.skipIf(isSkipped('devices'))('that are no files are not read', async () => {
    const folder = scratch()
    symlinkSync('/dev/zero', path.join(folder, 'device'))
    execFileSync('mkfifo', [path.join(folder, 'pipe')])
    for (const name of ['device', 'pipe']) {
      for (const read of [readWeightsFile, readArtifactFile, readCheckpointFile, readModelFile]) {
        const error = await catchAppError(() => read(path.join(folder, name)))
        expect(error).toMatchObject({ code: 'file.unreadable' })
      }
    }
    const file = path.join(folder, 'w')
    await writeWeightsFile(file, weights)
    symlinkSync(file, path.join(folder, 'link'))
    expect(await readWeightsFile(path.join(folder, 'link'))).toEqual(weights)
  })

  it('that are absent have an error of their own', async () => {
    expect((await catchAppError(() => readWeightsFile('/nowhere/w'))).code).toBe('file.notFound')
  })

  it('that cannot be written leave nothing behind', async () => {
    const folder = scratch()
    const file = path.join(folder, 'file')
    writeFileSync(file, 'x')
    const error = await catchAppError(() => writeWeightsFile(path.join(file, 'w'), weights))
    expect(error.code).toBe('file.unwritable')
    expect(readdirSync(folder)).toEqual(['file'])
  })
})
