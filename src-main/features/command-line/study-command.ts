import type { StudyRecord } from '../../core/study/study.ts'
import type { CliContext } from './context.ts'

/** A command on a study as a person types it here; the id stands for a name that a shell would not take as it is. */
export function studyCommand(
  { database, program }: Pick<CliContext, 'database' | 'program'>,
  verb: string,
  { id, name }: Pick<StudyRecord, 'id' | 'name'>,
  ...further: readonly (string | number)[]
): string {
  const plain = /^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u
  const study = plain.test(name) ? name : String(id)
  const command = [program, verb, study, ...further].join(' ')
  if (database === null) return command
  return `${command} --db ${/[\s"'$\\]/.test(database) ? JSON.stringify(database) : database}`
}
