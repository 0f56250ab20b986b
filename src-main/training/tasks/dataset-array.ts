import { ownValue } from '../../core/values/named-values.ts'
import { msg } from '../../core/errors/message.ts'
import type { DatasetArrayData, PreparedDataset } from '../../core/data/dataset.ts'
import { AppError } from '../../core/errors/errors.ts'
import { sourceName } from '../data/dataset-schema.ts'

/**
 * An array of a prepared data set by name and type.
 * @throws AppError `data.invalid` if it is absent or of another type
 */
export function datasetArray<Data extends DatasetArrayData>(
  dataset: PreparedDataset,
  name: string,
  type: abstract new (...values: never[]) => Data,
): Data {
  const array = ownValue(dataset.arrays, name)
  if (array instanceof type) return array
  throw new AppError('data.invalid', {
    path: sourceName(dataset.manifest),
    field: `arrays.${name}`,
    value: array === undefined ? null : array.constructor.name,
    rule: msg('rule.equal', { value: type.name }),
  })
}
