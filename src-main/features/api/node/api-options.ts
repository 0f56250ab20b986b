import type { DatabaseWriter } from '../../../core/storage/database-writer.ts'
import type { AppDescription } from '../../application/common/methods.ts'
import type { WindowProcessInfo } from '../../../core/processes/process-apis.ts'
import type { QueryService } from '../../analysis/node/query-service.ts'
import type { PagePrinter } from '../../reports/node/page-printer.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import type { Workspace } from '../../../platform/storage/workspace.ts'
import type { ModelService } from '../../models/node/model-service.ts'
import type { OptunaService } from '../../optuna-storage/node/optuna-endpoint.ts'
import type { RunConditionSensors } from '../../run-conditions/node/run-condition-sensors.ts'
import type { RunConditionsService } from '../../run-conditions/node/run-conditions-service.ts'
import type { TransferFiles } from './transfer-files.ts'
import type { StudyHost } from '../../studies/node/study-host.ts'

export interface BackEndOptions {
  readonly store: StudyStore
  readonly workspace: Workspace
  readonly kind: AppDescription['host']
  /** Of the window's process; absent where there is none. */
  readonly window?: WindowProcessInfo | null
  readonly now: () => number
  /** Another process writes: the store is of {@link openStoreOrReadOnly}, and is replaced once nobody does. */
  readonly isReadOnly?: boolean
  /** Whether studies go on that an earlier process held back. Default true. */
  readonly takesUpHeld?: boolean
  /** Whether studies that wait in the queue start here. Default true. */
  readonly startsQueued?: boolean
  /** Default: an installed browser. */
  readonly printer?: PagePrinter
}

/** Everything that the methods of the API need. */
export interface ApiOptions extends BackEndOptions {
  readonly host: StudyHost
  readonly queries: QueryService
  readonly models: ModelService
  readonly optuna: OptunaService
  /** Who writes while this process is read-only; null: it writes itself. */
  readonly writer: () => DatabaseWriter | null
  readonly runConditions: RunConditionsService
  readonly sensors: RunConditionSensors
  readonly transfers: TransferFiles
  /** Puts a backup in the place of the database. */
  readonly restore: (name: string) => Promise<{ readonly replacedDatabase: string | null }>
}

/** A call that only does something answers null. */
export function nothing(_done: unknown): null {
  return null
}
