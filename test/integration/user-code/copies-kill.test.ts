import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { copyFolder } from '../../../src-main/platform/user-code/copy-folder.ts'
import { lineLosses, linePython } from '../../helpers/line-program.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { findPython, processesOf, UserCodeBench } from '../../helpers/user-code-study.ts'

/** A session that is killed again and again while programs save and their folders are copied loses nothing. */
const kills = Number(process.env['TUNEWRIGHT_KILLS'] ?? 4)
const runner = fileURLToPath(new URL('../../helpers/run-with-crash.ts', import.meta.url))
const random = createRandomStream({ seed: 2, number: 0, purpose: 'moments of kills' })
const scratch = useScratchFolders()
const python = findPython()

/** Names of copies that are not whole. */
function unfinished(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
      /(-0|checkpoints)\.\d+-[0-9a-f]{8}\.part$/.test(name),
    )
  } catch {
    // Not there yet, or renamed while we looked.
    return []
  }
}

it.skipIf(python === null)(
  `${kills} kills of a promotion of programs lose nothing`,
  { timeout: 120_000 + 10_000 * kills },
  async () => {
    const user = new UserCodeBench(scratch())
    user.copySample('tunewright.py')
    user.write('line.py', linePython)
    const id = await user.create({
      name: 'line',
      objective: {
        command: [python ?? '', 'line.py'],
        environment: { SLEEP: '0.01', BALLAST: '40000000' },
        resumes: true,
      },
      goals: [{ metric: 'loss', direction: 'minimize' }],
      space: { rate: { float: [0.01, 0.5] }, momentum: { float: [0, 0.9] } },
      sampler: { name: 'random' },
      pruner: { name: 'promotion', maxResource: 9 },
      stop: { trials: 10 },
      parallelTrials: 2,
      seed: 5,
    })
    const { databasePath, trustFile } = user.workspace
    const copies = user.workspace.checkpointDirectory(id)
    let caught = 0
    let killed = 0
    for (; killed < kills && user.read(id).study.state !== 'finished'; killed++) {
      const child = execFile(
        process.execPath,
        [runner, JSON.stringify({ databasePath, kill: null })],
        { env: { ...process.env, TUNEWRIGHT_TRUST: trustFile } },
      )
      const ended = new Promise<string | null>(resolve =>
        child.on('exit', (_, signal) => {
          resolve(signal)
        }),
      )
      // Half of them as soon as a copy is seen under way.
      const fromMs = performance.now()
      const limitMs = 4_000 * random.uniform()
      const isAfterCopy = killed % 2 === 0
      const user_ = path.dirname(user.workspace.artifactDirectory(id, 0))
      while (performance.now() - fromMs < (isAfterCopy ? 15_000 : limitMs)) {
        const under = [...unfinished(copies), ...unfinished(user_)]
        if (isAfterCopy && under.length > 0) break
        if (child.exitCode !== null) break
        await sleep(2)
      }
      child.kill('SIGKILL')
      await ended
      caught += [...unfinished(copies), ...unfinished(user_)].length
      await expect.poll(() => processesOf(user.folder), { timeout: 20_000 }).toEqual([])
    }
    await user.run(id)
    const { study, trials } = user.read(id)
    console.warn(`${killed} kills, ${caught} copies cut off`)
    expect(study.state).toBe('finished')
    expect(trials).toHaveLength(10)
    expect(trials.some(({ origin }) => origin !== undefined)).toBe(true)
    for (const { number, parameters, origin, metrics, lastStep, untilStep, state } of trials) {
      expect(['pruned', 'complete'], `trial ${number}`).toContain(state)
      expect(lastStep).toBe(untilStep)
      const { rate, momentum } = parameters as { rate: number; momentum: number }
      const whole = lineLosses(rate, momentum, untilStep ?? 0)
      expect(metrics['loss']?.values, `trial ${number}`).toEqual(whole.slice(origin?.step ?? 0))
    }
    // Every row has its folder, whole; nothing lies about.
    const store = openStudyStore(databasePath, { readOnly: true })
    const checkpoints = store.checkpoints(id)
    store.close()
    expect(checkpoints.length).toBeGreaterThan(0)
    for (const { path: source, sha256, bytes } of checkpoints) {
      const target = path.join(scratch(), 'copy')
      await expect(copyFolder({ source, target, maxBytes: 1e9, sha256 })).resolves.toMatchObject({
        bytes,
      })
    }
    expect(unfinished(copies)).toEqual([])
  },
)
