import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import SqliteDatabase from 'better-sqlite3'
import { unpackBundle } from '../../src-main/features/bundles/node/unpack-bundle.ts'
import { hashFile } from '../../src-main/platform/files/hash-file.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { buildFullDisk } from '../helpers/disk/full-disk.ts'
import { type CommandResult, startTunewright } from '../helpers/run-tunewright.ts'
import { studyOutcome } from '../helpers/study-outcome.ts'
import type { Figures } from './figures.ts'
import { kinds, writeKind } from './kinds.ts'
import { markedProcesses, markVariable, signal } from './marked-processes.ts'
import {
  ageTemporaryFolders,
  bundleFile,
  earlierBackup,
  type Operation,
  operations,
  studyIds,
} from './operations.ts'

export interface OperationKillOptions {
  readonly folder: string
  readonly seed: number
  readonly untilMs: number
  readonly figures: Figures
  /** Names of kinds; all if there are none. */
  readonly only: readonly string[]
}

const LEFTOVER_LIMIT_MS = 30_000
/** Of a write to the next one that is tried: the golden ratio spreads them, however many there are. */
const STEP_SHARE = 0.618

/**
 * Kills commands that write (reports, exports, bundles, imports, models, backups) at one write after the other, alone or with
 * their children, and calls them once more. Nothing is lost, what bears its final name is whole, and the second call leaves
 * what an undisturbed one does. Needs gcc.
 */
export async function killOperations(options: OperationKillOptions): Promise<void> {
  const { folder, figures, untilMs, only } = options
  const chosen = Object.entries(operations).filter(
    ([name]) => only.length === 0 || only.includes(name),
  )
  if (chosen.length === 0) return
  const built = buildFullDisk(folder)
  if ('why' in built) throw new Error(built.why)
  const bench = new OperationBench(folder, built.library)
  await bench.makeProject()
  const calm = new Map<Operation, Calm>()
  for (let round = 0; performance.now() < untilMs; round++) {
    for (const [kind, variants] of chosen) {
      if (performance.now() > untilMs) return
      const operation = variants[round % variants.length] as Operation
      const whole = calm.get(operation) ?? (await bench.runCalmly(operation, figures))
      calm.set(operation, whole)
      const times = Math.floor(round / variants.length)
      const step = coprimeNear(whole.writes * STEP_SHARE, whole.writes)
      const at = 1 + ((options.seed + times * step) % whole.writes)
      await killAt({ bench, kind, operation, calm: whole, at, isGroup: times % 2 === 1 }, figures)
      figures.save()
    }
  }
}

/** Steps of this size meet each write once before they meet one again. */
function coprimeNear(size: number, count: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
  let step = Math.max(1, Math.round(size))
  while (divisor(step, count) !== 1) step++
  return step
}

interface Kill {
  readonly bench: OperationBench
  readonly kind: string
  readonly operation: Operation
  readonly calm: Calm
  /** The write, from 1. */
  readonly at: number
  /** All processes of the command die, not only the one that writes. */
  readonly isGroup: boolean
}

async function killAt(
  { bench, kind, operation, calm, at, isGroup }: Kill,
  figures: Figures,
): Promise<void> {
  const scope = isGroup ? 'group' : 'process'
  const where = `${operation.name}, ${scope} killed at write ${at} of ${calm.writes}`
  const project = bench.copyFor(operation)
  const { result, writes } = await bench.run(project, operation.words, { at, kills: scope })
  if (writes < at) {
    figures.add(`operations: ${kind}: over before the write`)
    bench.remove(project)
    return
  }
  figures.add('kills')
  figures.add(`kills of ${kind}`)
  const faults = [...traceOf(result), ...(await bench.leftovers(project))]
  const killed = await bench.look(project, faults)
  const isDone = hasAll(killed, calm.after, operation)
  faults.push(...compareKilled(killed, calm, operation))
  ageTemporaryFolders(path.join(project, 'temporary'))
  const again = await bench.run(project, operation.again ?? operation.words)
  const code = isDone ? (operation.codeIfDone ?? 0) : 0
  if (again.result.exitCode !== code) {
    const { exitCode, stderr } = again.result
    faults.push(`the second call ended with ${exitCode}: ${stderr.slice(-300)}`)
  }
  faults.push(...traceOf(again.result), ...(await bench.leftovers(project)))
  faults.push(...compareAgain(await bench.look(project, faults), calm.after, operation))
  if (operation.restores === true) faults.push(...(await bench.takeBack(project, calm.before)))
  bench.end(project, faults, { figures, where })
}

function traceOf({ stderr }: CommandResult): string[] {
  const trace = /^.*(?:\n +at .*)+/m.exec(stderr)?.[0]
  return trace === undefined ? [] : [`untyped error: ${trace.slice(0, 500)}`]
}

interface Calm {
  readonly before: State
  readonly after: State
  readonly writes: number
}

/** What a project holds, free of moments. */
interface State {
  /** Studies of the database by name. */
  readonly studies: ReadonlyMap<string, string>
  /** Hashes of what files hold, by path; backups of the same kind are one path. */
  readonly files: ReadonlyMap<string, ReadonlySet<string>>
  readonly temporary: readonly string[]
}

/** Whether everything is there that an undisturbed call leaves. */
function hasAll(state: State, after: State, { restores }: Operation): boolean {
  return (
    isDeepStrictEqual(state.studies, after.studies) &&
    (restores === true ||
      [...after.files].every(([file, keys]) => isDeepStrictEqual(state.files.get(file), keys)))
  )
}

/** After the kill: studies as before or as afterwards, and so every file that bears its final name. */
function compareKilled(state: State, { before, after }: Calm, operation: Operation): string[] {
  const faults: string[] = []
  const isEither = [before, after].some(({ studies }) => isDeepStrictEqual(state.studies, studies))
  if (!isEither) faults.push('studies are neither as before nor as afterwards')
  for (const [file, keys] of state.files) {
    const allowed = [before, after].flatMap(({ files }) => [...(files.get(file) ?? [])])
    if (operation.restores === true && file.startsWith('s-backups/replaced-')) continue
    if ([...keys].some(key => !allowed.includes(key))) faults.push(`not whole: ${file}`)
  }
  for (const file of before.files.keys()) {
    if (after.files.has(file) && !state.files.has(file)) {
      // While folders change their places the files are aside (restore-backup.ts).
      if (operation.restores !== true) faults.push(`lost: ${file}`)
    }
  }
  for (const folder of operation.wholeFolders ?? []) {
    const isWithin = (file: string): boolean => file.startsWith(folder)
    const [present, expected] = [state, after].map(({ files }) =>
      [...files.keys()].filter(isWithin),
    )
    if (present?.length !== 0 && present?.length !== expected?.length)
      faults.push(`not whole: folder ${folder}`)
  }
  return faults
}

/** After the second call: as if the first one had never been. */
function compareAgain(state: State, after: State, operation: Operation): string[] {
  const faults: string[] = []
  if (!isDeepStrictEqual(state.studies, after.studies))
    faults.push('studies are not those of an undisturbed call')
  for (const [file, keys] of after.files) {
    const actualKeys = state.files.get(file)
    if (actualKeys === undefined) faults.push(`missing after the second call: ${file}`)
    else if ([...keys].some(key => !actualKeys.has(key)))
      faults.push(`another content after the second call: ${file}`)
  }
  const added = [...state.files.keys()].filter(
    file =>
      !after.files.has(file) &&
      !(operation.restores === true && file.startsWith('s-backups/replaced-')),
  )
  const leftFiles = [...added, ...state.temporary]
  if (leftFiles.length > 0) faults.push(`leftover files: ${leftFiles.slice(0, 5).join(', ')}`)
  return faults
}

interface FaultPoint {
  /** 0 only counts. */
  readonly at: number
  readonly kills: 'process' | 'group'
}

/** A project with two finished studies, copies of it, and commands that are run in them. */
class OperationBench {
  readonly #folder: string
  readonly #library: string
  readonly #project: string
  #faultyCopies = 0

  constructor(folder: string, library: string) {
    this.#folder = folder
    this.#library = library
    this.#project = path.join(folder, 'project')
  }

  /** A training and programs that leave files, a backup from between them and a bundle. */
  async makeProject(): Promise<void> {
    const project = this.#project
    mkdirSync(path.join(project, 'temporary'), { recursive: true })
    for (const name of Object.keys(studyIds)) {
      const kind = kinds.find(each => each.name === name)
      if (kind === undefined) throw new Error(`no kind of study ${name}`)
      writeKind(kind, project)
      await this.#mustRun(['trust', 'study.json', '--yes'])
      await this.#mustRun(['run', 'study.json'])
      if (name !== 'training') continue
      mkdirSync(path.join(project, 's-backups'))
      const database = new SqliteDatabase(path.join(project, 's.sqlite'), { readonly: true })
      database.prepare('VACUUM INTO ?').run(path.join(project, 's-backups', earlierBackup))
      database.close()
    }
    await this.#mustRun(['bundle', String(studyIds.training), '-o', bundleFile])
  }

  async #mustRun(words: readonly string[]): Promise<void> {
    const { result } = await this.run(this.#project, words)
    if (result.exitCode !== 0) throw new Error(`${words.join(' ')}: ${result.stderr}`)
  }

  async runCalmly(operation: Operation, figures: Figures): Promise<Calm> {
    const project = this.copyFor(operation)
    const faults: string[] = []
    const before = await this.look(project, faults)
    const counting = { at: 0, kills: 'process' } as const
    const { result, writes } = await this.run(project, operation.words, counting)
    const after = await this.look(project, faults)
    if (result.exitCode !== 0) faults.push(`exit code ${result.exitCode}: ${result.stderr}`)
    if (after.temporary.length > 0) faults.push(`leftover files: ${after.temporary.join(', ')}`)
    figures.peak(`operations: writes of ${operation.name}`, writes)
    this.end(project, faults, { figures, where: `${operation.name} without kills` })
    return { before, after, writes }
  }

  copyFor(operation: Operation): string {
    // Always at the same path: reports name it.
    const project = path.join(this.#folder, 'copy')
    cpSync(this.#project, project, { recursive: true, preserveTimestamps: true })
    operation.prepare?.(project)
    return project
  }

  /** A copy in which something was found stays. */
  end(
    project: string,
    faults: readonly string[],
    { figures, where }: { readonly figures: Figures; readonly where: string },
  ): void {
    if (faults.length === 0) {
      this.remove(project)
      return
    }
    const target = `${project}-${this.#faultyCopies++}`
    renameSync(project, target)
    for (const fault of faults) figures.fault(`operation: ${fault}`, `${where}, ${target}`)
  }

  remove(project: string): void {
    rmSync(project, { recursive: true, force: true, maxRetries: 5 })
    rmSync(`${project}.count`, { force: true })
  }

  async run(
    project: string,
    words: readonly string[],
    point?: FaultPoint,
  ): Promise<{ readonly result: CommandResult; readonly writes: number }> {
    const count = `${project}.count`
    if (point !== undefined) writeFileSync(count, Buffer.alloc(8))
    const command = startTunewright(['--db', 's.sqlite', ...words], project, {
      [markVariable]: project,
      TUNEWRIGHT_TRUST: path.join(this.#folder, 'trusted.json'),
      TMPDIR: path.join(project, 'temporary'),
      XDG_CACHE_HOME: path.join(this.#folder, 'cache'),
      ...(point === undefined
        ? {}
        : {
            LD_PRELOAD: this.#library,
            FULL_DISK_FOLDER: `${project}/`,
            FULL_DISK_AT: String(point.at),
            FULL_DISK_COUNT: count,
            FULL_DISK_KILL: point.kills,
          }),
    })
    const result = await command.result
    const writes = point === undefined ? 0 : Number(readFileSync(count).readBigInt64LE())
    return { result, writes }
  }

  /** @returns what still runs half a minute later */
  async leftovers(project: string): Promise<string[]> {
    const untilMs = performance.now() + LEFTOVER_LIMIT_MS
    while (performance.now() < untilMs) {
      if (markedProcesses(project).length === 0) return []
      await sleep(20)
    }
    for (const { pid } of markedProcesses(project)) signal(pid, 'SIGKILL')
    return ['leftover process']
  }

  /** @param faults where it is noted what cannot be read */
  async look(project: string, faults: string[]): Promise<State> {
    const files = new Map<string, Set<string>>()
    const temporary: string[] = []
    for (const entry of readdirSync(project, { recursive: true, withFileTypes: true })) {
      const whole = path.join(entry.parentPath, entry.name)
      const file = path.relative(project, whole)
      if (/^temporary\/|\.part(?:$|[-./])|\.before(?:$|\/)/.test(file)) {
        temporary.push(file)
        continue
      }
      if (!entry.isFile() || /^s\.(?:sqlite|log)/.test(file)) continue
      const name = withoutMoments(file)
      const keys = files.get(name) ?? new Set()
      files.set(name, keys)
      try {
        keys.add(await keyOf(whole))
      } catch (error) {
        keys.add('unreadable')
        faults.push(`unreadable: ${file}: ${String(error)}`)
      }
    }
    try {
      return { studies: await readStudies(path.join(project, 's.sqlite')), files, temporary }
    } catch (error) {
      faults.push(`unreadable database: ${String(error)}`)
      return { studies: new Map(), files, temporary }
    }
  }

  /** What was replaced can be restored, with all of its files. */
  async takeBack(project: string, before: State): Promise<string[]> {
    const folder = path.join(project, 's-backups')
    for (const name of readdirSync(folder)) {
      if (!name.startsWith('replaced-') || !name.endsWith('.sqlite')) continue
      const names = [...(await readStudies(path.join(folder, name), false)).keys()]
      if (!isDeepStrictEqual(names, [...before.studies.keys()])) continue
      const { result } = await this.run(project, ['backups', '--restore', name])
      if (result.exitCode !== 0) return [`not restored again: ${result.stderr.slice(-300)}`]
      const faults: string[] = []
      const state = await this.look(project, faults)
      return isDeepStrictEqual(state.studies, before.studies)
        ? faults
        : [...faults, 'what was restored again is not what was replaced']
    }
    return ['lost: the studies that were replaced']
  }
}

/** Moments within names and texts. */
function withoutMoments(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\d(?:[T ]\d\d[:-]\d\d(?:[:-]\d\d(?:[.-]\d+)?)?Z?)?/g, 'MOMENT')
    .replaceAll(/\b1[789]\d{11}\b/g, 'MOMENT')
}

const texts = /\.(?:html|md|json|csv|txt|svg|yaml|cjs)$/

async function keyOf(file: string): Promise<string> {
  if (file.endsWith('.tunewright')) return bundleKey(file)
  const isBackup = path.basename(path.dirname(file)) === 's-backups' && file.endsWith('.sqlite')
  if (isBackup) return JSON.stringify([...(await readStudies(file, false))])
  if (texts.test(file)) return withoutMoments(readFileSync(file, 'utf8'))
  return hashFile(file)
}

/** Everything of a bundle is compared with its hashes. */
async function bundleKey(file: string): Promise<string> {
  const content = readFileSync(file)
  if (content.length < 100) return content.toString('utf8')
  const staging = mkdtempSync(path.join(path.dirname(path.dirname(file)), 'unpacked-'))
  try {
    await unpackBundle({ file, only: null, staging })
    const names = readdirSync(staging, { recursive: true, encoding: 'utf8' }).sort()
    const studies = await readStudies(path.join(staging, 'study.sqlite'), false)
    return JSON.stringify([names, [...studies]])
  } finally {
    rmSync(staging, { recursive: true })
  }
}

/**
 * Studies by name, with everything that repeats.
 * @param hasFiles whether files that rows name lie beside the database
 * @throws Error if a page or a file is damaged
 */
async function readStudies(file: string, hasFiles = true): Promise<ReadonlyMap<string, string>> {
  const database = new SqliteDatabase(file, { readonly: true })
  const integrity = database.pragma('integrity_check', { simple: true })
  database.close()
  if (integrity !== 'ok') throw new Error(`integrity: ${String(integrity)}`)
  const store = openStudyStore(file, { readOnly: true })
  try {
    const studies = new Map<string, string>()
    for (const { id, name, state } of store.listStudies().toSorted((a, b) => a.id - b.id)) {
      if (studies.has(name)) throw new Error(`doubled: study ${name}`)
      const snapshot = store.snapshot(id)
      const files = [...snapshot.artifacts, ...store.checkpoints(id)]
      const broken = hasFiles
        ? files.find(row => !existsSync(row.path) || sha256Of(row.path) !== row.sha256)
        : undefined
      if (broken !== undefined) throw new Error(`not whole: ${broken.path}`)
      const hashes = files.map(row => [row.trialNumber, row.sha256]).sort()
      const texts = JSON.stringify([state, studyOutcome(snapshot), hashes])
      studies.set(name, createHash('sha256').update(texts).digest('hex'))
    }
    return studies
  } finally {
    store.close()
  }
}

function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
