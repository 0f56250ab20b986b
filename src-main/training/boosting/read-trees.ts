import type { ExportedModel } from '../../core/models/exported-model.ts'
import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { NamedTensor } from '../objectives/objective-host.ts'
import { scoresPerRow, tensorToBytes } from './booster.ts'
import { readLightgbmTrees } from './lightgbm-trees.ts'
import { decodeTrees } from './stored-trees.ts'
import type { Tree } from './tree.ts'
import { readXgboostTrees } from './xgboost-trees.ts'
import { lightgbm } from '../../core/machine/engines/lightgbm/lightgbm.ts'
import type { BoosterPack } from '../../core/machine/engines/registry.ts'
import { xgboost } from '../../core/machine/engines/xgboost/xgboost.ts'

type TreeDescription = NonNullable<ExportedModel['trees']>

/** Trees of any library; tree 0 belongs to score 0, tree 1 to score 1 … */
export interface ReadTrees {
  /** Raw scores before the first tree. */
  readonly start: Float64Array
  readonly trees: readonly Tree[]
  /** Whether values are rounded to float32 before they are compared. */
  readonly isSingle: boolean
}

/** How a library writes its trees. */
interface TreeFormat {
  readonly name: BoosterPack
  /** What its own packages load. */
  readonly file: string
  read(text: string, objective: TreeDescription['objective']): ReadTrees
}

const formats: readonly TreeFormat[] = [
  {
    name: lightgbm.name,
    file: 'lightgbm.txt',
    // It adds what it starts from to the leaves of the first trees.
    read: (text, objective) => ({
      start: new Float64Array(scoresPerRow(objective)),
      trees: readLightgbmTrees(text),
      isSingle: false,
    }),
  },
  {
    name: xgboost.name,
    file: 'xgboost.json',
    read: (text, objective) => ({ ...readXgboostTrees(text, objective), isSingle: true }),
  },
]

/** The file of a library's own: what its packages load. Null for trees of ours. */
export function libraryFile(
  { library }: Pick<TreeDescription, 'library'>,
  weights: readonly NamedTensor[],
): { readonly name: string; readonly bytes: Uint8Array } | null {
  const format = formats.find(({ name }) => name === library)
  const tensor = weights.find(candidate => candidate.name === library)
  if (format === undefined) return null
  const bytes = tensor === undefined ? null : tensorToBytes(tensor)
  if (bytes !== null) return { name: format.file, bytes }
  const rule = msg('rule.present')
  throw new AppError('data.invalid', {
    path: 'weights.safetensors',
    field: library,
    value: null,
    rule,
  })
}

/** @throws AppError `data.invalid` for a damaged model */
export function readTrees(
  { library, objective }: Pick<TreeDescription, 'library' | 'objective'>,
  weights: readonly NamedTensor[],
): ReadTrees {
  const file = libraryFile({ library }, weights)
  const format = formats.find(({ name }) => name === library)
  if (file === null || format === undefined) return { ...decodeTrees(weights), isSingle: false }
  return format.read(plainText(file.bytes), objective)
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
