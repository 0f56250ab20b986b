/** New data in the form in which the task's training data were stored, with a name for each row. */
export type ReadRows = { readonly names: readonly string[] } & (
  | { readonly task: 'image'; readonly pixels: Uint8Array }
  | {
      readonly task: 'audio'
      readonly recordings: {
        readonly samples: Float32Array
        readonly offsets: Int32Array
        readonly sampleRate: number
        readonly length: number
      }
    }
  | {
      readonly task: 'text'
      readonly texts: { readonly bytes: Uint8Array; readonly offsets: Int32Array }
    }
  | {
      readonly task: 'tabular'
      readonly rows: number
      /** columns × rows, in the model's order */
      readonly numeric: Float64Array
      readonly categorical: Int32Array
    }
)
