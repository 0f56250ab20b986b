import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Caller } from '../../../core/study/caller.ts'
import { EngineService } from '../../../engines/engine-service.ts'
import { listDevices, probeAdapters } from '../../../platform/machine/list-devices.ts'
import type { Api } from '../../../features/api/common/methods.ts'
import type { ApiOptions } from '../../../features/api/node/api-options.ts'
import { FileGate } from '../../../features/api/node/file-gate.ts'
import { fileHandlers } from '../../../features/api/node/file-methods.ts'
import type { MethodContext } from '../../../features/api/node/method-context.ts'
import { TrialFiles } from '../../../features/artifacts/node/trial-files.ts'
import { CodeGate } from '../../../features/code-trust/node/code-gate.ts'
import { samplesFolder } from '../../../features/studies/node/catalog.ts'
import { accessHandlers } from '../../../features/access/node/methods.ts'
import { analysisHandlers } from '../../../features/analysis/node/methods.ts'
import { applicationHandlers } from '../../../features/application/node/methods.ts'
import { artifactHandlers } from '../../../features/artifacts/node/methods.ts'
import { backupHandlers } from '../../../features/backups/node/methods.ts'
import { bundleHandlers } from '../../../features/bundles/node/methods.ts'
import { checkpointHandlers } from '../../../features/checkpoints/node/methods.ts'
import { codeTrustHandlers } from '../../../features/code-trust/node/methods.ts'
import { PreparedForPrograms } from '../../../datasets/prepared-for-programs.ts'
import { datasetHandlers } from '../../../features/datasets/node/methods.ts'
import { diagnosticsHandlers } from '../../../features/diagnostics/node/methods.ts'
import { engineHandlers } from '../../../features/engines/node/methods.ts'
import { errorAnalysisHandlers } from '../../../features/error-analysis/node/methods.ts'
import { exportHandlers } from '../../../features/exports/node/methods.ts'
import { importHandlers } from '../../../features/imports/node/methods.ts'
import { interventionHandlers } from '../../../features/interventions/node/methods.ts'
import { machineHandlers } from '../../../features/machines/node/methods.ts'
import { modelHandlers } from '../../../features/models/node/methods.ts'
import { notificationHandlers } from '../../../features/notifications/node/methods.ts'
import { optunaStorageHandlers } from '../../../features/optuna-storage/node/methods.ts'
import { readOnlyHandlers } from '../../../features/read-only/node/methods.ts'
import { reportHandlers } from '../../../features/reports/node/methods.ts'
import { runConditionHandlers } from '../../../features/run-conditions/node/methods.ts'
import { scriptHandlers } from '../../../features/script/node/methods.ts'
import { studyHandlers } from '../../../features/studies/node/methods.ts'
import type { StudyTexts } from '../../../features/studies/node/study-texts.ts'
import { studyQueueHandlers } from '../../../features/study-queue/node/methods.ts'
import { terminalCommandHandlers } from '../../../features/terminal-command/node/methods.ts'
import { testRowHandlers } from '../../../features/test-rows/node/methods.ts'
import { verifyHandlers } from '../../../features/verify/node/methods.ts'
import { whatIfHandlers } from '../../../features/what-if/node/methods.ts'
import { clientApi } from './client-api.ts'

/** Every method, as features implement them. */
function createApi(context: MethodContext): Api {
  return {
    ...applicationHandlers(context),
    ...studyHandlers(context),
    ...interventionHandlers(context),
    ...checkpointHandlers(context),
    ...artifactHandlers(context),
    ...analysisHandlers(context),
    ...errorAnalysisHandlers(context),
    ...testRowHandlers(context),
    ...whatIfHandlers(context),
    ...verifyHandlers(context),
    ...reportHandlers(context),
    ...exportHandlers(context),
    ...bundleHandlers(context),
    ...importHandlers(context),
    ...modelHandlers(context),
    ...datasetHandlers(context),
    ...engineHandlers(context),
    ...codeTrustHandlers(context),
    ...scriptHandlers(context),
    ...optunaStorageHandlers(context),
    ...runConditionHandlers(context),
    ...studyQueueHandlers(context),
    ...machineHandlers(context),
    ...notificationHandlers(context),
    ...accessHandlers(context),
    ...backupHandlers(context),
    ...diagnosticsHandlers(context),
    ...readOnlyHandlers(context),
    ...terminalCommandHandlers(),
    ...fileHandlers(context),
  }
}

/** What a program may do beside its rights, and for how long. */
export interface ProgramCall {
  /** That a person opened for it; default: none. */
  readonly folders?: readonly string[]
  /** Aborted where nobody waits for the answer any longer; absent: somebody always does. */
  readonly signal?: AbortSignal
}

/** The methods for faces, and for programs. */
export interface Apis {
  readonly page: Api
  forProgram(caller: Caller, call: ProgramCall): Api
}

/** Readers of study files: programs keep nobody at a page waiting. */
export interface StudyTextsOfCallers {
  readonly page: StudyTexts
  readonly programs: StudyTexts
}

/** The back end behind every face: each method with the service that answers it. */
export function createApis(options: ApiOptions, studyTexts: StudyTextsOfCallers): Apis {
  const { workspace, kind, store, host, now } = options
  const directory = path.dirname(workspace.databasePath)
  const samples = fileURLToPath(samplesFolder)
  const files = FileGate.forPage([directory, samples], kind !== 'web')
  const sources = (): string[] =>
    store
      .datasets()
      .flatMap(dataset => dataset.sources)
      .filter(source => source.isElsewhere !== true)
      .map(source => source.path)
  // Asked once: a driver that is installed later shows after a restart.
  let probe: ReturnType<typeof probeAdapters> | null = null
  const prepared = new PreparedForPrograms(store)
  const services = {
    ...options,
    engines: new EngineService({ checksPath: path.join(directory, 'engine-checks.json'), now }),
    devices: async () => listDevices(host.monitor, () => (probe ??= probeAdapters())),
    trialFiles: new TrialFiles(store),
  }
  return {
    page: createApi({
      ...services,
      files,
      gate: new CodeGate(options),
      studyTexts: studyTexts.page,
    }),
    // Trusted code needs no second look of a person, for a person allowed the program to start it.
    forProgram: (caller, { folders = [], signal }) => {
      const context = {
        ...services,
        queries: options.queries.forProgram(signal),
        transfers: options.transfers.forProgram(caller.name),
        prepared,
        files: files.forPrograms([samples, workspace.uploadDirectory, ...folders], sources),
        gate: new CodeGate({ ...options, kind: 'program' }),
        studyTexts: studyTexts.programs,
        by: { ...caller },
      }
      return clientApi(createApi(context), context)
    },
  }
}
