import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { writeBundle } from '../../../src-main/features/bundles/node/write-bundle.ts'
import { LogFile } from '../../../src-main/platform/processes/log-file.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import {
  buildFullDisk,
  copyProject,
  endings,
  waitingEnds,
  type Met,
  newProject,
  reasonOfPause,
  resume,
  type Resumed,
  runOnFullDisk,
  showing,
  training,
  workspaceOf,
} from '../../helpers/disk/full-disk.ts'
import { startTunewright } from '../../helpers/run-tunewright.ts'
import { sampleFinish, sampleStudy, sampleTrial } from '../../helpers/store-samples.ts'
import { UserCodeBench } from '../../helpers/user-code-study.ts'

/** A disk that is full from one write on; test/endurance/full-disk.ts does it for every write. */
const home = mkdtempSync(path.join(os.tmpdir(), 'full-disk-'))
const built = buildFullDisk(home)
const library = 'library' in built ? built.library : ''
if ('why' in built) {
  console.warn(`a full disk is not tested: ${built.why}`)
  rmSync(home, { recursive: true })
}

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe.skipIf(library === '')('a disk that is full from some write on', () => {
  const folder = path.join(home, 'from some write on')
  let whole: Met
  let expected: Resumed

  beforeAll(async () => {
    mkdirSync(path.join(folder, 'new'), { recursive: true })
    await newProject(path.join(folder, 'new'), training)
    copyProject(path.join(folder, 'new'), path.join(folder, 'whole'))
    whole = await runOnFullDisk(path.join(folder, 'whole'), library, 0)
    expected = await resume(path.join(folder, 'whole'))
  }, 180_000)

  it.each([0.1, 0.3, 0.5, 0.7, 0.9])(
    'costs no trial: after %d of the writes',
    async share => {
      const project = path.join(folder, String(share))
      copyProject(path.join(folder, 'new'), project)
      const met = await runOnFullDisk(project, library, Math.round(share * whole.writes))
      // Whatever found no room, the study waits: a file, the database, or both. One that cannot begin says so.
      expect(share < 0.3 ? endings : waitingEnds).toContain(met.ended)
      expect(await resume(project)).toEqual(expected)
    },
    120_000,
  )

  it.each(['checkpointDirectory', 'artifactDirectory'] as const)(
    'pauses the study where it is full below the %s',
    async which => {
      const project = path.join(folder, which)
      copyProject(path.join(folder, 'new'), project)
      const full = workspaceOf(project)[which](1)
      expect((await runOnFullDisk(project, library, 3, full)).ended).toBe('paused')
      const waiting = reasonOfPause(project)
      expect(waiting.code).toBe('error.disk.full')
      expect(waiting.values).toMatchObject({ path: expect.stringContaining(project) as string })
      expect(await resume(project)).toEqual(expected)
    },
    120_000,
  )

  it('keeps the files that a program has left', async () => {
    const fresh = path.join(folder, 'files', 'new')
    mkdirSync(fresh, { recursive: true })
    await newProject(fresh, showing)
    const undisturbed = path.join(folder, 'files', 'whole')
    copyProject(fresh, undisturbed)
    const filesOf = (project: string): string => workspaceOf(project).artifactDirectory(1)
    const { writes } = await runOnFullDisk(undisturbed, library, 0, filesOf(undisturbed))
    const all = await resume(undisturbed)
    expect(all.failures).toEqual([])
    // As the first trial ends, half of the writes are over.
    for (const share of [0.36, 0.42, 0.48]) {
      const at = Math.round(share * writes)
      const project = path.join(folder, 'files', String(at))
      copyProject(fresh, project)
      const { ended } = await runOnFullDisk(project, library, at, filesOf(project))
      expect(ended, `write ${at}`).toBe('paused')
      expect(await resume(project), `write ${at}`).toEqual(all)
    }
  }, 240_000)

  it.each([
    ['its log', '0/attempt-1.output', 2],
    ['a file that it leaves', 'files', 1],
    ['a file that it names', '0/files/step-1', 2],
  ])(
    'pauses the study of a program where there is no room for %s, and names it with its size',
    async (_, failingStep, at) => {
      const bench = new UserCodeBench(mkdtempSync(path.join(folder, 'program-')))
      bench.write('note.txt', 'a note')
      bench.write('train.sh', program)
      const id = await bench.create({
        name: 'program',
        objective: { command: ['sh', 'train.sh'] },
        goals: [{ metric: 'loss', direction: 'minimize' }],
        space: { x: { float: [0, 1] } },
        stop: { trials: 1 },
      })
      copyFileSync(bench.workspace.trustFile, workspaceOf(bench.folder).trustFile)
      const full = path.join(bench.workspace.artifactDirectory(id), failingStep)
      expect((await runOnFullDisk(bench.folder, library, at, full)).ended).toBe('paused')
      const waiting = reasonOfPause(bench.folder)
      expect(waiting.code).toBe('error.disk.full')
      expect(waiting.values).toMatchObject({
        path: expect.stringContaining(full) as string,
        bytes: expect.any(Number) as number,
      })
      await bench.run(id)
      const { trials, artifacts } = bench.read(id)
      expect(trials.map(({ state }) => state)).toEqual(['complete'])
      expect(artifacts).toHaveLength(2)
    },
    60_000,
  )
})

it.skipIf(library === '')(
  'says how a study went whose report finds no room, and writes that later',
  async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'full-disk-'))
    writeFileSync(
      path.join(folder, 'study.yaml'),
      `name: branin
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
stop: { trials: 3 }
`,
    )
    const count = path.join(folder, 'count')
    writeFileSync(count, Buffer.alloc(8))
    const report = path.join(folder, 's-reports/branin.html')
    const run = async (words: string, environment = {}) =>
      startTunewright(['--db', 's.sqlite', ...words.split(' ')], folder, environment).result
    const full = await run('run study.yaml', {
      LD_PRELOAD: library,
      FULL_DISK_AT: '1',
      FULL_DISK_COUNT: count,
      FULL_DISK_FOLDER: path.dirname(report),
    })
    expect(full.exitCode).toBe(1)
    expect(full.stdout).toContain('Best trial: ')
    expect(full.stdout).not.toContain('Report: ')
    expect(full.stderr).toMatch(/No room on the disk for .*branin\.html, which takes [\d,]+ bytes/)
    expect((await run('resume branin')).exitCode).toBe(0)
    expect(existsSync(report)).toBe(true)
    rmSync(folder, { recursive: true })
  },
  60_000,
)

it.skipIf(library === '').each([
  ['an array of', 9, 'numeric.bin'],
  ['the description of', 22, 'dataset.json'],
])(
  'names %s prepared data that finds no room, with its size',
  async (_, at, name) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'full-disk-'))
    writeFileSync(path.join(folder, 'study.yaml'), JSON.stringify(training))
    const count = path.join(folder, 'count')
    writeFileSync(count, Buffer.alloc(8))
    const data = path.join(folder, 'data')
    const environment = {
      LD_PRELOAD: library,
      FULL_DISK_AT: String(at),
      FULL_DISK_COUNT: count,
      FULL_DISK_FOLDER: path.join(data, 'cache'),
      TUNEWRIGHT_DATA: data,
    }
    const words = ['--db', 's.sqlite', 'run', 'study.yaml']
    const full = await startTunewright(words, folder, environment).result
    expect(full.exitCode).toBe(1)
    expect(full.stderr).toContain(`${name}, which takes `)
    expect(full.stderr).toMatch(/^No room on the disk for .* which takes [\d,]{5,} bytes/)
    expect(existsSync(path.join(data, 'cache', 'datasets'))).toBe(false)
    rmSync(folder, { recursive: true })
  },
  60_000,
)

it.skipIf(library === '')(
  'names a file of a bundle that finds no room, with its size, and leaves nothing',
  async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'full-disk-'))
    const source = openStudyStore(path.join(folder, 'from.sqlite'))
    const { id } = source.createStudy(sampleStudy())
    source.startTrial(sampleTrial(id, 0))
    source.finishTrial(sampleFinish(id, 0))
    await writeBundle({
      reader: source,
      studyId: id,
      file: path.join(folder, 'study.zip'),
      replace: false,
      atMs: 1,
    })
    source.close()
    const count = path.join(folder, 'count')
    const run = (environment = {}) =>
      startTunewright(['--db', 's.sqlite', 'import', 'study.zip'], folder, environment).result
    // The folder of its own, the file, its content.
    for (const at of [1, 2, 3]) {
      writeFileSync(count, Buffer.alloc(8))
      const full = await run({
        LD_PRELOAD: library,
        FULL_DISK_AT: String(at),
        FULL_DISK_COUNT: count,
        FULL_DISK_FOLDER: path.join(folder, 's-import'),
      })
      expect(full.exitCode).toBe(1)
      expect(full.stderr).toMatch(/^No room on the disk for .*s-import/)
      expect(readdirSync(folder).filter(name => name.includes('import'))).toEqual([])
    }
    expect((await run()).exitCode).toBe(0)
    rmSync(folder, { recursive: true })
  },
  60_000,
)

it.runIf(existsSync('/dev/full'))('a log that finds no room is told, and ends nothing', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'full-disk-'))
  symlinkSync('/dev/full', path.join(folder, 's.log'))
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  new LogFile(path.join(folder, 's.log'), () => new Date(0)).write('a bug')
  expect(write).toHaveBeenCalledWith('1970-01-01T00:00:00.000Z a bug\n')
  rmSync(folder, { recursive: true })
})

const program = `echo content > "$TUNEWRIGHT_ARTIFACTS/left.txt"
echo '{"artifact": "note.txt", "step": 1}'
echo '{"step": 1, "loss": 1}'
`
