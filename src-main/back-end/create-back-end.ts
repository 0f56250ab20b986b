import { EventHub } from '../bridge/event-hub.ts'
import type { Api } from '../contract/api/methods.ts'
import { QueryDesk } from '../queries/query-desk.ts'
import type { BackEndOptions } from './api/api-options.ts'
import { createApi } from './api/create-api.ts'
import { backUpDaily } from './back-up-database.ts'
import { keepLog } from './keep-log.ts'
import { ModelDesk } from './model-desk.ts'
import { StudyHost } from './study-host.ts'

/** Between two looks whether a day has gone since the last backup. */
const LOOK_EVERY_MS = 3_600_000

/** Everything that a host serves. */
export interface BackEnd {
  readonly api: Api
  readonly hub: EventHub
  /** Keeps a bug in a method in the log. */
  readonly log: (method: string, bug: unknown) => void
  /** Stops the running studies, which go on with Resume, and ends every process. The store stays open. */
  close(): Promise<void>
}

/** The services behind a page, whoever shows it. */
export function createBackEnd(options: BackEndOptions): BackEnd {
  const { store, workspace, now } = options
  const hub = new EventHub()
  const host = new StudyHost({ store, workspace, hub, now })
  const queries = new QueryDesk({
    ...{ store, databasePath: workspace.databasePath, now },
    onProgress: (task, share) => {
      if (task.kind !== 'analysis') return
      const { studyId, question } = task
      hub.emit({ type: 'analysis', studyId, task: JSON.stringify(question), share })
    },
  })
  const models = new ModelDesk({ store, workspace, hub, queries, now })
  const daily = setInterval(() => void backUpDaily(options), LOOK_EVERY_MS).unref()
  return {
    api: createApi({ ...options, host, queries, models }),
    hub,
    log: keepLog(workspace, hub),
    close: async () => {
      await Promise.all([host.close(), models.close()])
      await queries.close()
      clearInterval(daily)
      await backUpDaily(options)
    },
  }
}
