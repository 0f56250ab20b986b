import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { uploadFiles } from '../../../../../../src-main/running/executors/ssh/node/upload-code.ts'
import type { Payload } from '../../../../../../src-main/platform/ssh/connection.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'
import { isSkipped } from '../../../../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
const content = Buffer.from('0123456789'.repeat(2_000))

/** Runs orders here. A file that is to arrive waits for `arrive`, byte by byte. */
class Sender {
  readonly #sending = Promise.withResolvers<ChildProcessWithoutNullStreams>()

  async order(script: string, payload?: Payload): Promise<Buffer> {
    const shell = spawn('sh', ['-c', script])
    if (payload === undefined) shell.stdin.end()
    else this.#sending.resolve(shell)
    const ended = new Promise(resolve => shell.once('close', resolve))
    const output = await text(shell.stdout)
    if ((await ended) !== 0) throw new Error(output)
    return Buffer.from(output)
  }

  /** Once they are written, which a folder shows; pipes are read in blocks of 4 KiB. */
  async arrive(from: number, to: number, target: string): Promise<void> {
    const shell = await this.#sending.promise
    shell.stdin.write(content.subarray(from, to))
    if (to === content.length) shell.stdin.end()
    else await expect.poll(() => pieceSizes(target), { timeout: 20_000 }).toContain(to)
  }

  async cut(): Promise<void> {
    ;(await this.#sending.promise).stdin.end()
  }
}

function pieceSizes(target: string): number[] {
  return readdirSync(target, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => statSync(path.join(parentPath, name)).size)
}

it.skipIf(isSkipped('shell'))(
  'two senders of one content do not write into each other',
  { timeout: 60_000 },
  async () => {
    const file = path.join(scratch(), 'data.bin')
    writeFileSync(file, content)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const files = [{ path: file, sha256, relativePath: 'data.bin', isProgram: false }]
    const target = scratch()
    const folder = path.join(target, 'hash')
    const [firstSender, secondSender] = [new Sender(), new Sender()]
    const first = uploadFiles(firstSender, folder, { files, working: '' })
    await firstSender.arrive(0, 8_192, target)
    const second = uploadFiles(secondSender, folder, { files, working: '' })
    const failed = expect(second).rejects.toThrow()
    await secondSender.arrive(0, 4_096, target)
    await firstSender.arrive(8_192, content.length, target)
    await first
    expect(readFileSync(path.join(folder, 'data.bin')).equals(content)).toBe(true)
    await secondSender.cut()
    await failed
    expect(existsSync(folder)).toBe(true)
    // Nothing is left of who was cut off.
    expect(readdirSync(target)).toEqual(['hash'])
    expect(readdirSync(folder)).toEqual(['data.bin'])
    expect(statSync(path.join(folder, 'data.bin')).mode & 0o077).toBe(0)
  },
)
