import { ownValue } from '../../../core/values/named-values.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import type { JsonValue } from '../../../core/values/json.ts'
import type { Asker, OptunaStorageOwner } from '../../../core/processes/process-apis.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import { createTranslate } from '../../../core/i18n/translate.ts'
import { writePythonJson } from '../../../interop/python-json.ts'
import { openDatabase, type StoreDatabase } from '../../../platform/storage/database.ts'
import { OptunaTables } from '../../../platform/storage/optuna-tables.ts'
import { GroupCommit } from './group-commit.ts'
import type { LiveStudy } from './live-study.ts'
import type { LiveTrial } from './live-trial.ts'
import { OptunaMemory } from './memory.ts'
import { FILE_KEY, NUMBER_KEY } from './mirror.ts'
import { serviceOf } from './service.ts'
import { StorageServer } from './storage-server.ts'

interface Session {
  readonly database: StoreDatabase
  readonly tables: OptunaTables
  readonly memory: OptunaMemory
  readonly commits: GroupCommit
  readonly server: StorageServer
}

let session: Session | null = null

/** Serves programs until the process ends. @throws AppError `usage.invalid` for a port that is taken */
export async function run(
  {
    databasePath,
    port,
    failAfterMs,
  }: { readonly databasePath: string; readonly port: number; readonly failAfterMs: number | null },
  owner: Asker<OptunaStorageOwner>,
): Promise<never> {
  const database = openDatabase(databasePath, { readOnly: true })
  const tables = new OptunaTables(database.handle)
  const commits = new GroupCommit(
    async changes => owner.ask('commit', changes),
    () => memory.forgetAll(),
  )
  const memory = new OptunaMemory({ tables, record: change => commits.add(change), now: Date.now })
  const server = new StorageServer({
    port,
    service: serviceOf(memory),
    settled: async () => commits.settled(),
    waiting: () => commits.size,
    onClients: count => owner.notify('clients', count),
    onLeave: client => {
      const lost = memory.leave(client)
      if (failAfterMs === null || lost.length === 0) return
      setTimeout(() => {
        for (const trial of lost) failTrial(memory, trial)
      }, failAfterMs).unref()
    },
    onBug: error =>
      owner.notify('bug', error instanceof Error ? String(error.stack) : String(error)),
  })
  session = { database, tables, memory, commits, server }
  owner.notify('listening', await listen(server, port))
  return new Promise<never>(() => undefined)
}

export function close(): void {
  session?.server.close()
  session?.database.close()
}

/** @returns false where its program is there, or it does not run */
export async function failLost(request: {
  readonly studyId: number
  readonly trialNumber: number
}): Promise<boolean> {
  const { memory, commits } = opened()
  const trial = memory.trialOf(memory.study(idOf(request.studyId)), request.trialNumber)
  const isFailed = failTrial(memory, trial)
  await commits.settled()
  return isFailed
}

/** @returns the number of the trial that waits for a program */
export async function enqueue(request: {
  readonly studyId: number
  readonly point: number
  readonly parameters: Assignment
}): Promise<number> {
  const { memory, commits } = opened()
  const study = memory.study(idOf(request.studyId))
  // Names as the program knows them.
  const theirs = new Map(
    Array.from(study.shape.names, ([ownName, clientName]) => [clientName, ownName]),
  )
  const fixed = Object.fromEntries(
    Object.entries(request.parameters).map(([name, value]) => [theirs.get(name) ?? name, value]),
  )
  const { number } = enqueueTrial(memory, study.id, writePythonJson(fixed), request.point)
  await commits.settled()
  return number
}

/** An empty note, list or table, as Python writes it. */
const nothings = ['""', '[]', '{}']

/** Nothing that was never told needs no telling. @returns false where its programs cannot hear it */
export async function setAttribute(request: {
  readonly studyId: number
  readonly key: string
  readonly value: JsonValue
}): Promise<boolean> {
  const { memory, commits } = opened()
  const study = knownOf(request.studyId)
  // Its program has deleted it, or writes a file that is followed.
  if (study === undefined || FILE_KEY in study.attributes.system) return false
  const value = writePythonJson(request.value)
  const currentValue = ownValue(study.attributes.user, request.key)
  if (currentValue === value || (currentValue === undefined && nothings.includes(value)))
    return true
  memory.setStudyAttribute(study, { kind: 'user', key: request.key, value }, null)
  await commits.settled()
  return true
}

export async function forget(studyId: number): Promise<null> {
  const study = knownOf(studyId)
  if (study !== undefined) opened().memory.forget(study)
  return null
}

/** @returns false where its name has been given to another study since */
export async function restore(studyId: number): Promise<boolean> {
  const { memory, commits } = opened()
  const isBack = memory.restore(studyId)
  await commits.settled()
  return isBack
}

/** A trial whose program is gone fails, and its point waits for the next one. */
function failTrial(memory: OptunaMemory, trial: LiveTrial): boolean {
  if (!memory.has(trial) || !trial.isLost || trial.state !== 'RUNNING') return false
  const { studyId, parameters } = trial
  // Optuna's own pages show it.
  const reason = JSON.stringify(createTranslate('en').format(msg('failure.programGone')))
  memory.setAttribute(trial, { kind: 'system', key: 'fail_reason', value: reason }, null)
  const fixed = memory.study(studyId).ownAssignmentOf(trial)
  memory.setState(trial, 'FAIL', [], null)
  // The program of a file that is followed takes no points from here.
  const isFollowed = NUMBER_KEY in trial.systemAttributes
  if (parameters.length > 0 && !isFollowed) enqueueTrial(memory, studyId, writePythonJson(fixed))
  return true
}

/** As `study.enqueue_trial` does it. */
function enqueueTrial(memory: OptunaMemory, id: number, fixed: string, point?: number): LiveTrial {
  return memory.createTrial(
    memory.study(id),
    {
      head: { state: 'WAITING', started: '', completed: '', values: [] },
      parameters: [],
      reports: [],
      entries: [{ kind: 'system', key: 'fixed_params', value: fixed }],
    },
    null,
    point,
  )
}

/** As programs see it. */
function knownOf(studyId: number): LiveStudy | undefined {
  const { memory, tables } = opened()
  return memory.all().find(study => tables.studyIdOf.get(study.id) === studyId)
}

function idOf(studyId: number): number {
  const study = knownOf(studyId)
  if (study === undefined) throw new AppError('study.notFound', { study: String(studyId) })
  return study.id
}

function opened(): Session {
  if (session === null) throw new Error('run must come first')
  return session
}

async function listen(server: StorageServer, port: number): Promise<number> {
  try {
    return await server.listen()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new AppError('usage.invalid', { reason: msg('failure.portTaken', { port }) }, error)
  }
}
