import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { killGroup } from '../../helpers/process-group.ts'
import { runTunewright, startTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'

/** A project that is copied, moved, linked or put on a medium that nobody may write; every step is a process of its own. */
const scratch = useScratchFolders()
const isWindows = process.platform === 'win32'

const rows = Array.from({ length: 90 }, (_, row) =>
  [Math.sin(row).toFixed(4), Math.cos(3 * row).toFixed(4), row % 3 === 0 ? 'a' : 'b'].join(','),
)
const table = (epochs: number, trials: number): string => `name: table
objective: { task: tabular, data: { file: table.csv, target: y, test: 0.2 } }
goals: [{ metric: validationLoss, direction: minimize }]
space:
  layers: { fixed: 1 }
  units: { fixed: 4 }
  epochs: { fixed: ${epochs} }
  learningRate: { float: [0.001, 0.1], log: true }
engine: cpu
checkpoint: { everyEpochs: 1 }
stop: { trials: ${trials} }
`
const program = `name: program
objective: { command: [node, program.cjs], files: [program.cjs] }
goals: [{ metric: value, direction: minimize }]
space: { x: { float: [0, 1] } }
stop: { trials: 2 }
`

function newProject(epochs = 2, trials = 2): string {
  const folder = path.join(scratch(), 'project')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'table.csv'), ['x,z,y', ...rows].join('\n'))
  writeFileSync(path.join(folder, 'table.yaml'), table(epochs, trials))
  writeFileSync(path.join(folder, 'program.yaml'), program)
  writeFileSync(
    path.join(folder, 'program.cjs'),
    `console.log(process.cwd()); console.log(JSON.stringify({ step: 1, value: 1 }))`,
  )
  return folder
}

async function run(folder: string, ...words: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await runTunewright(['--db', 's.sqlite', ...words], folder)
  expect({ words, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({
    words,
    exitCode: 0,
    stderr: '',
  })
  return stdout
}

/** Hash of every file of a project by its name. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  const hash = (file: string): string =>
    createHash('sha256').update(readFileSync(file)).digest('hex')
  return Object.fromEntries(
    files
      .filter(entry => entry.isFile())
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .sort()
      .map(file => [path.relative(folder, file), hash(file)]),
  )
}

it('a copy goes on in itself and leaves the original as it is; a moved one has everything', async () => {
  const original = newProject()
  vi.stubEnv('TUNEWRIGHT_TRUST', path.join(original, '../trusted.json'))
  await run(original, 'run', 'table.yaml')
  await run(original, 'trust', 'program.yaml', '--yes')
  await run(original, 'run', 'program.yaml')
  const before = contents(original)

  const copy = path.join(original, '../copy')
  cpSync(original, copy, { recursive: true })
  await run(copy, 'extend', 'table', '--epochs', '2')
  await run(copy, 'resume', 'table')
  await run(copy, 'checkpoints', 'table', '--collect')
  const checkpoints = globSync('s-checkpoints/*/*/*/*', { cwd: copy })
  expect(checkpoints.filter(file => file.includes('4-0'))).toHaveLength(1)
  expect(checkpoints).toHaveLength(3)
  expect(contents(original)).toEqual(before)

  const moved = path.join(original, '../moved')
  renameSync(original, moved)
  await run(moved, 'model', 'table', 'model')
  expect(readdirSync(path.join(moved, 'model')).sort()).toEqual([
    'README.md',
    'model.json',
    'weights.safetensors',
  ])
  expect(await run(moved, 'logs', 'program', '0')).toContain('"value":1')
  await run(moved, 'extend', 'table', '--epochs', '1')
  await run(moved, 'resume', 'table')
  expect(await run(moved, 'verify', 'table')).toContain('identical')
  expect(existsSync(original)).toBe(false)
  // Code is trusted at its place: at another one it is asked about again, and runs there.
  const again = await runTunewright(['--db', 's.sqlite', 'run', 'program.yaml'], moved)
  expect(again.stderr).toContain(path.join(moved, 'program.cjs'))
  vi.unstubAllEnvs()
}, 400_000)

it('a trial that was interrupted goes on where it was saved after a move', async () => {
  const before = newProject(10_000, 1)
  const { child, result } = startTunewright(['--db', 's.sqlite', 'run', 'table.yaml'], before)
  await vi.waitFor(() => {
    const reader = openStudyStore(path.join(before, 's.sqlite'), { readOnly: true })
    const saved = reader.checkpoints(1)
    reader.close()
    expect(saved).not.toEqual([])
  }, 240_000)
  killGroup(child.pid)
  await result
  const after = path.join(before, '../after')
  renameSync(before, after)
  const store = openStudyStore(path.join(after, 's.sqlite'))
  // The one before it may still be there: it is removed after the newer one is kept.
  const checkpoint = store.checkpoints(1).at(-1)
  expect(checkpoint?.path.startsWith(after)).toBe(true)
  store.close()
  const resumed = startTunewright(['--db', 's.sqlite', 'resume', 'table'], after)
  await vi.waitFor(() => {
    const reader = openStudyStore(path.join(after, 's.sqlite'), { readOnly: true })
    const { attempts, lastStep } = reader.trial(1, 0)
    const events = reader.events(1)
    reader.close()
    expect(attempts.map(({ state }) => state)).toEqual(['interrupted', 'running'])
    const retried = events.find(({ kind }) => kind === 'trial.retried')
    expect(retried?.detail['resumeStep']).toBe(checkpoint?.step)
    expect(lastStep).toBeGreaterThan(checkpoint?.step ?? Number.POSITIVE_INFINITY)
  }, 240_000)
  killGroup(resumed.child.pid)
  await resumed.result
}, 300_000)

it('a hard link to a database in use is refused, and works when it is free', async () => {
  const folder = newProject()
  const file = path.join(folder, 's.sqlite')
  const link = path.join(folder, 'other.sqlite')
  const holder = openStudyStore(file)
  linkSync(file, link)
  const refused = await runTunewright(['--db', 'other.sqlite', 'run', 'table.yaml'], folder)
  expect(refused.exitCode).toBe(4)
  expect(refused.stderr).toContain('in use under another name (hard link)')
  holder.close()
  const linkStore = openStudyStore(link)
  const again = await runTunewright(['--db', 's.sqlite', 'run', 'table.yaml'], folder)
  expect(again.stderr).toContain('in use')
  linkStore.close()
  await run(folder, 'run', 'table.yaml')
  await run(folder, 'list')
}, 200_000)

it.runIf(isWindows)(
  'another case, and a long name, of a database in use are refused to another process',
  async () => {
    const folder = newProject()
    const holder = openStudyStore(path.join(folder, 's.sqlite'))
    for (const name of ['S.SQLite', `\\\\?\\${path.join(folder, 's.sqlite')}`]) {
      const refused = await runTunewright(['--db', name, 'run', 'table.yaml'], folder)
      expect([name, refused.exitCode]).toEqual([name, 4])
      expect(refused.stderr).toContain('in use')
    }
    holder.close()
  },
  200_000,
)

/** Root may write everywhere, so that such a process has to become somebody else. */
async function runWithoutRights(folder: string, words: readonly string[]) {
  const entry = fileURLToPath(new URL('../../../bin/tunewright.cjs', import.meta.url))
  const home = path.join(folder, '../home')
  const child = spawn(process.execPath, [entry, '--db', 's.sqlite', ...words], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home, LANG: 'C' },
    ...(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}),
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise<{ exitCode: number | null; stdout: string; stderr: string }>(resolve => {
    child.on('close', exitCode => {
      resolve({ exitCode, stdout, stderr })
    })
  })
}

function setRights(folder: string, rights: number): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chmodSync(
      path.join(entry.parentPath, entry.name),
      entry.isDirectory() ? rights | 0o111 : rights,
    )
  }
  chmodSync(folder, rights | 0o111)
}

it.skipIf(isSkipped('modes'))(
  'what nobody may write is read, and what would write says why it does not',
  async () => {
    const folder = newProject()
    await run(folder, 'run', 'table.yaml')
    // As it was copied while it ran: part of it is in the log still.
    const raw = openStudyStore(path.join(folder, 's.sqlite'))
    raw.setLabels(1, { tags: ['waiting in the log'], note: '', archived: false }, { atMs: 0 })
    for (const ending of ['', '-wal']) {
      cpSync(path.join(folder, `s.sqlite${ending}`), path.join(folder, `running.sqlite${ending}`))
    }
    raw.close()
    const home = path.join(folder, '../home')
    mkdirSync(home)
    chmodSync(home, 0o777)
    chmodSync(path.dirname(folder), 0o755)
    setRights(folder, 0o444)
    for (const words of [
      ['list'],
      ['show', 'table'],
      ['best', 'table'],
      ['checkpoints', 'table'],
      ['model', 'table', path.join(home, 'model')],
      ['export', 'table', path.join(home, 'a.csv')],
      ['report', 'table', '-o', path.join(home, 'report.html')],
      ['--db', 'running.sqlite', 'show', 'table'],
    ]) {
      const { exitCode, stderr } = await runWithoutRights(folder, words)
      expect({ words, exitCode, stderr }).toEqual({ words, exitCode: 0, stderr: '' })
    }
    for (const words of [
      ['resume', 'table'],
      ['checkpoints', 'table', '--collect'],
      ['run', 'table.yaml'],
    ]) {
      const { exitCode, stderr } = await runWithoutRights(folder, words)
      expect([words, exitCode]).toEqual([words, 2])
      expect(stderr).toContain('Database cannot be written')
      expect(stderr).toContain('write-protected')
    }
    setRights(folder, 0o644)
  },
  240_000,
)
