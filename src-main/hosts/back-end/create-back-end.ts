import { ownValue } from '../../core/values/named-values.ts'
import { existsSync } from 'node:fs'
import { EventHub } from '../../features/api/node/event-hub.ts'
import { type Api, type Method, requestSchemas } from '../../features/api/common/methods.ts'
import type { DatabaseWriter } from '../../core/storage/database-writer.ts'
import { AppError, deserializeError } from '../../core/errors/errors.ts'
import type { Caller } from '../../core/study/caller.ts'
import type { OptunaEndpointSettings } from '../../core/storage/optuna-storage.ts'
import { QueryService } from '../../features/analysis/node/query-service.ts'
import { listBackups, restoreBackup } from '../../platform/storage/restore-backup.ts'
import { openStoreOrReadOnly } from '../../platform/storage/read-only-store.ts'
import { openStoreForWriting } from '../../platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../platform/storage/study-store.ts'
import type { Workspace } from '../../platform/storage/workspace.ts'
import { lockedBy } from '../../platform/storage/write-lock.ts'
import type { ApiOptions, BackEndOptions } from '../../features/api/node/api-options.ts'
import { type Apis, createApis, type ProgramCall } from './api/create-api.ts'
import { backUpDaily } from '../../features/backups/node/back-up-database.ts'
import { keepLog } from '../../features/diagnostics/node/keep-log.ts'
import { worksReadOnly, ReadOnlyMode } from '../../features/read-only/node/read-only-mode.ts'
import { RunConditionSensors } from '../../features/run-conditions/node/run-condition-sensors.ts'
import { RunConditionsService } from '../../features/run-conditions/node/run-conditions-service.ts'
import { ModelService } from '../../features/models/node/model-service.ts'
import { OptunaService } from '../../features/optuna-storage/node/optuna-endpoint.ts'
import { TransferFiles } from '../../features/api/node/transfer-files.ts'
import { StudyTexts } from '../../features/studies/node/study-texts.ts'
import { StudyHost } from '../../features/studies/node/study-host.ts'
import { SuggestService } from '../../features/ask-and-tell/node/suggest-service.ts'

/** Between two looks whether a day has gone since the last backup. */
const LOOK_EVERY_MS = 3_600_000

/** Between two lines of the log that no backup could be made, at least. */
const REPORT_EVERY_MS = 86_400_000

/** Everything that a host serves. */
export interface BackEnd {
  readonly api: Api
  /** The methods for a program that acts for a person: closed files, and events that name it. */
  readonly apiFor: (caller: Caller, call?: ProgramCall) => Api
  readonly hub: EventHub
  /** Files that callers send and fetch. */
  readonly transfers: TransferFiles
  /** Another process writes; a `reset` follows where that changes. */
  readonly isReadOnly: boolean
  /** Whether any study runs. */
  readonly isBusy: boolean
  /** Keeps a bug in a method in the log. */
  readonly log: (method: string, bug: unknown) => void
  /** Lets programs of Optuna store their studies here. @returns the port */
  openOptuna(settings: OptunaEndpointSettings): Promise<number>
  /** Stops the running studies, which go on with Resume, and ends every process. The store that it was made with stays open. */
  close(): Promise<void>
}

/** Services of one opened database. */
interface Services {
  readonly store: StudyStore
  readonly apis: Apis
  readonly queries: QueryService
  readonly optuna: OptunaService
  /** Null: this process writes. */
  readonly readOnly: ReadOnlyMode | null
  readonly isBusy: () => boolean
  close(): Promise<void>
}

/** The services behind a page, whoever shows it. */
export function createBackEnd(options: BackEndOptions): BackEnd {
  const { workspace, now } = options
  const hub = new EventHub()
  const log = keepLog(workspace, hub)
  const transfers = new TransferFiles()
  const openServices = (store: StudyStore, isReadOnly = false): Services =>
    serviceOf({ ...options, store, isReadOnly }, { hub, log, transfers, restore, reopen })
  let services = openServices(options.store, options.isReadOnly)
  /** Calls wait while a backup takes the place of the database. */
  let replaced: Promise<unknown> = Promise.resolve()
  let reportedAtMs = -Infinity
  /** It is tried again and again, and told once. */
  let hasFailed = false
  const daily = setInterval(() => void backUp(), LOOK_EVERY_MS).unref()

  /** What was looked on at is nobody's any more, or another file. */
  function reopen(): void {
    const work = replaced.then(async () => {
      const before = services
      if (before.readOnly === null) return
      // Somebody else may have been quicker, and is looked on at then.
      const { store, isReadOnly } = openStoreOrReadOnly(workspace.databasePath)
      await before.close()
      before.store.close()
      services = openServices(store, isReadOnly)
      hasFailed = false
      hub.emit({ type: 'reset' })
    })
    replaced = work.catch((error: unknown) => {
      if (!hasFailed) log('takeOver', error)
      hasFailed = true
    })
  }

  async function backUp(): Promise<void> {
    if (services.readOnly !== null) return
    const failure = await backUpDaily({ ...options, store: services.store })
    if (failure === null || now() - reportedAtMs < REPORT_EVERY_MS) return
    reportedAtMs = now()
    log('backup', failure.message)
  }

  async function restore(name: string): Promise<{ readonly replacedDatabase: string | null }> {
    await requireSound(services.queries, workspace, name)
    const work = replace(name)
    replaced = work.catch(() => undefined)
    return work
  }

  async function replace(name: string): Promise<{ readonly replacedDatabase: string | null }> {
    const { settings } = services.optuna
    await services.close()
    services.store.close()
    try {
      return { replacedDatabase: restoreBackup(workspace, name, now()) }
    } finally {
      services = openServices(openStoreForWriting(workspace.databasePath))
      if (settings !== null) await services.optuna.open(settings)
      hub.emit({ type: 'reset' })
    }
  }

  function requireAllowed(method: Method): void {
    if (services.readOnly === null || worksReadOnly(method)) return
    throw lockedBy(workspace.databasePath)
  }

  return {
    api: current(
      () => services.apis.page,
      () => replaced,
      requireAllowed,
    ),
    apiFor: (caller, call = {}) =>
      current(
        () => services.apis.forProgram(caller, call),
        () => replaced,
        requireAllowed,
      ),
    hub,
    transfers,
    log,
    get isReadOnly() {
      return services.readOnly !== null
    },
    get isBusy() {
      return services.isBusy()
    },
    openOptuna: async settings => services.optuna.open(settings),
    close: async () => {
      await replaced
      await services.close()
      await transfers.close()
      clearInterval(daily)
      await backUp()
      // Who opened the first one closes it.
      if (services.store !== options.store) services.store.close()
    },
  }
}

function serviceOf(
  options: BackEndOptions,
  {
    hub,
    log,
    transfers,
    restore,
    reopen,
  }: Pick<BackEnd, 'hub' | 'log' | 'transfers'> &
    Pick<ApiOptions, 'restore'> & { readonly reopen: () => void },
): Services {
  const { store, workspace, now, isReadOnly = false } = options
  const host = new StudyHost({ store, workspace, hub, now })
  const queries = new QueryService({
    store,
    databasePath: workspace.databasePath,
    now,
    onProgress: (task, share) => {
      if (task.kind !== 'analysis') return
      const { studyId, question } = task
      hub.emit({ type: 'analysis', studyId, task: JSON.stringify(question), share })
    },
    onWork: (ticket, share) => {
      hub.emit({ type: 'work', ticket, share })
    },
  })
  const models = new ModelService({ store, workspace, hub, queries, now, trainers: host.trainers })
  const optuna = new OptunaService({ store, workspace, hub, host, now, log })
  const service = { store, workspace, hub, host, now }
  const suggest = isReadOnly ? null : new SuggestService({ ...service, log })
  const onBug = (error: unknown): void => {
    log('readOnly', error)
  }
  const readOnly = isReadOnly ? new ReadOnlyMode({ ...service, onOver: reopen, onBug }) : null
  const writer = (): DatabaseWriter | null => readOnly?.writer ?? null
  const sensors = new RunConditionSensors(host.monitor, now)
  const file = workspace.runConditionsFile
  // Who is read-only starts nothing: the queue is the other's.
  const takesUpHeld = !isReadOnly && options.takesUpHeld !== false
  const { startsQueued = true } = options
  // A copy of a database without its run conditions holds nothing back, and begins nothing by itself.
  if (takesUpHeld && !existsSync(file)) store.pauseHeld(now())
  const runConditions = new RunConditionsService(
    { store, host, file, takesUpHeld, startsQueued, sensors, log },
    isReadOnly ? null : undefined,
  )
  const studyTexts = { page: new StudyTexts(), programs: new StudyTexts() }
  return {
    store,
    queries,
    optuna,
    readOnly,
    isBusy: () => host.isBusy,
    apis: createApis(
      {
        ...options,
        host,
        queries,
        models,
        optuna,
        runConditions,
        sensors,
        transfers,
        restore,
        writer,
      },
      studyTexts,
    ),
    close: async () => {
      readOnly?.close()
      runConditions.close()
      sensors.close()
      await suggest?.close()
      await optuna.close()
      await Promise.all([host.close(), models.close()])
      await Promise.all([queries.close(), studyTexts.page.close(), studyTexts.programs.close()])
    },
  }
}

/** @throws AppError `file.notFound`, or why the backup cannot be restored; nothing has been stopped then */
async function requireSound(
  queries: QueryService,
  workspace: Workspace,
  name: string,
): Promise<void> {
  const backup = listBackups(workspace).find(entry => entry.name === name)
  if (backup === undefined) throw new AppError('file.notFound', { path: name, field: 'backup' })
  const checked = await queries.ask({ kind: 'backups', files: { [name]: backup.path } })
  const check = ownValue(checked, name)
  if (check?.ok === false) throw deserializeError(check.error)
}

/** An API whose methods are those of the services that are there when they are called. */
function current(
  api: () => Api,
  ready: () => Promise<unknown>,
  requireAllowed: (method: Method) => void,
): Api {
  const methods = Object.keys(requestSchemas) as Method[]
  return Object.fromEntries(
    methods.map(method => [
      method,
      async (request: never): Promise<unknown> => {
        await ready()
        requireAllowed(method)
        return api()[method](request)
      },
    ]),
  ) as unknown as Api
}
