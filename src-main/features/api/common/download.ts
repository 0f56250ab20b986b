/** A file that was made for a caller and waits to be fetched once: `GET /api/download/ID`, for programs `GET /api/v1/download/ID`. */
export interface Download {
  /** Nobody can guess it. */
  readonly id: string
  readonly fileName: string
  readonly mediaType: string
  readonly bytes: number
}

/** A part of a download, for callers without HTTP. */
export interface DownloadPart {
  /** In base 64. */
  readonly content: string
  /** After the last part the file is removed. */
  readonly isLast: boolean
}
