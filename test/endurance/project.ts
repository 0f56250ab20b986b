import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import SqliteDatabase from 'better-sqlite3'
import { isAppError } from '../../src-main/core/errors/errors.ts'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import { parseFileKind } from '../../src-main/core/trial/trial-files.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyReader } from '../../src-main/platform/storage/study-store.ts'
import { MachineFile } from '../../src-main/platform/ssh/machine-file.ts'
import {
  type CommandResult,
  jsonObjects,
  type RunningCommand,
  startTunewright,
} from '../helpers/run-tunewright.ts'
import { SshMachine } from '../helpers/ssh-machine.ts'
import { JumpingClock } from '../helpers/clock/jumping-clock.ts'
import { fakeSlurm } from '../helpers/fake-slurm.ts'
import { studyOutcome } from '../helpers/study-outcome.ts'
import { type Kind, writeKind } from './kinds.ts'
import { machineFolder, markedProcesses, markVariable, signal } from './marked-processes.ts'
import { startMcpSession } from './mcp-session.ts'

/** States and codes with which a session may end; a signal is one that was sent. */
const exitCodes: readonly (number | null)[] = [0, 5, null]
/** How long a process may outlive its session. */
const LEFTOVER_LIMIT_MS = 30_000
/** Of a trial whose process was killed, in every kind of study. */
const MAX_RETRIES = 10

type Trial = StudySnapshot['trials'][number]

/** What must repeat of each trial, with the files that it has left. */
export function outcomeOf(snapshot: StudySnapshot): unknown[] {
  const files = Map.groupBy(filesOf(snapshot), ({ trialNumber }) => trialNumber)
  return studyOutcome(snapshot).map((outcome, number) => [
    outcome,
    files.get(number)?.map(({ kind, sha256 }) => [kind, sha256]),
  ])
}

function filesOf({ artifacts }: StudySnapshot): StudySnapshot['artifacts'] {
  return artifacts.filter(({ kind }) => parseFileKind(kind) !== null)
}

/** A study in a folder of its own, run by the command line as a person does, and what must hold of it after each session. */
export class Project {
  readonly folder: string
  readonly kind: Kind
  readonly clock: JumpingClock
  /** The slowest farewell of a process whose session is over. */
  leftoverMs = 0
  /** A trial was killed more often than it is repeated: its failure is right, and what followed was another study. */
  #isAbandoned = false
  readonly #variables: NodeJS.ProcessEnv
  readonly #madeAtMs = performance.now()
  /** As they were when they had finished. */
  #finished = new Map<number, Trial>()
  /** Trials whose end was printed. */
  readonly #acknowledged = new Set<number>()
  readonly #starts = new Map<number, number>()
  #machines: readonly SshMachine[] = []

  constructor(kind: Kind, folder: string, cache: string, variables: NodeJS.ProcessEnv = {}) {
    this.kind = kind
    this.folder = folder
    mkdirSync(path.join(folder, 'temporary'), { recursive: true })
    writeKind(kind, folder)
    this.clock = new JumpingClock(path.dirname(folder), `${folder}.clock`)
    this.#variables = {
      [markVariable]: folder,
      TUNEWRIGHT_TRUST: path.join(folder, 'trusted.json'),
      TUNEWRIGHT_MACHINES: path.join(folder, 'machines.json'),
      TMPDIR: path.join(folder, 'temporary'),
      XDG_CACHE_HOME: cache,
      ...this.clock.environment,
      // A real one says where it is; else commands stand in.
      ...(kind.outlives === true &&
      kind.machines === undefined &&
      process.env['SLURM_CONF'] === undefined
        ? { PATH: `${fakeSlurm(folder)}:${process.env['PATH'] ?? ''}` }
        : {}),
      ...variables,
    }
  }

  /** Starts machines of the study and trusts its code, if there are any. */
  async prepare(): Promise<void> {
    const file = new MachineFile(path.join(this.folder, 'machines.json'))
    this.#machines = await Promise.all(
      (this.kind.machines ?? []).map(async name =>
        SshMachine.start(path.join(this.folder, machineFolder), name, null, {
          [markVariable]: this.folder,
        }),
      ),
    )
    for (const { machine } of this.#machines) file.add(machine)
    const { result } = this.#start(['trust', 'study.json', '--yes'])
    await result
  }

  /** Goes on, or begins where no study was stored yet. */
  start(): Pick<RunningCommand, 'result'> {
    const isThere = this.snapshot() !== null
    if (this.kind.isOverMcp === true) return startMcpSession(this.folder, this.#variables, isThere)
    return this.#start(['--json', ...(isThere ? ['resume', '1'] : ['run', 'study.json'])])
  }

  #start(words: readonly string[]): RunningCommand {
    return startTunewright(['--db', 's.sqlite', ...words], this.folder, this.#variables)
  }

  snapshot(): StudySnapshot | null {
    if (!existsSync(this.#database)) return null
    const store = this.#open()
    if (store === null) return null
    try {
      return store.listStudies().length === 0 ? null : store.snapshot(1)
    } finally {
      store.close()
    }
  }

  /** Null for a database whose maker was killed before it had a table. */
  #open(): StudyReader | null {
    try {
      return openStudyStore(this.#database, { readOnly: true })
    } catch (error) {
      const version = isAppError(error, 'database.readOnly')
        ? error.detail.reason.values?.['version']
        : null
      if (version === 0) return null
      throw error
    }
  }

  get isFinished(): boolean {
    return this.snapshot()?.study.state === 'finished'
  }

  /** @returns what is wrong after a session */
  async faults({ exitCode, stdout, stderr }: CommandResult): Promise<string[]> {
    const faults: string[] = []
    if (!exitCodes.includes(exitCode)) faults.push(`exit code ${exitCode}: ${stderr.slice(-500)}`)
    const log = path.join(this.folder, 's.log')
    const texts = [stderr, existsSync(log) ? readFileSync(log, 'utf8') : '']
    const trace = texts.map(text => /^.*(?:\n +at .*)+/m.exec(text)?.[0]).find(Boolean)
    if (trace !== undefined) faults.push(`untyped error: ${trace.slice(0, 500)}`)
    if (!(await this.#leftoversGone())) faults.push('leftover process')
    try {
      this.#learn(stdout)
      faults.push(...this.#compare())
    } catch (error) {
      faults.push(`unreadable: ${String(error)}`)
    }
    return faults
  }

  /** @returns what is wrong at the end, beside what {@link faults} says */
  faultsAtEnd(expected: readonly unknown[] | null): string[] {
    const faults: string[] = []
    const snapshot = this.snapshot()
    if (snapshot?.study.state !== 'finished') faults.push('not finished')
    if (snapshot !== null && this.kind.repeats && !this.#isAbandoned && expected !== null) {
      const other = outcomeOf(snapshot).findIndex(
        (trial, index) => !isDeepStrictEqual(trial, expected[index]),
      )
      if (other >= 0) faults.push(`trial ${other} is another one than without kills`)
    }
    faults.push(...this.#compareFiles(snapshot))
    const names = readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
    const isReported =
      this.kind.isOverMcp === true || names.some(name => name.startsWith('s-reports/'))
    // A backup that was under way when the last session was killed goes with the next one (integration/storage/backups).
    const parts = names.filter(
      name => /\.part$|\.new$|^temporary\//.test(name) && !/-backups\b/.test(name),
    )
    if (parts.length > 0) faults.push(`leftover files: ${parts.slice(0, 5).join(', ')}`)
    if (!isReported) faults.push('no report')
    for (const machine of this.#machines) {
      if (machine.jobs().length > 0) faults.push(`leftover jobs: ${machine.jobs().join(', ')}`)
    }
    return faults
  }

  /** For an end in between: nothing of the project goes on. */
  async end(): Promise<void> {
    for (const machine of this.#machines) machine.killAll()
    for (const { pid } of markedProcesses(this.folder)) signal(pid, 'SIGKILL')
    await sleep(50)
  }

  remove(): void {
    for (const machine of this.#machines) machine.stop()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
    rmSync(`${this.folder}.clock`, { force: true })
  }

  get #database(): string {
    return path.join(this.folder, 's.sqlite')
  }

  async #leftoversGone(): Promise<boolean> {
    const sinceMs = performance.now()
    const isOver = () => {
      const processes = markedProcesses(this.folder)
      return processes.every(
        ({ role }) => this.kind.outlives === true && (role === 'program' || role === 'job'),
      )
    }
    while (!isOver()) {
      if (performance.now() - sinceMs > LEFTOVER_LIMIT_MS) return false
      await sleep(20)
    }
    this.leftoverMs = Math.max(this.leftoverMs, performance.now() - sinceMs)
    return true
  }

  #learn(stdout: string): void {
    // A session that was killed may have been in the middle of its last line.
    const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1)
    for (const { event, number } of jsonObjects(whole)) {
      if (event === 'trialFinished') this.#acknowledged.add(Number(number))
    }
  }

  #compare(): string[] {
    const faults: string[] = []
    const snapshot = this.snapshot()
    if (existsSync(this.#database)) {
      const database = new SqliteDatabase(this.#database, { readonly: true })
      const integrity = database.pragma('integrity_check', { simple: true })
      database.close()
      if (integrity !== 'ok') faults.push(`integrity: ${String(integrity)}`)
    }
    const trials = snapshot?.trials ?? []
    const ended = new Map(
      trials
        .filter(({ finishedAtMs }) => finishedAtMs !== null)
        .map(trial => [trial.number, trial]),
    )
    for (const number of this.#acknowledged) {
      if (!ended.has(number)) faults.push(`lost: acknowledged trial ${number}`)
    }
    for (const [number, before] of this.#finished) {
      if (!isDeepStrictEqual(ended.get(number), before))
        faults.push(`lost or changed: trial ${number}`)
    }
    for (const { number, state, attempts } of ended.values()) {
      const kills = attempts.filter(({ failure }) => failure?.class === 'killed').length
      if (state === 'failed' && kills > MAX_RETRIES) this.#isAbandoned = true
      else if (state === 'failed') faults.push(`trial ${number} failed`)
      if (state !== 'failed' && attempts.filter(attempt => attempt.state === state).length !== 1)
        faults.push(`doubled: attempts of trial ${number}`)
    }
    const ends = (snapshot?.events ?? []).filter(({ kind }) => kind === 'trial.finished')
    const numbers = ends.map(({ trialNumber }) => trialNumber)
    if (new Set(numbers).size !== numbers.length) faults.push('doubled: end of a trial')
    if (new Set(trials.map(({ number }) => number)).size !== trials.length)
      faults.push('doubled: trial number')
    faults.push(...this.#compareTimes(trials), ...this.#compareStarts(ended))
    this.#finished = ended
    return faults
  }

  /** Whatever the clock did, nothing took negative time, or longer than there was. */
  #compareTimes(trials: readonly Trial[]): string[] {
    const limitMs = performance.now() - this.#madeAtMs
    return trials.flatMap(({ number, attempts }) =>
      attempts.flatMap(({ startedAtMs, finishedAtMs, state }) => {
        const durationMs = (finishedAtMs ?? startedAtMs) - startedAtMs
        if (durationMs < 0) return [`trial ${number} took ${durationMs} ms`]
        return state === 'complete' && durationMs > limitMs + 5_000
          ? [`trial ${number} took ${durationMs} of ${Math.round(limitMs)} ms`]
          : []
      }),
    )
  }

  /** Every file of a trial that a row names is there with its content, and no other. */
  #compareFiles(snapshot: StudySnapshot | null): string[] {
    const files = snapshot === null ? [] : filesOf(snapshot)
    const [first] = files
    if (first === undefined) return this.kind.name === 'files' ? ['no files'] : []
    const other = files.find(
      ({ path: file, sha256 }) =>
        !existsSync(file) ||
        createHash('sha256').update(readFileSync(file)).digest('hex') !== sha256,
    )
    const named = new Set(files.map(file => path.basename(file.path)))
    const strayFiles = readdirSync(path.dirname(first.path)).filter(name => !named.has(name))
    return [
      ...(other === undefined ? [] : [`file of trial ${other.trialNumber} is not whole`]),
      ...(strayFiles.length === 0
        ? []
        : [`files without a row: ${strayFiles.slice(0, 5).join(', ')}`]),
    ]
  }

  /** No program of a finished trial is started again. */
  #compareStarts(ended: ReadonlyMap<number, Trial>): string[] {
    const file = path.join(this.folder, 'starts')
    if (!existsSync(file)) return []
    const faults: string[] = []
    const counts = new Map<number, number>()
    for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
      counts.set(Number(line), (counts.get(Number(line)) ?? 0) + 1)
    }
    for (const [number, count] of counts) {
      const attempts = ended.get(number)?.attempts.length ?? Number.POSITIVE_INFINITY
      if (this.#finished.has(number) && this.#starts.get(number) !== count)
        faults.push(`doubled: program of trial ${number}`)
      if (count > attempts) faults.push(`doubled: trial ${number} started ${count} times`)
      this.#starts.set(number, count)
    }
    return faults
  }
}
