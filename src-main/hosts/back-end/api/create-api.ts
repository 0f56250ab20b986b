import { samplerWhy } from '../../../search/sampler-why.ts'
import { studyCapabilities } from '../../../search/study-capabilities.ts'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Caller } from '../../../core/study/caller.ts'
import type { Api, RequestOf } from '../../../features/api/common/methods.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { fact } from '../../../core/errors/fact.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import { tasks } from '../../../training/tasks/registry.ts'
import { EngineService } from '../../../engines/engine-service.ts'
import { describeEnvironment, tunewrightVersion } from '../../../platform/machine/environment.ts'
import { collectDiagnostics } from '../../../features/diagnostics/node/diagnostics.ts'
import { readLog } from '../../../features/diagnostics/node/keep-log.ts'
import { clearDataset, listDatasets, removeDataset } from '../../../datasets/list-datasets.ts'
import { listDevices, probeAdapters } from '../../../platform/machine/list-devices.ts'
import { isShared } from '../../../platform/storage/shared-file-systems.ts'
import { previewStudy } from '../../../features/studies/node/preview-study.ts'
import { readConfusion } from '../../../features/models/node/read-confusion.ts'
import { sketchTrial } from '../../../training/tasks/sketch-trial.ts'
import { checkStudyText } from '../../../features/studies/node/study-check.ts'
import {
  shownState,
  toStudyOutline,
  toTrialRow,
} from '../../../features/studies/node/study-rows.ts'
import { resumableCheckpoint } from '../../../features/interventions/node/resume-trials.ts'
import { accessMethods } from '../../../features/access/node/methods.ts'
import { type ApiOptions, nothing } from '../../../features/api/node/api-options.ts'
import { backupMethods } from '../../../features/backups/node/methods.ts'
import { CodeGate, codeMethods } from '../../../features/code-trust/node/methods.ts'
import { dataMethods } from '../../../features/datasets/node/methods.ts'
import { runConditionMethods } from '../../../features/run-conditions/node/methods.ts'
import { notificationMethods } from '../../../features/notifications/node/methods.ts'
import { commandMethods } from '../../../features/terminal-command/node/methods.ts'
import { remoteMethods } from '../../../features/machines/node/methods.ts'
import { FileGate } from '../../../features/api/node/file-gate.ts'
import { fileMethods } from '../../../features/api/node/file-methods.ts'
import { importMethods } from '../../../features/imports/node/methods.ts'
import { interventionMethods } from '../../../features/interventions/node/methods.ts'
import { modelMethods } from '../../../features/models/node/methods.ts'
import { optunaMethods } from '../../../features/optuna-storage/node/methods.ts'
import { outputMethods } from '../../../features/reports/node/methods.ts'
import { filesOfTrial, trialFileMethods } from '../../../features/artifacts/node/methods.ts'
import { programApi } from './program-api.ts'
import { startMethods } from '../../../features/studies/node/methods.ts'
import {
  describeCatalogue,
  listSamples,
  samplesFolder,
} from '../../../features/studies/node/catalogue.ts'

/** The methods for faces, and for programs. */
export interface Apis {
  readonly page: Api
  /** @param folders that a person opened for it */
  forProgram(caller: Caller, folders: readonly string[]): Api
}

/** The back end behind every face: each method with the service that answers it. */
export function createApis(options: ApiOptions): Apis {
  const { workspace, kind } = options
  const files = new FileGate([path.dirname(workspace.databasePath), fileURLToPath(samplesFolder)], {
    isOpen: kind !== 'web',
  })
  const page = createApi(options, files)
  return {
    page,
    forProgram: (caller, folders) => {
      const programFiles = files.forPrograms(folders)
      return programApi({ options, page, files: programFiles, parse: validSpecification }, caller)
    },
  }
}

function createApi(options: ApiOptions, files: FileGate): Api {
  const { store, host, workspace, queries, kind, window = null, now } = options
  const directory = path.dirname(workspace.databasePath)
  const { datasetCacheDirectory } = workspace
  const engines = new EngineService({
    checksPath: path.join(directory, 'engine-checks.json'),
    now,
  })
  // Asked once: a driver that is installed later shows after a restart.
  let probe: ReturnType<typeof probeAdapters> | null = null
  const devices = async () => listDevices(host.monitor, () => (probe ??= probeAdapters()))
  const gate = new CodeGate(options)
  return {
    'app.describe': async () => {
      const { platform, cpu, cores, memoryBytes } = describeEnvironment()
      return {
        version: tunewrightVersion(),
        host: kind,
        databasePath: workspace.databasePath,
        isDatabaseShared: isShared(workspace.databasePath),
        dataFolder: directory,
        backupFolder: workspace.backupDirectory,
        cacheFolder: datasetCacheDirectory,
        ...{ platform, cpu, cores, memoryBytes },
      }
    },
    'app.writer': async () => options.writer(),
    'app.catalogue': async () => describeCatalogue(),
    'app.samples': async ({ language }) => listSamples(language),
    'machine.usage': async () => host.monitor.usage(),
    'machine.devices': devices,
    ...backupMethods(options),
    ...accessMethods(options),
    ...notificationMethods(options),
    ...runConditionMethods(options, gate),
    ...commandMethods(),
    ...remoteMethods(options),
    'app.log': async () => ({ path: workspace.logPath, text: await readLog(workspace) }),
    'app.diagnostics': async () =>
      collectDiagnostics({
        ...{ workspace, asker: kind, window, atMs: now() },
        studies: async () => store.listStudies(),
        devices: await devices(),
        engines: Object.fromEntries(
          engines.rows().map(({ name, lastCheck }) => [name, lastCheck?.check ?? null]),
        ),
      }),
    'dataset.list': async () => listDatasets(datasetCacheDirectory, store),
    ...fileMethods(options, files),
    'dataset.clear': async ({ id }) =>
      nothing(await clearDataset(datasetCacheDirectory, store, id)),
    'dataset.remove': async ({ id }) =>
      nothing(await removeDataset(datasetCacheDirectory, store, id)),
    'engine.list': async () => engines.rows(),
    'engine.check': async ({ engine }) => engines.check(engine),
    'engine.install': async request => nothing(engines.install(request)),
    'engine.installation': async () => engines.installation,
    'engine.remove': async ({ engine }) => ({ removed: await engines.remove(engine) }),
    'study.list': async () => host.rows(),
    'study.get': async ({ studyId }) => {
      const study = store.studyById(studyId)
      const { specification, source, environment, dataset } = study
      const winner = store.winner(studyId)
      const row = host.row(studyId, study)
      return {
        ...row,
        specification,
        source,
        environment,
        dataset,
        winner: winner && { trialNumber: winner.trialNumber, metrics: winner.metrics },
        metrics: store.metricNames(studyId),
        capabilities: studyCapabilities(specification),
        samplerWhy:
          row.program === null
            ? samplerWhy(specification)
            : fact('sampler.ofProgram', { program: row.program }),
      }
    },
    'study.check': async ({ text, format }) => {
      const checked = checkStudyText(text, format, { tasks })
      return checked.ok ? { ok: true, specification: checked.specification } : checked
    },
    'study.preview': async request => previewStudy(validSpecification(request)),
    ...dataMethods(options, files, validSpecification),
    ...startMethods(options, { gate, files, parse: validSpecification }),
    ...modelMethods(options, files),
    ...codeMethods(options, gate, validSpecification),
    'study.pause': async ({ studyId }) => nothing(host.pause(studyId)),
    'study.stop': async ({ studyId, when }) =>
      (await options.optuna.askToStop(studyId)) ? null : nothing(host.stop(studyId, when)),
    'study.keepRunning': async ({ studyId }) => nothing(host.resume(studyId)),
    ...interventionMethods(options),
    'study.outline': async ({ studyId }) =>
      toStudyOutline(store.outline(studyId), host.isRunning(studyId)),
    'study.trials': async ({ studyId, from = 0, count = Number.MAX_SAFE_INTEGER }) =>
      store.trialsBetween(studyId, { from, below: from + count }).map(trial => {
        const row = toTrialRow(trial)
        return { ...row, state: shownState(row.state, host.isRunning(studyId)) }
      }),
    'study.events': async ({ studyId }) => store.events(studyId),
    'study.curves': async ({ studyId, metric, numbers }) =>
      numbers.map(number => ({ number, metric, ...store.curve(studyId, number, metric) })),
    'study.analyze': async request => queries.analyze({ kind: 'analysis', ...request }),
    'study.errors': async request => queries.analyze({ kind: 'errors', ...request }),
    'study.testRows': async request => queries.analyze({ kind: 'testRows', ...request }),
    'studies.compare': async request => queries.analyze({ kind: 'comparison', ...request }),
    ...outputMethods(options, gate),
    ...importMethods(options, files),
    ...optunaMethods(options),
    ...trialFileMethods(options),
    'trial.get': async ({ studyId, number }) => ({
      trial: store.trial(studyId, number),
      ...filesOfTrial(store, studyId, number),
      checkpoint: resumableCheckpoint(store, studyId, number),
    }),
    'trial.network': async ({ studyId, number }) => {
      const { specification, dataset } = store.studyById(studyId)
      return sketchTrial(specification, dataset, store.trial(studyId, number).parameters)
    },
    'trial.resources': async ({ studyId, number }) => store.resources(studyId, number),
    'trial.confusion': async ({ studyId, number }) => readConfusion(store, studyId, number),
    'trial.cancel': async ({ studyId, number }) => nothing(host.cancelTrial(studyId, number)),
  }
}

/** @throws AppError `specification.invalid` with every problem */
function validSpecification({ text, format }: RequestOf<'study.check'>): StudySpecification {
  const checked = checkStudyText(text, format, { tasks })
  if (checked.ok) return checked.specification
  throw new AppError('specification.invalid', { problems: checked.problems })
}
