import { z } from 'zod'
import { tableFormat } from '../table-format.ts'
import type { TablePreview } from './table-preview.ts'
import { languages } from '../../i18n/language.ts'
import { type ImportDescription, importedFileSchema, importRequestSchema } from '../import.ts'
import type { StoredNote } from '../import-note.ts'
import { exportFormats, reportFormats, reportSections } from '../report.ts'
import { type VerificationState, verifyRequestSchema } from './verification.ts'
import { type WhatIf, whatIfRequestSchema } from './what-if.ts'
import type { MachineDevices } from '../devices.ts'
import type { EngineCheck } from '../engine-check.ts'
import { engineNames } from '../engine.ts'
import type { SerializedError } from '../errors.ts'
import { namedValues } from '../named-values.ts'
import type { NetworkSketch } from '../network-sketch.ts'
import type { EventRecord } from '../events.ts'
import type { Prediction } from '../exported-model.ts'
import type { AttemptResources } from '../resources.ts'
import { parameterValueSchema } from '../space-specification.ts'
import type { ArtifactRecord, QueuedPoint } from '../study.ts'
import { studyChangeSchema } from '../study-change.ts'
import type { TrialRecord } from '../trial.ts'
import { type AnalysisAnswer, analysisQuestionSchema, trialChoiceSchema } from './analysis.ts'
import { type Comparison, comparisonRequestSchema } from './comparison.ts'
import type { EngineInstallation, EngineRow } from './engines.ts'
import type { AttemptLogText, UserCode } from '../user-code.ts'
import type { CheckpointOverview } from './checkpoints.ts'
import type { DatasetRow, MachineUsage } from './machine.ts'
import type { DryRun, StudyPreview } from './preview.ts'
import type {
  Catalogue,
  ConfusionMatrix,
  MetricPoints,
  ObjectiveDescription,
  SampleStudy,
  StudyCheck,
  StudyDetail,
  StudyOutline,
  StudyRow,
  TrialRow,
} from './rows.ts'

/**
 * Everything that a face (window or page) can ask of the back end: method name to the schema of
 * its request. Answers are typed by {@link Answers}. Both ends derive their types from here.
 */

const studyId = z.int().min(1)
/** On the machine of the back end; relative ones start at the folder of the database. */
const filePath = z.string().min(1).max(4_096)
const trialNumber = z.int().min(0).max(10_000_000)
const studyText = z.strictObject({
  text: z.string().max(2_000_000),
  format: z.enum(['yaml', 'json']),
})

/** A study file that is about to be created, or a study that is there. */
const codeSource = z.union([studyText, z.strictObject({ studyId })])

/** Predictions that one answer shows; its file has them all. */
export const PREDICTION_LIMIT = 100

/** Curves that one answer holds at most; the asker says of how many it shows them. */
export const CURVE_LIMIT = 200

export const requestSchemas = {
  'app.describe': z.strictObject({}),
  'app.catalogue': z.strictObject({}),
  'app.samples': z.strictObject({ language: z.enum(languages) }),
  'app.backUp': z.strictObject({ keep: z.int().min(1).max(1_000).optional() }),
  'app.log': z.strictObject({}),
  'machine.usage': z.strictObject({}),
  'machine.devices': z.strictObject({}),
  'dataset.list': z.strictObject({}),
  'dataset.preview': z.strictObject({
    file: z.string().min(1).max(4_000),
    delimiter: tableFormat.delimiter.removeDefault(),
    encoding: tableFormat.encoding.removeDefault(),
    decimal: tableFormat.decimal.removeDefault(),
    header: tableFormat.header.removeDefault(),
  }),
  'dataset.clear': z.strictObject({ id: z.string().min(1).max(200) }),
  'dataset.remove': z.strictObject({ id: z.string().min(1).max(200) }),
  'objective.describe': z.strictObject({ objective: z.record(z.string(), z.unknown()) }),
  'engine.list': z.strictObject({}),
  'engine.check': z.strictObject({ engine: z.enum(engineNames) }),
  'engine.install': z.strictObject({
    gpu: z.boolean(),
    wheels: z.array(z.string().min(1).max(4_000)).min(1).max(30).nullable(),
  }),
  'engine.installation': z.strictObject({}),
  'engine.remove': z.strictObject({}),
  'code.describe': z.strictObject({ source: codeSource }),
  'code.trust': z.strictObject({
    source: codeSource,
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  'study.list': z.strictObject({}),
  'study.get': z.strictObject({ studyId }),
  'study.check': studyText,
  'study.preview': studyText,
  'study.dryRun': studyText,
  'study.network': studyText.extend({ parameters: namedValues(parameterValueSchema) }),
  'study.create': studyText.extend({ start: z.boolean() }),
  'study.start': z.strictObject({ studyId }),
  'study.pause': z.strictObject({ studyId }),
  'study.stop': z.strictObject({ studyId, when: z.enum(['now', 'afterRunning']) }),
  'study.goOn': z.strictObject({ studyId }),
  'study.change': z.strictObject({ studyId, change: studyChangeSchema }),
  'study.undo': z.strictObject({ studyId, eventId: z.int().min(1) }),
  'study.label': z.strictObject({
    studyId,
    labels: z.strictObject({
      tags: z.array(z.string().min(1).max(60)).max(20).optional(),
      note: z.string().max(20_000).optional(),
      archived: z.boolean().optional(),
    }),
  }),
  'study.delete': z.strictObject({ studyId }),
  'study.restore': z.strictObject({ studyId }),
  'study.queue': z.strictObject({ studyId }),
  'study.outline': z.strictObject({ studyId }),
  'study.trials': z.strictObject({ studyId }),
  'study.events': z.strictObject({ studyId }),
  'study.curves': z.strictObject({
    studyId,
    metric: z.string().min(1).max(200),
    numbers: z.array(trialNumber).max(CURVE_LIMIT),
  }),
  'study.analyse': z.strictObject({
    studyId,
    trials: trialChoiceSchema,
    question: analysisQuestionSchema,
  }),
  'studies.compare': comparisonRequestSchema,
  'study.repeat': z.strictObject({ studyId, count: z.int().min(1).max(50) }),
  'study.confirm': z.strictObject({
    studyId,
    top: z.int().min(2).max(20),
    trainings: z.int().min(2).max(50),
  }),
  'study.report': z.strictObject({
    studyId,
    format: z.enum(reportFormats),
    language: z.enum(languages),
    /** Null: all that say something about the study. */
    sections: z.array(z.enum(reportSections)).min(1).max(reportSections.length).nullable(),
  }),
  'study.export': z.strictObject({
    studyId,
    format: z.enum(exportFormats),
    language: z.enum(languages),
  }),
  'study.verify': verifyRequestSchema,
  'study.verification': z.strictObject({ studyId }),
  'study.stopVerifying': z.strictObject({ studyId }),
  'study.whatIf': whatIfRequestSchema,
  /** The language of the comments in a study file that the answer holds. */
  'import.describe': z.strictObject({ file: importedFileSchema, language: z.enum(languages) }),
  'import.run': importRequestSchema,
  'model.predict': z.strictObject({ studyId, input: filePath }),
  'model.export': z.strictObject({ studyId, folder: filePath, language: z.enum(languages) }),
  'trial.get': z.strictObject({ studyId, number: trialNumber }),
  'trial.network': z.strictObject({ studyId, number: trialNumber }),
  'trial.resources': z.strictObject({ studyId, number: trialNumber }),
  'trial.logs': z.strictObject({ studyId, number: trialNumber }),
  'trial.confusion': z.strictObject({ studyId, number: trialNumber }),
  'trial.cancel': z.strictObject({ studyId, number: trialNumber }),
  'trial.retry': z.strictObject({ studyId, number: trialNumber }),
  'trial.exclude': z.strictObject({
    studyId,
    numbers: z.array(trialNumber).min(1).max(1_000),
    excluded: z.boolean(),
  }),
  'trial.note': z.strictObject({ studyId, number: trialNumber, text: z.string().max(20_000) }),
  'trial.enqueue': z.strictObject({
    studyId,
    parameters: namedValues(parameterValueSchema),
    from: trialNumber.nullable(),
  }),
  'trial.extend': z.strictObject({
    studyId,
    numbers: z.array(trialNumber).min(1).max(1_000),
    epochs: z.int().min(1).max(1_000_000),
  }),
  'trial.fork': z.strictObject({
    studyId,
    number: trialNumber,
    changes: namedValues(parameterValueSchema),
    mode: z.enum(['fork', 'warmStart']),
    epochs: z.int().min(1).max(1_000_000).optional(),
  }),
  'trial.suspend': z.strictObject({ studyId, number: trialNumber }),
  'trial.unsuspend': z.strictObject({ studyId, number: trialNumber }),
  'study.checkpoints': z.strictObject({ studyId }),
  'trial.withdraw': z.strictObject({ studyId, queued: z.int().min(1) }),
} as const

export type Method = keyof typeof requestSchemas
export type RequestOf<Name extends Method> = z.output<(typeof requestSchemas)[Name]>

export interface AppDescription {
  readonly version: string
  readonly host: 'electron' | 'web'
  readonly databasePath: string
  readonly dataFolder: string
  readonly backupFolder: string
  /** Where prepared data lie. */
  readonly cacheFolder: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
}

export interface TrialDetail {
  readonly trial: TrialRecord
  readonly artifacts: readonly ArtifactRecord[]
  /** The checkpoint that another trial can go on from; null: none is kept, or the trial still runs. */
  readonly checkpoint: { readonly step: number; readonly bytes: number } | null
}

/** Something finished that the face offers as a file. */
export interface ExportedFile {
  readonly fileName: string
  readonly mediaType: string
  readonly content: string
  /** How `content` holds the bytes: as UTF-8 text, or in base 64. */
  readonly encoding: 'text' | 'base64'
}

/** What the best model of a study says about new data. */
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
  /** What could not be carried over as it was. */
  readonly notes: readonly StoredNote[]
}

export interface Answers {
  'app.describe': AppDescription
  'app.catalogue': Catalogue
  'app.samples': readonly SampleStudy[]
  /** Where the copy lies, and how many older ones were removed. */
  'app.backUp': { readonly path: string; readonly bytes: number; readonly removed: number }
  /** Its end; empty while nothing went wrong. */
  'app.log': { readonly path: string; readonly text: string }
  'machine.usage': MachineUsage
  'machine.devices': MachineDevices
  'dataset.list': readonly DatasetRow[]
  'dataset.preview': TablePreview
  /** The prepared arrays go, the entry stays. */
  'dataset.clear': null
  /** The entry goes too; refused while studies use it. */
  'dataset.remove': null
  'objective.describe': ObjectiveDescription
  'engine.list': readonly EngineRow[]
  'engine.check': EngineCheck
  /** Has begun; how far it is says `engine.installation`. */
  'engine.install': null
  'engine.installation': EngineInstallation
  'engine.remove': { readonly removed: boolean }
  /** What a study would run that is code of the user; null if nothing. */
  'code.describe': UserCode | null
  /** Refused if the code is no longer what the fingerprint says. */
  'code.trust': null
  'study.list': readonly StudyRow[]
  'study.get': StudyDetail
  'study.check': StudyCheck
  'study.preview': StudyPreview
  'study.dryRun': DryRun
  /** Null for objectives without networks. */
  'study.network': NetworkSketch | null
  'study.create': { readonly studyId: number }
  'study.start': null
  'study.pause': null
  'study.stop': null
  'study.goOn': null
  'study.change': EventRecord
  'study.undo': EventRecord
  'study.label': EventRecord
  'study.delete': null
  'study.restore': null
  'study.queue': readonly QueuedPoint[]
  'study.outline': StudyOutline
  'study.trials': readonly TrialRow[]
  'study.events': readonly EventRecord[]
  'study.curves': readonly MetricPoints[]
  'study.analyse': AnalysisAnswer
  'studies.compare': Comparison
  /** The further studies; they run one after the other. */
  'study.repeat': { readonly studyIds: readonly number[] }
  'study.confirm': { readonly studyId: number }
  'study.report': ExportedFile
  'study.export': ExportedFile
  /** Has begun; how far it is says `study.verification`. */
  'study.verify': null
  'study.verification': VerificationState
  'study.stopVerifying': null
  'study.whatIf': WhatIf
  'import.describe': ImportDescription
  'import.run': readonly ImportedRow[]
  'model.predict': PredictedRows
  /** Absolute path of the folder. */
  'model.export': { readonly path: string }
  'trial.get': TrialDetail
  /** Null for objectives without networks. */
  'trial.network': NetworkSketch | null
  /** What its attempts used, as far as they have ended. */
  'trial.resources': readonly AttemptResources[]
  'trial.logs': readonly AttemptLogText[]
  /** Null where its model is not kept, or classifies nothing. */
  'trial.confusion': ConfusionMatrix | null
  'trial.cancel': null
  'trial.retry': EventRecord
  'trial.exclude': readonly EventRecord[]
  'trial.note': EventRecord
  'trial.enqueue': EventRecord
  /** One event per trial, after that of a raised `stop.trials` if they needed room. */
  'trial.extend': readonly EventRecord[]
  'trial.fork': readonly EventRecord[]
  'trial.suspend': null
  'trial.unsuspend': EventRecord
  'study.checkpoints': CheckpointOverview
  'trial.withdraw': EventRecord
}

/** What comes back for a call; a bug on the other side is an `internal` error, never silence. */
export type Envelope<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Omit<SerializedError, 'stack'> }

/** The back end, as the face calls it and as the host serves it. */
export type Api = {
  readonly [Name in Method]: (request: RequestOf<Name>) => Promise<Answers[Name]>
}
