import { ownValue } from '../core/values/named-values.ts'
import { isDeepStrictEqual } from 'node:util'
import { type ColumnSettings, plainNumber } from '../core/data/column-format.ts'
import type { StudySpecification } from '../core/study/study-specification.ts'
import { type DatasetEntry, describeManifest } from '../core/data/dataset-registry.ts'
import { msg } from '../core/errors/message.ts'
import type { IngestedData } from '../core/processes/ingest-protocol.ts'
import { invalidData } from '../core/errors/invalid-data.ts'
import { prepareDataset, type PrepareDatasetRequest } from './ingest-client.ts'

/** What is known about the data since they were prepared for a study. */
export type KnownReading = Pick<DatasetEntry, 'columns' | 'properties'>

type UsedColumn = DatasetEntry['columns'][number]

/**
 * Prepares data of a study that was made before, with the columns that it began with: where this version of the reader takes
 * a column for something else (a number for what was a category), it is told what the column was, for trials over other columns
 * cannot be compared.
 * @param previousReading null where nothing is known
 * @throws AppError as {@link prepareDataset}; `data.invalid` for columns that cannot be read as they were
 */
export async function prepareAgain(
  request: PrepareDatasetRequest,
  previousReading: KnownReading | null,
): Promise<IngestedData | null> {
  const dataset = await prepareDataset(request)
  if (dataset?.manifest.kind !== 'table' || previousReading === null) return dataset
  if (differences(previousReading, dataset).length === 0) return dataset
  const again = await prepareDataset({
    ...request,
    objective: asBefore(request.objective, previousReading, describeManifest(dataset.manifest)),
  })
  const columns = again === null ? [] : differences(previousReading, again)
  if (columns.length === 0) return again
  const path = dataset.origin.sources[0]?.path ?? ''
  throw invalidData(
    path,
    'objective.data.columns',
    columns.join(),
    msg('rule.sameColumns', { columns }),
  )
}

/** Names of columns that are read in another way, or are used by one of both alone; of the target if the problem is another. */
function differences(previousReading: KnownReading, { manifest }: IngestedData): string[] {
  const now = describeManifest(manifest)
  const names = new Set([...previousReading.columns, ...now.columns].map(({ name }) => name))
  const differing = [...names].filter(name => !isSame(find(previousReading, name), find(now, name)))
  const target = manifest.properties['target']
  const isOther = ['problem', 'classes'].some(
    name =>
      name in previousReading.properties &&
      ownValue(previousReading.properties, name) !== ownValue(manifest.properties, name),
  )
  return isOther && typeof target === 'string' ? [...differing, target] : differing
}

function find({ columns }: Pick<KnownReading, 'columns'>, name: string): UsedColumn | undefined {
  return columns.find(column => column.name === name)
}

/** Formats count where both are known. */
function isSame(first: UsedColumn | undefined, second: UsedColumn | undefined): boolean {
  if (first?.kind !== second?.kind) return false
  const formats = [first?.format, second?.format]
  return formats.includes(undefined) || isDeepStrictEqual(formats[0], formats[1])
}

/** The objective with settings for the columns that are read in another way now. */
function asBefore(
  objective: StudySpecification['objective'],
  previousReading: KnownReading,
  now: Pick<KnownReading, 'columns' | 'properties'>,
): StudySpecification['objective'] {
  const data = (objective as { data?: Record<string, unknown> }).data ?? {}
  const changed = previousReading.columns.filter(column => !isSame(column, find(now, column.name)))
  const added = now.columns.filter(({ name }) => find(previousReading, name) === undefined)
  const { target, problem } = previousReading.properties
  const isClasses = problem === 'classification' && now.properties['problem'] !== problem
  const names = new Set(changed.map(({ name }) => name))
  const without = (key: string): unknown[] => {
    const listed = ownValue(data, key)
    return (Array.isArray(listed) ? listed : []).filter(name => !names.has(String(name)))
  }
  return {
    ...objective,
    data: {
      ...data,
      ...(typeof problem === 'string' ? { problem } : {}),
      numeric: without('numeric'),
      categorical: without('categorical'),
      ignore: [...without('ignore'), ...added.map(({ name }) => name)],
      columns: {
        ...(data['columns'] as Record<string, ColumnSettings> | undefined),
        ...Object.fromEntries(changed.map(column => [column.name, settingsOf(column)])),
        ...(isClasses && typeof target === 'string' ? { [target]: { type: 'category' } } : {}),
      },
    },
  }
}

/** Numbers were plain before there were formats. */
function settingsOf({ kind, format = plainNumber }: UsedColumn): ColumnSettings {
  if (kind === 'categorical')
    return format.type === 'category' ? { ...format } : { type: 'category' }
  if (format.type !== 'number') return format
  const { type, decimal, thousands } = format
  return { type, decimal, thousands }
}
