import {
  classFileKinds,
  type ClassGallery,
  type DatasetSamples,
} from '../../../core/data/class-gallery.ts'
import { classFoldersSchema } from '../../../core/data/class-folders.ts'
import { columnSettingsSchema } from '../../../core/data/column-format.ts'
import { tableFormat } from '../../../core/data/table-format.ts'
import type { TablePreview } from '../../../core/data/table-preview.ts'
import type { DatasetRow } from '../../../core/machine/machine.ts'
import { answer } from '../../../core/processes/call.ts'
import { method } from '../../api/common/method.ts'
import { z } from 'zod'

/** Data that were prepared, and data files before they are. */
export const datasetMethods = {
  'dataset.list': method(answer<readonly DatasetRow[]>, {}, { scope: 'read' }),
  'dataset.preview': method(
    answer<TablePreview>,
    {
      file: z.string().min(1).max(4_000),
      delimiter: tableFormat.delimiter.removeDefault(),
      encoding: tableFormat.encoding.removeDefault(),
      decimal: tableFormat.decimal.removeDefault(),
      header: tableFormat.header.removeDefault(),
      sheet: tableFormat.sheet,
      columns: z.record(z.string(), columnSettingsSchema).optional(),
    },
    { scope: 'read' },
  ),
  /** Sheets of an Excel workbook, in its order; none for any other file. */
  'dataset.sheets': method(
    answer<readonly string[]>,
    { file: z.string().min(1).max(4_000) },
    { scope: 'read' },
  ),
  /** The classes of a folder, or ZIP file, of one folder per class, with some files of each. */
  'dataset.classes': method(
    answer<ClassGallery>,
    {
      kind: z.enum(classFileKinds),
      folders: z.string().min(1).max(4_000),
      classes: classFoldersSchema.shape.classes,
      groupUntil: classFoldersSchema.shape.groupUntil,
    },
    { scope: 'read' },
  ),
  /** Some rows of data that are prepared; for classes, some of each. The cache holds data of other databases, too. */
  'dataset.samples': method(
    answer<DatasetSamples>,
    { id: z.string().min(1).max(200) },
    { scope: null },
  ),
  /** The prepared arrays go, the entry stays. */
  'dataset.clear': method(answer<null>, { id: z.string().min(1).max(200) }, { scope: null }),
  /** The entry goes too; refused while studies use it. */
  'dataset.remove': method(answer<null>, { id: z.string().min(1).max(200) }, { scope: null }),
} as const
