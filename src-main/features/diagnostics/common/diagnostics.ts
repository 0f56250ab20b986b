/** What goes to whoever looks for the cause of an error: read by a person first, then saved as it was read. */
export interface Diagnostics {
  readonly files: readonly { readonly name: string; readonly text: string }[]
  /** Of the archive, when it is saved. */
  readonly fileName: string
  /** The same files as a ZIP archive, in base 64. */
  readonly zip: string
}
