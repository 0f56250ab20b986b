import { z } from 'zod'
import { type MessageDescriptor, msg, isMessage } from '../errors/message.ts'
import type { JsonValue } from '../values/json.ts'

/**
 * Files that the program of a trial leaves behind to be looked at: pictures, recordings, tables, texts, anything. They are artifacts
 * whose kind names the step and the file; a picture has a second, small one beside it.
 */
const fileTypes = ['image', 'audio', 'table', 'text', 'other'] as const

/** As the ingest process has found it: by its bytes, whatever its name says. */
export const fileMediaSchema = z.strictObject({
  type: z.enum(fileTypes),
  width: z.int().min(1).exactOptional(),
  height: z.int().min(1).exactOptional(),
  /** Of a recording. */
  seconds: z.number().min(0).exactOptional(),
})
export type FileMedia = z.output<typeof fileMediaSchema>

/** Names below the folder of a trial. */
export const droppedFolder = 'files'
/** What the program has said beside its metrics: notes, attributes, files that could not be kept; one JSON object a line. */
export const remarksFile = 'said.jsonl'

export const MAX_FILES_OF_TRIAL = 1_000
/** With its folders, in characters. */
export const MAX_NAME_LENGTH = 200
/** In characters. */
export const MAX_NOTE_LENGTH = 4_000
/** Notes, attributes and files that were left out, of one trial. */
export const MAX_REMARKS = 1_000

const FILE_KIND = /^(file|preview)\/(\d*)\/(.+)$/s

export interface FileKey {
  /** Null: it belongs to no step. */
  readonly step: number | null
  /** With `/` between folders. */
  readonly name: string
}

export function fileKind({ step, name }: FileKey, part: 'file' | 'preview' = 'file'): string {
  return `${part}/${step ?? ''}/${name}`
}

/** Of a kind that {@link fileKind} made; null for others. */
export function parseFileKind(kind: string): (FileKey & { readonly isPreview: boolean }) | null {
  const [, part, step, name] = FILE_KIND.exec(kind) ?? []
  if (name === undefined) return null
  return { step: step === '' ? null : Number(step), name, isPreview: part === 'preview' }
}

/** A file of a trial, as it is shown. */
export interface TrialFile extends FileKey {
  readonly trialNumber: number
  readonly kind: string
  readonly bytes: number
  readonly media: FileMedia
}

/** A file that was not kept, or is no longer; with an empty name: several. */
export interface LeftOutFile {
  readonly name: string
  readonly bytes: number
  readonly reason: MessageDescriptor
}

/** What a program has said about its trial beside metrics. */
export interface TrialRemarks {
  readonly notes: readonly string[]
  readonly attributes: Readonly<Record<string, JsonValue>>
  readonly leftOut: readonly LeftOutFile[]
}

/** Why notes and attributes of a trial were left out. */
export function remarksLimitMessage(): MessageDescriptor {
  return msg('rule.artifacts.notes', { limit: MAX_REMARKS })
}

export const noRemarks: TrialRemarks = { notes: [], attributes: {}, leftOut: [] }

export const leftOutSchema: z.ZodType<LeftOutFile> = z.strictObject({
  name: z.string(),
  bytes: z.number(),
  reason: z.custom<MessageDescriptor>(isMessage),
})

/** The key `artifacts` of a study file. */
export const artifactsSchema = z.strictObject({
  megabytes: z
    .number()
    .positive()
    .max(1_000_000)
    .default(2_000)
    .describe('option.artifacts.megabytes'),
  keep: z
    .union([z.literal('all'), z.int().min(1).max(1_000_000)])
    .default('all')
    .describe('option.artifacts.keep'),
})

/** What the ingest process makes of a trial's folder. */
export interface CollectRequest {
  /** Of the trial. */
  readonly directory: string
  /** Where files lie that are kept, named after their content. */
  readonly store: string
  readonly maxBytes: number
  /** False after a file was the end of a process that looked into it: bytes alone are kept. */
  readonly decodes: boolean
}

/** A kept file, of one trial. */
export interface CollectedFile {
  readonly kind: string
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly media: FileMedia
}

export interface Collected extends TrialRemarks {
  readonly files: readonly CollectedFile[]
}

/** Of a text as text, of a table as rows, the head first. */
export interface FilePreview {
  readonly text: string | null
  readonly rows: readonly (readonly string[])[] | null
  /** Bytes of a text that follow; rows of a table in all. */
  readonly size: number
}
