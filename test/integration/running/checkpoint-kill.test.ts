import { fork } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { readCheckpointFile } from '../../../src-main/trainer/models/checkpoint-file.ts'

/** A writer that is killed at any moment leaves whole checkpoints, and none that it announced is lost. */
const kills = Number(process.env['TUNEWRIGHT_KILLS'] ?? 4)
const writer = new URL('../../helpers/checkpoint-writer.ts', import.meta.url)
const random = createRandomStream({ seed: 1, number: 0, purpose: 'moments of kills' })

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tunewright-kill-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 20 })
})

/** @returns the last checkpoint that the writer announced */
async function writeUntilKilled(afterMs: number): Promise<number> {
  const child = fork(writer, [folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  let last = 0
  const ended = new Promise<string | null>(resolve => {
    child.on('exit', (_code, signal) => {
      resolve(signal)
    })
  })
  await new Promise<void>(resolve => {
    child.on('message', message => {
      if (message === 'ready') resolve()
      else last = Number(message)
    })
  })
  await new Promise(resolve => setTimeout(resolve, afterMs))
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
  return last
}

it(`${kills} kills lose nothing`, { timeout: 60_000 + 3_000 * kills }, async () => {
  let unfinished = 0
  for (let kill = 0; kill < kills; kill++) {
    const announced = await writeUntilKilled(120 * random.uniform())
    const files = await readdir(folder)
    const whole = files.filter(file => file.endsWith('.safetensors'))
    unfinished += files.length - whole.length
    const numbers = await Promise.all(
      whole.map(async file => {
        const { progress, tensors } = await readCheckpointFile(path.join(folder, file))
        const number = progress['number'] as number
        expect(tensors[0]?.data.every(value => value === number)).toBe(true)
        return number
      }),
    )
    // The one that was announced last is there, or the one that came after it at the same name.
    expect(Math.max(0, ...numbers)).toBeGreaterThanOrEqual(announced)
    for (const file of files) await rm(path.join(folder, file))
  }
  console.warn(`${kills} kills, ${unfinished} of them in the middle of a file`)
})
