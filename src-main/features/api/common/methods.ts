import { z } from 'zod'
import { columnSettingsSchema } from '../../../core/data/column-format.ts'
import { tableFormat } from '../../../core/data/table-format.ts'
import type { Diagnostics } from '../../diagnostics/common/diagnostics.ts'
import { type BackupOverview, backupSettingsSchema } from '../../../core/storage/backups.ts'
import type { TablePreview } from '../../../core/data/table-preview.ts'
import { languages } from '../../../core/i18n/language.ts'
import {
  type ImportDescription,
  importedFileSchema,
  importRequestSchema,
} from '../../../core/study/import.ts'
import type { StoredNote } from '../../../core/study/import-note.ts'
import {
  type BuiltModel,
  type EnsembleMember,
  modelChoiceSchema,
} from '../../../core/models/built-model.ts'
import { type ExportedFile, questionRequests } from '../../../core/questions/methods.ts'
import type { VerificationState } from '../../../core/questions/verification.ts'
import type { MachineDevices } from '../../../core/machine/devices.ts'
import type { EngineCheck } from '../../../core/machine/engine-check.ts'
import { computingNames, packNames } from '../../../core/machine/engine.ts'
import { namedValues } from '../../../core/values/named-values.ts'
import type { OptunaEndpoint } from '../../../core/storage/optuna-storage.ts'
import type { NetworkSketch } from '../../../core/models/network-sketch.ts'
import type { EventRecord } from '../../../core/study/events.ts'
import type { Prediction } from '../../../core/models/exported-model.ts'
import type { AttemptResources } from '../../../core/trial/resources.ts'
import { parameterValueSchema } from '../../../core/study/space-specification.ts'
import type {
  ArtifactRecord,
  QueuedPoint,
  StudyEnvironment,
  WinnerRecord,
} from '../../../core/study/study.ts'
import { studyChangeSchema } from '../../../core/study/study-change.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import type { FilePreview, TrialFile, TrialRemarks } from '../../../core/trial/trial-files.ts'
import { chartRequests } from '../../analysis/common/chart-methods.ts'
import { writerRequests } from '../../../core/storage/database-writer.ts'
import { notificationRequests } from '../../notifications/common/methods.ts'
import { runConditionRequests } from '../../run-conditions/common/methods.ts'
import { commandRequests } from '../../terminal-command/common/methods.ts'
import { remoteRequests } from '../../machines/common/methods.ts'
import { accessRequests } from '../../access/common/access.ts'
import { answer, type AnswersOf, call, type Serving } from '../../../core/processes/call.ts'
import type { EngineInstallation, EngineRow } from '../../../core/machine/engines.ts'
import type { AttemptLogText, ShownCode } from '../../../core/study/user-code.ts'
import type { CheckpointOverview } from '../../checkpoints/common/checkpoints.ts'
import type { DatasetRow, MachineUsage } from '../../../core/machine/machine.ts'
import type { DiskForecast, DryRun, StudyPreview } from '../../studies/common/preview.ts'
import type {
  Catalogue,
  DataCheck,
  MetricPoints,
  ObjectiveDescription,
  SampleStudy,
  StudyCheck,
  StudyDetail,
  StudyOutline,
  StudyRow,
  TrialRow,
} from '../../studies/common/rows.ts'
import type { ConfusionMatrix } from '../../../core/models/confusion-matrix.ts'

const studyId = z.int().min(1)
/** On the machine of the back end; relative ones start at the folder of the database. */
const filePath = z.string().min(1).max(4_096)
const trialNumber = z.int().min(0).max(10_000_000)
const ofStudy = { studyId }
const ofTrial = { studyId, number: trialNumber }
const fileKindText = z.string().min(1).max(300)
const studyText = { text: z.string().max(2_000_000), format: z.enum(['yaml', 'json']) }

/** A study file that is about to be created, or a study that is there. */
const codeSource = z.union([z.strictObject(studyText), z.strictObject(ofStudy)])

/** Predictions that one answer shows; its file has them all. */
export const PREDICTION_LIMIT = 100

/** Small pictures that one answer holds at most. */
export const THUMBNAIL_LIMIT = 60

/** Curves that one answer holds at most; the asker says of how many it shows them. */
export const CURVE_LIMIT = 200

/**
 * Everything that a face (window or page) can ask of the back end: method name to the schema of its request, with the type of
 * its answer. Both ends derive their types from here.
 */
export const requestSchemas = {
  'app.describe': call(answer<AppDescription>, {}),
  'app.catalogue': call(answer<Catalogue>, {}),
  'app.samples': call(answer<readonly SampleStudy[]>, { language: z.enum(languages) }),
  /** Where the copy lies, and how many older ones were removed. */
  'app.backUp': call(
    answer<{ readonly path: string; readonly bytes: number; readonly removed: number }>,
    { keep: z.int().min(1).max(1_000).optional() },
  ),
  'backup.list': call(answer<BackupOverview>, {}),
  'backup.configure': call(answer<null>, backupSettingsSchema.shape),
  /** Stops running studies and puts a backup in the place of the database, which becomes one itself. What was asked before has to be asked anew. */
  'backup.restore': call(
    /** Where the database lies that was there. */
    answer<{ readonly kept: string | null }>,
    { name: z.string().min(1).max(300) },
  ),
  /** Its end; empty while nothing went wrong. */
  'app.log': call(answer<{ readonly path: string; readonly text: string }>, {}),
  /** What helps whoever looks for the cause of an error, without names, values and paths. */
  'app.diagnostics': call(answer<Diagnostics>, {}),
  ...questionRequests,
  ...accessRequests,
  ...writerRequests,
  ...notificationRequests,
  ...chartRequests,
  ...runConditionRequests,
  ...commandRequests,
  ...remoteRequests,
  'machine.usage': call(answer<MachineUsage>, {}),
  'machine.devices': call(answer<MachineDevices>, {}),
  /** A person typed this path: the page may name it from now on. */
  'file.choose': call(answer<null>, { path: filePath }),
  'dataset.list': call(answer<readonly DatasetRow[]>, {}),
  'dataset.preview': call(answer<TablePreview>, {
    file: z.string().min(1).max(4_000),
    delimiter: tableFormat.delimiter.removeDefault(),
    encoding: tableFormat.encoding.removeDefault(),
    decimal: tableFormat.decimal.removeDefault(),
    header: tableFormat.header.removeDefault(),
    sheet: tableFormat.sheet,
    columns: z.record(z.string(), columnSettingsSchema).optional(),
  }),
  /** Sheets of an Excel workbook, in its order; none for any other file. */
  'dataset.sheets': call(answer<readonly string[]>, { file: z.string().min(1).max(4_000) }),
  /** The prepared arrays go, the entry stays. */
  'dataset.clear': call(answer<null>, { id: z.string().min(1).max(200) }),
  /** The entry goes too; refused while studies use it. */
  'dataset.remove': call(answer<null>, { id: z.string().min(1).max(200) }),
  /** For programs of Optuna, which then store their studies here. */
  'optuna.endpoint': call(answer<OptunaEndpoint>, {}),
  'optuna.open': call(answer<OptunaEndpoint>, { port: z.int().min(0).max(65_535) }),
  'optuna.close': call(answer<OptunaEndpoint>, {}),
  /** A trial whose program is gone; `failed` is false where it is there. */
  'optuna.failLost': call(answer<{ readonly failed: boolean }>, ofTrial),
  'objective.describe': call(answer<ObjectiveDescription>, {
    objective: z.record(z.string(), z.unknown()),
  }),
  'engine.list': call(answer<readonly EngineRow[]>, {}),
  'engine.check': call(answer<EngineCheck>, { engine: z.enum(computingNames) }),
  /** Has begun; how far it is says `engine.installation`. */
  'engine.install': call(answer<null>, {
    engine: z.enum(packNames),
    gpu: z.boolean(),
    wheels: z.array(z.string().min(1).max(4_000)).min(1).max(30).nullable(),
  }),
  'engine.installation': call(answer<EngineInstallation>, {}),
  'engine.remove': call(answer<{ readonly removed: boolean }>, { engine: z.enum(packNames) }),
  /** Code of the user that a study would run; null if there is none. */
  'code.describe': call(answer<ShownCode | null>, { source: codeSource }),
  /** Refused if the code is no longer what the fingerprint says. */
  'code.trust': call(answer<null>, {
    source: codeSource,
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  'study.list': call(answer<readonly StudyRow[]>, {}),
  'study.get': call(answer<StudyDetail>, ofStudy),
  'study.check': call(answer<StudyCheck>, studyText),
  /** Takes as long as the data are read. */
  'study.checkData': call(answer<DataCheck>, studyText),
  'study.preview': call(answer<StudyPreview>, studyText),
  /** About how many bytes it will take; data that cannot be read are as good as none. */
  'study.forecast': call(answer<DiskForecast>, studyText),
  'study.dryRun': call(answer<DryRun>, studyText),
  /** Null for objectives without networks. */
  'study.network': call(answer<NetworkSketch | null>, {
    ...studyText,
    parameters: namedValues(parameterValueSchema),
  }),
  'study.create': call(answer<{ readonly studyId: number }>, { ...studyText, start: z.boolean() }),
  'study.start': call(answer<null>, ofStudy),
  'study.pause': call(answer<null>, ofStudy),
  'study.stop': call(answer<null>, { studyId, when: z.enum(['now', 'afterRunning']) }),
  'study.keepRunning': call(answer<null>, ofStudy),
  'study.change': call(answer<EventRecord>, { studyId, change: studyChangeSchema }),
  'study.undo': call(answer<EventRecord>, { studyId, eventId: z.int().min(1) }),
  'study.label': call(answer<EventRecord>, {
    studyId,
    labels: z.strictObject({
      tags: z.array(z.string().min(1).max(60)).max(20).optional(),
      note: z.string().max(20_000).optional(),
      archived: z.boolean().optional(),
    }),
  }),
  'study.delete': call(answer<null>, ofStudy),
  'study.restore': call(answer<null>, ofStudy),
  'study.queue': call(answer<readonly QueuedPoint[]>, ofStudy),
  'study.outline': call(answer<StudyOutline>, ofStudy),
  /** By number; of a large study in parts, each from a number on. */
  'study.trials': call(answer<readonly TrialRow[]>, {
    ...ofStudy,
    from: z.int().min(0).exactOptional(),
    count: z.int().min(1).exactOptional(),
  }),
  'study.events': call(answer<readonly EventRecord[]>, ofStudy),
  'study.curves': call(answer<readonly MetricPoints[]>, {
    studyId,
    metric: z.string().min(1).max(200),
    numbers: z.array(trialNumber).max(CURVE_LIMIT),
  }),
  /** The further studies; they run one after the other. */
  'study.repeat': call(answer<{ readonly studyIds: readonly number[] }>, {
    studyId,
    count: z.int().min(1).max(50),
  }),
  'study.confirm': call(answer<{ readonly studyId: number }>, {
    studyId,
    top: z.int().min(2).max(20),
    trainings: z.int().min(2).max(50),
  }),
  'study.verification': call(answer<VerificationState>, ofStudy),
  'study.stopVerifying': call(answer<null>, ofStudy),
  /** The language of the comments in a study file that the answer holds. */
  'import.describe': call(answer<ImportDescription>, {
    file: importedFileSchema,
    language: z.enum(languages),
  }),
  'import.run': call(answer<readonly ImportedRow[]>, importRequestSchema.shape),
  /** Has a model ready, which takes as long as it is trained. */
  'model.build': call(answer<PreparedModel>, { studyId, model: modelChoiceSchema }),
  /** Gives up all models of the study that are being made; whoever waits for one gets `model.cancelled`. */
  'model.cancel': call(answer<null>, ofStudy),
  'model.predict': call(answer<PredictedRows>, {
    studyId,
    input: filePath,
    model: modelChoiceSchema,
  }),
  /** Absolute path of the folder. */
  'model.export': call(answer<{ readonly path: string }>, {
    studyId,
    folder: filePath,
    language: z.enum(languages),
    model: modelChoiceSchema,
  }),
  'trial.get': call(answer<TrialDetail>, ofTrial),
  /** Files that programs left with their trials: by trial, name and step. */
  'study.files': call(answer<StudyFiles>, ofStudy),
  /** Small pictures as JPEG in base 64, in the order asked for; null where there is none. */
  'study.thumbnails': call(answer<readonly (string | null)[]>, {
    ...ofStudy,
    files: z
      .array(z.strictObject({ number: trialNumber, kind: fileKindText }))
      .max(THUMBNAIL_LIMIT),
  }),
  /** Whole, with a media type that its bytes were found to have. */
  'trial.file': call(answer<ExportedFile>, { ...ofTrial, kind: fileKindText }),
  /** The beginning of a text, or of a table as rows. */
  'trial.filePreview': call(answer<FilePreview>, { ...ofTrial, kind: fileKindText }),
  /** Null for objectives without networks. */
  'trial.network': call(answer<NetworkSketch | null>, ofTrial),
  /** The use of its attempts, as far as they have ended. */
  'trial.resources': call(answer<readonly AttemptResources[]>, ofTrial),
  'trial.logs': call(answer<readonly AttemptLogText[]>, ofTrial),
  /** Null where its model is not kept, or classifies nothing. */
  'trial.confusion': call(answer<ConfusionMatrix | null>, ofTrial),
  'trial.cancel': call(answer<null>, ofTrial),
  'trial.retry': call(answer<EventRecord>, ofTrial),
  'trial.exclude': call(answer<readonly EventRecord[]>, {
    studyId,
    numbers: z.array(trialNumber).min(1).max(1_000),
    excluded: z.boolean(),
  }),
  'trial.note': call(answer<EventRecord>, {
    studyId,
    number: trialNumber,
    text: z.string().max(20_000),
  }),
  'trial.enqueue': call(answer<EventRecord>, {
    studyId,
    parameters: namedValues(parameterValueSchema),
    from: trialNumber.nullable(),
  }),
  /** One event per trial, after that of a raised `stop.trials` if they needed room. */
  'trial.extend': call(answer<readonly EventRecord[]>, {
    studyId,
    numbers: z.array(trialNumber).min(1).max(1_000),
    epochs: z.int().min(1).max(1_000_000),
  }),
  'trial.fork': call(answer<readonly EventRecord[]>, {
    studyId,
    number: trialNumber,
    changes: namedValues(parameterValueSchema),
    mode: z.enum(['fork', 'initialize']),
    epochs: z.int().min(1).max(1_000_000).optional(),
  }),
  'trial.suspend': call(answer<null>, ofTrial),
  'trial.unsuspend': call(answer<EventRecord>, ofTrial),
  'study.checkpoints': call(answer<CheckpointOverview>, ofStudy),
  'trial.withdraw': call(answer<EventRecord>, { studyId, queued: z.int().min(1) }),
} as const

export type Method = keyof typeof requestSchemas
export type RequestOf<Name extends Method> = z.output<(typeof requestSchemas)[Name]>
export type Answers = AnswersOf<typeof requestSchemas>

export interface AppDescription extends Pick<
  StudyEnvironment,
  'platform' | 'cpu' | 'cores' | 'memoryBytes'
> {
  readonly version: string
  readonly host: 'electron' | 'web'
  readonly databasePath: string
  /** It lies where processes of other machines could meet it. */
  readonly isDatabaseShared: boolean
  readonly dataFolder: string
  readonly backupFolder: string
  /** Where prepared data lie. */
  readonly cacheFolder: string
}

/** A model with what is known of it, and the best trial's own values beside. */
export interface PreparedModel extends Pick<BuiltModel, 'refit' | 'ensemble' | 'test'> {
  readonly members: readonly EnsembleMember[]
  readonly winner: WinnerRecord | null
}

export interface TrialDetail {
  readonly trial: TrialRecord
  /** Without files that its program left; those are `files`. */
  readonly artifacts: readonly ArtifactRecord[]
  readonly files: readonly TrialFile[]
  readonly remarks: TrialRemarks
  /** The checkpoint that another trial can go on from; null: none is kept, or the trial still runs. */
  readonly checkpoint: { readonly step: number; readonly bytes: number } | null
}

interface StudyFiles {
  readonly files: readonly TrialFile[]
  /** Trials some of whose files are not kept. */
  readonly lacking: number
}

/** Predictions of the best model of a study for new data. */
export interface PredictedRows {
  /** All predictions, as the command line writes them. */
  readonly file: ExportedFile
  readonly count: number
  /** The first of them. */
  readonly shown: readonly Prediction[]
}

export interface ImportedRow {
  readonly studyId: number
  readonly name: string
  readonly trials: number
  /** Things that could not be carried over as they were. */
  readonly notes: readonly StoredNote[]
}

/** The back end, as the face calls it and as the host serves it. */
export type Api = Serving<typeof requestSchemas>
