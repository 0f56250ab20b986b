import type { Language } from '../i18n/language.ts'
import type { ImportDescription } from '../study/import.ts'
import type { ImportedTrial, StudyOrigin } from '../study/imported-study.ts'
import type { Goal, StudySpecification } from '../study/study-specification.ts'

/** What is to be taken from a file of another program. */
export interface ImportQuestion {
  readonly file: string
  /** Of the comments in a study file. */
  readonly language: Language
  /** Only the study of this name in the file; null for all. */
  readonly only: string | null
  /** Name of the study here; null for its own. Needs a single study. */
  readonly name: string | null
  /** Of a table of runs: columns that are measured; the study's of `like` where there are none. */
  readonly goals: readonly Goal[]
  /** Of a table of runs: a study whose goals and space the columns are; null where the values tell. */
  readonly like: StudySpecification | null
  /** Of a file of Optuna: the folder of its artifact store; null where it is not known. */
  readonly artifacts?: string | null
  /** Milliseconds since 1970. */
  readonly atMs: number
}

/** Files that `optuna.artifacts` keeps: a system attribute of the trial names each, and an artifact store has it under its id. */
export interface OptunaArtifact {
  readonly id: string
  readonly fileName: string
}

/** Files of a trial, by its number. */
export interface TrialUploads {
  readonly trial: number
  readonly artifacts: readonly OptunaArtifact[]
}

/** A study that ran elsewhere, as it can be stored. */
export interface ReadyStudy {
  readonly specification: StudySpecification
  readonly origin: StudyOrigin
  readonly trials: readonly ImportedTrial[]
  /** Files in an artifact store of Optuna. */
  readonly uploads?: readonly TrialUploads[]
}

/** What a file holds. A bundle is unpacked once it is known where to. */
export type ReadImport =
  | { readonly kind: 'studyBundle' }
  | { readonly kind: 'studies'; readonly studies: readonly ReadyStudy[] }
  | Extract<ImportDescription, { readonly kind: 'studyFile' }>

export interface UnpackRequest {
  readonly file: string
  /** Only a study of this name; null for any. */
  readonly only: string | null
  /** Empty folder of ours. */
  readonly staging: string
  /** Of what a program may unpack; absent: a person does. */
  readonly limits?: UnpackLimits | undefined
}

export interface UnpackLimits {
  /** All files together. */
  readonly bytes: number
  /** That must stay free on the disk. */
  readonly freeBytes: number
}
