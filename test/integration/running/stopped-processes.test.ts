import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import SqliteDatabase from 'better-sqlite3'
import { expect, it, vi } from 'vitest'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { runTunewright, startTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()

const study = (limitMinutes: number): string => `name: sleeper
objective: { command: [node, program.cjs], files: [program.cjs] }
goals: [{ metric: value, direction: minimize }]
space: { x: { float: [0, 1] } }
timeout: { trialMinutes: ${limitMinutes} }
retry: { timeout: 0 }
stop: { trials: 1 }
`
const program = `require('node:fs').writeFileSync('pid', String(process.pid))
setTimeout(() => console.log(JSON.stringify({ step: 1, value: 1 })), 2_000)
`

/** Processes of this test that run a file of ours. */
function childrenOf(folder: string, file: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => {
      try {
        return (
          readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(file) &&
          readFileSync(`/proc/${name}/environ`, 'utf8').includes(`TUNEWRIGHT_TEST_MARK=${folder}`)
        )
      } catch {
        return false
      }
    })
    .map(Number)
}

type Stoppable = 'main' | 'program' | 'trainer' | 'supervisor' | 'search'

/** Runs a study of one trial, one process of which stands still for longer than the limit of the trial. */
async function runStopped(who: Stoppable): Promise<unknown> {
  const folder = scratch()
  const variables = {
    TUNEWRIGHT_TRUST: path.join(folder, 'trusted.json'),
    TUNEWRIGHT_TEST_MARK: folder,
  }
  const start = (...words: string[]) =>
    startTunewright(['--db', 's.sqlite', ...words], folder, variables)
  writeFileSync(path.join(folder, 'study.yaml'), study(0.2))
  writeFileSync(path.join(folder, 'program.cjs'), program)
  await start('trust', 'study.yaml', '--yes').result
  const { result } = start('run', 'study.yaml')
  const pidFile = path.join(folder, 'pid')
  await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), 20_000)
  const lock = new SqliteDatabase(path.join(folder, 's.sqlite.lock'), { readonly: true })
  const main = Number(lock.pragma('user_version', { simple: true }))
  lock.close()
  const pidOf = (): number | undefined => {
    if (who === 'main') return main
    if (who === 'program') return Number(readFileSync(pidFile, 'utf8'))
    return childrenOf(folder, `/${who}.`)[0]
  }
  const stopped = await vi.waitFor(() => {
    const pid = pidOf()
    if (pid === undefined) throw new Error('not there yet')
    return pid
  })
  process.kill(stopped, 'SIGSTOP')
  await new Promise(resolve => setTimeout(resolve, 14_000))
  process.kill(stopped, 'SIGCONT')
  const { exitCode } = await result
  const store = openStudyStore(path.join(folder, 's.sqlite'), { readOnly: true })
  const { state, attempts } = store.trial(1, 0)
  store.close()
  return { who, exitCode, state, attemptCount: attempts.length }
}

it.skipIf(isSkipped('signals'))(
  'a trial is not lost of which any process was stopped for longer than its limit',
  async () => {
    const everywhere = ['main', 'program'] as const
    const onLinux = ['trainer', 'supervisor', 'search'] as const
    const all: readonly Stoppable[] =
      process.platform === 'linux' ? [...everywhere, ...onLinux] : everywhere
    // Nearly all of the time is the one for which a process stands still; it goes by for all together.
    expect(await Promise.all(all.map(runStopped))).toEqual(
      all.map(who => ({ who, exitCode: 0, state: 'complete', attemptCount: 1 })),
    )
  },
  120_000,
)

const branin = `name: branin
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
stop: { trials: 2 }
`

it('a session that was killed before its report has it written by the next one', async () => {
  const folder = scratch()
  writeFileSync(path.join(folder, 'study.yaml'), branin)
  const run = (...words: string[]) => runTunewright(['--db', 's.sqlite', ...words], folder)
  expect((await run('run', 'study.yaml')).exitCode).toBe(0)
  const report = path.join(folder, 's-reports/branin.html')
  rmSync(report)
  const resumed = await run('resume', 'branin')
  expect([resumed.exitCode, resumed.stderr]).toEqual([0, ''])
  expect(readFileSync(report, 'utf8')).toContain('</html>')
  // With nothing left to do it is said so, as before.
  expect((await run('resume', 'branin')).exitCode).toBe(2)
})

it.skipIf(isSkipped('signals'))(
  'verify leaves no folder behind when it is ended',
  async () => {
    const folder = scratch()
    const temporary = path.join(folder, 'temporary')
    mkdirSync(temporary)
    writeFileSync(path.join(folder, 'study.yaml'), branin)
    await runTunewright(['--db', 's.sqlite', 'run', 'study.yaml'], folder)
    const { child, result } = startTunewright(['--db', 's.sqlite', 'verify', 'branin'], folder, {
      TMPDIR: temporary,
    })
    await vi.waitFor(() => expect(readdirSync(temporary)).toHaveLength(1), {
      timeout: 20_000,
      interval: 2,
    })
    child.kill('SIGTERM')
    await result
    expect(readdirSync(temporary)).toEqual([])
  },
  60_000,
)

const table = `name: table
objective: { task: tabular, data: { file: table.csv, target: y, test: 0.2 } }
goals: [{ metric: validationLoss, direction: minimize }]
space:
  layers: { fixed: 1 }
  units: { fixed: 4 }
  epochs: { fixed: 10000 }
  learningRate: { fixed: 0.01 }
engine: cpu
stop: { trials: 1 }
`

it.skipIf(isSkipped('signals'))(
  'the size of a model is told once, not at each suspension',
  async () => {
    const folder = scratch()
    const rows = Array.from({ length: 60 }, (_, row) => `${Math.sin(row)},${row % 2 ? 'a' : 'b'}`)
    writeFileSync(path.join(folder, 'table.csv'), ['x,y', ...rows].join('\n'))
    writeFileSync(path.join(folder, 'table.yaml'), table)
    const read = () => {
      const store = openStudyStore(path.join(folder, 's.sqlite'), { readOnly: true })
      const trial = store.trial(1, 0)
      store.close()
      return trial
    }
    for (const words of [
      ['run', 'table.yaml'],
      ['resume', 'table'],
    ]) {
      const before = words[0] === 'run' ? -1 : (read().lastStep ?? -1)
      const { child, result } = startTunewright(['--db', 's.sqlite', ...words], folder)
      await vi.waitFor(() => expect(read().lastStep).toBeGreaterThan(before), 30_000)
      child.kill('SIGTERM')
      expect((await result).exitCode).toBe(5)
    }
    const { metrics, attempts } = read()
    expect(attempts).toHaveLength(2)
    expect(Object.keys(metrics)).toContain('validationLoss')
    expect(Object.keys(metrics)).not.toContain('modelBytes')
    expect(Object.keys(metrics)).not.toContain('parameterCount')
  },
  90_000,
)

it.skipIf(isSkipped('proc'))(
  'a search process that is killed while it starts is started again',
  async () => {
    const folder = scratch()
    writeFileSync(path.join(folder, 'study.yaml'), branin)
    const { result } = startTunewright(['--db', 's.sqlite', 'run', 'study.yaml'], folder, {
      TUNEWRIGHT_TEST_MARK: folder,
    })
    const killed = await vi.waitFor(
      () => {
        const [pid] = childrenOf(folder, 'entry-points/search')
        if (pid === undefined) throw new Error('not there yet')
        process.kill(pid, 'SIGKILL')
        return pid
      },
      { timeout: 20_000, interval: 5 },
    )
    expect(killed).toBeGreaterThan(0)
    const { exitCode, stderr } = await result
    expect([exitCode, stderr]).toEqual([0, ''])
    const store = openStudyStore(path.join(folder, 's.sqlite'), { readOnly: true })
    expect(store.events(1).map(({ kind }) => kind)).toContain('child.failed')
    expect(store.listStudies()[0]?.trials.complete).toBe(2)
    store.close()
  },
  60_000,
)
