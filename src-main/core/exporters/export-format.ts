/** The pure half of an exporter: what people ask for. How it is written is in `features/exports/node/exporters/<name>/`. */
export interface ExportFormatDefinition {
  readonly name: string
  /** How names of such files end; a folder's may end in anything. */
  readonly endings: readonly string[]
  /** Whether it is meant by an ending that it shares with others. Default false. */
  readonly isUsual?: boolean
}

/** A definition with the type of its name. */
export function defineExportFormat<const Name extends string>(
  definition: ExportFormatDefinition & { readonly name: Name },
): ExportFormatDefinition & { readonly name: Name } {
  return definition
}
