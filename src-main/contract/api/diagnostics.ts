import type { ExportedFile } from './methods.ts'

/** What goes to whoever looks for the cause of an error: read by a person first, then saved as it was read. */
export interface Diagnostics {
  readonly files: readonly { readonly name: string; readonly text: string }[]
  /** The same files as a ZIP archive. */
  readonly archive: ExportedFile
}
