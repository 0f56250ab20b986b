/** Something finished that the face offers as a file. */
export interface ExportedFile {
  readonly fileName: string
  readonly mediaType: string
  readonly content: string
  /** How `content` holds the bytes: as UTF-8 text, or in base 64. */
  readonly encoding: 'text' | 'base64'
}
