import type { ExportedModel } from '../../core/models/exported-model.ts'
import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import { scoresPerRow, tensorToBytes } from './booster.ts'
import { readLightgbmTrees } from './lightgbm-trees.ts'
import { decodeTrees } from './stored-trees.ts'
import type { Tree } from './tree.ts'
import { readXgboostTrees } from './xgboost-trees.ts'

type TreeDescription = NonNullable<ExportedModel['trees']>

/** Trees of any library; tree 0 belongs to score 0, tree 1 to score 1 … */
export interface ReadTrees {
  /** Raw scores before the first tree. */
  readonly start: Float64Array
  readonly trees: readonly Tree[]
  /** Whether values are rounded to float32 before they are compared. */
  readonly isSingle: boolean
}

/** The file of a library's own: what its packages load. Null for trees of ours. */
export function libraryFile(
  { library }: Pick<TreeDescription, 'library'>,
  weights: readonly NamedTensor[],
): { readonly name: string; readonly bytes: Uint8Array } | null {
  const name = { lightgbm: 'lightgbm.txt', xgboost: 'xgboost.json' }[library]
  const tensor = weights.find(candidate => candidate.name === library)
  if (name === undefined) return null
  const bytes = tensor === undefined ? null : tensorToBytes(tensor)
  if (bytes !== null) return { name, bytes }
  const rule = msg('rule.present')
  throw new AppError('data.invalid', {
    ...{ path: 'weights.safetensors', field: library, value: null, rule },
  })
}

/** @throws AppError `data.invalid` for a damaged model */
export function readTrees(
  { library, objective }: Pick<TreeDescription, 'library' | 'objective'>,
  weights: readonly NamedTensor[],
): ReadTrees {
  const file = libraryFile({ library }, weights)
  if (file === null) return { ...decodeTrees(weights), isSingle: false }
  const text = plainText(file.bytes)
  if (library === 'xgboost') return { ...readXgboostTrees(text, objective), isSingle: true }
  // It adds what it starts from to the leaves of the first trees.
  const start = new Float64Array(scoresPerRow(objective))
  return { start, trees: readLightgbmTrees(text), isSingle: false }
}

const BLOCK = 8_192

/** Only numbers are read out of it, so that names may come out garbled. */
function plainText(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += BLOCK) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + BLOCK)))
  }
  return parts.join('')
}
