import { MAX_STUDY_BYTES } from '../../../../../core/study/study-budget.ts'
import { readStudyText } from '../../../../../interop/study-file/read-study-text.ts'
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
  const { raw, syntax } = readStudyText(text, 'yaml')
  return syntax.length === 0 && isSweep(raw)
}
