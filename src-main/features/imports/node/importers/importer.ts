import type { ImportDescription } from '../../../../core/study/import.ts'
import type { ImportQuestion, ReadImport } from '../../../../core/processes/import-protocol.ts'

/** The head of a file, by which its program is recognized. */
interface FileHead {
  readonly path: string
  /** It is a folder, whose other fields are empty. */
  readonly isFolder: boolean
  /** First bytes, one character each. */
  readonly text: string
  /** Of its name, in lower case. */
  readonly ending: string
}

/** A form of this or another program, as the registry lists it. All methods throw AppError `data.invalid` and `file.*`. */
export interface ImporterDefinition {
  readonly name: string
  /** Whether a file is one of this form. */
  recognizes(head: FileHead): boolean | Promise<boolean>
  /** Describes a file without taking it over. */
  describe(question: Pick<ImportQuestion, 'file' | 'language'>): Promise<ImportDescription>
  /** Reads a file as it can be stored. */
  read(question: ImportQuestion): Promise<ReadImport>
}
