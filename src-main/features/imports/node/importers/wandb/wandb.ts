import { parse } from 'yaml'
import { MAX_STUDY_BYTES } from '../../../../../core/study/study-budget.ts'
import { isSweep, readSweep } from '../../../../../interop/wandb/read-sweep.ts'
import { readText } from '../../read-text.ts'
import { studyFileImporter } from '../study-file.ts'

/** A sweep of Weights & Biases: YAML or JSON with a `method`. */
export const wandbImporter = studyFileImporter({
  name: 'wandb',
  recognizes: async ({ path, ending }) =>
    ['.yaml', '.yml', '.json'].includes(ending) &&
    looksLikeSweep(await readText(path, MAX_STUDY_BYTES)),
  read: readSweep,
})

function looksLikeSweep(text: string): boolean {
  try {
    return isSweep(parse(text, { maxAliasCount: 100, logLevel: 'error' }))
  } catch {
    return false
  }
}
