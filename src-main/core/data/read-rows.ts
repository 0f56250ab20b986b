/** New data in the form in which the task's training data were stored, with a name for each row. */
export type ReadRows = { readonly names: readonly string[] } & (
  | { readonly kind: 'image'; readonly pixels: Uint8Array }
  | {
      readonly kind: 'audio'
      readonly recordings: {
        readonly samples: Float32Array
        readonly offsets: Int32Array
        readonly sampleRate: number
        readonly length: number
      }
    }
  | {
      readonly kind: 'text'
      readonly texts: { readonly bytes: Uint8Array; readonly offsets: Int32Array }
    }
  | {
      readonly kind: 'table'
      readonly rows: number
      /** columns × rows, in the model's order */
      readonly numeric: Float64Array
      readonly categorical: Int32Array
      /** Columns whose category training has not seen, by row; rows without are not in it. */
      readonly unseen: ReadonlyMap<number, readonly string[]>
    }
)
