import { type ColumnFormat, plainNumber } from '../../../core/data/column-format.ts'
import type { ClassGallery, DatasetSamples } from '../../../core/data/class-gallery.ts'
import type { PreparedDataset } from '../../../core/data/dataset.ts'
import { countValues } from '../../../datasets/count-values.ts'
import { SAMPLES_PER_CLASS, SHOWN_CLASSES, spread } from '../../../datasets/preview-classes.ts'
import { readPreparedDataset } from '../../../datasets/read-prepared.ts'
import { readClassSchema, readTableSchema } from '../../../training/data/dataset-schema.ts'
import { datasetArray } from '../../../training/tasks/dataset-array.ts'
import { rowContents, writtenValue } from '../../error-analysis/node/row-contents.ts'

/** Rows and columns of a table that are shown. */
const SHOWN_ROWS = 10
const SHOWN_COLUMNS = 100
/** Rows from which values are counted. */
const COUNTED_ROWS = 2_048

/**
 * Some rows of prepared data: the first ones of a table, with how often values of its columns occur; of everything else some of every class.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`
 */
export async function readDatasetSamples(directory: string): Promise<DatasetSamples> {
  const dataset = await readPreparedDataset(directory)
  return dataset.manifest.kind === 'table'
    ? tableSamples(dataset)
    : { kind: 'classes', gallery: galleryOf(dataset) }
}

function galleryOf(dataset: PreparedDataset): ClassGallery {
  const { classNames, classCounts } = readClassSchema(dataset.manifest)
  const labels = datasetArray(
    dataset,
    dataset.manifest.kind === 'image' ? 'trainLabels' : 'labels',
    Int32Array,
  )
  const contents = rowContents(dataset)
  const rowsOf = classNames.map((): number[] => [])
  for (const [row, label] of labels.entries()) rowsOf[label]?.push(row)
  return {
    classes: classNames.slice(0, SHOWN_CLASSES).map((name, label) => ({
      name,
      count: classCounts[label] ?? 0,
      samples: spread(rowsOf[label] ?? [], SAMPLES_PER_CLASS).map(row => contents.content(row)),
    })),
    classCount: classNames.length,
    count: labels.length,
    filesLeftOut: 0,
  }
}

type Cell = string | number | null

function tableSamples(dataset: PreparedDataset): DatasetSamples {
  const schema = readTableSchema(dataset.manifest)
  const { rows } = schema
  const numeric = datasetArray(dataset, 'numeric', Float64Array)
  const codes = datasetArray(dataset, 'categorical', Int32Array)
  const { classNames } = schema
  const features = [
    ...schema.numeric.map(({ name, format = plainNumber }, column) => ({
      name,
      format,
      at: (row: number): Cell => writtenValue(numeric[column * rows + row] as number, format),
    })),
    ...schema.categorical.map(({ name, categories }, column) => ({
      name,
      format: { type: 'category' } as const,
      at: (row: number): Cell => categories[codes[column * rows + row] as number] ?? null,
    })),
  ]
  const values = classNames === null ? datasetArray(dataset, 'target', Float64Array) : null
  const labels = classNames === null ? null : datasetArray(dataset, 'target', Int32Array)
  const target = {
    name: schema.target,
    format: classNames === null ? plainNumber : ({ type: 'category' } as const),
    at: (row: number): Cell =>
      values === null ? (classNames?.[labels?.[row] ?? -1] ?? null) : (values[row] ?? null),
  }
  const columns = [...features.slice(0, SHOWN_COLUMNS - 1), target]
  const all = Array.from({ length: Math.min(rows, COUNTED_ROWS) }, (_, index) =>
    Math.floor((index * rows) / Math.min(rows, COUNTED_ROWS)),
  )
  return {
    kind: 'table',
    columns: columns.map(({ name, format, at }) => {
      const texts = all.map(at).filter(value => value !== null)
      return { name, type: format.type, values: countValues(texts.map(String), plain(format)) }
    }),
    rows: Array.from({ length: Math.min(rows, SHOWN_ROWS) }, (_, row) =>
      columns.map(({ at }) => at(row)),
    ),
  }
}

/** As the prepared values are written below: what stood in the file may have had other signs. */
function plain(format: ColumnFormat): ColumnFormat {
  if (format.type === 'time')
    return { type: 'time', order: format.order === 'clock' ? 'clock' : 'YMD' }
  return format.type === 'category' ? format : plainNumber
}
