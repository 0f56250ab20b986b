import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import type { Assignment } from '../../src-main/core/trial/trial.ts'

/** A trial that was trained to its end, whatever its curve looked like on the way. */
export interface RecordedTrial {
  readonly parameters: Assignment
  /** Of the first goal; null: not a number. */
  readonly value: number | null
  /** Wall time of the training, on a machine that did other things as well. */
  readonly seconds: number
  /** Steps at which it reported; null: 1, 2, 3 … */
  readonly steps: readonly number[] | null
  /** The first goal's metric at the steps, to five significant digits; null: not a number. */
  readonly values: readonly (number | null)[]
}

/** The trials of a study without a pruner. */
export interface RecordedStudy {
  readonly set: string
  readonly seed: number
  readonly specification: StudySpecificationInput
  /** Complete ones only, in the order in which they were proposed. */
  readonly trials: readonly RecordedTrial[]
}

export const curvesFolder = fileURLToPath(new URL('./curves/', import.meta.url))

export function curvesFile(set: string, seed: number): string {
  return path.join(curvesFolder, `${set}-${seed}.json.br`)
}

export function packStudy(study: RecordedStudy): Buffer {
  return brotliCompressSync(JSON.stringify(study), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
  })
}

/** Every recorded study, by set and seed. */
export function readRecordedStudies(): RecordedStudy[] {
  if (!existsSync(curvesFolder)) return []
  return readdirSync(curvesFolder)
    .filter(name => name.endsWith('.json.br'))
    .sort()
    .map(name => {
      const text = brotliDecompressSync(readFileSync(path.join(curvesFolder, name)))
      return JSON.parse(text.toString('utf8')) as RecordedStudy
    })
}
