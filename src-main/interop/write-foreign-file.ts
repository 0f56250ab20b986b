import type { ForeignStudyFile } from './foreign-study-file.ts'
import { writeStudyYaml } from './study-file/write-study-yaml.ts'

/** Trials of a study whose file says no end. */
const usualTrials = 100

/**
 * A study file from what another program's file says. What that does not say gets a usual value, with a note; only the
 * objective is left to the person, since nobody can guess what is to be trained.
 * @param name of the study where the file has none
 */
export function writeForeignFile(
  { program, name: own, goals, space, sections, notes }: ForeignStudyFile,
  name: string,
): { readonly text: string; readonly notes: readonly string[] } {
  const { objective, sampler, pruner, stop } = sections
  const isBounded = typeof stop === 'object' && stop !== null && 'trials' in stop
  const all = [
    ...(objective === undefined
      ? ['objective is missing: say what is trained, e.g. { command: [python, train.py] }']
      : []),
    ...(goals.length === 0 ? ['the goal is a guess: the file names no metric'] : []),
    ...notes,
    ...(isBounded ? [] : [`the file says no end: ${usualTrials} trials`]),
  ]
  const yaml = writeStudyYaml({
    name: own ?? name,
    ...(objective === undefined ? {} : { objective }),
    goals: goals.length === 0 ? [{ metric: 'loss', direction: 'minimize' }] : goals,
    space,
    sampler: sampler ?? { name: 'auto' },
    ...(pruner === undefined ? {} : { pruner }),
    stop: isBounded ? stop : { ...(stop as object | undefined), trials: usualTrials },
  })
  const comments = [`From a file of ${program}.`, ...all].map(
    line => `# ${line.replace(/\s+/g, ' ')}\n`,
  )
  return { text: comments.join('') + yaml, notes: all }
}
