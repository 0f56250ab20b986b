import { defaults } from '../core/study/defaults.ts'
import type { Language } from '../core/i18n/language.ts'
import { importMessage, type ImportNote } from '../core/study/import-note.ts'
import { createTranslate } from '../core/i18n/translate.ts'
import type { ForeignStudyFile } from './foreign-study-file.ts'
import { writeStudyYaml } from './study-file/write-study-yaml.ts'
import { trialsStop } from '../core/stopping/trials/trials.ts'

/** Trials of a study whose file says no end. */
const USUAL_TRIALS = 100

/**
 * A study file from what another program's file says. What that does not say gets a usual value, with a note; only the
 * objective is left to the person, since nobody can guess what is to be trained.
 * @param name of the study where the file has none
 * @param language of the comments
 */
export function writeForeignFile(
  { program, name: storedName, goals, space, sections, notes }: ForeignStudyFile,
  name: string,
  language: Language,
): { readonly text: string; readonly notes: readonly ImportNote[] } {
  const { objective, sampler, pruner, stop } = sections
  const isBounded = typeof stop === 'object' && stop !== null && trialsStop.name in stop
  const all: ImportNote[] = [
    ...(objective === undefined ? [{ code: 'objectiveMissing' } as const] : []),
    ...(goals.length === 0 ? [{ code: 'goalGuessed' } as const] : []),
    ...notes,
    ...(isBounded ? [] : [{ code: 'endMissing', trials: USUAL_TRIALS } as const]),
  ]
  const yaml = writeStudyYaml({
    name: storedName ?? name,
    ...(objective === undefined ? {} : { objective }),
    goals: goals.length === 0 ? [{ metric: 'loss', direction: 'minimize' }] : goals,
    space,
    sampler: sampler ?? { name: defaults.sampler },
    ...(pruner === undefined ? {} : { pruner }),
    stop: isBounded ? stop : { ...(stop as object | undefined), trials: USUAL_TRIALS },
  })
  const t = createTranslate(language)
  const comments = [
    t('import.fileHead', { program }),
    ...all.map(note => t.format(importMessage(note))),
  ].map(line => `# ${line.replace(/\s+/g, ' ')}\n`)
  return { text: comments.join('') + yaml, notes: all }
}
