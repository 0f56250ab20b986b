import { z } from 'zod'
import type { ImportNote } from './import-note.ts'
import { goalSchema } from './keys/goals.ts'

/** A file of this or another program before anything of it is taken over. */
export type ImportDescription =
  | {
      /** A study with its files, as this program bundles it. */
      readonly kind: 'studyBundle'
      readonly study: string
      readonly trials: number
      readonly files: number
      /** Unpacked. */
      readonly bytes: number
      /** Files that the study names and that are not in it. */
      readonly missing: number
    }
  | {
      readonly kind: 'studies'
      readonly program: string
      /** Names of the studies in it. */
      readonly studies: readonly string[]
      /** Trials whose files lie in an artifact store elsewhere. */
      readonly withFiles: number
    }
  | {
      readonly kind: 'runs'
      /** Names of the columns of a table, in their order. */
      readonly columns: readonly string[]
      /** Rows below the header. */
      readonly runs: number
      /** Columns that may be measured: numbers, and no parameter by their name. */
      readonly measurable: readonly string[]
    }
  | {
      /** A folder with runs that loggers wrote down. */
      readonly kind: 'pastRuns'
      /** The loggers. */
      readonly programs: readonly string[]
      /** Loggers, projects and experiments, each of which can be taken alone. */
      readonly groups: readonly { readonly name: string; readonly runs: number }[]
      readonly runs: number
      /** Settings that differ between runs. */
      readonly parameters: readonly string[]
      /** The likeliest goal first; `direction` is null where the name does not say what is wanted. */
      readonly metrics: readonly {
        readonly name: string
        readonly runs: number
        readonly direction: 'minimize' | 'maximize' | null
      }[]
      /** What would be said with the study. */
      readonly notes: readonly ImportNote[]
    }
  | {
      readonly kind: 'studyFile'
      readonly program: string
      /** A study file to go on with; what is missing stands in it as comments. */
      readonly text: string
      readonly notes: readonly ImportNote[]
    }

/** The largest file that travels through a call; larger ones are for the command line. */
const importEndings = ['tunewright', 'db', 'sqlite', 'sqlite3']

/** By its name, a study bundle or a database of Optuna: what the dialog of imports takes, and no data for a study. */
export function isImportName(name: string): boolean {
  return importEndings.some(ending => name.toLowerCase().endsWith(`.${ending}`))
}

export const LARGEST_IMPORT_BYTES = 24 * 1024 * 1024

export const importedFileSchema = z.strictObject({
  /** Without a folder; its ending tells texts apart. */
  name: z.string().min(1).max(255),
  base64: z
    .string()
    .max(Math.ceil(LARGEST_IMPORT_BYTES / 3) * 4)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/),
})

/** A file that travels with the request, or a folder of runs on the machine that imports. */
export const importedSourceSchema = z.union([
  importedFileSchema,
  z.strictObject({ folder: z.string().min(1).max(4_096) }),
])

export const importRequestSchema = z.strictObject({
  file: importedSourceSchema,
  /** The study of this name in the file; null for all. */
  only: z.string().min(1).max(512).nullable(),
  /** Name of the study here; null for its own. */
  name: z.string().min(1).max(120).nullable(),
  /** Of a table or a folder of runs: what is measured. */
  goals: z.array(goalSchema).max(8),
  /** Of a file of Optuna: the folder of its artifact store, on the machine that imports; without it, the files of trials stay there. */
  artifacts: z.string().min(1).max(4_096).optional(),
})
export type ImportRequest = z.output<typeof importRequestSchema>
