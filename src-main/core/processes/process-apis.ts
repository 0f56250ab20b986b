import type { ProgramQuestion, ScriptProposal, ScriptQuestion } from '../study/script-proposal.ts'
import type { ColumnImportance } from '../questions/error-analysis.ts'
import type { TablePreview } from '../data/table-preview.ts'
import type { SavedCheckpoint } from '../trial/checkpoint.ts'
import type { Costs } from '../trial/cost-metrics.ts'
import type { WebgpuAdapterInfo } from '../machine/devices.ts'
import type { EngineCheckRequest, EngineFindings } from '../machine/engine-check.ts'
import type { ImportDescription } from '../study/import.ts'
import type { ImportQuestion, ReadImport, UnpackRequest } from './import-protocol.ts'
import type { JsonValue } from '../values/json.ts'
import type { OptunaChange } from '../storage/optuna-storage.ts'
import type { ColumnsRequest, PredictionRequest, Predictions } from './prediction-protocol.ts'
import type { TableData } from '../data/data-settings.ts'
import type { ClassGallery, DatasetSamples } from '../data/class-gallery.ts'
import type {
  ClassesRequest,
  IngestedData,
  IngestRequest,
  PreviewSource,
  SourceRows,
} from './ingest-protocol.ts'
import type { Problem } from '../errors/problem.ts'
import type { ParsedSpecification } from '../study/parse-specification.ts'
import type { StudySpecification } from '../study/study-specification.ts'
import type { DiskForecast, StudyPreview } from '../questions/study-preview.ts'
import type {
  ForecastRequest,
  LongRequest,
  PointCheck,
  StudyFileText,
  UnlocatedProblems,
} from './request-protocol.ts'
import type { QueryAnswers, QueryTask } from './query-protocol.ts'
import type { ProcessUsage } from '../trial/resources.ts'
import type {
  Exhausted,
  FinishedRequest,
  JudgeRequest,
  OpenRequest,
  Proposal,
  PruningDecision,
  StartedRequest,
} from './search-protocol.ts'
import type { Assignment, AttemptCode } from '../trial/trial.ts'
import type { Collected, CollectRequest } from '../trial/trial-files.ts'
import type {
  AttemptOutcome,
  MetricColumns,
  PrepareMessage,
  Preparation,
  StartMessage,
  SteerMessage,
  TestMessage,
  TestResult,
} from './trainer-protocol.ts'

/**
 * Every process that this program starts to ask it something, by the name of its entry in src-main/entry-points. A method is
 * what such a process answers; its second argument is what the process may ask or notify its owner while it works on that
 * call. The one map behind `serve` and `connect` (src-main/platform/processes).
 */
interface ProcessApis {
  /** The services behind the desktop window; `run` lasts as long as the process. */
  readonly 'back-end': {
    run(
      database: { readonly path: string | null; readonly window: WindowProcessInfo | null },
      owner: BackEndOwner,
    ): never
    /** One call of the page, as wire text. */
    call(body: string): string
  }
  /** Loads a module of the user, which is trusted: its search space as it is exported, null if it exports none. */
  readonly 'describe-module': { space(file: string): JsonValue }
  /** Loads one engine, checks its results and times it. */
  readonly 'engine-check': { check(request: EngineCheckRequest): EngineFindings }
  /** Parses untrusted files. */
  readonly ingest: {
    prepare(request: IngestRequest): IngestedData
    preview(source: PreviewSource): TablePreview
    rows(request: { readonly data: TableData; readonly rows: Int32Array }): SourceRows
    sheets(request: { readonly file: string }): readonly string[]
    classes(request: ClassesRequest): ClassGallery
    /** Some rows of data that were prepared. */
    samples(request: { readonly directory: string }): DatasetSamples
    /** Takes over what the program of a trial has left. */
    collect(request: CollectRequest): Collected
    /** What a file of another program is, before anything of it is taken over. */
    describeImport(question: Pick<ImportQuestion, 'file' | 'language'>): ImportDescription
    readImport(question: ImportQuestion): ReadImport
    /** What is proposed for a Python script, which is read and never run. */
    describeScript(question: ScriptQuestion): ScriptProposal
    describeProgram(question: ProgramQuestion): ScriptProposal
    unpackBundle(request: UnpackRequest): null
  }
  /** Asks WebGPU for its adapters. */
  readonly 'list-adapters': { list(): readonly WebgpuAdapterInfo[] }
  /** Speaks Optuna's storage protocol with programs of this user; `run` lasts as long as the process. */
  readonly 'optuna-storage': {
    run(
      request: {
        readonly databasePath: string
        readonly port: number
        readonly failAfterMs: number | null
      },
      owner: OptunaStorageOwner,
    ): never
    /** A trial whose program is gone fails, and its point waits for the next program. @returns whether it did */
    failLost(request: { readonly studyId: number; readonly trialNumber: number }): boolean
    /** A queued point that the next program tries. @returns the number of its trial */
    enqueue(request: {
      readonly studyId: number
      readonly point: number
      readonly parameters: Assignment
    }): number
    /** A user attribute of a study, which its programs see. @returns false where they cannot */
    setAttribute(request: {
      readonly studyId: number
      readonly key: string
      readonly value: JsonValue
    }): boolean
    /** Its programs do not see it any more. */
    forget(studyId: number): null
    /** Programs see it again, under its old name. @returns whether that was free */
    restore(studyId: number): boolean
  }
  /** Follows a file that a program of Optuna writes; `run` lasts as long as the process. */
  readonly 'optuna-watch': {
    run(request: { readonly file: string; readonly port: number }, owner: OptunaWatchOwner): never
  }
  /** Uses a model on new data. */
  readonly predict: {
    predict(request: PredictionRequest): Predictions
    columns(request: ColumnsRequest): ColumnImportance
  }
  /** Answers what takes long over a reading connection of its own. */
  readonly queries: {
    ask(
      question: { readonly databasePath: string; readonly task: QueryTask },
      owner: QueryOwner,
    ): QueryAnswers[QueryTask['kind']]
  }
  /** Reads what callers send: study files, and requests that are long. */
  readonly requests: {
    /** @returns null for what is no JSON */
    read(request: LongRequest): { readonly value: unknown } | null
    check(study: StudyFileText): ParsedSpecification
    /** Problems with their lines and columns. */
    locate(problems: UnlocatedProblems): readonly Problem[]
    preview(specification: StudySpecification): StudyPreview
    /** Of a study that is there, as a person wants it to be. */
    checkChange(specification: StudySpecification): ParsedSpecification
    checkPoint(check: PointCheck): readonly Problem[]
    forecast(request: ForecastRequest): DiskForecast
  }
  /** Samplers and pruners of one study; requests are answered in their order. */
  readonly search: {
    open(request: OpenRequest): null
    propose(trialNumber: number): Proposal | Exhausted
    judge(request: JudgeRequest): PruningDecision
    started(request: StartedRequest): null
    finished(request: FinishedRequest): null
  }
  /** Runs one attempt at a time, after `prepare`. */
  readonly trainer: {
    prepare(message: PrepareMessage): Preparation
    run(attempt: StartMessage, owner: AttemptOwner): AttemptOutcome
    test(message: TestMessage): TestResult
    steer(message: SteerMessage): null
  }
}

/** What the window's process tells of itself, for diagnostics. */
export interface WindowProcessInfo {
  readonly electron: string
  readonly isPackaged: boolean
  readonly logPath: string
}

export interface BackEndOwner {
  ready(databasePath: string): void
  /** @param event wire text */
  event(event: string): void
  /** A bug in a method, for the log. */
  bug(bug: { readonly method: string; readonly stack: string }): void
  /** A page as PDF, in base 64. */
  printPdf(html: string): string
}

export interface OptunaStorageOwner {
  /** Programs can connect. */
  listening(port: number): void
  /** Answers when all of them are on disk. */
  commit(changes: readonly OptunaChange[]): null
  clients(count: number): void
  bug(stack: string): void
}

export interface OptunaWatchOwner {
  /** What the file held is shown. */
  began(nothing: null): void
  /** A look at the file. */
  failed(stack: string): void
}

export interface QueryOwner {
  /** @param share 0…1 */
  progress(share: number): void
  /** A verification trains this trial again. */
  retraining(trialNumber: number): void
}

export interface AttemptOwner {
  /** A program that serves many trials has begun this one: its time counts from now on. */
  taken(nothing: null): void
  /** Which code of the user runs; again where it changed while it ran. */
  code(code: AttemptCode): void
  metrics(columns: MetricColumns): void
  /** Comes after the metrics of its step, and waits for the answer: with one slot a study repeats bit for bit. */
  judge(report: { readonly step: number; readonly value: number }): 'continue' | 'prune'
  /** The file or folder is whole and flushed. Comes after the metrics and the judgment of every step that it holds. */
  checkpoint(checkpoint: SavedCheckpoint): void
  /** The training is over: what has it cost that only its owner can measure, a share of a GPU? */
  costs(usage: ProcessUsage): Costs
}

/** Rises with every change of the messages; a process of another version is not talked to. */
export const PROCESS_PROTOCOL_VERSION = 1

export type ProcessName = keyof ProcessApis
type AnyMethod = (...parameters: never[]) => unknown
export type MethodOf<Name extends ProcessName> = keyof ProcessApis[Name] & string
type Method<Name extends ProcessName, M extends MethodOf<Name>> = Extract<
  ProcessApis[Name][M],
  AnyMethod
>
export type AnswerOf<Name extends ProcessName, M extends MethodOf<Name>> = ReturnType<
  Method<Name, M>
>

/** Arguments of a call: the method's own, and who answers what it asks meanwhile. */
export type CallOf<Name extends ProcessName, M extends MethodOf<Name>> =
  Parameters<Method<Name, M>> extends [infer Argument, infer Owner]
    ? [argument: Argument, owner: OwnerOf<Owner>]
    : Parameters<Method<Name, M>>

/** Answers at once or later. */
export type OwnerOf<Owner> = {
  readonly [Key in keyof Owner]: Owner[Key] extends (argument: infer Argument) => infer Answer
    ? (argument: Argument) => Answer | Promise<Answer>
    : never
}

type NotificationArgument<Owner, Key extends keyof Owner> = Owner[Key] extends (
  argument: infer Argument,
) => unknown
  ? Argument
  : never
type Asking<Owner, Key extends keyof Owner> = Owner[Key] extends (argument: never) => infer Answer
  ? Answer
  : never

/** The owner of a call as the process sees it. */
export interface Asker<Owner> {
  /** Without an answer. */
  notify<Key extends keyof Owner & string>(
    name: Key,
    argument: NotificationArgument<Owner, Key>,
  ): void
  ask<Key extends keyof Owner & string>(
    name: Key,
    argument: NotificationArgument<Owner, Key>,
  ): Promise<Asking<Owner, Key>>
}

/** Methods that a process implements. */
export type Handlers<Name extends ProcessName> = {
  readonly [M in MethodOf<Name>]: Parameters<Method<Name, M>> extends [infer Argument, infer Owner]
    ? (argument: Argument, owner: Asker<Owner>) => AnswerOf<Name, M> | Promise<AnswerOf<Name, M>>
    : (...argument: Parameters<Method<Name, M>>) => AnswerOf<Name, M> | Promise<AnswerOf<Name, M>>
}
