import type { RowContent } from '../questions/error-analysis.ts'
import type { ColumnType } from './column-format.ts'
import type { ValueCounts } from './table-preview.ts'

/** The kinds of files that people sort into folders. */
export const classFileKinds = ['image', 'audio', 'text'] as const
export type ClassFileKind = (typeof classFileKinds)[number]

/** The classes of files or of prepared rows, each with some of its rows. */
export interface ClassGallery {
  /** At most 40 of them, by name. */
  readonly classes: readonly {
    readonly name: string
    /** Files or rows. */
    readonly count: number
    readonly samples: readonly RowContent[]
  }[]
  readonly classCount: number
  /** All files or rows of the classes. */
  readonly count: number
  /** Files that belong to no class, as those of another kind. */
  readonly filesLeftOut: number
}

/** Some rows of prepared data, as they were read. */
export type DatasetSamples =
  | { readonly kind: 'classes'; readonly gallery: ClassGallery }
  | {
      readonly kind: 'table'
      /** At most 100 of them, the target last. */
      readonly columns: readonly {
        readonly name: string
        readonly type: ColumnType
        readonly values: ValueCounts
      }[]
      /** The first rows, by the columns above; null where there is no value. */
      readonly rows: readonly (readonly (string | number | null)[])[]
    }
